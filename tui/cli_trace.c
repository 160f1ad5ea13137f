/* Opening traces for commands. */
#include "tui/cli_trace.h"

struct open {
    const char *path;
    unsigned parts;
    trace_make_sink_fn *make_sink;
    void *data;
    struct trace *trace;
};

static bool open_work(void *data, GCancellable *cancellable, GError **error)
{
    struct open *open = data;
    open->trace = trace_open_with(open->path, open->parts, open->make_sink, open->data, cancellable,
                                  NULL, error);
    return open->trace != NULL;
}

struct trace *cli_open(const char *what, const char *path, unsigned parts, GError **error)
{
    return cli_open_with(what, path, parts, NULL, NULL, error);
}

struct trace *cli_open_with(const char *what, const char *path, unsigned parts,
                            trace_make_sink_fn *make_sink, void *data, GError **error)
{
    struct open open = {path, parts, make_sink, data, NULL};

    if (!cli_run(open_work, &open, error))
        return NULL;
    if (open.trace->damage)
        cli_warn(what, open.trace->damage->message);
    return open.trace;
}

bool cli_match(const char *text, GRegex **match, GError **error)
{
    if (!g_utf8_validate(text, -1, NULL)) {
        g_set_error_literal(error, G_REGEX_ERROR, G_REGEX_ERROR_COMPILE, "--match: it is no UTF-8");
        return false;
    }
    *match = g_regex_new(text, G_REGEX_OPTIMIZE, 0, error);
    if (*match == NULL)
        g_prefix_error(error, "--match: ");
    return *match != NULL;
}
