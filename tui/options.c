/* The table of options, and the small languages of their values. */
#include "tui/options.h"

#include <math.h>
#include <string.h>

#define AT(field) G_STRUCT_OFFSET(struct options, field)

struct option_row {
    unsigned use; /* enum options_use: the commands that take it; 0: all */
    const char *name;
    char letter;
    GOptionArg type;
    size_t offset; /* of the field in struct options */
    const char *argument;
    const char *help;
};

static const struct option_row option_rows[] = {
    {OPTIONS_NAMESPACE, "namespace", 'n', G_OPTION_ARG_STRING, AT(namespace), "NS",
     "Namespace to look in"},
    {OPTIONS_SELECT, "all-namespaces", 'A', G_OPTION_ARG_NONE, AT(all_namespaces), NULL,
     "Look in all namespaces"},
    {OPTIONS_SELECT, "selector", 'l', G_OPTION_ARG_STRING, AT(selector), "LABELS",
     "Only what has these labels (app=cart,tier!=db)"},
    {OPTIONS_CONTAINER, "container", 'c', G_OPTION_ARG_STRING, AT(container), "NAME",
     "Container of the pod"},
    {OPTIONS_DEBUG, "debug-image", 0, G_OPTION_ARG_STRING, AT(debug_image), "IMAGE",
     "Look into the container by an ephemeral one of this image"},
    {OPTIONS_OUTPUT, "output", 'o', G_OPTION_ARG_STRING, AT(output), "FORMAT",
     "Format of the output (see below)"},
    {OPTIONS_FORCE, "force", 'f', G_OPTION_ARG_NONE, AT(force), NULL,
     "Replace a file that is already here"},
    {OPTIONS_COMPRESS, "compress", 0, G_OPTION_ARG_STRING, AT(compress), "WHEN",
     "Compress in the container for the way: auto, always, never"},
    {OPTIONS_EXPORT, "format", 0, G_OPTION_ARG_STRING, AT(format), "FORMAT",
     "Format of the file, when its ending does not tell"},
    {OPTIONS_KIND, "kind", 0, G_OPTION_ARG_STRING, AT(kind), "KIND",
     "Profile: net, sync, syscall, sched, cpu, flame"},
    {OPTIONS_SORT, "sort", 0, G_OPTION_ARG_STRING, AT(sort), "COLUMN",
     "Sort by this column: exec, total, sched_wait, block, id, name..."},
    {OPTIONS_MATCH, "match", 0, G_OPTION_ARG_STRING, AT(match), "REGEX",
     "Only goroutines whose start function this is found in"},
    {OPTIONS_SCOPE, "region", 0, G_OPTION_ARG_STRING, AT(region), "NAME",
     "Only what happened inside regions of this name"},
    {OPTIONS_SCOPE, "task", 0, G_OPTION_ARG_STRING, AT(task), "TYPE",
     "Only what happened inside tasks of this type"},
    {OPTIONS_MERGE, "merge", 0, G_OPTION_ARG_NONE, AT(merge), NULL,
     "Add up summaries that -o json made elsewhere"},
    {OPTIONS_MANY, "parallel", 0, G_OPTION_ARG_INT, AT(parallel), "N",
     "Pull so many files at once (4)"},
    {OPTIONS_CAPTURE, "seconds", 0, G_OPTION_ARG_STRING, AT(seconds), "N",
     "Trace for so many seconds (default 5)"},
    {OPTIONS_CAPTURE, "port", 0, G_OPTION_ARG_STRING, AT(port), "PORT",
     "Port of the pod, by number or declared name"},
    {OPTIONS_CAPTURE, "path", 0, G_OPTION_ARG_STRING, AT(path), "PATH",
     "Ask for this, not /debug/pprof/trace"},
    {OPTIONS_CAPTURE, "https", 0, G_OPTION_ARG_NONE, AT(https), NULL, "The port speaks HTTPS"},
    {OPTIONS_DEMO, "demo", 0, G_OPTION_ARG_NONE, AT(demo), NULL,
     "Open the practice cluster inside the program"},
    {OPTIONS_CLUSTER, "kubeconfig", 0, G_OPTION_ARG_FILENAME, AT(kubeconfig), "FILE",
     "Read this kubeconfig"},
    {OPTIONS_CLUSTER, "context", 0, G_OPTION_ARG_STRING, AT(context), "NAME",
     "Context of the kubeconfig"},
    {OPTIONS_CLUSTER, "cluster", 0, G_OPTION_ARG_STRING, AT(cluster), "NAME",
     "Cluster of the kubeconfig"},
    {OPTIONS_CLUSTER, "user", 0, G_OPTION_ARG_STRING, AT(user), "NAME", "User of the kubeconfig"},
    {OPTIONS_CLUSTER, "server", 's', G_OPTION_ARG_STRING, AT(server), "URL",
     "Address of the API server"},
    {OPTIONS_CLUSTER, "token", 0, G_OPTION_ARG_STRING, AT(token), "TOKEN", "Bearer token"},
    {OPTIONS_CLUSTER, "certificate-authority", 0, G_OPTION_ARG_FILENAME, AT(certificate_authority),
     "FILE", "Certificates that vouch for the server"},
    {OPTIONS_CLUSTER, "tls-server-name", 0, G_OPTION_ARG_STRING, AT(tls_server_name), "NAME",
     "Name that the server's certificate must have"},
    {OPTIONS_CLUSTER, "insecure-skip-tls-verify", 0, G_OPTION_ARG_NONE,
     AT(insecure_skip_tls_verify), NULL, "Do not check the server's certificate"},
    {OPTIONS_CLUSTER, "as", 0, G_OPTION_ARG_STRING, AT(as), "USER", "Act as this user"},
    {OPTIONS_CLUSTER, "as-group", 0, G_OPTION_ARG_STRING_ARRAY, AT(as_groups), "GROUP",
     "Act as a member of this group (may be repeated)"},
    {OPTIONS_CLUSTER, "as-uid", 0, G_OPTION_ARG_STRING, AT(as_uid), "UID", "Act as this UID"},
    {OPTIONS_CLUSTER, "as-user-extra", 0, G_OPTION_ARG_STRING_ARRAY, AT(as_extra), "KEY=VALUE",
     "Act with this extra of the user (may be repeated)"},
    {OPTIONS_CLUSTER, "request-timeout", 0, G_OPTION_ARG_STRING, AT(request_timeout), "TIME",
     "Give a request up after this time (30s, 2m; 0: never)"},
    {OPTIONS_CLUSTER, "verbose", 'v', G_OPTION_ARG_NONE, AT(verbose), NULL,
     "Show the requests, without secrets"},
};

