/* The pods of the practice cluster as they are when it starts, and the files in them. */
#ifndef KUBE_DEMO_PODS_H
#define KUBE_DEMO_PODS_H

#include "kube/pod.h"

enum demo_state { DEMO_RUNNING, DEMO_WAITING, DEMO_TERMINATED };

struct demo_container {
    const char *name;
    const char *image;
    enum container_kind kind;
    enum demo_state state;
    const char *reason; /* of waiting and terminated */
    int exit_code;      /* of the last end, where there was one */
    int restarts;
    bool ready;
    bool bare; /* one binary only: no cat, nothing */
};

struct demo_pod_row {
    const char *namespace, *name;
    const char *phase, *status; /* status: as kubectl's table says it */
    int age_minutes, restarted_minutes;
    const char *node; /* "" when it has none yet */
    const char *owner_kind, *owner;
    const char *labels; /* "app=web,tier=front" */
    const char *default_container;
    const struct demo_container *containers; /* ended by one without a name */
};

struct demo_file_row {
    const char *namespace, *pod, *container;
    const char *path;
    const char *resource; /* a file of the program; NULL: `text` */
    const char *text;
    size_t cut_bytes; /* only so many of them; 0: all */
};

/* A port that a container declares and listens on. */
struct demo_port_row {
    const char *namespace, *pod, *container;
    const char *name;
    unsigned port;
    bool pprof; /* net/http/pprof is behind it */
};

/* The next four are ended by a row without a name or path. */
extern const struct demo_pod_row demo_pod_rows[];
extern const struct demo_file_row demo_file_rows[];
extern const struct demo_port_row demo_port_rows[];
extern const char *const demo_namespace_names[];
/* What a pod that is added later looks like. */
extern const struct demo_pod_row demo_added_row;

#endif
