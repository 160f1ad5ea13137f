/* tracetui events: every event as a line. */
#include "trace/event_json.h"
#include "trace/parsed.h"
#include "tui/cli_trace.h"

struct job {
    const char *path;
    bool json;
    GOutputStream *out;
    struct reader_info info;
    struct parsed *parsed; /* one of the two is made */
    struct event_json *event_json;
};

static struct sink make_sink(const struct symbols *symbols, void *data)
{
    struct job *job = data;
    if (job->json) {
        job->event_json = event_json_new(symbols, job->out);
        return event_json_sink(job->event_json);
    }
    job->parsed = parsed_new(symbols, job->out);
    return parsed_sink(job->parsed);
}

static bool work(void *data, GCancellable *cancellable, GError **error)
{
    struct job *job = data;
    g_autoptr(GError) read_error = NULL, write_error = NULL;
    bool ok = trace_events(job->path, make_sink, job, &job->info, cancellable, &read_error);

    /* What came before the damage is written first: it is what the user asked for. */
    if (job->parsed && !parsed_finish(job->parsed, &write_error))
        ok = false;
    if (job->event_json && !event_json_finish(job->event_json, &write_error))
        ok = false;
    if (!write_error && !g_output_stream_close(job->out, NULL, &write_error))
        ok = false;
    if (write_error)
        g_propagate_error(error, g_steal_pointer(&write_error));
    else if (read_error)
        g_propagate_error(error, g_steal_pointer(&read_error));
    return ok;
}

enum cli_status cli_events(const struct options *options, char **args)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GOutputStream) out = cli_stdout();
    struct job job = {.path = args[0], .json = g_strcmp0(options->output, "json") == 0, .out = out};
    bool ok = cli_run(work, &job, &error);

    parsed_free(job.parsed);
    event_json_free(job.event_json);
    if (ok)
        return CLI_OK;
    /* A trace with a damaged tail was read up to there, which is a warning, not a failure. */
    if (job.info.n_events > 0 && error->domain == TRACE_ERROR) {
        cli_warn("events", error->message);
        return CLI_OK;
    }
    return cli_fail("events", error);
}
