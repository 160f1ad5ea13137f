/* The functions of kube that the screens call, with made-up answers and without any
 * network: a test says what the cluster does and sees what the screen makes of it. Linked in place
 * of the library. */
#ifndef TESTS_FAKE_CLUSTER_H
#define TESTS_FAKE_CLUSTER_H

#include "kube/list.h"
#include "kube/pull.h"

struct fake_cluster {
    int list_error;  /* a KUBE_ERROR_... for the next lists; -1: none */
    bool will_retry; /* of that error */
    bool empty;      /* lists have no rows */
    size_t expected; /* lists are still being read, and will have so many rows; 0: not said */
    bool growing;    /* lists are still being read */
    unsigned poll_s; /* lists are not watched but read again */
    bool silent;     /* lists and pods are never answered */
    int extra_pods;  /* so many more pods */
    bool long_names; /* one pod has a name of 60 characters */
    int pull_error;  /* a KUBE_ERROR_... in the middle; -1: none */
    bool pull_stops; /* stays at 45 percent */
    bool pull_waits; /* ... waiting for the next try */
    const char *unfinished; /* what pull_find_unfinished() finds; NULL: nothing */
    int files_error;        /* a KUBE_ERROR_... of listings; -1: none */
    bool files_empty;       /* folders have nothing in them */
    bool files_many;        /* more than are shown */
    int debug_error;        /* a KUBE_ERROR_... of ephemeral containers; -1: none */
    GString *pulled;        /* "NAMESPACE/POD CONTAINER:PATH" of the last pull */
};

extern struct fake_cluster fake_cluster;

/* Back to a cluster that works. */
void fake_cluster_reset(void);
/* A config with three contexts. */
struct config *fake_config(void);
/* What a KUBE_ERROR_... says here. */
GError *fake_cluster_error(int code);
/* Tells the live lists that something changed. */
void fake_cluster_changed(void);

#endif
