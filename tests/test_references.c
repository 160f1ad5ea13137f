/* Summaries and profiles equal what Go's own tools made of the same traces, number for number:
 * NAME.trace against NAME.json.gz and NAME.{net,sync,syscall,sched}.txt beside it. The folder that
 * TRACETUI_TRACES names is searched too. */
#include <gio/gio.h>
#include <jansson.h>
#include <string.h>

#include "tests/load.h"
#include "tests/reference.h"
#include "trace/export.h"
#include "trace/trace.h"

static int64_t time_under(const struct reference *check, const GArray *times, const char *name)
{
    int64_t ns = 0;
    for (guint i = 0; i < times->len; i++) {
        const struct summary_time *time = &g_array_index(times, struct summary_time, i);
        g_autofree char *own = reference_name(check, time->name);
        if (strcmp(own, name) == 0)
            ns += time->ns;
    }
    return ns;
}

static void compare_times(struct reference *check, const char *what, const GArray *got,
                          json_t *want)
{
    const char *name;
    json_t *value;
    size_t n = 0;
    json_object_foreach(want, name, value)
    {
        g_autofree char *label = g_strdup_printf("%s '%s'", what, name);
        reference_differ(check, label, time_under(check, got, name), json_integer_value(value));
        n += json_integer_value(value) != 0;
    }
    g_autofree char *label = g_strdup_printf("%s, how many", what);
    reference_differ(check, label, got->len, (int64_t)n);
}

/* --- goroutines and groups --- */

static void compare_sums(struct reference *check, const char *what,
                         const struct summary_times *times, const json_t *want)
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
        reference_differ(check, label, sums[i].ns, reference_number(want, sums[i].key));
    }
}

static void compare_goroutine(struct reference *check, const struct summary_goroutine *g,
                              json_t *want)
{
    g_autofree char *what = g_strdup_printf("goroutine %" G_GINT64_FORMAT, g->id);
    reference_differ(check, "goroutine id", g->id, reference_number(want, "id"));
    g_autofree char *name = reference_name(check, g->name);
    reference_differ(check, what, strcmp(name, json_string_value(json_object_get(want, "name"))),
                     0);
    reference_point(check, what, "creation", g->creation_ns, want);
    reference_point(check, what, "start", g->start_ns, want);
    reference_point(check, what, "end", g->end_ns, want);
    compare_sums(check, what, &g->times, want);
    compare_times(check, what, g->times.block, json_object_get(want, "block"));
    compare_times(check, what, g->times.range, json_object_get(want, "range"));
}

static void compare_goroutines(struct reference *check, json_t *want)
{
    const GArray *got = check->trace->summary->goroutines;
    reference_differ(check, "goroutines", got->len, (int64_t)json_array_size(want));
    for (guint i = 0; i < MIN(got->len, json_array_size(want)); i++)
        compare_goroutine(check, &g_array_index(got, struct summary_goroutine, i),
                          json_array_get(want, i));
}

static void compare_groups(struct reference *check, json_t *want)
{
    const GArray *got = check->trace->summary->groups;
    reference_differ(check, "groups", got->len, (int64_t)json_object_size(want));
    for (guint i = 0; i < got->len; i++) {
        const struct summary_group *group = &g_array_index(got, struct summary_group, i);
        g_autofree char *name = reference_name(check, group->name);
        json_t *reference = json_object_get(want, name);
        compare_sums(check, name, &group->times, reference);
        reference_differ(check, name, (int64_t)group->count, reference_number(reference, "n"));
        int64_t block_ns = 0;
        for (guint j = 0; j < group->times.block->len; j++)
            block_ns += g_array_index(group->times.block, struct summary_time, j).ns;
        reference_differ(check, name, block_ns, reference_number(reference, "block"));
    }
}

/* --- the trace as a whole --- */

static void compare_series(struct reference *check, json_t *want)
{
    const GArray *got = check->trace->summary->gomaxprocs;
    reference_differ(check, "gomaxprocs", got->len, (int64_t)json_array_size(want));
    for (guint i = 0; i < MIN(got->len, json_array_size(want)); i++) {
        const struct summary_gomaxprocs *row = &g_array_index(got, struct summary_gomaxprocs, i);
        json_t *pair = json_array_get(want, i);
        reference_differ(check, "gomaxprocs time", row->time_ns + check->trace->info.start_ns,
                         json_integer_value(json_array_get(pair, 0)));
        reference_differ(check, "gomaxprocs value", (int64_t)row->n,
                         json_integer_value(json_array_get(pair, 1)));
    }
}

