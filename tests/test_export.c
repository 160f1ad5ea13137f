/* Exports of a small hand-made trace: their shape, their escaping, and that a file appears whole or
 * not at all. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/feed.h"
#include "trace/export.h"
#include "trace/export_dot.h"
#include "trace/export_text.h"
#include "trace/printable.h"
#include "trace/quantity.h"

/* Colours, a quote, a backslash, a byte that is not UTF-8, a newline. */
#define AWKWARD "main.\033[31mred\"\\\377\n"

struct fixture {
    struct trace *trace;
    char *dir;
    char *old_path;
};

static void to_all(void *self, const struct event *event)
{
    const struct sink *sinks = self;
    for (; sinks->event != NULL; sinks++)
        sinks->event(sinks->self, event);
}

static void feed_life(struct feed *feed)
{
    feed_sync(feed, 0);
    feed_metric(feed, 5, METRIC_GOMAXPROCS, 4);
    feed_metric(feed, 6, METRIC_HEAP_LIVE, 4096);
    feed_metric(feed, 7, METRIC_HEAP_GOAL, UINT64_MAX);
    feed_go(feed, 10, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "tr<main.main", true);
    feed_go(feed, 20, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", AWKWARD, true);
    feed_go(feed, 30, 1, STATE_RUNNING, STATE_WAITING, "chan receive", "lock<a<main.main", true);
    feed_go(feed, 1030, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 1040, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, 1050, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, 1060, 2, STATE_RUNNING, STATE_WAITING, "sync \377", "lock<b<" AWKWARD, true);
    feed_go(feed, 1560, 2, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 1570, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, 1600, 2, STATE_RUNNING, STATE_WAITING, "sync \376", "lock<b<" AWKWARD, true);
    feed->g = 1;
    feed_range(feed, 1700, EVENT_RANGE_BEGIN, RANGE_GC_MARK, "GC concurrent mark phase",
               RESOURCE_NONE, 0);
    feed_range(feed, 1701, EVENT_RANGE_BEGIN, RANGE_STW, "stop-the-world (GC \033)",
               RESOURCE_GOROUTINE, 1);
    feed_range(feed, 1741, EVENT_RANGE_END, RANGE_STW, "stop-the-world (GC \033)",
               RESOURCE_GOROUTINE, 1);
    feed_task(feed, 1800, EVENT_TASK_BEGIN, 1, UINT64_MAX, AWKWARD);
    feed_region(feed, 1810, EVENT_REGION_BEGIN, 1, "\033[1mbold", "x<main.main");
    feed_log(feed, 1811, 1, "category", "message");
    feed_region(feed, 1820, EVENT_REGION_END, 1, "\033[1mbold", "x<main.main");
    feed_region(feed, 1830, EVENT_REGION_BEGIN, 1, "\033[1mbold", "x<main.main");
    feed_region(feed, 1860, EVENT_REGION_END, 1, "\033[1mbold", "x<main.main");
    feed_sync(feed, 2000);
}

static struct trace *trace_new(void)
{
    struct trace *trace = g_new0(struct trace, 1);
    trace->path = g_strdup("/tmp/my \"own\".trace");
    trace->bytes = 12345;
    trace->symbols = symbols_new();
    trace->info = (struct reader_info){.go_minor = 26,
                                       .wire = 2,
                                       .start_ns = 5000,
                                       .end_ns = 2000,
                                       .has_wall = true,
                                       .wall_s = 1700000000,
                                       .wall_ns = 42,
                                       .n_events = 15,
                                       .n_generations = 1,
                                       .lost_bytes = 77};
    trace->info.n_kind[EVENT_SYNC] = 2;
    g_set_error_literal(&trace->damage, TRACE_ERROR, TRACE_ERROR_DAMAGED, "bad \033 batch");

    struct summary_builder *summary = summary_builder_new(trace->symbols);
    struct profile_builder *sync = profile_builder_new(trace->symbols, PROFILE_SYNC);
    struct gc_builder *gc = gc_builder_new(trace->symbols);
    struct annotation_builder *annotations = annotation_builder_new(trace->symbols, false);
    struct sink sinks[] = {summary_builder_sink(summary),
                           profile_builder_sink(sync),
                           gc_builder_sink(gc),
                           annotation_builder_sink(annotations),
                           {0}};
    struct feed feed = {trace->symbols, {.event = to_all, .self = sinks}, 100, 0, EVENT_NO_ID};
    feed_life(&feed);
    trace->summary = summary_builder_finish(summary);
    trace->profiles[PROFILE_SYNC] = profile_builder_finish(sync);
    trace->gc = gc_builder_finish(gc);
    trace->annotations = annotation_builder_finish(annotations);
    summary_builder_free(summary);
    profile_builder_free(sync);
    gc_builder_free(gc);
    annotation_builder_free(annotations);
    return trace;
}

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->trace = trace_new();
    f->dir = g_dir_make_tmp("tracetui-test-XXXXXX", NULL);
    f->old_path = g_strdup(g_getenv("PATH"));
    g_assert_nonnull(f->dir);
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GDir) dir = g_dir_open(f->dir, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(f->dir, name, NULL);
        g_assert_cmpint(g_unlink(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(f->dir), ==, 0);
    g_setenv("PATH", f->old_path, TRUE);
    g_free(f->old_path);
    g_free(f->dir);
    trace_free(f->trace);
}

static char *export_string(struct fixture *f, const char *name, const char *kind, GError **error)
{
    g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
    const struct exporter *exporter = exporter_find(name);
    g_assert_nonnull(exporter);
    if (!exporter->write(f->trace, kind, out, NULL, error))
        return NULL;
    g_assert_true(g_output_stream_write_all(out, "", 1, NULL, NULL, NULL));
    g_assert_true(g_output_stream_close(out, NULL, NULL));
    return g_memory_output_stream_steal_data(G_MEMORY_OUTPUT_STREAM(out));
}

static int count_files(struct fixture *f)
{
    g_autoptr(GDir) dir = g_dir_open(f->dir, 0, NULL);
    int n = 0;
    while (g_dir_read_name(dir) != NULL)
        n++;
    return n;
}

/* --- the table --- */

static void test_table(void)
{
    g_assert_null(exporter_find("nothing"));
    g_assert_cmpstr(exporter_for_path("a/b.json")->name, ==, "json");
    g_assert_cmpstr(exporter_for_path("out.svg")->name, ==, "svg");
    g_assert_null(exporter_for_path("out"));
    g_assert_null(exporter_for_path("txt"));
}

/* --- numbers and names as people read them --- */

static void test_quantity(void)
{
    static const struct {
        int64_t ns;
        const char *text;
    } times[] = {
        {0, "0 ns"},
        {999, "999 ns"},
        {1000, "1.000 us"},
        {9999, "9.999 us"},
        {10000, "10.00 us"},
        {6945345, "6.945 ms"},
        {999999, "1000 us"},
        {1250000000, "1.250 s"},
        {-5, "-5 ns"},
        {723 * INT64_C(1000000000), "12m 03s"},
        {INT64_C(3723000000000), "1h 02m"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
        g_autofree char *text = quantity_time(times[i].ns);
        g_assert_cmpstr(text, ==, times[i].text);
    }
    g_autofree char *longest = quantity_time(INT64_MIN);
    g_assert_true(g_str_has_prefix(longest, "-2562047h"));
    g_autofree char *small = quantity_bytes(1023), *mib = quantity_bytes(3565158);
    g_autofree char *most = quantity_bytes(UINT64_MAX);
    g_assert_cmpstr(small, ==, "1023 B");
    g_assert_cmpstr(mib, ==, "3.400 MiB");
    g_assert_cmpstr(most, ==, "16.00 EiB");
    g_autofree char *count = quantity_count(1234567), *few = quantity_count(999);
    g_assert_cmpstr(count, ==, "1,234,567");
    g_assert_cmpstr(few, ==, "999");
    g_autofree char *half = quantity_percent(1, 2), *none = quantity_percent(0, 0);
    g_assert_cmpstr(half, ==, "50.0%");
    g_assert_cmpstr(none, ==, "-");
}

static void test_printable(void)
{
    static const struct {
        struct slice bytes;
        const char *text;
    } rows[] = {
        {{"plain", 5}, "plain"},
        {{"a\0b", 3}, "a\\x00b"},
        {{"\033[2J\n\t\177", 7}, "\\x1b[2J\\x0a\\x09\\x7f"},
        {{"\302\233x", 3}, "\\u{9b}x"},                  /* C1 control */
        {{"\342\200\256x", 4}, "\\u{202e}x"},            /* right-to-left override */
        {{"\342\200\250", 3}, "\\u{2028}"},              /* line separator */
        {{"\303\251\377\303", 4}, "\303\251\\xff\\xc3"}, /* valid, wrong, cut off */
        {{"c:\\", 3}, "c:\\\\"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = printable_new(rows[i].bytes);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
    g_autofree char *fitted = printable_fit("runtime.longName", 10);
    g_assert_cmpstr(fitted, ==, "...ongName");
    g_autofree char *wide = printable_fit("\346\274\242\346\274\242\346\274\242", 5);
    g_assert_cmpint(printable_width(wide), <=, 5);
    g_autofree char *head = printable_fit_head("runtime.longName", 10);
    g_assert_cmpstr(head, ==, "runtime...");
    g_autofree char *whole = printable_fit_head("runtime.longName", 16);
    g_assert_cmpstr(whole, ==, "runtime.longName");
    g_autofree char *half_wide = printable_fit_head("\346\274\242\346\274\242\346\274\242", 4);
    g_assert_cmpstr(half_wide, ==, "...");
}

/* --- text --- */

static void test_text(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int width = 60; width < 130; width += 4) {
        g_autoptr(GString) text = g_string_new(NULL);
        export_text_write(f->trace, width, text);
        g_assert_true(g_utf8_validate_len(text->str, text->len, NULL));
        g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            g_assert_cmpint(printable_width(*line), <=, MAX(width, EXPORT_TEXT_MIN_WIDTH));
            for (const char *c = *line; *c != '\0'; c++)
                g_assert_false(g_ascii_iscntrl(*c));
        }
        g_assert_nonnull(strstr(text->str, "2.000 us from 2023-11-14 22:13:20.000 UTC"));
        g_assert_nonnull(strstr(text->str, "NO: 77 B gave no events: bad \\x1b batch"));
        g_assert_nonnull(strstr(text->str, "main.main"));
    }
    g_autofree char *text = export_string(f, "text", NULL, NULL);
    g_assert_nonnull(strstr(text, " 1.000us    52.6%  chan receive\n"));
    g_assert_nonnull(strstr(text, "GOMAXPROCS  4\n"));
    g_assert_nonnull(strstr(text, "Cycles      1, marking for 300 ns (15.0% of the trace)\n"));
    g_assert_nonnull(
        strstr(text, "MMU         at least this share of the Ps is the program's: 98.0% in the"));
    g_assert_nonnull(strstr(text, "       1     40ns     40ns  GC \\x1b\n"));
    g_assert_nonnull(strstr(text, "       1        0        -        -        -        -  main."));
    g_assert_nonnull(
        strstr(text, "       2        2     10ns     30ns     30ns     30ns  \\x1b[1mbold\n"));
    g_assert_nonnull(strstr(text, "User logs   1\n"));
}

/* --- JSON --- */

static void test_json(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *text = export_string(f, "json", NULL, NULL);
    json_error_t why;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    g_assert_nonnull(root);
    json_int_t start, duration, lost, min, goal, events, goroutines, procs, at, n;
    const char *wall, *go, *error;
    int complete, wire;
    json_t *groups;
    g_assert_cmpint(json_unpack_ex(root, &why, 0,
                                   "{s:{s:I,s:I,s:s}, s:b, s:I, s:s, s:{s:s,s:i}, s:{s:I,s:I},"
                                   " s:{s:I,s:I,s:I}, s:[[I,I]], s:o}",
                                   "clock", "start", &start, "duration_ns", &duration, "wall",
                                   &wall, "complete", &complete, "lost_bytes", &lost, "error",
                                   &error, "format", "go", &go, "wire", &wire, "heap", "min_bytes",
                                   &min, "goal_max_bytes", &goal, "counts", "events", &events,
                                   "goroutines", &goroutines, "procs", &procs, "gomaxprocs", &at,
                                   &n, "groups", &groups),
                    ==, 0);
    g_assert_cmpint(start, ==, 5000);
    g_assert_cmpint(duration, ==, 2000);
    g_assert_cmpstr(wall, ==, "2023-11-14T22:13:20.000000042Z");
    g_assert_false(complete);
    g_assert_cmpstr(error, ==, "bad \033 batch");
    g_assert_cmpstr(go, ==, "1.26");
    g_assert_cmpint(min, ==, 4096);
    g_assert_cmpint(goal, ==, INT64_MAX);
    g_assert_cmpint(goroutines, ==, 2);
    g_assert_cmpint(at, ==, 5);
    g_assert_cmpint(n, ==, 4);
    g_assert_cmpuint(json_array_size(groups), ==, 2);

    /* Both wrong bytes become U+FFFD, and what is equal then is added up. */
    json_t *group = json_array_get(groups, 1);
    g_assert_cmpstr(json_string_value(json_object_get(group, "name")), ==,
                    "main.\033[31mred\"\\\357\277\275\n");
    json_t *block = json_object_get(group, "block_ns");
    g_assert_cmpuint(json_object_size(block), ==, 1);
    g_assert_cmpint(json_integer_value(json_object_get(block, "sync \357\277\275")), ==, 500 + 400);
    json_decref(root);
}

static void test_json_analyses(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *text = export_string(f, "json", NULL, NULL);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    g_assert_nonnull(root);
    json_int_t cycles, mark, start, end, goroutine, n, complete, regions, p50, p95, max, from, logs;
    const char *name, *type, *region;
    double whole, stw;
    json_t *unknown, *mmu_by;
    json_error_t why;
    g_assert_cmpint(
        json_unpack_ex(root, &why, 0,
                       "{s:{s:I,s:I,s:[{s:s,s:I,s:I,s:I}],s:{s:f},s:o},"
                       " s:[{s:s,s:I,s:I,s:o}], s:[{s:s,s:I,s:I,s:I,s:I,s:[[I,I],[I,I]]}], s:I}",
                       "gc", "cycles", &cycles, "mark_ns", &mark, "stw", "name", &name, "start_ns",
                       &start, "end_ns", &end, "goroutine", &goroutine, "mmu", "1s", &whole,
                       "mmu_by", &mmu_by, "tasks", "type", &type, "count", &n, "complete",
                       &complete, "p50_ns", &unknown, "regions", "name", &region, "count", &regions,
                       "p50_ns", &p50, "p95_ns", &p95, "max_ns", &max, "histogram", &from, &n,
                       &from, &n, "logs", &logs),
        ==, 0);
    g_assert_cmpint(cycles, ==, 1);
    g_assert_cmpint(mark, ==, 300);
    g_assert_cmpstr(name, ==, "stop-the-world (GC \033)");
    g_assert_cmpint(start, ==, 1701);
    g_assert_cmpint(end, ==, 1741);
    g_assert_cmpint(goroutine, ==, 1);
    g_assert_cmpfloat_with_epsilon(whole, 1 - 40.0 / 2000, 1e-12);
    g_assert_cmpint(complete, ==, 0);
    g_assert_true(json_is_null(unknown));
    g_assert_cmpstr(region, ==, "\033[1mbold");
    g_assert_cmpint(regions, ==, 2);
    g_assert_cmpint(p50, ==, 10);
    g_assert_cmpint(p95, ==, 30);
    g_assert_cmpint(max, ==, 30);
    g_assert_cmpint(from, ==, 25);
    g_assert_cmpint(n, ==, 1);
    g_assert_cmpint(logs, ==, 1);
    g_assert_cmpuint(json_array_size(mmu_by), ==, 5);
    g_assert_cmpint(json_unpack_ex(json_array_get(mmu_by, 0), &why, 0, "{s:b,s:[s],s:{s:{s:f}}}",
                                   "per_p", &(int){0}, "flags", &name, "mud", "1ms", "p50", &stw),
                    ==, 0);
    g_assert_cmpstr(name, ==, "stw");
    g_assert_cmpfloat_with_epsilon(stw, 1 - 40.0 / 2000, 1e-12);
    json_decref(root);
}

/* --- DOT and SVG --- */

static void test_csv(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *csv = export_string(f, "csv", NULL, NULL);
    g_assert_nonnull(
        strstr(csv, "\"/tmp/my \"\"own\"\".trace\",\"main.main\",1,2000,990,10,0,0,1000\r\n"));

    /* A damaged clock makes waits that no 64 bits hold together. */
    for (guint i = 0; i < f->trace->summary->groups->len; i++) {
        const struct summary_group *group =
            &g_array_index(f->trace->summary->groups, struct summary_group, i);
        for (guint j = 0; j < group->times.block->len; j++)
            g_array_index(group->times.block, struct summary_time, j).ns = INT64_MAX;
    }
    g_autofree char *huge = export_string(f, "csv", NULL, NULL);
    g_assert_true(g_str_has_suffix(huge, ",9223372036854775807\r\n"));
    g_assert_null(strstr(huge, ",-"));
}

static void test_dot(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *dot = export_string(f, "dot", NULL, NULL);
    g_assert_true(g_str_has_prefix(dot, "digraph blocking {\n"));
    g_assert_nonnull(strstr(dot, "label=\"my \\\"own\\\".trace: sync, 2 waits, 1.500 us in all"));
    g_assert_nonnull(strstr(dot, "label=\"lock\\n1.500 us (100.0%)\""));
    g_assert_nonnull(strstr(dot, "main.\\\\x1b[31mred\\\"\\\\\\\\\\\\xff\\\\x0a\\n500 ns (33.3%)"));

    g_autoptr(GError) error = NULL;
    g_assert_null(export_string(f, "dot", "nothing", &error));
    g_assert_error(error, TRACE_ERROR, TRACE_ERROR_USAGE);
}

static void write_script(struct fixture *f, const char *text)
{
    g_autofree char *path = g_build_filename(f->dir, "dot", NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0755), ==, 0);
    g_setenv("PATH", f->dir, TRUE);
}

static void test_svg_fails(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_setenv("PATH", f->dir, TRUE);
    g_assert_null(export_string(f, "svg", NULL, &error));
    g_assert_nonnull(strstr(error->message, "graphviz"));
    g_clear_error(&error);

    write_script(f, "#!/bin/sh\necho 'no \033[1m fonts' >&2\nexit 3\n");
    g_assert_null(export_string(f, "svg", NULL, &error));
    g_assert_cmpstr(error->message, ==, "dot failed: no \\x1b[1m fonts");
}

static void test_svg(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *dot = g_find_program_in_path("dot");
    if (dot == NULL) {
        g_test_skip("graphviz is not installed");
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autofree char *svg = export_string(f, "svg", "sync", &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(svg, "<svg "));
    g_assert_nonnull(strstr(svg, "main.\\x1b[31mred&quot;"));
}

/* --- files --- */

static void test_file(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *path = g_build_filename(f->dir, "out.json", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_true(export_to_file(f->trace, exporter_for_path(path), NULL, path, NULL, &error));
    g_assert_no_error(error);
    g_autofree char *first = NULL, *second = NULL;
    g_assert_true(g_file_get_contents(path, &first, NULL, NULL));
    g_assert_cmpint(count_files(f), ==, 1);

    /* A failure leaves the old file as it is, and nothing beside it. */
    g_assert_false(export_to_file(f->trace, exporter_find("dot"), "nothing", path, NULL, &error));
    g_assert_error(error, TRACE_ERROR, TRACE_ERROR_USAGE);
    g_clear_error(&error);
    g_autoptr(GCancellable) cancelled = g_cancellable_new();
    g_cancellable_cancel(cancelled);
    g_assert_false(export_to_file(f->trace, exporter_find("json"), NULL, path, cancelled, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error(&error);
    g_assert_true(g_file_get_contents(path, &second, NULL, NULL));
    g_assert_cmpstr(first, ==, second);
    g_assert_cmpint(count_files(f), ==, 1);
}

static void test_file_modes(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *path = g_build_filename(f->dir, "out.txt", NULL);
    g_autofree char *link = g_build_filename(f->dir, "link.txt", NULL);
    g_assert_true(g_file_set_contents(path, "old", -1, NULL));
    g_assert_cmpint(g_chmod(path, 0604), ==, 0);
    g_assert_cmpint(symlink(path, link), ==, 0);
    const struct exporter *text = exporter_find("text");
    g_assert_true(export_to_file(f->trace, text, NULL, link, NULL, NULL));
    GStatBuf status;
    g_assert_cmpint(g_lstat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0604);
    g_assert_cmpint(status.st_size, >, 100);
    g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));

    /* What is no file stays what it is: a pipe here, and so a device. */
    g_autofree char *pipe = g_build_filename(f->dir, "pipe", NULL);
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    int reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    g_assert_true(export_to_file(f->trace, text, NULL, pipe, NULL, NULL));
    g_assert_cmpint(g_lstat(pipe, &status), ==, 0);
    g_assert_true(S_ISFIFO(status.st_mode));
    char first[5];
    g_assert_cmpint(read(reader, first, sizeof first), ==, sizeof first);
    g_assert_cmpmem(first, sizeof first, "Trace", sizeof first);
    close(reader);

    g_autoptr(GError) error = NULL;
    g_assert_false(export_to_file(f->trace, text, NULL, f->dir, NULL, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR);
    g_clear_error(&error);
    g_assert_false(export_to_file(f->trace, text, NULL, "/nowhere/out.txt", NULL, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/export/table", test_table);
    g_test_add_func("/export/quantity", test_quantity);
    g_test_add_func("/export/printable", test_printable);
    const struct {
        const char *path;
        void (*test)(struct fixture *, gconstpointer);
    } tests[] = {
        {"/export/text", test_text},
        {"/export/json", test_json},
        {"/export/json-analyses", test_json_analyses},
        {"/export/csv", test_csv},
        {"/export/dot", test_dot},
        {"/export/svg", test_svg},
        {"/export/svg-fails", test_svg_fails},
        {"/export/file", test_file},
        {"/export/file-modes", test_file_modes},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, setup, tests[i].test, teardown);
    return g_test_run();
}
