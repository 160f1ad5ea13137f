/* Kubeconfig files, merged as kubectl merges them; nothing is judged yet beyond their shape. */
#ifndef KUBE_KUBECONFIG_H
#define KUBE_KUBECONFIG_H

#include <jansson.h>

#include "kube/error.h"

/* The lists that are merged by name. */
enum kubeconfig_section {
    KUBECONFIG_CLUSTERS,
    KUBECONFIG_USERS,
    KUBECONFIG_CONTEXTS,
    KUBECONFIG_N
};

/* A named entry; of several with one name the first counts, whole. */
struct kubeconfig_entry {
    char *name;
    char *folder;  /* of the file that it stands in: relative paths begin there */
    json_t *value; /* the object below the noun; may be NULL or null */
};

struct kubeconfig {
    GPtrArray *entries[KUBECONFIG_N]; /* of struct kubeconfig_entry, in the order of the files */
    char *current;                    /* the first current-context; NULL: none is set */
    char *files;                      /* where we looked, for messages */
};

/* `flag` (--kubeconfig) names the one file, which must be there. Without it (NULL) the files of
 * $KUBECONFIG that exist are read, else ~/.kube/config. KUBE_ERROR_CONFIG names file and line. */
struct kubeconfig *kubeconfig_load(const char *flag, GError **error);
void kubeconfig_free(struct kubeconfig *config);

/* Borrowed, or NULL. */
const struct kubeconfig_entry *kubeconfig_find(const struct kubeconfig *config,
                                               enum kubeconfig_section section, const char *name);

/* Sets KUBE_ERROR_CONFIG; returns false. */
bool kubeconfig_fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