/* The rows of these uses as GLib wants them, with the fields of this struct as targets. */
static GArray *entries_new(struct options *options, unsigned uses, gboolean *help)
{
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    GOptionEntry help_entry = {"help", 'h', 0, G_OPTION_ARG_NONE, help, "Show this help", NULL};
    g_array_append_val(entries, help_entry);
    for (size_t i = 0; i < G_N_ELEMENTS(option_rows); i++) {
        const struct option_row *row = &option_rows[i];
        if (row->use & uses) {
            GOptionEntry entry = {
                row->name, row->letter,  0, row->type, (char *)options + row->offset,
                row->help, row->argument};
            g_array_append_val(entries, entry);
        }
    }
    return entries;
}

static bool flags_fill(struct options *options, GError **error)
{
    struct config_flags *flags = &options->flags;
    *flags = (struct config_flags){
        .kubeconfig = options->kubeconfig,
        .context = options->context,
        .cluster = options->cluster,
        .user = options->user,
        .namespace = options->namespace,
        .server = options->server,
        .token = options->token,
        .certificate_authority = options->certificate_authority,
        .tls_server_name = options->tls_server_name,
        .as = options->as,
        .as_uid = options->as_uid,
        .as_groups = (const char *const *)options->as_groups,
        .as_extra = (const char *const *)options->as_extra,
        .insecure_skip_tls_verify = options->insecure_skip_tls_verify,
    };
    if (options->request_timeout) {
        flags->request_timeout_ms = options_parse_duration(options->request_timeout);
        if (flags->request_timeout_ms < 0) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        "--request-timeout: '%s' is no duration such as 30s or 2m",
                        options->request_timeout);
            return false;
        }
    }
    if (options->debug_image && !*options->debug_image) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--debug-image: it names no image");
        return false;
    }
    if (options->all_namespaces && options->namespace) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--namespace and --all-namespaces exclude each other");
        return false;
    }
    return true;
}

static bool takes_value(char letter, unsigned uses)
{
    for (size_t i = 0; i < G_N_ELEMENTS(option_rows); i++)
        if (option_rows[i].letter == letter && (option_rows[i].use & uses))
            return option_rows[i].type != G_OPTION_ARG_NONE;
    return false;
}

static bool long_takes_value(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(option_rows); i++)
        if (strcmp(option_rows[i].name, name) == 0)
            return option_rows[i].type != G_OPTION_ARG_NONE;
    return false;
}

