#include "kube/user.h"

#include <string.h>

#include "kube/json.h"
#include "kube/plugin.h"

static char *non_empty(const char *text)
{
    return *text != '\0' ? g_strdup(text) : NULL;
}

/* What kubectl once did itself and leaves to plugins now. */
static bool refuse_provider(const struct kubeconfig_entry *entry, const char *name, GError **error)
{
    static const struct {
        const char *name, *instead;
    } rows[] = {
        {"gcp", "install gke-gcloud-auth-plugin, then run: gcloud container clusters "
                "get-credentials"},
        {"azure", "install kubelogin, then run: kubelogin convert-kubeconfig"},
        {"oidc", "set up the plugin kubelogin (kubectl oidc-login setup), or give a token with "
                 "--token"},
    };
    const char *instead = "give a token with --token";

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(name, rows[i].name) == 0)
            instead = rows[i].instead;
    return kubeconfig_fail(error,
                           "user \"%s\" logs in with the auth-provider \"%s\", which has given "
                           "way to plugins; try: %s",
                           entry->name, name, instead);
}

/* Only where nothing else is there to log in with, as in kubectl. */
static bool read_plugin(const struct kubeconfig_entry *entry, struct login *login, GError **error)
{
    const json_t *exec = json_object_get(entry->value, "exec");
    const json_t *provider = json_object_get(entry->value, "auth-provider");

    if (json_is_object(exec) && json_is_object(provider))
        return kubeconfig_fail(error, "user \"%s\" has both a plugin (exec) and an auth-provider",
                               entry->name);
    if (json_is_object(provider))
        return refuse_provider(entry, json_text(provider, "name", NULL), error);
    if (exec != NULL && !json_is_null(exec) && !json_is_object(exec))
        return kubeconfig_fail(error, "user \"%s\": its exec is no mapping", entry->name);
    if (!json_is_object(exec))
        return true;
    login->plugin = plugin_read(entry->name, entry->folder, exec, error);
    return login->plugin != NULL;
}

static void add_pair(GStrvBuilder *builder, const char *key, const char *value)
{
    g_strv_builder_add(builder, key);
    g_strv_builder_add(builder, value);
}

static char **read_groups(const json_t *groups)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    const json_t *group;
    size_t i;

    json_array_foreach(groups, i, group) g_strv_builder_add(builder, json_text(group, NULL));
    return json_array_size(groups) > 0 ? g_strv_builder_end(builder) : NULL;
}

static char **read_extra(json_t *extra)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    const char *key;
    const json_t *values, *value;
    size_t i;

    json_object_foreach(extra, key, values) json_array_foreach(values, i, value)
        add_pair(builder, key, json_text(value, NULL));
    return json_object_size(extra) > 0 ? g_strv_builder_end(builder) : NULL;
}

/* kubectl passes over what has no "=". */
char **user_extra(char *const *pairs)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (; *pairs != NULL; pairs++) {
        const char *equals = strchr(*pairs, '=');
        g_autofree char *key = g_strndup(*pairs, equals != NULL ? (gsize)(equals - *pairs) : 0);

        if (equals != NULL)
            add_pair(builder, key, equals + 1);
    }
    return g_strv_builder_end(builder);
}

bool user_read(const struct kubeconfig_entry *entry, bool has_token, struct login *login,
               GError **error)
{
    if (!kubeconfig_pem(entry, "user", "client-certificate", &login->client_cert, error) ||
        !kubeconfig_pem(entry, "user", "client-key", &login->client_key, error))
        return false;
    if ((login->client_cert == NULL) != (login->client_key == NULL))
        return kubeconfig_fail(error, "user \"%s\" has a client %s without a %s", entry->name,
                               login->client_cert != NULL ? "certificate" : "key",
                               login->client_cert != NULL ? "key" : "certificate");
    login->as = non_empty(json_text(entry->value, "as", NULL));
    login->as_uid = non_empty(json_text(entry->value, "as-uid", NULL));
    login->as_groups = read_groups(json_object_get(entry->value, "as-groups"));
    login->as_extra = read_extra(json_object_get(entry->value, "as-user-extra"));
    if (has_token)
        return true;
    login->token_file = kubeconfig_path(entry, "tokenFile");
    login->token = non_empty(json_text(entry->value, "token", NULL));
    login->username = non_empty(json_text(entry->value, "username", NULL));
    login->password = non_empty(json_text(entry->value, "password", NULL));
    if (login->username != NULL && (login->token_file != NULL || login->token != NULL))
        return kubeconfig_fail(error, "user \"%s\" has both a token and a username: take one out",
                               entry->name);
    if (login->token_file != NULL || login->token != NULL || login->username != NULL ||
        login->client_cert != NULL)
        return true;
    return read_plugin(entry, login, error);
}
