/* The screens of a cluster, from its contexts to a file in a container. Each is opened by the one
 * before it; all but the first need session_client(). Strings are copied. */
#ifndef TUI_VIEW_CLUSTER_H
#define TUI_VIEW_CLUSTER_H

#include "kube/capture.h"
#include "tui/session.h"
#include "tui/site.h"

struct view *view_contexts_new(struct session *session);
struct view *view_namespaces_new(struct session *session);
/* namespace NULL: of all namespaces. */
struct view *view_pods_new(struct session *session, const char *namespace);
struct view *view_containers_new(struct session *session, const char *namespace, const char *pod);
/* The files of a container, where they were last found. */
struct view *view_files_new(struct session *session, const struct site *site);
/* Asks for the path of a file there; `path` (NULL: the last one, else the usual one) stands there
 * already. */
struct view *view_path_new(struct session *session, const struct site *site, const char *path);
/* Pulls the file and opens it as a trace. */
struct view *view_pull_new(struct session *session, const struct site *site, const char *path);
/* Asks how and where to capture a fresh trace; container NULL: of the pod. */
struct view *view_capture_new(struct session *session, const char *namespace, const char *pod,
                              const char *container);
/* Captures and opens the trace. */
struct view *view_capturing_new(struct session *session, const struct capture_request *request);

/* How the screens name the cluster: the context, else the server; borrowed. */
const char *cluster_name(struct session *session);
/* "demo > shop > web-0 > app", up to the first NULL; g_free() it. */
char *cluster_place(struct session *session, const char *namespace, const char *pod,
                    const char *container);
/* "try: ..." for an error, NULL when nothing comes to mind; g_free() it. */
char *cluster_hint(const GError *error);

#endif
