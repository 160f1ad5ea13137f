/* One watch on the API server: a connection that brings JSON events, a line each, until it ends.
 * Beginning anew is the caller's part. */
#ifndef KUBE_WATCH_H
#define KUBE_WATCH_H

#include <jansson.h>

#include "kube/http.h"

#define WATCH_MAX_EVENT (4u << 20) /* bytes of a line */

/* All may call watch_free(). */
struct watch_calls {
    /* The server agreed. */
    void (*begun)(void *data);
    /* "ADDED", "MODIFIED", "DELETED" or "BOOKMARK"; borrowed. */
    void (*event)(const char *type, const json_t *object, void *data);
    /* What had come so far was handed out. */
    void (*pause)(void *data);
    /* Once, last, and the watch is freed. No error: the server ended it in peace. KUBE_ERROR_GONE:
     * the resource version is too old. */
    void (*ended)(const GError *error, void *data);
};

struct watch;

struct watch *watch_start(struct http *http, const char *path, const char *accept,
                          const struct watch_calls *calls, void *data);
void watch_free(struct watch *watch);

#endif
