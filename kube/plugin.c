#include "kube/plugin.h"

#include <stdarg.h>
#include <string.h>

#include "kube/credential.h"
#include "kube/json.h"
#include "kube/kubeconfig.h"
#include "kube/secret.h"

#define GROUP "client.authentication.k8s.io/"

void plugin_free(struct plugin *plugin)
{
    if (plugin == NULL)
        return;
    g_free(plugin->user);
    g_free(plugin->command);
    g_strfreev(plugin->args);
    g_strfreev(plugin->env);
    g_free(plugin->api_version);
    g_free(plugin->install_hint);
    json_decref(plugin->cluster);
    g_free(plugin);
}

bool plugin_fail(const struct plugin *plugin, GError **error, const char *format, ...)
{
    g_autofree char *what = NULL;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_PLUGIN, "the login plugin \"%s\" of user \"%s\" %s",
                plugin->command, plugin->user, what);
    return false;
}

static bool read_version(struct plugin *plugin, const json_t *exec, GError **error)
{
    const char *version = json_text(exec, "apiVersion", NULL);

    plugin->api_version = g_strdup(version);
    if (strcmp(version, GROUP "v1") == 0 || strcmp(version, GROUP "v1beta1") == 0)
        return true;
    if (strcmp(version, GROUP "v1alpha1") == 0)
        return kubeconfig_fail(error,
                               "user \"%s\": its plugin is to speak " GROUP
                               "v1alpha1, which is gone: write the entry "
                               "anew with the plugin's own tool, for v1 or v1beta1",
                               plugin->user);
    if (*version == '\0')
        return kubeconfig_fail(error, "user \"%s\": its plugin (exec) has no apiVersion",
                               plugin->user);
    return kubeconfig_fail(error,
                           "user \"%s\": its plugin is to speak \"%s\", which is not known here: "
                           "only " GROUP "v1 and v1beta1 are",
                           plugin->user, version);
}

/* v1beta1 has a default, v1 insists on an answer. */
static bool read_mode(struct plugin *plugin, const json_t *exec, GError **error)
{
    static const char *const names[] = {
        [PLUGIN_NEVER] = "Never",
        [PLUGIN_IF_AVAILABLE] = "IfAvailable",
        [PLUGIN_ALWAYS] = "Always",
    };
    const char *name = json_text(exec, "interactiveMode", NULL);

    if (*name == '\0' && strcmp(plugin->api_version, GROUP "v1beta1") == 0)
        name = names[PLUGIN_IF_AVAILABLE];
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            plugin->mode = (enum plugin_mode)i;
            return true;
        }
    }
    if (*name == '\0')
        return kubeconfig_fail(error, "user \"%s\": its plugin (exec) has no interactiveMode",
                               plugin->user);
    return kubeconfig_fail(error,
                           "user \"%s\": its plugin has the interactiveMode \"%s\", which is none "
                           "of Never, IfAvailable and Always",
                           plugin->user, name);
}

/* As kubectl: what has a slash in it is a path from the kubeconfig on, all else is in $PATH. */
static bool read_command(struct plugin *plugin, const char *folder, const json_t *exec,
                         GError **error)
{
    const char *command = json_text(exec, "command", NULL);

    if (*command == '\0')
        return kubeconfig_fail(error, "user \"%s\": its plugin (exec) has no command",
                               plugin->user);
    if (strchr(command, '/') != NULL) {
        g_autofree char *from = g_canonicalize_filename(folder, NULL);

        plugin->command = g_canonicalize_filename(command, from);
    } else {
        plugin->command = g_strdup(command);
    }
    return true;
}

static bool read_words(struct plugin *plugin, const json_t *exec, GError **error)
{
    g_autoptr(GStrvBuilder) args = g_strv_builder_new(), env = g_strv_builder_new();
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(exec, "args"), i, item)
    {
        const char *text = json_string_value(item);

        g_strv_builder_add(args, text != NULL ? text : "");
    }
    plugin->args = g_strv_builder_end(args);
    json_array_foreach(json_object_get(exec, "env"), i, item)
    {
        g_autofree char *pair =
            g_strdup_printf("%s=%s", json_text(item, "name", NULL), json_text(item, "value", NULL));

        if (*pair == '=')
            return kubeconfig_fail(error,
                                   "user \"%s\": env number %zu of its plugin (exec) has no name",
                                   plugin->user, i + 1);
        g_strv_builder_add(env, pair);
    }
    plugin->env = g_strv_builder_end(env);
    return true;
}

/* A hint may be written over several lines; NULL when there is none. */
static char *one_line(const char *text)
{
    g_autoptr(GString) line = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n", -1);

    for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
            g_string_append_printf(line, "%s%s", line->len > 0 ? " " : "", *word);
    return line->len > 0 ? g_strdup(line->str) : NULL;
}

struct plugin *plugin_read(const char *user, const char *folder, const json_t *exec, GError **error)
{
    struct plugin *plugin = g_new0(struct plugin, 1);
    const char *hint = json_text(exec, "installHint", NULL);

