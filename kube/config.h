/* Where the cluster is and who we are: kubeconfig files, flags, and the pod's own service account.
 */
#ifndef KUBE_CONFIG_H
#define KUBE_CONFIG_H

#include "kube/error.h"
#include "kube/login.h"

/* kubectl's flags, by name and meaning; NULL/0 where not given. */
struct config_flags {
    const char *kubeconfig; /* --kubeconfig; else $KUBECONFIG, else ~/.kube/config */
    const char *context, *cluster, *user, *namespace;
    const char *server, *token, *certificate_authority, *tls_server_name;
    const char *as, *as_uid;
    const char *const *as_groups; /* NULL-terminated */
    const char *const *as_extra;  /* KEY=VALUE, NULL-terminated */
    bool insecure_skip_tls_verify;
    int64_t request_timeout_ms; /* 0: the default */
};

/* A context as the kubeconfig lists it. */
struct config_context {
    char *name, *cluster, *user, *namespace; /* namespace: "" when none is set */
    char *server;                            /* of its cluster, "" when that is missing */
    bool current;
};

struct config;

/* Reads what there is: flags, kubeconfig, else the service account of the pod we run in. NULL and
 * KUBE_ERROR_CONFIG (which file, line) when it makes no sense or there is nothing. */
struct config *config_load(const struct config_flags *flags, GError **error);
void config_free(struct config *config);

/* In the order of the file; borrowed. */
size_t config_n_contexts(const struct config *config);
const struct config_context *config_context_at(const struct config *config, size_t index);

/* The login of a context (NULL: the current one, or --context). */
struct login *config_login(const struct config *config, const char *context, GError **error);

#endif
