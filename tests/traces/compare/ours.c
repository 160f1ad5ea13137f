/* What this library makes of traces, in the words of peer.go.
 *
 *   compare_ours < LIST            one line for each file named on standard input
 *   compare_ours goroutines FILE   the summary of every goroutine
 *   compare_ours profile KIND FILE a blocking profile */
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "trace/parsed.h"
#include "trace/quote.h"
#include "trace/trace.h"

struct state {
    const struct symbols *symbols;
    GString *line;
    uint64_t hash;
    int64_t start_ns;
};

static void see(void *self, const struct event *event)
{
    struct state *state = self;
    if (event->kind == EVENT_SYNC)
        state->start_ns = event->sync.raw_ns - event->time_ns;
    g_string_truncate(state->line, 0);
    parsed_append(state->line, state->symbols, event, state->start_ns);
    for (gsize i = 0; i < state->line->len; i++)
        state->hash = (state->hash ^ (uint8_t)state->line->str[i]) * UINT64_C(1099511628211);
}

static void read_one(const char *path)
{
    g_autofree char *bytes = NULL;
    gsize len;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &bytes, &len, &error)) {
        printf("%s %s\n", path, error->message);
        return;
    }
    struct symbols *symbols = symbols_new();
    struct state state = {symbols, g_string_new(NULL), UINT64_C(14695981039346656037), 0};
    struct sink sink = {.event = see, .self = &state};
    struct reader *reader = reader_new(symbols, &sink, 1);
    bool good = reader_read(reader, (uint8_t *)bytes, len, true, NULL, NULL, &error);
    printf("%s events=%" G_GUINT64_FORMAT " hash=%016" G_GINT64_MODIFIER "x %s%s\n", path,
           reader_info(reader)->n_events, state.hash,
           good ? "ok" : "refused: ", good ? "" : error->message);
    reader_free(reader);
    symbols_free(symbols);
    g_string_free(state.line, TRUE);
}

static struct trace *open_whole(const char *path)
{
    g_autoptr(GError) error = NULL;
    struct trace *trace = trace_open(path, TRACE_ALL, NULL, NULL, &error);
    if (trace == NULL || trace->damage != NULL)
        g_error("%s", trace == NULL ? error->message : trace->damage->message);
    return trace;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_sorted(GPtrArray *lines)
{
    g_ptr_array_sort(lines, compare_lines);
    for (guint i = 0; i < lines->len; i++)
        puts(g_ptr_array_index(lines, i));
    g_ptr_array_unref(lines);
}

static void append_times(GString *line, const struct symbols *symbols, const GArray *times)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < times->len; i++) {
        const struct summary_time *time = &g_array_index(times, struct summary_time, i);
        GString *part = g_string_new(" ");
        quote_append(part, symbols_string(symbols, time->name));
        g_string_append_printf(part, "=%" G_GINT64_FORMAT, time->ns);
        g_ptr_array_add(parts, g_string_free(part, FALSE));
    }
    g_ptr_array_sort(parts, compare_lines);
    for (guint i = 0; i < parts->len; i++)
        g_string_append(line, g_ptr_array_index(parts, i));
}

static void append_point(GString *line, const struct trace *trace, int64_t ns)
{
    g_string_append_printf(line, " %" G_GINT64_FORMAT,
                           ns == SUMMARY_UNKNOWN_NS ? 0 : ns + trace->info.start_ns);
}

static void print_goroutines(const char *path)
{
    struct trace *trace = open_whole(path);
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < trace->summary->goroutines->len; i++) {
        const struct summary_goroutine *g =
            &g_array_index(trace->summary->goroutines, struct summary_goroutine, i);
        GString *line = g_string_new(NULL);
        g_string_append_printf(line, "%" G_GINT64_FORMAT " ", g->id);
        quote_append(line, symbols_string(trace->symbols, g->name));
        append_point(line, trace, g->creation_ns);
        append_point(line, trace, g->start_ns);
        append_point(line, trace, g->end_ns);
        const int64_t sums[] = {g->times.total_ns, g->times.exec_ns, g->times.sched_wait_ns,
                                g->times.syscall_ns, g->times.syscall_block_ns};
        for (size_t k = 0; k < G_N_ELEMENTS(sums); k++)
            g_string_append_printf(line, " %" G_GINT64_FORMAT, sums[k]);
        g_string_append(line, " block");
        append_times(line, trace->symbols, g->times.block);
        g_string_append(line, " range");
        append_times(line, trace->symbols, g->times.range);
        g_ptr_array_add(lines, g_string_free(line, FALSE));
    }
    print_sorted(lines);
    trace_free(trace);
}

static void print_profile(const char *kind, const char *path)
{
    struct trace *trace = open_whole(path);
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    const GArray *records = trace->profiles[profile_kind_parse(kind)]->records;
    for (guint i = 0; i < records->len; i++) {
        const struct profile_record *record = &g_array_index(records, struct profile_record, i);
        struct stack stack = symbols_stack(trace->symbols, record->stack);
        GString *line = g_string_new(NULL);
        g_string_append_printf(line, "%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " ", record->count,
                               record->delay_ns);
        for (size_t k = 0; k < stack.n; k++) {
            struct slice func = symbols_string(trace->symbols, stack.frames[k].func);
            g_string_append(line, k == 0 ? "" : ";");
            g_string_append_len(line, func.at, (gssize)func.len);
            g_string_append_printf(line, ":%" G_GUINT64_FORMAT, stack.frames[k].line);
        }
        g_ptr_array_add(lines, g_string_free(line, FALSE));
    }
    print_sorted(lines);
    trace_free(trace);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "goroutines") == 0) {
        print_goroutines(argv[2]);
        return 0;
    }
    if (argc == 4 && strcmp(argv[1], "profile") == 0 &&
        profile_kind_parse(argv[2]) != PROFILE_N_KINDS) {
        print_profile(argv[2], argv[3]);
        return 0;
    }
    char path[4096];
    while (fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        read_one(path);
    }
    return 0;
}
