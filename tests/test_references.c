/* Summaries and profiles equal what Go's own tools made of the same traces, number for number:
 * NAME.trace against NAME.json.gz and NAME.{net,sync,syscall,sched}.txt beside it. The folder that
 * TRACETUI_TRACES names is searched too. */
#include <gio/gio.h>
#include <jansson.h>
#include <string.h>

#include "tests/load.h"
#include "trace/export.h"
#include "trace/trace.h"

/* What is compared is named in failures; all differences of a trace are reported, up to some. */
struct check {
    const struct trace *trace;
    const char *stem;
    int differences;
};

static void differ(struct check *check, const char *what, int64_t got, int64_t want)
{
    if (got == want)
        return;
    if (check->differences++ < 20)
        g_test_message("%s: %s: got %" G_GINT64_FORMAT ", want %" G_GINT64_FORMAT, check->stem,
                       what, got, want);
}

static int64_t number(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static char *name_of(const struct check *check, uint32_t id)
{
    struct slice slice = symbols_string(check->trace->symbols, id);
    return g_utf8_make_valid(slice.at, (gssize)slice.len);
}

static int64_t time_under(const struct check *check, const GArray *times, const char *name)
{
    int64_t ns = 0;
    for (guint i = 0; i < times->len; i++) {
        const struct summary_time *time = &g_array_index(times, struct summary_time, i);
        g_autofree char *own = name_of(check, time->name);
        if (strcmp(own, name) == 0)
            ns += time->ns;
    }
    return ns;
}

static void compare_times(struct check *check, const char *what, const GArray *got, json_t *want)
{
    const char *name;
    json_t *value;
    size_t n = 0;
    json_object_foreach(want, name, value)
    {
        g_autofree char *label = g_strdup_printf("%s '%s'", what, name);
        differ(check, label, time_under(check, got, name), json_integer_value(value));
        n += json_integer_value(value) != 0;
    }
    g_autofree char *label = g_strdup_printf("%s, how many", what);
    differ(check, label, got->len, (int64_t)n);
}

/* --- goroutines and groups --- */

static void compare_sums(struct check *check, const char *what, const struct summary_times *times,
                         const json_t *want)
{
    const struct {
        const char *key;
        int64_t ns;
    } sums[] = {{"total", times->total_ns},
                {"exec", times->exec_ns},
                {"sched_wait", times->sched_wait_ns},
                {"syscall", times->syscall_ns},
                {"syscall_block", times->syscall_block_ns}};
    for (size_t i = 0; i < G_N_ELEMENTS(sums); i++) {
        g_autofree char *label = g_strdup_printf("%s %s", what, sums[i].key);
        differ(check, label, sums[i].ns, number(want, sums[i].key));
    }
}

/* The references write times as they are in the trace, and 0 for what is not known. */
static void compare_point(struct check *check, const char *what, const char *key, int64_t ns,
                          const json_t *want)
{
    g_autofree char *label = g_strdup_printf("%s %s", what, key);
    int64_t raw = ns == SUMMARY_UNKNOWN_NS ? 0 : ns + check->trace->info.start_ns;
    differ(check, label, raw, number(want, key));
}

static void compare_goroutine(struct check *check, const struct summary_goroutine *g, json_t *want)
{
    g_autofree char *what = g_strdup_printf("goroutine %" G_GINT64_FORMAT, g->id);
    differ(check, "goroutine id", g->id, number(want, "id"));
    g_autofree char *name = name_of(check, g->name);
    differ(check, what, strcmp(name, json_string_value(json_object_get(want, "name"))), 0);
    compare_point(check, what, "creation", g->creation_ns, want);
    compare_point(check, what, "start", g->start_ns, want);
    compare_point(check, what, "end", g->end_ns, want);
    compare_sums(check, what, &g->times, want);
    compare_times(check, what, g->times.block, json_object_get(want, "block"));
    compare_times(check, what, g->times.range, json_object_get(want, "range"));
}

static void compare_goroutines(struct check *check, json_t *want)
{
    const GArray *got = check->trace->summary->goroutines;
    differ(check, "goroutines", got->len, (int64_t)json_array_size(want));
    for (guint i = 0; i < MIN(got->len, json_array_size(want)); i++)
        compare_goroutine(check, &g_array_index(got, struct summary_goroutine, i),
                          json_array_get(want, i));
}

static void compare_groups(struct check *check, json_t *want)
{
    const GArray *got = check->trace->summary->groups;
    differ(check, "groups", got->len, (int64_t)json_object_size(want));
    for (guint i = 0; i < got->len; i++) {
        const struct summary_group *group = &g_array_index(got, struct summary_group, i);
        g_autofree char *name = name_of(check, group->name);
        json_t *reference = json_object_get(want, name);
        compare_sums(check, name, &group->times, reference);
        differ(check, name, (int64_t)group->count, number(reference, "n"));
        int64_t block_ns = 0;
        for (guint j = 0; j < group->times.block->len; j++)
            block_ns += g_array_index(group->times.block, struct summary_time, j).ns;
        differ(check, name, block_ns, number(reference, "block"));
    }
}

/* --- the trace as a whole --- */

static void compare_series(struct check *check, json_t *want)
{
    const GArray *got = check->trace->summary->gomaxprocs;
    differ(check, "gomaxprocs", got->len, (int64_t)json_array_size(want));
    for (guint i = 0; i < MIN(got->len, json_array_size(want)); i++) {
        const struct summary_gomaxprocs *row = &g_array_index(got, struct summary_gomaxprocs, i);
        json_t *pair = json_array_get(want, i);
        differ(check, "gomaxprocs time", row->time_ns + check->trace->info.start_ns,
               json_integer_value(json_array_get(pair, 0)));
        differ(check, "gomaxprocs value", (int64_t)row->n,
               json_integer_value(json_array_get(pair, 1)));
    }
}

static void compare_whole(struct check *check, json_t *want)
{
    const struct reader_info *info = &check->trace->info;
    const struct summary *summary = check->trace->summary;
    differ(check, "first time", info->start_ns, number(want, "first_time"));
    differ(check, "last time", info->start_ns + info->end_ns, number(want, "last_time"));
    differ(check, "events", (int64_t)info->n_events, number(want, "events_before_error"));
    differ(check, "procs", (int64_t)summary->n_procs, number(want, "n_procs"));
    differ(check, "threads", (int64_t)summary->n_threads, number(want, "n_threads"));
    for (int kind = 0; kind < EVENT_N_KINDS; kind++) {
        const char *name = event_kind_name((enum event_kind)kind);
        differ(check, name, (int64_t)info->n_kind[kind],
               number(json_object_get(want, "kinds"), name));
    }
    json_t *metrics = json_object_get(want, "metrics");
    json_t *live = json_object_get(metrics, "/memory/classes/heap/objects:bytes");
    json_t *goal = json_object_get(metrics, "/gc/heap/goal:bytes");
    differ(check, "heap min", (int64_t)summary->heap_min_bytes, number(live, "min"));
    differ(check, "heap max", (int64_t)summary->heap_max_bytes, number(live, "max"));
    differ(check, "heap goal", (int64_t)summary->heap_goal_max_bytes, number(goal, "max"));
    compare_series(check, json_object_get(want, "gomaxprocs"));
    compare_goroutines(check, json_object_get(want, "goroutines"));
    compare_groups(check, json_object_get(want, "groups"));
}

/* --- profiles --- */

/* Go keeps one record for "no stack" and for a stack of a frame that is nothing, and shows either.
 */
static void drop_empty_frame(char *line)
{
    if (g_str_has_suffix(line, "\t:0"))
        line[strlen(line) - strlen(":0")] = '\0';
}

static char *record_line(const struct check *check, const struct profile_record *record)
{
    GString *line = g_string_new(NULL);
    g_string_printf(line, "%" G_GUINT64_FORMAT "\t%" G_GINT64_FORMAT "\t", record->count,
                    record->delay_ns);
    struct stack stack = symbols_stack(check->trace->symbols, record->stack);
    for (size_t i = 0; i < stack.n; i++) {
        g_autofree char *func = name_of(check, stack.frames[i].func);
        g_string_append_printf(line, "%s%s:%" G_GUINT64_FORMAT, i > 0 ? ";" : "", func,
                               stack.frames[i].line);
    }
    return g_string_free(line, FALSE);
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void compare_profile(struct check *check, enum profile_kind kind)
{
    const struct profile *profile = check->trace->profiles[kind];
    g_autofree char *path = g_strdup_printf("%s.%s.txt", check->stem, profile_kind_name(kind));
    g_autoptr(GBytes) bytes = load_file(path);
    gsize len;
    const char *at = g_bytes_get_data(bytes, &len);
    g_autofree char *text = g_strndup(at, len);
    g_auto(GStrv) want = g_strsplit(text, "\n", -1);
    /* The first line is the head, behind the last newline is nothing. */
    size_t n = g_strv_length(want) - 2;
    for (size_t i = 1; i <= n; i++)
        drop_empty_frame(want[i]);
    qsort(want + 1, n, sizeof *want, compare_lines);

    g_autofree char *head =
        g_strdup_printf("# %u stacks, count %" G_GUINT64_FORMAT ", delay %" G_GINT64_FORMAT " ns",
                        profile->records->len, profile->count, profile->delay_ns);
    if (strcmp(head, want[0]) != 0) {
        check->differences++;
        g_test_message("%s: got %s, want %s", path, head, want[0]);
    }
    g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < profile->records->len; i++)
        g_ptr_array_add(
            got, record_line(check, &g_array_index(profile->records, struct profile_record, i)));
    g_ptr_array_sort(got, compare_lines);
    for (guint i = 0; i < MIN(got->len, n); i++) {
        const char *line = g_ptr_array_index(got, i);
        if (strcmp(line, want[i + 1]) != 0 && check->differences++ < 20)
            g_test_message("%s: got %s, want %s", path, line, want[i + 1]);
    }
}

/* --- lanes: they tell the same story as the summary --- */

/* The sums of a goroutine's spans. An id that was used again has all its lives on the lane, the
 * last of them in the summary. */
static void compare_lane(struct check *check, const struct summary_goroutine *g)
{
    const struct lane *lane = lanes_find(check->trace->lanes, LANE_GOROUTINE, g->id);
    g_autofree char *what = g_strdup_printf("lane of goroutine %" G_GINT64_FORMAT, g->id);
    int64_t in_ns[SPAN_N_STATES] = {0};
    struct span span;
    for (int64_t at = g->creation_ns - 1; lane_span_after(lane, at, &span); at = span.start_ns)
        in_ns[span.state] += span.end_ns - span.start_ns;
    differ(check, what, in_ns[SPAN_RUNNING] + in_ns[SPAN_GC] + in_ns[SPAN_STW], g->times.exec_ns);
    /* Whoever is still in a syscall that lost its P has that time twice in Go's summary. */
    if (lane_span_before(lane, lane->end_ns, &span) && span.state == SPAN_SYSCALL)
        return;
    differ(check, what, in_ns[SPAN_SYSCALL] + in_ns[SPAN_RUNNABLE],
           g->times.syscall_ns + g->times.syscall_block_ns + g->times.sched_wait_ns);
}

/* --- the files --- */

static json_t *load_json(const char *stem)
{
    g_autofree char *path = g_strconcat(stem, ".json.gz", NULL);
    g_autoptr(GBytes) bytes = load_file(path);
    gsize len;
    const char *at = g_bytes_get_data(bytes, &len);
    json_error_t why;
    json_t *root = json_loadb(at, len, JSON_ALLOW_NUL, &why);
    if (root == NULL)
        g_error("%s: %s", path, why.text);
    return root;
}

static void test_trace(const void *data)
{
    const char *path = data;
    g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".trace"));
    g_autoptr(GError) error = NULL;
    struct trace *trace = trace_open(path, TRACE_ALL, NULL, NULL, &error);
    if (trace == NULL) {
        g_assert_error(error, TRACE_ERROR, TRACE_ERROR_VERSION);
        g_test_skip("its version is not read");
        return;
    }
    json_t *want = load_json(stem);
    struct check check = {.trace = trace, .stem = stem};
    if (json_is_string(json_object_get(want, "error"))) {
        g_test_skip("Go's tool does not read all of it");
    } else {
        differ(&check, "complete", trace->info.complete, true);
        compare_whole(&check, want);
        for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
            compare_profile(&check, (enum profile_kind)kind);
        for (guint i = 0; i < trace->summary->goroutines->len; i++)
            compare_lane(&check,
                         &g_array_index(trace->summary->goroutines, struct summary_goroutine, i));
    }
    json_decref(want);
    trace_free(trace);
    if (check.differences > 0)
        g_test_fail();
}

/* Adds a test for each trace in a folder and those below it that has a reference. */
static void add_folder(const char *folder, const char *prefix)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    g_assert_no_error(error);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *test = g_strconcat(prefix, "/", name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            add_folder(path, test);
        else if (g_str_has_suffix(name, ".trace"))
            g_test_add_data_func_full(test, g_strdup(path), test_trace, g_free);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *own = g_test_build_filename(G_TEST_DIST, "traces", "ref", NULL);
    add_folder(own, "/references");
    const char *more = g_getenv("TRACETUI_TRACES");
    if (more != NULL)
        add_folder(more, "/references/more");
    return g_test_run();
}
