/* tracetui events: every event as a line. */
#include "trace/event_json.h"
#include "trace/event_writer.h"
#include "trace/parsed.h"
#include "tui/cli_trace.h"

struct job {
    const char *path;
    event_format_fn *format;
    GOutputStream *out;
    GCancellable *cancellable;
    struct reader_info info;
    struct event_writer *writer;
};

static struct sink make_sink(const struct symbols *symbols, void *data)
{
    struct job *job = data;
    job->writer = event_writer_new(symbols, job->format, job->out);
    event_writer_set_cancellable(job->writer, job->cancellable);
    return event_writer_sink(job->writer);
}

static bool work(void *data, GCancellable *cancellable, GError **error)
{
    struct job *job = data;
    g_autoptr(GError) read_error = NULL, write_error = NULL;

    job->cancellable = cancellable;
    trace_events(job->path, make_sink, job, &job->info, cancellable, &read_error);
    /* What came before the damage is written first: it is what the user asked for. */
    if (!job->writer || event_writer_finish(job->writer, &write_error))
        g_output_stream_close(job->out, NULL, &write_error);
    if (!write_error && !read_error)
        return true;
    g_propagate_error(error,
                      write_error ? g_steal_pointer(&write_error) : g_steal_pointer(&read_error));
    return false;
}

enum cli_status cli_events(const struct options *options, char **args)
{
    bool json = g_strcmp0(options->output, "json") == 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GOutputStream) out = cli_stdout();
    struct job job = {
        .path = args[0], .format = json ? event_json_append : parsed_append, .out = out};
    bool ok = cli_run(work, &job, &error);

    event_writer_free(job.writer);
    if (ok)
        return CLI_OK;
    /* A trace with a damaged tail was read up to there, which is a warning, not a failure. */
    if (job.info.n_events > 0 && error->domain == TRACE_ERROR) {
        cli_warn("events", error->message);
        return CLI_OK;
    }
    /* What Go refuses as a whole may be readable all the same; only its events are not Go's then.
     */
    if (error->domain == TRACE_ERROR && job.info.wire != 0) {
        g_autofree char *hint = g_strconcat(
            error->message, "; try: tracetui summary, which reads on where Go stops", NULL);
        g_free(error->message);
        error->message = g_steal_pointer(&hint);
    }
    return cli_fail("events", error);
}