size_t options_skip(char **args)
{
    size_t n = 0;

    while (args[n] && args[n][0] == '-' && args[n][1] && strcmp(args[n], "--") != 0) {
        const char *word = args[n++];
        bool value = word[1] == '-' ? !strchr(word, '=') && long_takes_value(word + 2)
                                    : !word[2] && takes_value(word[1], ~0U);
        if (value && args[n])
            n++;
    }
    return n;
}

/* "-nshop" and "-n=shop" become "-n" "shop": kubectl takes them, GLib does not. */
static char **split_letters(char **args, unsigned uses)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    bool options_end = false;

    for (char **arg = args; *arg; arg++) {
        const char *text = *arg;
        options_end = options_end || strcmp(text, "--") == 0;
        if (!options_end && text[0] == '-' && text[1] && text[2] && takes_value(text[1], uses)) {
            g_autofree char *letter = g_strndup(text, 2);
            g_strv_builder_add(builder, letter);
            text += text[2] == '=' ? 3 : 2;
        }
        g_strv_builder_add(builder, text);
    }
    g_strfreev(args);
    return g_strv_builder_end(builder);
}

bool options_parse(struct options *options, unsigned uses, const char *summary,
                   const char *arguments, const char *description, char ***args, char **help,
                   GError **error)
{
    gboolean wants_help = FALSE;
    g_autoptr(GOptionContext) context = g_option_context_new(arguments);
    g_autoptr(GArray) entries = entries_new(options, uses, &wants_help);

    *args = split_letters(*args, uses);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    g_option_context_add_main_entries(context, (const GOptionEntry *)(void *)entries->data, NULL);
    if (!g_option_context_parse_strv(context, args, error))
        return false;
    /* GLib leaves it there when what follows it begins with a dash, which is what it is for. */
    for (char **arg = *args; *arg; arg++) {
        if (strcmp(*arg, "--") == 0) {
            g_free(*arg);
            memmove(arg, arg + 1, (g_strv_length(arg + 1) + 1) * sizeof *arg);
            break;
        }
    }
    if (wants_help) {
        *help = g_option_context_get_help(context, TRUE, NULL);
        return true;
    }
    return flags_fill(options, error);
}

void options_clear(struct options *options)
{
    for (size_t i = 0; i < G_N_ELEMENTS(option_rows); i++) {
        void *field = (char *)options + option_rows[i].offset;
        if (option_rows[i].type == G_OPTION_ARG_STRING_ARRAY)
            g_strfreev(*(char ***)field);
        else if (option_rows[i].type == G_OPTION_ARG_STRING ||
                 option_rows[i].type == G_OPTION_ARG_FILENAME)
            g_free(*(char **)field);
    }
    memset(options, 0, sizeof *options);
}

int64_t options_parse_duration(const char *text)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60e3}, {"h", 3600e3}};
    double total = 0;

    if (!g_ascii_isdigit(*text))
        return -1;
    while (*text) {
        char *end;
        double value = g_ascii_strtod(text, &end);
        double unit = 0;
        if (end == text || !(value >= 0))
            return -1;
        if (*end == '\0' && total == 0) /* a bare number is seconds, as kubectl has it */
            unit = 1000;
        for (size_t i = 0; i < G_N_ELEMENTS(units) && unit == 0; i++) {
            size_t len = strlen(units[i].name);
            if (strncmp(end, units[i].name, len) == 0) {
                unit = units[i].ms;
                end += len;
            }
        }
        total += value * unit;
        if (unit == 0 || !(total < 1e15))
            return -1;
        text = end;
    }
    return (int64_t)llround(total);
}

bool options_parse_place(const char *text, char **namespace, char **pod, char **path,
                         GError **error)
{
    const char *colon = path ? strchr(text, ':') : NULL;
    size_t len = colon ? (size_t)(colon - text) : strlen(text);
    const char *slash = memchr(text, '/', len);
    const char *pod_at = slash ? slash + 1 : text;
    size_t pod_len = len - (size_t)(pod_at - text);

    if (path && (!colon || colon[1] == '\0')) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "'%s' names no path; it must look like [NS/]POD:PATH", text);
        return false;
    }
    if (!path && strchr(text, ':')) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "'%s' names a path, too; it must look like [NS/]POD", text);
        return false;
    }
    if (pod_len == 0 || slash == text || memchr(pod_at, '/', pod_len)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "'%s' names no pod; it must look like [NS/]POD%s", text, path ? ":PATH" : "");
        return false;
    }
    *namespace = slash ? g_strndup(text, (size_t)(slash - text)) : NULL;
    *pod = g_strndup(pod_at, pod_len);
    if (path)
        *path = g_strdup(colon + 1);
    return true;
}
