#include "kube/kubeconfig.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "kube/credential.h"
#include "kube/json.h"
#include "kube/yaml.h"

bool kubeconfig_fail(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (error != NULL)
        *error = g_error_new_valist(KUBE_ERROR, KUBE_ERROR_CONFIG, format, args);
    va_end(args);
    return false;
}

static const struct {
    const char *list, *noun;
} sections[KUBECONFIG_N] = {
    [KUBECONFIG_CLUSTERS] = {"clusters", "cluster"},
    [KUBECONFIG_USERS] = {"users", "user"},
    [KUBECONFIG_CONTEXTS] = {"contexts", "context"},
};

static void entry_free(void *data)
{
    struct kubeconfig_entry *entry = (struct kubeconfig_entry *)data;

    g_free(entry->name);
    g_free(entry->folder);
    json_decref(entry->value);
    json_decref(entry->for_plugin);
    g_free(entry);
}

void kubeconfig_free(struct kubeconfig *config)
{
    if (config == NULL)
        return;
    for (int i = 0; i < KUBECONFIG_N; i++)
        g_ptr_array_unref(config->entries[i]);
    g_free(config->current);
    g_free(config->files);
    g_free(config);
}

const struct kubeconfig_entry *kubeconfig_find(const struct kubeconfig *config,
                                               enum kubeconfig_section section, const char *name)
{
    for (guint i = 0; i < config->entries[section]->len; i++) {
        const struct kubeconfig_entry *entry =
            (const struct kubeconfig_entry *)config->entries[section]->pdata[i];

        if (strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

static bool add_entry(struct kubeconfig *config, enum kubeconfig_section section,
                      const json_t *item, size_t index, const char *file, GError **error)
{
    const char *name = json_text(item, "name", NULL);
    json_t *value = json_object_get(item, sections[section].noun);
    struct kubeconfig_entry *entry;

    if (!json_is_object(item) || *name == '\0')
        return kubeconfig_fail(error, "%s: %s number %zu has no name", file, sections[section].list,
                               index + 1);
    if (value != NULL && !json_is_object(value) && !json_is_null(value))
        return kubeconfig_fail(error, "%s: %s \"%s\": its \"%s\" is no mapping", file,
                               sections[section].noun, name, sections[section].noun);
    if (kubeconfig_find(config, section, name) != NULL)
        return true;
    entry = g_new0(struct kubeconfig_entry, 1);
    entry->name = g_strdup(name);
    entry->folder = g_path_get_dirname(file);
    entry->value = json_incref(value);
    g_ptr_array_add(config->entries[section], entry);
    return true;
}

static bool add_section(struct kubeconfig *config, enum kubeconfig_section section,
                        const json_t *root, const char *file, GError **error)
{
    const json_t *list = json_object_get(root, sections[section].list);
    const json_t *item;
    size_t index;

    if (list != NULL && !json_is_array(list) && !json_is_null(list))
        return kubeconfig_fail(error, "%s: \"%s\" is no list", file, sections[section].list);
    json_array_foreach(list, index, item)
    {
        const char *name = json_text(item, "name", NULL);

        for (size_t before = 0; before < index; before++)
            if (strcmp(json_text(json_array_get(list, before), "name", NULL), name) == 0 && *name)
                return kubeconfig_fail(error, "%s: %s \"%s\" is there twice", file,
                                       sections[section].noun, name);
        if (!add_entry(config, section, item, index, file, error))
            return false;
    }
    return true;
}

static json_t *plugin_extension(const json_t *root, const char *cluster)
{
    const json_t *item, *extension;
    size_t i, j;

    json_array_foreach(json_object_get(root, "clusters"), i, item)
    {
        if (strcmp(json_text(item, "name", NULL), cluster) != 0)
            continue;
        json_array_foreach(json_object_get(json_object_get(item, "cluster"), "extensions"), j,
                           extension)
        {
            if (strcmp(json_text(extension, "name", NULL), "client.authentication.k8s.io/exec") ==
                0)
                return json_object_get(extension, "extension");
        }
    }
    return NULL;
}

/* Reads the text once more, for the types in the few values that are handed on as they are. */
static void add_extensions(struct kubeconfig *config, guint first, const char *text, gsize len)
{
    const GPtrArray *clusters = config->entries[KUBECONFIG_CLUSTERS];
    json_auto_t *root = NULL;

    for (guint i = first; i < clusters->len; i++) {
        struct kubeconfig_entry *entry = (struct kubeconfig_entry *)clusters->pdata[i];

        if (json_object_get(entry->value, "extensions") == NULL)
            continue;
        if (root == NULL)
            root = yaml_parse_typed(text, len, NULL);
        entry->for_plugin = json_incref(plugin_extension(root, entry->name));
    }
}

static bool add_text(struct kubeconfig *config, const char *text, gsize len, const char *file,
                     GError **error)
{
    json_auto_t *root = yaml_parse(text, len, error);
    const char *current = json_text(root, "current-context", NULL);
    guint first = config->entries[KUBECONFIG_CLUSTERS]->len;

    if (root == NULL) {
        g_prefix_error(error, "%s: ", file);
        return false;
    }
    if (json_is_null(root))
        return true;
    if (!json_is_object(root))
        return kubeconfig_fail(error, "%s: this is no kubeconfig", file);
    for (int section = 0; section < KUBECONFIG_N; section++)
        if (!add_section(config, (enum kubeconfig_section)section, root, file, error))
            return false;
    add_extensions(config, first, text, len);
    if (config->current == NULL && *current != '\0')
        config->current = g_strdup(current);
    return true;
}

/* A missing file is passed over unless it must be there. */
static bool add_file(struct kubeconfig *config, const char *file, bool must, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) why = NULL;
    GStatBuf info;
    gsize len;

    if (g_stat(file, &info) != 0)
        return !must && (errno == ENOENT || errno == ENOTDIR)
                   ? true
                   : kubeconfig_fail(error, "%s: %s", file, g_strerror(errno));
    if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode))
        return kubeconfig_fail(error, "%s: this is not a file", file);
    if (info.st_size > YAML_MAX_BYTES)
        return kubeconfig_fail(error, "%s: larger than %u MiB", file, YAML_MAX_BYTES >> 20);
    if (!g_file_get_contents(file, &text, &len, &why))
        return kubeconfig_fail(error, "%s", why->message);
    return add_text(config, text, len, file, error);
}

