#include "kube/config.h"

#include <string.h>

#include "kube/credential.h"
#include "kube/json.h"
#include "kube/kubeconfig.h"
#include "kube/plugin.h"
#include "kube/proxy.h"
#include "kube/secret.h"
#include "kube/service_account.h"
#include "kube/user.h"

struct config {
    struct kubeconfig *files;
    GArray *contexts; /* of struct config_context, as shown */
    char *current;    /* --context, else that of the files; NULL: none is set */
    bool in_cluster;

    /* The flags, copied. */
    char *cluster, *user, *namespace;
    char *server, *token, *certificate_authority, *tls_server_name;
    char *as, *as_uid;
    char **as_groups, **as_extra;
    bool insecure_skip_tls_verify;
    int64_t request_timeout_ms;
};

static void context_clear(void *data)
{
    struct config_context *context = (struct config_context *)data;

    g_free(context->name);
    g_free(context->cluster);
    g_free(context->user);
    g_free(context->namespace);
    g_free(context->server);
}

static bool is_set(const char *text)
{
    return text != NULL && *text != '\0';
}

static char *non_empty(const char *text)
{
    return is_set(text) ? g_strdup(text) : NULL;
}

static struct config *config_new(const struct config_flags *flags)
{
    struct config *config = g_new0(struct config, 1);

    config->contexts = g_array_new(FALSE, TRUE, sizeof(struct config_context));
    g_array_set_clear_func(config->contexts, context_clear);
    config->cluster = non_empty(flags->cluster);
    config->user = non_empty(flags->user);
    config->namespace = non_empty(flags->namespace);
    config->server = non_empty(flags->server);
    config->token = non_empty(flags->token);
    config->certificate_authority = non_empty(flags->certificate_authority);
    config->tls_server_name = non_empty(flags->tls_server_name);
    config->as = non_empty(flags->as);
    config->as_uid = non_empty(flags->as_uid);
    config->as_groups = g_strdupv((char **)(uintptr_t)flags->as_groups);
    config->as_extra = g_strdupv((char **)(uintptr_t)flags->as_extra);
    config->insecure_skip_tls_verify = flags->insecure_skip_tls_verify;
    config->request_timeout_ms = flags->request_timeout_ms;
    return config;
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    kubeconfig_free(config->files);
    g_array_unref(config->contexts);
    g_free(config->current);
    g_free(config->cluster);
    g_free(config->user);
    g_free(config->namespace);
    g_free(config->server);
    secret_free(config->token);
    g_free(config->certificate_authority);
    g_free(config->tls_server_name);
    g_free(config->as);
    g_free(config->as_uid);
    g_strfreev(config->as_groups);
    g_strfreev(config->as_extra);
    g_free(config);
}

static void list_contexts(struct config *config)
{
    for (guint i = 0; i < config->files->entries[KUBECONFIG_CONTEXTS]->len; i++) {
        const struct kubeconfig_entry *entry =
            (const struct kubeconfig_entry *)config->files->entries[KUBECONFIG_CONTEXTS]->pdata[i];
        const char *cluster = json_text(entry->value, "cluster", NULL);
        const struct kubeconfig_entry *of =
            kubeconfig_find(config->files, KUBECONFIG_CLUSTERS, cluster);
        struct config_context context = {
            .name = g_strdup(entry->name),
            .cluster = g_strdup(cluster),
            .user = g_strdup(json_text(entry->value, "user", NULL)),
            .namespace = g_strdup(json_text(entry->value, "namespace", NULL)),
            .server = g_strdup(of != NULL ? json_text(of->value, "server", NULL) : ""),
            .current = g_strcmp0(config->current, entry->name) == 0,
        };

        g_array_append_val(config->contexts, context);
    }
}

struct config *config_load(const struct config_flags *flags, GError **error)
{
    struct config *config = config_new(flags);
    bool nothing;

    config->files = kubeconfig_load(is_set(flags->kubeconfig) ? flags->kubeconfig : NULL, error);
    if (config->files == NULL) {
        config_free(config);
        return NULL;
    }
    config->current = g_strdup(is_set(flags->context) ? flags->context : config->files->current);
    nothing = config->files->entries[KUBECONFIG_CONTEXTS]->len == 0 &&
              config->files->entries[KUBECONFIG_CLUSTERS]->len == 0 && config->server == NULL;
    config->in_cluster = nothing && service_account_exists(SERVICE_ACCOUNT_FOLDER);
    if (nothing && !config->in_cluster) {
        kubeconfig_fail(error, "no cluster is known: %s is not there or empty, and this is no pod",
                        config->files->files);
        config_free(config);
        return NULL;
    }
    list_contexts(config);
    return config;
}

size_t config_n_contexts(const struct config *config)
{
    return config->contexts->len;
}

const struct config_context *config_context_at(const struct config *config, size_t index)
{
    g_assert(index < config->contexts->len);
    return &g_array_index(config->contexts, struct config_context, index);
}

