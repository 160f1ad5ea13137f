/* What the programs in the practice cluster's pods answer through the pod proxy: net/http/pprof's
 * trace, made of a file of the container and given out over its seconds, and a flight recorder's at
 * DEMO_FLIGHT_PATH. */
#ifndef KUBE_DEMO_PROXY_H
#define KUBE_DEMO_PROXY_H

#include <sys/types.h>

#include "kube/demo_world.h"

#define DEMO_FLIGHT_PATH "debug/flight"

struct demo_proxy {
    int status;      /* 200: the answer is what demo_proxy_read() gives */
    bool by_program; /* else the API server says no */
    char *message;   /* of any other status */

    struct demo_world *world;
    struct demo_object *pod;
    const struct demo_file *file;
    bool tracing; /* as long as it lives, nobody else may */
    double seconds;
    int64_t began_us;
    uint64_t done_bytes;
};

/* `target` is "[https:]POD[:PORT]" as in the address, `path` without the slash in front. */
struct demo_proxy *demo_proxy_new(struct demo_world *world, const char *namespace,
                                  const char *target, const char *path, double seconds);
void demo_proxy_free(struct demo_proxy *proxy);

enum { DEMO_PROXY_END = -1, DEMO_PROXY_CUT = -2 };
/* How many bytes were put into the buffer; 0: none are due yet. */
ssize_t demo_proxy_read(struct demo_proxy *proxy, char *buffer, size_t max);

#endif
