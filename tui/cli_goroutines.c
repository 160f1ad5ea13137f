/* tracetui goroutines: every goroutine and where its time went. */
#include "trace/goroutine_table.h"
#include "trace/json_goroutines.h"
#include "tui/cli_trace.h"

static bool write_rows(const struct trace *trace, const GPtrArray *rows, const char *output,
                       GError **error)
{
    g_autoptr(GOutputStream) out = cli_stdout();
    g_autoptr(GString) text = g_string_new(NULL);

    if (g_strcmp0(output, "json") == 0)
        return json_goroutines_write(trace, rows, out, NULL, error) &&
               g_output_stream_close(out, NULL, error);
    if (g_strcmp0(output, "csv") == 0)
        goroutine_table_csv(trace, rows, text);
    else
        goroutine_table_text(trace, rows, 80, text);
    return g_output_stream_write_all(out, text->str, text->len, NULL, NULL, error) &&
           g_output_stream_close(out, NULL, error);
}

enum cli_status cli_goroutines(const struct options *options, char **args)
{
    const char *name = options->sort ? options->sort : "exec";
    const struct goroutine_column *by = goroutine_column_find(name);
    g_autoptr(GRegex) match = NULL;
    g_autoptr(GError) error = NULL;

    if (!by) {
        g_autofree char *names = goroutine_column_list();
        g_autofree char *why =
            g_strdup_printf("--sort: there is no column %s; there are %s", name, names);
        return cli_usage("goroutines", why);
    }
    if (options->match && !cli_match(options->match, &match, &error))
        return cli_usage("goroutines", error->message);
    struct trace *trace = cli_open("goroutines", args[0], TRACE_GOROUTINES, &error);
    if (!trace)
        return cli_fail("goroutines", error);
    g_autoptr(GPtrArray) rows = goroutine_table_new(trace, by, match);
    bool ok = write_rows(trace, rows, options->output, &error);
    trace_free(trace);
    return ok ? CLI_OK : cli_fail("goroutines", error);
}