static bool read_bool(const struct kubeconfig_entry *entry, const char *key, bool *value,
                      GError **error)
{
    const char *text = json_text(entry->value, key, NULL);

    *value = strcmp(text, "true") == 0;
    if (*value || *text == '\0' || strcmp(text, "false") == 0)
        return true;
    return kubeconfig_fail(error, "cluster \"%s\": %s is \"%s\", neither true nor false",
                           entry->name, key, text);
}

/* The address may hold a password, so no message shows it. */
static bool read_proxy(const struct kubeconfig_entry *entry, struct login *login, GError **error)
{
    g_autoptr(GUri) uri = NULL;
    char *for_curl;

    login->proxy_url = non_empty(json_text(entry->value, "proxy-url", NULL));
    if (login->proxy_url == NULL)
        return true;
    for_curl = proxy_for_curl(login->proxy_url);
    secret_free(for_curl);
    uri = g_uri_parse(login->proxy_url, G_URI_FLAGS_NONE, NULL);
    if (for_curl != NULL && uri != NULL && is_set(g_uri_get_host(uri)))
        return true;
    return kubeconfig_fail(
        error, "cluster \"%s\": its proxy-url is none of http://, https:// and socks5://HOST:PORT",
        entry->name);
}

static bool read_cluster(const struct config *config, const struct kubeconfig_entry *entry,
                         struct login *login, GError **error)
{
    if (!read_bool(entry, "insecure-skip-tls-verify", &login->insecure_skip_tls_verify, error) ||
        !kubeconfig_pem(entry, "cluster", "certificate-authority", &login->ca, error))
        return false;
    login->server = non_empty(json_text(entry->value, "server", NULL));
    if (!read_proxy(entry, login, error))
        return false;
    /* The name belongs to the server of the file, not to the one of the flag. */
    if (config->server == NULL)
        login->tls_server_name = non_empty(json_text(entry->value, "tls-server-name", NULL));
    if (login->server == NULL && config->server == NULL)
        return kubeconfig_fail(error, "cluster \"%s\" has no server", entry->name);
    return true;
}

/* What kubectl tells a plugin of the cluster, once flags are applied. */
static json_t *cluster_for_plugin(const struct login *login, const json_t *settings)
{
    json_t *cluster = json_pack("{s:s}", "server", login->server);

    if (login->tls_server_name != NULL)
        json_object_set_new(cluster, "tls-server-name", json_string(login->tls_server_name));
    if (login->insecure_skip_tls_verify)
        json_object_set_new(cluster, "insecure-skip-tls-verify", json_true());
    if (login->ca != NULL) {
        gsize len;
        const guchar *pem = (const guchar *)g_bytes_get_data(login->ca, &len);
        g_autofree char *coded = g_base64_encode(pem, len);

        json_object_set_new(cluster, "certificate-authority-data", json_string(coded));
    }
    if (login->proxy_url != NULL)
        json_object_set_new(cluster, "proxy-url", json_string(login->proxy_url));
    json_object_set_new(cluster, "config",
                        settings != NULL ? json_deep_copy(settings) : json_null());
    return cluster;
}

static void replace(char **value, const char *flag)
{
    if (flag == NULL)
        return;
    g_free(*value);
    *value = g_strdup(flag);
}

static bool apply_flags(const struct config *config, struct login *login, GError **error)
{
    replace(&login->server, config->server);
    replace(&login->token, config->token);
    replace(&login->namespace, config->namespace);
    replace(&login->tls_server_name, config->tls_server_name);
    replace(&login->as, config->as);
    replace(&login->as_uid, config->as_uid);
    if (config->token != NULL)
        g_clear_pointer(&login->token_file, g_free);
    if (config->as_groups != NULL && *config->as_groups != NULL) {
        g_strfreev(login->as_groups);
        login->as_groups = g_strdupv(config->as_groups);
    }
    if (config->as_extra != NULL && *config->as_extra != NULL) {
        g_strfreev(login->as_extra);
        login->as_extra = user_extra(config->as_extra);
    }
    if (config->insecure_skip_tls_verify || config->certificate_authority != NULL) {
        g_clear_pointer(&login->ca, g_bytes_unref);
        login->insecure_skip_tls_verify = config->insecure_skip_tls_verify;
    }
    if (config->certificate_authority != NULL) {
        login->ca =
            credential_pem(NULL, config->certificate_authority, "--certificate-authority", error);
        if (login->ca == NULL)
            return false;
    }
    login->request_timeout_ms = config->request_timeout_ms;
    if (!is_set(login->namespace))
        replace(&login->namespace, "default");
    return true;
}