static void compare_whole(struct reference *check, json_t *want)
{
    const struct reader_info *info = &check->trace->info;
    const struct summary *summary = check->trace->summary;
    reference_differ(check, "first time", info->start_ns, reference_number(want, "first_time"));
    reference_differ(check, "last time", info->start_ns + info->end_ns,
                     reference_number(want, "last_time"));
    reference_differ(check, "events", (int64_t)info->n_events,
                     reference_number(want, "events_before_error"));
    reference_differ(check, "procs", (int64_t)summary->n_procs, reference_number(want, "n_procs"));
    reference_differ(check, "threads", (int64_t)summary->n_threads,
                     reference_number(want, "n_threads"));
    for (int kind = 0; kind < EVENT_N_KINDS; kind++) {
        const char *name = event_kind_name((enum event_kind)kind);
        reference_differ(check, name, (int64_t)info->n_kind[kind],
                         reference_number(json_object_get(want, "kinds"), name));
    }
    json_t *metrics = json_object_get(want, "metrics");
    json_t *live = json_object_get(metrics, "/memory/classes/heap/objects:bytes");
    json_t *goal = json_object_get(metrics, "/gc/heap/goal:bytes");
    reference_differ(check, "heap min", (int64_t)summary->heap_min_bytes,
                     reference_number(live, "min"));
    reference_differ(check, "heap max", (int64_t)summary->heap_max_bytes,
                     reference_number(live, "max"));
    reference_differ(check, "heap goal", (int64_t)summary->heap_goal_max_bytes,
                     reference_number(goal, "max"));
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

static char *record_line(const struct reference *check, const struct profile_record *record)
{
    GString *line = g_string_new(NULL);
    g_string_printf(line, "%" G_GUINT64_FORMAT "\t%" G_GINT64_FORMAT "\t", record->count,
                    record->delay_ns);
    struct stack stack = symbols_stack(check->trace->symbols, record->stack);
    for (size_t i = 0; i < stack.n; i++) {
        g_autofree char *func = reference_name(check, stack.frames[i].func);
        g_string_append_printf(line, "%s%s:%" G_GUINT64_FORMAT, i > 0 ? ";" : "", func,
                               stack.frames[i].line);
    }
    return g_string_free(line, FALSE);
}

static void compare_profile(struct reference *check, enum profile_kind kind)
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
    qsort(want + 1, n, sizeof *want, reference_order);

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
    g_ptr_array_sort(got, reference_order);
    for (guint i = 0; i < MIN(got->len, n); i++) {
        const char *line = g_ptr_array_index(got, i);
        if (strcmp(line, want[i + 1]) != 0 && check->differences++ < 20)
            g_test_message("%s: got %s, want %s", path, line, want[i + 1]);
    }
}

/* --- lanes: they tell the same story as the summary --- */

/* The sums of a goroutine's spans. An id that was used again has all its lives on the lane, the
 * last of them in the summary. */
static void compare_lane(struct reference *check, const struct summary_goroutine *g)
{
    const struct lane *lane = lanes_find(check->trace->lanes, LANE_GOROUTINE, g->id);
    g_autofree char *what = g_strdup_printf("lane of goroutine %" G_GINT64_FORMAT, g->id);
    int64_t in_ns[SPAN_N_STATES] = {0};
    struct span span;
    for (int64_t at = g->creation_ns - 1; lane_span_after(lane, at, &span); at = span.start_ns)
        in_ns[span.state] += span.end_ns - span.start_ns;
    reference_differ(check, what, in_ns[SPAN_RUNNING] + in_ns[SPAN_GC] + in_ns[SPAN_STW],
                     g->times.exec_ns);
    /* Whoever is still in a syscall that lost its P has that time twice in Go's summary. */
    if (lane_span_before(lane, lane->end_ns, &span) && span.state == SPAN_SYSCALL)
        return;
    reference_differ(check, what, in_ns[SPAN_SYSCALL] + in_ns[SPAN_RUNNABLE],
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
    struct trace *trace = trace_open(path, TRACE_ALL | TRACE_ANNOTATIONS, NULL, NULL, &error);
    g_assert_no_error(error);
    json_t *want = load_json(stem);
    struct reference check = {.trace = trace, .stem = stem};
    if (json_is_string(json_object_get(want, "error"))) {
        g_test_skip("Go's tool does not read all of it");
    } else {
        reference_differ(&check, "complete", trace->info.complete, true);
        compare_whole(&check, want);
        for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
            compare_profile(&check, (enum profile_kind)kind);
        reference_annotations(&check, want);
        reference_gc(&check, json_object_get(want, "gc"));
        reference_mmu(&check, json_object_get(want, "mmu_fixed"));
        for (guint i = 0; i < trace->summary->goroutines->len; i++)
            compare_lane(&check,
                         &g_array_index(trace->summary->goroutines, struct summary_goroutine, i));
    }
    json_decref(want);
    trace_free(trace);
    if (check.differences > 0)
        g_test_fail();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    reference_add_tests("/references", test_trace);
    return g_test_run();
}
