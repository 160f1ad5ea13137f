/* One pod and its containers with their states. */
#ifndef KUBE_POD_H
#define KUBE_POD_H

#include "kube/client.h"

enum container_kind { CONTAINER_INIT, CONTAINER_MAIN, CONTAINER_EPHEMERAL };

/* A TCP port that a container says it listens on. */
struct container_port {
    char *name; /* "" when it has none */
    unsigned number;
};

struct container {
    enum container_kind kind;
    char *name;
    char *image;
    char *state;  /* "running", "waiting", "terminated", "unknown" */
    char *reason; /* "CrashLoopBackOff", "ContainerCreating", "Completed", ...; "" */
    bool ready;
    int restarts;
    int64_t started_s; /* seconds since 1970, 0: unknown */
    GArray *ports;     /* of struct container_port, in the pod's order */
};

struct pod {
    char *namespace, *name, *uid;
    char *phase;             /* "Running", ... */
    char *default_container; /* of the annotation kubectl.kubernetes.io/default-container; "" */
    char *owner_kind, *owner_name; /* of the controller; "" when there is none */
    GPtrArray *containers;         /* of struct container: init, main, ephemeral */
};

/* `done` is called once, unless cancelled; the pod is borrowed, NULL with an error. */
typedef void pod_done_fn(const struct pod *pod, const GError *error, void *data);
struct pod_request;
struct pod_request *pod_get(struct client *client, const char *namespace, const char *name,
                            pod_done_fn *done, void *data);
void pod_request_cancel(struct pod_request *request);

/* Of JSON that a server sent; NULL and KUBE_ERROR_SERVER when it is no pod. */
struct pod *pod_parse(const json_t *object, GError **error);
void pod_free(struct pod *pod);

/* Borrowed; NULL: it has none of that name. */
const struct container *pod_container(const struct pod *pod, const char *name);

#endif
