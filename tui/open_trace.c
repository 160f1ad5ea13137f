/* session_open_trace(): a file is read in a thread and becomes a view. */
#include <string.h>

#include <glib/gstdio.h>

#include "tui/session.h"
#include "tui/view_trace.h"

struct opening {
    char *path, *origin;
    uint64_t read_bytes;
    struct trace *trace;
    GError *error;
};

static void read_trace(void *data, GCancellable *cancellable)
{
    struct opening *opening = data;
    opening->trace =
        trace_open(opening->path, TRACE_ALL, cancellable, &opening->read_bytes, &opening->error);
}

static void show_trace(void *data, struct session *session)
{
    struct opening *opening = data;
    if (opening->trace)
        session_push(session, view_trace_new(opening->trace, opening->origin));
    else if (g_error_matches(opening->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        session_say(session, STYLE_WARNING, "stopped; %s was not read to its end", opening->path);
    else
        session_say(session, STYLE_ERROR, "%s",
                    opening->error ? opening->error->message : "the trace cannot be read");
    g_clear_error(&opening->error);
    g_free(opening->path);
    g_free(opening->origin);
    g_free(opening);
}

void session_open_trace(struct session *session, const char *path, const char *origin)
{
    struct opening *opening = g_new0(struct opening, 1);
    opening->path = g_strdup(path);
    opening->origin = g_strdup(origin);
    GStatBuf status;
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *what = g_strdup_printf("reading %s", name);
    session_job(session, what, read_trace, show_trace, opening);
    if (g_stat(path, &status) == 0)
        session_job_progress(session, &opening->read_bytes, (uint64_t)status.st_size);
}
