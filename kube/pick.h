/* Which containers a command means that names pods by labels, or several by name: running ones,
 * and of the others why they are left out. */
#ifndef KUBE_PICK_H
#define KUBE_PICK_H

#include "kube/place.h"
#include "kube/pod.h"

struct pick_query {
    const char *namespace;    /* NULL: all; not looked at with pods */
    const char *selector;     /* labels; NULL: every pod */
    const struct place *pods; /* these instead, each with its namespace; NULL: by the above */
    size_t n_pods;
    const char *container; /* NULL: the one that the pod names by annotation, else its only one */
};

struct picked {
    struct place *place; /* the container is NULL where there is none to choose */
    char *why;           /* it is left out; NULL: it is meant. Foreign text */
};

/* Called once, unless the pick was freed; what was picked is borrowed, sorted as the server has it
 * or as the pods were named, NULL with an error. Of a pod by name an error is why it is left
 * out. */
typedef void pick_done_fn(const GPtrArray *picked, const GError *error, void *data);

struct pick;

/* Copies all. */
struct pick *pick_start(struct client *client, const struct pick_query *query, pick_done_fn *done,
                        void *data);
/* Stops it; `done` is not called any more. Also frees one that is done. */
void pick_free(struct pick *pick);

/* The container of a pod: the wanted one (NULL: see above). NULL: none, and *why (g_free() it)
 * says so. Borrowed from the pod. */
const char *pick_container(const struct pod *pod, const char *wanted, char **why);

#endif