static bool add_files(struct kubeconfig *config, const char *flag, GError **error)
{
    const char *list = g_getenv("KUBECONFIG");
    g_auto(GStrv) files = NULL;

    if (flag != NULL && *flag != '\0') {
        config->files = g_strdup(flag);
        return add_file(config, flag, true, error);
    }
    if (list == NULL || *list == '\0') {
        config->files = g_build_filename(g_get_home_dir(), ".kube", "config", NULL);
        return add_file(config, config->files, false, error);
    }
    config->files = g_strdup(list);
    files = g_strsplit(list, G_SEARCHPATH_SEPARATOR_S, -1);
    for (char **file = files; *file != NULL; file++)
        if (**file != '\0' && !add_file(config, *file, false, error))
            return false;
    return true;
}

struct kubeconfig *kubeconfig_load(const char *flag, GError **error)
{
    struct kubeconfig *config = g_new0(struct kubeconfig, 1);

    for (int i = 0; i < KUBECONFIG_N; i++)
        config->entries[i] = g_ptr_array_new_with_free_func(entry_free);
    if (add_files(config, flag, error))
        return config;
    kubeconfig_free(config);
    return NULL;
}

char *kubeconfig_path(const struct kubeconfig_entry *entry, const char *key)
{
    const char *path = json_text(entry->value, key, NULL);

    if (*path == '\0')
        return NULL;
    return g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(entry->folder, path, NULL);
}

bool kubeconfig_pem(const struct kubeconfig_entry *entry, const char *noun, const char *key,
                    GBytes **pem, GError **error)
{
    g_autofree char *data_key = g_strconcat(key, "-data", NULL);
    g_autofree char *file = kubeconfig_path(entry, key);
    g_autofree char *what = g_strdup_printf("%s \"%s\": %s", noun, entry->name, key);
    g_autoptr(GError) why = NULL;

    *pem = credential_pem(json_text(entry->value, data_key, NULL), file, what, &why);
    if (why == NULL)
        return true;
    g_propagate_error(error, g_steal_pointer(&why));
    return false;
}
