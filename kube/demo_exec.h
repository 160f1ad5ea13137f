/* One exec of the practice cluster, after the upgrade to WebSocket: v4.channel.k8s.io and v5. */
#ifndef KUBE_DEMO_EXEC_H
#define KUBE_DEMO_EXEC_H

#include "kube/demo_world.h"

struct demo_exec {
    struct demo_world *world;
    struct demo_object *pod;                /* owned */
    const struct demo_container *container; /* of the pod */
    char **argv;                            /* owned */
    bool v5;
    bool with_stdin, with_stdout, with_stderr;
};

struct demo_exec *demo_exec_new(struct demo_world *world);
void demo_exec_free(struct demo_exec *exec);

/* The container that a name (NULL or "": none) means in a pod. NULL: none, and the message, to be
 * freed, says why. */
const struct demo_container *demo_exec_choose(const struct demo_object *pod, const char *name,
                                              char **message);

/* Serves the whole of it on a connected socket, beginning with `early` bytes that were read from
 * it already. Blocks until both ends are done, or the world or the other end is gone. Does not
 * close the socket. */
void demo_exec_serve(struct demo_exec *exec, int socket, const void *early, size_t early_len);

#endif
