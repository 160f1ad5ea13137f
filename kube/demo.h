/* The practice cluster: a small Kubernetes API server on a loopback port, with pods, files and
 * real Go traces in it. For people who look around, and for tests, which can make it fail. */
#ifndef KUBE_DEMO_H
#define KUBE_DEMO_H

#include "kube/error.h"

/* What to do wrong, for tests; all zero: nothing. Read by demo_set_faults(). */
struct demo_faults {
    int64_t cut_after_bytes; /* end the connection after so many stdout bytes (0: never) */
    bool cut_v5_only;        /* ... but not over v4.channel.k8s.io */
    bool cut_with_success;   /* ... and say Success before, as a real 1.33 does on kubelet death */
    int64_t stall_after_bytes; /* send nothing more after so many stdout bytes, not even a pong, but
                                * stay connected */
    int http_status;           /* answer every list, get and exec with it (0: no) */
    bool no_cat;               /* the container has no cat */
    bool no_stat;              /* ... no stat */
    const char *missing;       /* ... none of these tools, "sh dd"; static */
    bool wrong_digest;         /* digests are of something else */
    bool wrong_exit;           /* cat ends with exit status 1 after all its bytes */
    bool v4_only;              /* do not know v5.channel.k8s.io */
    bool v5_only;              /* do not know v4.channel.k8s.io */
    bool garbage_json;         /* answer lists with what is not JSON */
    bool gone_once;            /* the next watch gets a 410 */
    unsigned bytes_per_s;      /* throttle stdout (0: no) */
    bool talk_cuts;            /* what the client says while stdout comes ends the connection */
    bool stdin_ends;           /* a reader that minds its stdin finds that at its end at once */
};

struct demo;

/* Starts it in a thread of its own, on a free port of 127.0.0.1, with a random token. */
struct demo *demo_start(GError **error);
void demo_stop(struct demo *demo);

/* A kubeconfig (YAML text) that leads to it; borrowed. Namespace shop is its default. It serves
 * kubectl too, which sends no token over plain HTTP: the server's path, as random as the token,
 * lets in who sends none. */
const char *demo_kubeconfig(const struct demo *demo);

void demo_set_faults(struct demo *demo, const struct demo_faults *faults);

/* Puts one more pod there (running, one container `app`), in a new namespace if need be, or takes
 * it away: news for watches. A pod that is there already restarts. */
void demo_add_pod(struct demo *demo, const char *namespace, const char *name);
void demo_remove_pod(struct demo *demo, const char *namespace, const char *name);
/* A file of so many pseudo-random bytes in every container, at `path`: the same each time. */
void demo_add_file(struct demo *demo, const char *path, uint64_t size_bytes);

enum demo_change_kind {
    DEMO_GROWS,    /* to a new size, of pseudo-random bytes */
    DEMO_SHRINKS,  /* to a new size */
    DEMO_REWRITES, /* in place, with other bytes */
    DEMO_TOUCHES,  /* another time, nothing else */
    DEMO_REPLACES, /* by another of that name */
    DEMO_DELETES,
};
/* What becomes of a file of demo_add_file(), at once. The size is of interest to the first two. */
void demo_change_file(struct demo *demo, const char *path, enum demo_change_kind kind,
                      uint64_t size_bytes);

#endif