    plugin->user = g_strdup(user);
    plugin->limit_ms = PLUGIN_LIMIT_MS;
    plugin->install_hint = one_line(hint);
    plugin->wants_cluster = strcmp(json_text(exec, "provideClusterInfo", NULL), "true") == 0;
    if (read_version(plugin, exec, error) && read_command(plugin, folder, exec, error) &&
        read_mode(plugin, exec, error) && read_words(plugin, exec, error))
        return plugin;
    plugin_free(plugin);
    return NULL;
}

char *plugin_question(const struct plugin *plugin, bool interactive)
{
    json_auto_t *question = json_pack("{s:s, s:s, s:{s:b}}", "kind", "ExecCredential", "apiVersion",
                                      plugin->api_version, "spec", "interactive", interactive);
    char *text, *copy;

    if (plugin->cluster != NULL)
        json_object_set(json_object_get(question, "spec"), "cluster", plugin->cluster);
    text = json_dumps(question, JSON_COMPACT);
    copy = g_strdup(text);
    free(text);
    return copy;
}

/* The answer's own copies of what is secret. */
static void wipe(json_t *answer)
{
    static const char *const keys[] = {"token", "clientCertificateData", "clientKeyData"};
    const json_t *status = json_object_get(answer, "status");

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        json_t *value = json_object_get(status, keys[i]);

        if (json_is_string(value))
            explicit_bzero((void *)(uintptr_t)json_string_value(value), json_string_length(value));
    }
    json_decref(answer);
}

static bool check_kind(const struct plugin *plugin, const json_t *object, GError **error)
{
    const char *kind = json_text(object, "kind", NULL);
    const char *version = json_text(object, "apiVersion", NULL);

    if (strcmp(kind, "ExecCredential") != 0)
        return plugin_fail(plugin, error, "answered with \"%s\" instead of an ExecCredential",
                           kind);
    if (strcmp(version, plugin->api_version) != 0)
        return plugin_fail(plugin, error, "answered in \"%s\", but the kubeconfig wants \"%s\"",
                           version, plugin->api_version);
    if (!json_is_object(json_object_get(object, "status")))
        return plugin_fail(plugin, error, "answered without a status");
    return true;
}

static GBytes *pem_bytes(const char *text)
{
    return strstr(text, "-----BEGIN ") != NULL ? secret_bytes(g_strdup(text), strlen(text)) : NULL;
}

static bool read_status(const struct plugin *plugin, const json_t *status,
                        struct plugin_answer *answer, GError **error)
{
    const char *token = json_text(status, "token", NULL);
    const char *cert = json_text(status, "clientCertificateData", NULL);
    const char *key = json_text(status, "clientKeyData", NULL);
    const char *expires = json_text(status, "expirationTimestamp", NULL);

    if (*token == '\0' && *cert == '\0' && *key == '\0')
        return plugin_fail(plugin, error, "answered with neither a token nor a certificate");
    if ((*cert == '\0') != (*key == '\0'))
        return plugin_fail(plugin, error, "answered with a %s",
                           *cert != '\0' ? "certificate without its key"
                                         : "key without its certificate");
    if (!credential_is_header_text(token))
        return plugin_fail(plugin, error, "answered with a token that holds a line end");
    answer->expires_s = json_time_s(expires);
    if (*expires != '\0' && answer->expires_s == 0)
        return plugin_fail(plugin, error, "answered with an expirationTimestamp that is no time");
    if (*cert != '\0') {
        answer->cert = pem_bytes(cert);
        answer->key = pem_bytes(key);
        if (answer->cert == NULL || answer->key == NULL)
            return plugin_fail(plugin, error,
                               "answered with a certificate or key that is not PEM text");
    }
    answer->token = *token != '\0' ? g_strdup(token) : NULL;
    return true;
}

bool plugin_answer_read(const struct plugin *plugin, const char *bytes, size_t len,
                        struct plugin_answer *answer, GError **error)
{
    json_t *object = json_loadb(bytes, len, 0, NULL);
    bool ok;

    *answer = (struct plugin_answer){0};
    if (len == 0 || strspn(bytes, " \t\r\n") == len)
        ok = plugin_fail(plugin, error, "answered nothing");
    else if (!json_is_object(object))
        ok = plugin_fail(plugin, error, "answered with something that is no JSON object");
    else
        ok = check_kind(plugin, object, error) &&
             read_status(plugin, json_object_get(object, "status"), answer, error);
    if (!ok)
        plugin_answer_clear(answer);
    wipe(object);
    return ok;
}

void plugin_answer_clear(struct plugin_answer *answer)
{
    g_clear_pointer(&answer->token, secret_free);
    g_clear_pointer(&answer->cert, g_bytes_unref);
    g_clear_pointer(&answer->key, g_bytes_unref);
    answer->expires_s = 0;
}
