/* Analyses that Go's tool has not are held against what it has: the sums of one are the counts and
 * sums of the other, in every reference trace. */
#include <gio/gio.h>
#include <jansson.h>
#include <string.h>

#include "tests/load.h"
#include "tests/reference.h"
#include "trace/trace.h"

struct check {
    const struct trace *trace;
    json_t *want;
    const char *path;
    int differences;
};

static void differ(struct check *check, const char *what, int64_t got, int64_t want)
{
    if (got == want)
        return;
    if (check->differences++ < 20)
        g_test_message("%s: %s: got %" G_GINT64_FORMAT ", want %" G_GINT64_FORMAT, check->path,
                       what, got, want);
}

static void between(struct check *check, const char *what, int64_t got, int64_t least, int64_t most)
{
    differ(check, what, got, CLAMP(got, least, most));
}

/* How many transitions of goroutines there are from one state to another; NULL: any. */
static int64_t transitions(const struct check *check, const char *from, const char *to)
{
    const char *key;
    json_t *value;
    int64_t n = 0;
    json_object_foreach(json_object_get(check->want, "transitions"), key, value)
    {
        g_auto(GStrv) states = g_strsplit(key + 2, "->", 2);
        if (g_str_has_prefix(key, "G ") && (from == NULL || strcmp(states[0], from) == 0) &&
            (to == NULL || strcmp(states[1], to) == 0) && strcmp(states[0], states[1]) != 0)
            n += json_integer_value(value);
    }
    return n;
}

static void compare_counts(struct check *check)
{
    const struct insight *insight = check->trace->insight;
    const struct latency_row *all = &insight->latency->all;
    int64_t blocks = 0, edges = 0;
    for (guint i = 0; i < all->block->len; i++)
        blocks += (int64_t)g_array_index(all->block, struct latency_block, i).stats.count;
    for (guint i = 0; i < insight->wakeups->edges->len; i++) {
        const struct wakeup_edge *e =
            &g_array_index(insight->wakeups->edges, struct wakeup_edge, i);
        edges += (int64_t)e->count;
    }
    /* What began before the trace is not in a distribution. */
    int64_t ran = transitions(check, "Running", NULL);
    int64_t scheduled = transitions(check, "Runnable", "Running");
    int64_t woken = transitions(check, "Waiting", NULL) - transitions(check, "Waiting", "NotExist");
    int64_t called = transitions(check, "Syscall", NULL);
    between(check, "runs", (int64_t)all->run.count,
            ran - transitions(check, "Undetermined", "Running"), ran);
    between(check, "scheduled", (int64_t)all->sched.count,
            scheduled - transitions(check, "Undetermined", "Runnable"), scheduled);
    between(check, "syscalls", (int64_t)all->syscall.count,
            called - transitions(check, "Undetermined", "Syscall"), called);
    between(check, "blocks", blocks, woken - transitions(check, "Undetermined", "Waiting"), woken);
    differ(check, "wake-ups", (int64_t)insight->wakeups->count, woken);
    differ(check, "wake-ups on edges", edges, woken);
    differ(check, "creations", (int64_t)insight->creation->count,
           transitions(check, "NotExist", NULL));
    differ(check, "samples", (int64_t)check->trace->profiles[PROFILE_CPU]->count,
           (int64_t)check->trace->info.n_kind[EVENT_STACK_SAMPLE]);
}

/* The trace's length is in each P's row and in the numbers of running goroutines, and both know
 * of the same running. */
static void compare_lengths(struct check *check)
{
    const struct insight *insight = check->trace->insight;
    int64_t end_ns = check->trace->info.end_ns, in_procs_ns = 0, by_number_ns = 0, all_ns = 0;
    for (guint i = 0; i < insight->procs->rows->len; i++) {
        const struct proc_row *row = &g_array_index(insight->procs->rows, struct proc_row, i);
        int64_t sum_ns = 0;
        for (int use = 0; use < PROC_N_USES; use++)
            sum_ns += row->ns[use];
        differ(check, "P's time", sum_ns, end_ns);
        in_procs_ns += row->ns[PROC_RUNNING] + row->ns[PROC_GC];
    }
    for (guint i = 0; i < insight->parallelism->running_ns->len; i++) {
        int64_t ns = g_array_index(insight->parallelism->running_ns, int64_t, i);
        all_ns += ns;
        by_number_ns += ns * i;
    }
    differ(check, "time by number", all_ns, end_ns);
    differ(check, "running on Ps", in_procs_ns, by_number_ns);
}

/* --- flame data has the summary's times, group by group --- */

static void flame_sums(const struct flame *flame, uint32_t name, int64_t ns[STATE_N])
{
    memset(ns, 0, STATE_N * sizeof *ns);
    for (guint i = 0; i < flame->records->len; i++) {
        const struct flame_record *record = &g_array_index(flame->records, struct flame_record, i);
        if (record->name == name)
            ns[record->state] += record->ns;
    }
}

/* Whoever is still in a syscall that lost its P has that time twice in Go's summary. */
static bool ends_in_syscall(const struct lanes *lanes)
{
    struct span span;
    for (size_t i = 0; i < lanes_n(lanes, LANE_GOROUTINE); i++) {
        const struct lane *lane = lanes_at(lanes, LANE_GOROUTINE, i);
        if (lane_span_before(lane, lane->end_ns, &span) && span.state == SPAN_SYSCALL)
            return true;
    }
    return false;
}

static void compare_flame(struct check *check)
{
    /* C threads use ids again: then the summary has the last life only. */
    if (transitions(check, "NotExist", "Syscall") > 0)
        return;
    bool quirk = ends_in_syscall(check->trace->lanes);
    for (guint i = 0; i < check->trace->summary->groups->len; i++) {
        const struct summary_group *group =
            &g_array_index(check->trace->summary->groups, struct summary_group, i);
        int64_t ns[STATE_N], block_ns = 0;
        flame_sums(check->trace->insight->flame, group->name, ns);
        for (guint j = 0; j < group->times.block->len; j++)
            block_ns += g_array_index(group->times.block, struct summary_time, j).ns;
        differ(check, "flame: running", ns[STATE_RUNNING], group->times.exec_ns);
        differ(check, "flame: waiting", ns[STATE_WAITING], block_ns);
        if (quirk)
            continue;
        differ(check, "flame: runnable", ns[STATE_RUNNABLE], group->times.sched_wait_ns);
        differ(check, "flame: syscall", ns[STATE_SYSCALL],
               group->times.syscall_ns + group->times.syscall_block_ns);
    }
}

static json_t *load_json(const char *path)
{
    g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".trace"));
    g_autofree char *name = g_strconcat(stem, ".json.gz", NULL);
    g_autoptr(GBytes) bytes = load_file(name);
    gsize len;
    const char *at = g_bytes_get_data(bytes, &len);
    return json_loadb(at, len, JSON_ALLOW_NUL, NULL);
}

static void test_trace(const void *data)
{
    struct check check = {.path = data};
    g_autoptr(GError) error = NULL;
    struct trace *trace = trace_open(data, TRACE_ALL | TRACE_FLAME, NULL, NULL, &error);
    g_assert_no_error(error);
    check.trace = trace;
    check.want = load_json(data);
    g_assert_nonnull(check.want);
    if (json_is_string(json_object_get(check.want, "error"))) {
        g_test_skip("Go's tool does not read all of it");
    } else {
        compare_lengths(&check);
        compare_counts(&check);
        compare_flame(&check);
    }
    json_decref(check.want);
    trace_free(trace);
    if (check.differences > 0)
        g_test_fail();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    reference_add_tests("/insight-references", test_trace);
    return g_test_run();
}
