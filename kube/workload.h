/* What a pod is one of: the Deployment, StatefulSet, DaemonSet, CronJob ... whose next pod will be
 * the same thing under another name. */
#ifndef KUBE_WORKLOAD_H
#define KUBE_WORKLOAD_H

#include "kube/pod.h"

/* "Deployment/web", "Pod/web" of one that nobody made: from the pod alone, by how the controllers
 * name what they make. g_free() it. */
char *workload_guess(const struct pod *pod);

/* The same, from the owner of the pod's owner; where that may not be read, the guess. */
typedef void workload_done_fn(const char *workload, void *data);
struct workload_request;

/* NULL, and `done` is never called, where the guess is all that there is to know; else once. */
struct workload_request *workload_ask(struct client *client, const struct pod *pod,
                                      workload_done_fn *done, void *data);
void workload_cancel(struct workload_request *request);

#endif
