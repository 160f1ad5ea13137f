/* tracetui summary: one trace as the exporters have it, several side by side. */
#include <string.h>

#include "trace/export_csv.h"
#include "trace/quantity.h"
#include "trace/sum.h"
#include "tui/cli_trace.h"
#include "tui/sheet.h"

static struct summary_times totals(const struct trace *trace)
{
    struct summary_times sum = {0};
    for (guint i = 0; i < trace->summary->groups->len; i++) {
        const struct summary_group *group =
            &g_array_index(trace->summary->groups, struct summary_group, i);
        const struct summary_times *times = &group->times;
        sum.exec_ns = sum_ns(sum.exec_ns, times->exec_ns);
        sum.sched_wait_ns = sum_ns(sum.sched_wait_ns, times->sched_wait_ns);
        sum.syscall_ns = sum_ns(sum.syscall_ns, sum_ns(times->syscall_ns, times->syscall_block_ns));
    }
    return sum;
}

/* The rows of the table for several files: what a cell says of one trace; g_free() it. */
static char *cell_go(const struct trace *trace)
{
    return g_strdup_printf("1.%d", trace->info.go_minor);
}

static char *cell_complete(const struct trace *trace)
{
    return g_strdup(trace->info.complete ? "yes" : "no");
}

static char *cell_duration(const struct trace *trace)
{
    return quantity_time(trace->info.end_ns);
}

static char *cell_bytes(const struct trace *trace)
{
    return quantity_bytes(trace->bytes);
}

static char *cell_events(const struct trace *trace)
{
    return quantity_count(trace->info.n_events);
}

static char *cell_goroutines(const struct trace *trace)
{
    return quantity_count(trace->summary->n_goroutines);
}

static char *cell_procs(const struct trace *trace)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT, trace->summary->n_procs);
}

static char *cell_exec(const struct trace *trace)
{
    return quantity_time(totals(trace).exec_ns);
}

static char *cell_sched_wait(const struct trace *trace)
{
    return quantity_time(totals(trace).sched_wait_ns);
}

static char *cell_syscall(const struct trace *trace)
{
    return quantity_time(totals(trace).syscall_ns);
}

static char *cell_heap(const struct trace *trace)
{
    return quantity_bytes(trace->summary->heap_max_bytes);
}

static const struct {
    const char *name;
    char *(*cell)(const struct trace *);
} side_rows[] = {
    {"Go", cell_go},
    {"Complete", cell_complete},
    {"File", cell_bytes},
    {"Duration", cell_duration},
    {"Events", cell_events},
    {"Goroutines", cell_goroutines},
    {"Ps", cell_procs},
    {"Running", cell_exec},
    {"Runnable, waiting for a P", cell_sched_wait},
    {"In syscalls", cell_syscall},
    {"Heap, at most", cell_heap},
};

static void side_by_side(GPtrArray *traces, GString *out)
{
    struct sheet *sheet = sheet_new();

    sheet_cell(sheet, "");
    for (guint i = 0; i < traces->len; i++)
        sheet_cell(sheet, ((const struct trace *)g_ptr_array_index(traces, i))->path);
    sheet_end(sheet);
    for (size_t r = 0; r < G_N_ELEMENTS(side_rows); r++) {
        sheet_cell(sheet, side_rows[r].name);
        for (guint i = 0; i < traces->len; i++) {
            g_autofree char *cell = side_rows[r].cell(g_ptr_array_index(traces, i));
            sheet_cell(sheet, cell);
        }
        sheet_end(sheet);
    }
    sheet_print(sheet, out);
    sheet_free(sheet);
}

/* In a machine's format: several as one JSON array, or as one table of CSV. */
static bool write_each(GPtrArray *traces, const struct exporter *exporter, GOutputStream *out,
                       GError **error)
{
    bool array = traces->len > 1 && strcmp(exporter->name, "json") == 0;

    for (guint i = 0; i < traces->len; i++) {
        const struct trace *trace = g_ptr_array_index(traces, i);
        const char *before = !array ? "" : i == 0 ? "[" : ",";
        bool more = i > 0 && strcmp(exporter->name, "csv") == 0;
        if (!g_output_stream_write_all(out, before, strlen(before), NULL, NULL, error) ||
            !(more ? export_csv_rows(trace, out, NULL, error)
                   : exporter->write(trace, NULL, out, NULL, error)))
            return false;
    }
    return !array || g_output_stream_write_all(out, "]\n", 2, NULL, NULL, error);
}

static bool write_all(GPtrArray *traces, const struct exporter *exporter, GError **error)
{
    g_autoptr(GOutputStream) out = cli_stdout();
    bool ok;

    if (traces->len > 1 && strcmp(exporter->name, "text") == 0) {
        g_autoptr(GString) text = g_string_new(NULL);
        side_by_side(traces, text);
        ok = g_output_stream_write_all(out, text->str, text->len, NULL, NULL, error);
    } else {
        ok = write_each(traces, exporter, out, error);
    }
    return ok && g_output_stream_close(out, NULL, error);
}

enum cli_status cli_summary(const struct options *options, char **args)
{
    const struct exporter *exporter = exporter_find(options->output ? options->output : "text");
    g_autoptr(GPtrArray) traces = g_ptr_array_new_with_free_func((GDestroyNotify)trace_free);
    g_autoptr(GError) error = NULL;

    for (; *args; args++) {
        struct trace *trace = cli_open("summary", *args, exporter->parts, &error);
        if (!trace)
            return cli_fail("summary", error);
        g_ptr_array_add(traces, trace);
    }
    return write_all(traces, exporter, &error) ? CLI_OK : cli_fail("summary", error);
}
