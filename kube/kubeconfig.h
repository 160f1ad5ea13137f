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
    /* What a cluster has for the login plugin of its users, with numbers and booleans as such;
     * may be NULL. */
    json_t *for_plugin;
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

/* The file that `key` names, from the entry's own folder on; NULL: none. */
char *kubeconfig_path(const struct kubeconfig_entry *entry, const char *key);
/* A PEM of `key`-data or of the file that `key` names; NULL where neither is there. noun: "user".
 */
bool kubeconfig_pem(const struct kubeconfig_entry *entry, const char *noun, const char *key,
                    GBytes **pem, GError **error);

/* Sets KUBE_ERROR_CONFIG; returns false. */
bool kubeconfig_fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
