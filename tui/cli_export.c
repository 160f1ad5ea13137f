/* tracetui export: a trace's summary or graph as a file. */
#include "tui/cli_trace.h"

struct write {
    const struct trace *trace;
    const struct exporter *exporter;
    const char *kind, *path;
};

static bool write_work(void *data, GCancellable *cancellable, GError **error)
{
    const struct write *it = data;
    return export_to_file(it->trace, it->exporter, it->kind, it->path, cancellable, error);
}

/* The formats' names, for a message. */
static char *formats(void)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (const struct exporter *row = exporters; row->name; row++)
        g_string_append_printf(names, "%s%s (%s)", names->len ? ", " : "", row->name, row->suffix);
    return g_string_free(g_steal_pointer(&names), FALSE);
}

/* By its name or by its ending: the message that lists them shows both. */
static const struct exporter *format_find(const char *name)
{
    g_autofree char *ending = g_strconcat("x.", *name == '.' ? name + 1 : name, NULL);
    const struct exporter *exporter = exporter_find(name);
    return exporter ? exporter : exporter_for_path(ending);
}

enum cli_status cli_export(const struct options *options, char **args)
{
    const struct exporter *exporter =
        options->format ? format_find(options->format) : exporter_for_path(args[1]);
    g_autoptr(GError) error = NULL;

    if (!exporter) {
        g_autofree char *names = formats();
        g_autofree char *why =
            options->format
                ? g_strdup_printf("no format is called %s; there are %s", options->format, names)
                : g_strdup_printf("the ending of %s names no format; there are %s", args[1], names);
        return cli_usage("export", why);
    }
    if (options->kind && !exporter_takes(exporter, options->kind)) {
        g_autofree char *why =
            g_strdup_printf("--kind is one of %s for this format", exporter->kinds);
        return cli_usage("export", why);
    }
    if (!cli_may_write(options, args[1], &error))
        return cli_fail("export", error);
    struct trace *trace = cli_open("export", args[0], exporter->parts, &error);
    struct write write = {trace, exporter, options->kind, args[1]};
    bool ok = trace && cli_run(write_work, &write, &error);
    trace_free(trace);
    return ok ? CLI_OK : cli_fail("export", error);
}