/* As kubectl: without a scheme it is https when anything speaks of TLS, else http. */
static bool check_server(struct login *login, GError **error)
{
    bool tls = login->ca != NULL || login->insecure_skip_tls_verify || login->client_cert != NULL;
    g_autoptr(GUri) uri = NULL;
    char *server = login->server;

    if (strstr(server, "://") == NULL) {
        login->server = g_strconcat(tls ? "https://" : "http://", server, NULL);
        g_free(server);
    }
    while (g_str_has_suffix(login->server, "/"))
        login->server[strlen(login->server) - 1] = '\0';
    uri = g_uri_parse(login->server, G_URI_FLAGS_NONE, NULL);
    if (uri != NULL && g_uri_get_userinfo(uri) != NULL)
        return kubeconfig_fail(
            error, "the server's address holds a login: that belongs to the user's entry");
    if (uri == NULL || !is_set(g_uri_get_host(uri)) || g_uri_get_query(uri) != NULL ||
        g_uri_get_fragment(uri) != NULL ||
        (strcmp(g_uri_get_scheme(uri), "https") != 0 && strcmp(g_uri_get_scheme(uri), "http") != 0))
        return kubeconfig_fail(
            error, "\"%s\" is no address of a server: https://HOST:PORT is wanted", login->server);
    return true;
}

/* What becomes header lines must not hold more than one. */
static bool check_login(struct login *login, GError **error)
{
    const struct {
        const char *text, *name;
    } rows[] = {{login->token, "token"},
                {login->as, "as"},
                {login->as_uid, "as-uid"},
                {login->tls_server_name, "tls-server-name"}};

    if (login->ca != NULL && login->insecure_skip_tls_verify)
        return kubeconfig_fail(error,
                               "a certificate authority and insecure-skip-tls-verify exclude each "
                               "other: take one out");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].text != NULL && !credential_is_header_text(rows[i].text))
            return kubeconfig_fail(error, "the %s holds a line end or another control character",
                                   rows[i].name);
    for (size_t i = 0; login->as_groups != NULL && login->as_groups[i] != NULL; i++)
        if (!credential_is_header_text(login->as_groups[i]))
            return kubeconfig_fail(error,
                                   "as-groups holds a line end or another control character");
    for (size_t i = 0; login->as_extra != NULL && login->as_extra[i] != NULL; i++)
        if (!credential_is_header_text(login->as_extra[i]))
            return kubeconfig_fail(error,
                                   "as-user-extra holds a line end or another control character");
    if (login->as == NULL &&
        (login->as_uid != NULL || login->as_groups != NULL || login->as_extra != NULL))
        return kubeconfig_fail(error, "as-uid, as-groups and as-user-extra need a user to act as "
                                      "(as, --as)");
    return check_server(login, error);
}

/* Finds what a context points to; *of: the cluster's entry. Empty names are allowed where flags
 * stand in for them. */
static bool read_context(const struct config *config, const char *name, struct login *login,
                         const struct kubeconfig_entry **of, GError **error)
{
    const struct kubeconfig_entry *context = NULL, *cluster = NULL, *user = NULL;
    const char *cluster_name = config->cluster, *user_name = config->user;

    if (is_set(name)) {
        context = kubeconfig_find(config->files, KUBECONFIG_CONTEXTS, name);
        if (context == NULL)
            return kubeconfig_fail(error, "there is no context \"%s\" in %s", name,
                                   config->files->files);
        login->namespace = non_empty(json_text(context->value, "namespace", NULL));
        if (cluster_name == NULL)
            cluster_name = json_text(context->value, "cluster", NULL);
        if (user_name == NULL)
            user_name = json_text(context->value, "user", NULL);
    }
    login->context = g_strdup(name != NULL ? name : "");
    if (is_set(cluster_name))
        cluster = kubeconfig_find(config->files, KUBECONFIG_CLUSTERS, cluster_name);
    if (is_set(user_name))
        user = kubeconfig_find(config->files, KUBECONFIG_USERS, user_name);
    if (cluster == NULL && is_set(cluster_name))
        return kubeconfig_fail(error, "there is no cluster \"%s\" in %s", cluster_name,
                               config->files->files);
    if (user == NULL && is_set(user_name))
        return kubeconfig_fail(error, "there is no user \"%s\" in %s", user_name,
                               config->files->files);
    if (cluster == NULL && config->server == NULL)
        return is_set(name)
                   ? kubeconfig_fail(error, "context \"%s\" names no cluster", name)
                   : kubeconfig_fail(error,
                                     "no context is chosen: name one with --context, there are "
                                     "%u in %s",
                                     config->contexts->len, config->files->files);
    *of = cluster;
    return (cluster == NULL || read_cluster(config, cluster, login, error)) &&
           (user == NULL || user_read(user, config->token != NULL, login, error));
}

struct login *config_login(const struct config *config, const char *context, GError **error)
{
    const struct kubeconfig_entry *cluster = NULL;
    struct login *login;
    bool ok;

    if (config->in_cluster) {
        login = service_account_login(SERVICE_ACCOUNT_FOLDER, error);
        ok = login != NULL;
    } else {
        login = g_new0(struct login, 1);
        ok = read_context(config, is_set(context) ? context : config->current, login, &cluster,
                          error);
    }
    if (ok && apply_flags(config, login, error) && check_login(login, error)) {
        if (login->plugin != NULL && login->plugin->wants_cluster)
            login->plugin->cluster =
                cluster_for_plugin(login, cluster != NULL ? cluster->for_plugin : NULL);
        return login;
    }
    login_free(login);
    return NULL;
}
