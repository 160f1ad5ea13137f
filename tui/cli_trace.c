/* Opening traces for commands. */
#include "tui/cli_trace.h"

struct open {
    const char *path;
    unsigned parts;
    struct trace *trace;
};

static bool open_work(void *data, GCancellable *cancellable, GError **error)
{
    struct open *open = data;
    open->trace = trace_open(open->path, open->parts, cancellable, NULL, error);
    return open->trace != NULL;
}

struct trace *cli_open(const char *what, const char *path, unsigned parts, GError **error)
{
    struct open open = {path, parts, NULL};

    if (!cli_run(open_work, &open, error))
        return NULL;
    if (open.trace->damage)
        cli_warn(what, open.trace->damage->message);
    return open.trace;
}
