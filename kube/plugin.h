/* Plugins that log in for us (`exec` of a kubeconfig): what is asked of one, and what it answers,
 * by client.authentication.k8s.io/v1 and v1beta1. No processes here. */
#ifndef KUBE_PLUGIN_H
#define KUBE_PLUGIN_H

#include <jansson.h>

#include "kube/error.h"

#define PLUGIN_LIMIT_MS 180000 /* a browser may be waited for, but not for ever */

enum plugin_mode { PLUGIN_NEVER, PLUGIN_IF_AVAILABLE, PLUGIN_ALWAYS };

struct plugin {
    char *user;    /* whose it is, for messages */
    char *command; /* a name to look for in $PATH, or an absolute path */
    char **args;   /* without the command; NULL-terminated, as env */
    char **env;    /* NAME=VALUE */
    char *api_version;
    char *install_hint; /* NULL: none */
    enum plugin_mode mode;
    bool wants_cluster;
    json_t *cluster;   /* what it is told of the cluster; NULL: nothing */
    unsigned limit_ms; /* of a run that does not ask anybody anything */
};

/* Of a user's `exec`; folder: of the kubeconfig, where relative paths begin. KUBE_ERROR_CONFIG. */
struct plugin *plugin_read(const char *user, const char *folder, const json_t *exec,
                           GError **error);
void plugin_free(struct plugin *plugin);

/* The value of KUBERNETES_EXEC_INFO; g_free() it. */
char *plugin_question(const struct plugin *plugin, bool interactive);

/* What it handed out; secret. */
struct plugin_answer {
    char *token;        /* NULL: none */
    GBytes *cert, *key; /* PEM; both or neither */
    int64_t expires_s;  /* seconds since 1970; 0: it does not say */
};

/* KUBE_ERROR_PLUGIN, with nothing of the answer in the message. */
bool plugin_answer_read(const struct plugin *plugin, const char *bytes, size_t len,
                        struct plugin_answer *answer, GError **error);
void plugin_answer_clear(struct plugin_answer *answer);

/* Sets KUBE_ERROR_PLUGIN that begins with plugin and user; returns false. */
bool plugin_fail(const struct plugin *plugin, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
