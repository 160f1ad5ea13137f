/* Where a goroutine's time goes, with the quirks of Go's own summary. */
#include <glib.h>
#include <string.h>

#include "tests/feed.h"
#include "trace/summary.h"

struct fixture {
    struct feed feed;
    struct summary_builder *builder;
    struct summary *summary;
};

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->feed.symbols = symbols_new();
    f->builder = summary_builder_new(f->feed.symbols);
    f->feed.sink = summary_builder_sink(f->builder);
    f->feed.m = 100;
    f->feed.p = 0;
    f->feed.g = EVENT_NO_ID;
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    summary_free(f->summary);
    summary_builder_free(f->builder);
    symbols_free(f->feed.symbols);
}

static const struct summary_goroutine *row(struct fixture *f, guint i)
{
    if (f->summary == NULL)
        f->summary = summary_builder_finish(f->builder);
    g_assert_cmpuint(i, <, f->summary->goroutines->len);
    return &g_array_index(f->summary->goroutines, struct summary_goroutine, i);
}

static void assert_string(struct fixture *f, uint32_t id, const char *expected)
{
    struct slice slice = symbols_string(f->feed.symbols, id);
    g_assert_cmpmem(slice.at, slice.len, expected, strlen(expected));
}

static int64_t time_under(struct fixture *f, const GArray *times, const char *name)
{
    for (guint i = 0; i < times->len; i++) {
        const struct summary_time *time = &g_array_index(times, struct summary_time, i);
        if (time->name == feed_string(&f->feed, name))
            return time->ns;
    }
    return 0;
}

static void test_life(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed->g = 1;
    feed_go(feed, 100, 7, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.work", true);
    feed->g = EVENT_NO_ID;
    feed_go(feed, 130, 7, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, 200, 7, STATE_RUNNING, STATE_WAITING, "chan receive", "r<x<main.work", true);
    feed_go(feed, 1200, 7, STATE_WAITING, STATE_RUNNABLE, "", "waker", false);
    feed_go(feed, 1205, 7, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, 1300, 7, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    feed_sync(feed, 5000);

    const struct summary_goroutine *g = row(f, 0);
    g_assert_cmpint(g->id, ==, 7);
    g_assert_cmpint(g->parent, ==, 1);
    assert_string(f, g->name, "main.work");
    g_assert_cmpint(g->creation_ns, ==, 100);
    g_assert_cmpint(g->start_ns, ==, 130);
    g_assert_cmpint(g->end_ns, ==, 1300);
    g_assert_cmpint(g->times.total_ns, ==, 1200);
    g_assert_cmpint(g->times.exec_ns, ==, 70 + 95);
    g_assert_cmpint(g->times.sched_wait_ns, ==, 30 + 5);
    g_assert_cmpint(time_under(f, g->times.block, "chan receive"), ==, 1000);
}

/* One that was there before counts from the last Sync, and open pieces up to the last event. */
static void test_open(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_go(feed, 50, 1, STATE_UNDETERMINED, STATE_WAITING, "select", "s<main.main", true);
    feed_go(feed, 60, 2, STATE_UNDETERMINED, STATE_RUNNING, "", "", false);
    feed_sync(feed, 1000);
    feed_go(feed, 1001, 1, STATE_WAITING, STATE_WAITING, "select", "s<main.main", true);
    feed_go(feed, 1010, 3, STATE_UNDETERMINED, STATE_RUNNABLE, "", "", false);
    feed_sync(feed, 2000);

    g_assert_cmpint(time_under(f, row(f, 0)->times.block, "select"), ==, 2000);
    g_assert_cmpint(row(f, 0)->start_ns, ==, SUMMARY_UNKNOWN_NS);
    g_assert_cmpint(row(f, 0)->end_ns, ==, SUMMARY_UNKNOWN_NS);
    g_assert_cmpint(row(f, 1)->times.exec_ns, ==, 2000);
    g_assert_cmpint(row(f, 2)->creation_ns, ==, 1000);
    g_assert_cmpint(row(f, 2)->times.sched_wait_ns, ==, 1000);
}

static void test_forever(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_go(feed, 10, 1, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.idle", true);
    feed_go(feed, 20, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, 30, 1, STATE_RUNNING, STATE_WAITING, "forever", "main.idle", true);
    feed_sync(feed, 900);
    g_assert_cmpint(row(f, 0)->end_ns, ==, 30);
    g_assert_cmpint(row(f, 0)->times.total_ns, ==, 20);
    g_assert_cmpuint(row(f, 0)->times.block->len, ==, 0);
}

static void test_syscalls(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_go(feed, 10, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "main.main", true);
    /* keeps its P */
    feed_go(feed, 20, 1, STATE_RUNNING, STATE_SYSCALL, "", "read<main.main", true);
    feed_go(feed, 25, 1, STATE_SYSCALL, STATE_RUNNING, "", "", false);
    /* loses it */
    feed_go(feed, 30, 1, STATE_RUNNING, STATE_SYSCALL, "", "read<main.main", true);
    feed_proc(feed, 50, 0, STATE_RUNNING, STATE_IDLE);
    feed_go(feed, 90, 1, STATE_SYSCALL, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 95, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    /* keeps it again */
    feed_go(feed, 96, 1, STATE_RUNNING, STATE_SYSCALL, "", "read<main.main", true);
    feed_go(feed, 98, 1, STATE_SYSCALL, STATE_RUNNING, "", "", false);
    /* loses it and is still there at the end: Go adds the loss to the scheduling wait */
    feed_go(feed, 100, 1, STATE_RUNNING, STATE_SYSCALL, "", "read<main.main", true);
    feed_proc(feed, 130, 0, STATE_RUNNING, STATE_IDLE);
    /* one that was there before is charged by whether it has a P */
    feed_go(feed, 140, 2, STATE_UNDETERMINED, STATE_SYSCALL, "", "read<main.two", true);
    feed->p = EVENT_NO_ID;
    feed_go(feed, 150, 3, STATE_UNDETERMINED, STATE_SYSCALL, "", "read<main.three", true);
    feed_sync(feed, 200);
    g_assert_cmpint(row(f, 1)->times.syscall_ns, ==, 200);
    g_assert_cmpint(row(f, 1)->times.syscall_block_ns, ==, 0);
    g_assert_cmpint(row(f, 2)->times.syscall_ns, ==, 50);
    g_assert_cmpint(row(f, 2)->times.syscall_block_ns, ==, 150);
    const struct summary_times *times = &row(f, 0)->times;
    g_assert_cmpint(times->syscall_ns, ==, 5 + 20 + 2 + 100);
    g_assert_cmpint(times->syscall_block_ns, ==, 40);
    g_assert_cmpint(times->sched_wait_ns, ==, 5 + 70);
    g_assert_cmpint(times->exec_ns, ==, 20 + 5 + 1 + 2);
}

static void test_ranges(struct fixture *f, gconstpointer data)
{
    (void)data;
    const char *assist = "GC mark assist", *sweep = "GC incremental sweep";
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_go(feed, 5, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "main.main", true);
    feed_go(feed, 6, 2, STATE_UNDETERMINED, STATE_RUNNABLE, "", "main.two", true);
    feed->g = 1;
    feed_range(feed, 10, EVENT_RANGE_ACTIVE, RANGE_MARK_ASSIST, assist, RESOURCE_GOROUTINE, 1);
    feed_range(feed, 40, EVENT_RANGE_END, RANGE_MARK_ASSIST, assist, RESOURCE_GOROUTINE, 1);
    feed_range(feed, 50, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, sweep, RESOURCE_PROC, 0);
    feed_range(feed, 57, EVENT_RANGE_END, RANGE_GC_SWEEP, sweep, RESOURCE_PROC, 0);
    /* begun by another goroutine: nobody's */
    feed_range(feed, 60, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, sweep, RESOURCE_PROC, 0);
    feed->g = 2;
    feed_range(feed, 69, EVENT_RANGE_END, RANGE_GC_SWEEP, sweep, RESOURCE_PROC, 0);
    feed_range(feed, 70, EVENT_RANGE_BEGIN, RANGE_STW, "stop-the-world (x)", RESOURCE_GOROUTINE, 1);
    feed_sync(feed, 100);
    const GArray *range = row(f, 0)->times.range;
    g_assert_cmpint(time_under(f, range, assist), ==, 40);
    /* the piece that was never ended stays open: another quirk */
    g_assert_cmpint(time_under(f, range, sweep), ==, 7 + 40);
    g_assert_cmpuint(row(f, 1)->times.range->len, ==, 0);
    g_assert_cmpint(time_under(f, range, "stop-the-world (x)"), ==, 30);
}

static void test_groups(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    for (int64_t id = 1; id <= 10; id++) {
        const char *name = id % 2 == 0 ? "main.even" : "main.odd";
        feed_go(feed, 100 * id, id, STATE_NOT_EXIST, STATE_RUNNABLE, "", name, true);
        feed_go(feed, 100 * id + 1, id, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
        feed_go(feed, 100 * id + 1 + 2 * id, id, STATE_RUNNING, STATE_WAITING, "sleep", "", false);
    }
    feed_metric(feed, 2000, METRIC_HEAP_LIVE, 500);
    feed_metric(feed, 2001, METRIC_HEAP_LIVE, 300);
    feed_metric(feed, 2002, METRIC_HEAP_GOAL, 4000);
    feed_metric(feed, 2003, METRIC_GOMAXPROCS, 8);
    row(f, 0);
    g_assert_cmpuint(f->summary->groups->len, ==, 2);
    const struct summary_group *group = &g_array_index(f->summary->groups, struct summary_group, 0);
    assert_string(f, group->name, "main.even");
    g_assert_cmpuint(group->count, ==, 5);
    g_assert_cmpint(group->times.exec_ns, ==, 2 * (2 + 4 + 6 + 8 + 10));
    int64_t waits = 0;
    for (int64_t id = 2; id <= 10; id += 2)
        waits += 2003 - (100 * id + 1 + 2 * id);
    g_assert_cmpint(time_under(f, group->times.block, "sleep"), ==, waits);
    g_assert_cmpuint(f->summary->heap_min_bytes, ==, 300);
    g_assert_cmpuint(f->summary->heap_max_bytes, ==, 500);
    g_assert_cmpuint(f->summary->heap_goal_max_bytes, ==, 4000);
    g_assert_cmpuint(f->summary->gomaxprocs->len, ==, 1);
    g_assert_cmpuint(f->summary->n_threads, ==, 1);
    g_assert_cmpuint(f->summary->n_procs, ==, 1);
}

/* Twenty goroutines that end, each slot used again by the next; two callbacks of one id. */
static void feed_short_lives(struct feed *feed)
{
    feed_sync(feed, 0);
    for (int64_t i = 1; i <= 20; i++) {
        /* The slot is not the id here. */
        struct event event = {.kind = EVENT_STATE_TRANSITION,
                              .m = 100,
                              .p = 0,
                              .g = EVENT_NO_ID,
                              .g_slot = EVENT_NO_SLOT,
                              .slot = 3};
        const struct {
            int64_t at_ns;
            enum event_state from, to;
        } steps[] = {
            {0, STATE_NOT_EXIST, STATE_RUNNABLE},      {5, STATE_RUNNABLE, STATE_RUNNING},
            {5 + i % 7, STATE_RUNNING, STATE_WAITING}, {20, STATE_WAITING, STATE_RUNNABLE},
            {21, STATE_RUNNABLE, STATE_RUNNING},       {30, STATE_RUNNING, STATE_NOT_EXIST}};
        for (size_t k = 0; k < G_N_ELEMENTS(steps); k++) {
            event.time_ns = 100 * i + steps[k].at_ns;
            event.transition.resource = RESOURCE_GOROUTINE;
            event.transition.id = 1000 + i;
            event.transition.from = steps[k].from;
            event.transition.to = steps[k].to;
            event.transition.stack = feed_stack(feed, i % 2 ? "main.odd" : "main.even");
            event.transition.reason = feed_string(feed, i % 3 ? "sleep" : "sync");
            feed->sink.event(feed->sink.self, &event);
        }
    }
    for (int64_t i = 1; i <= 2; i++) {
        feed_go(feed, 5000 * i, 9, STATE_NOT_EXIST, STATE_SYSCALL, "", "", false);
        feed_go(feed, 5000 * i + 10 * i, 9, STATE_SYSCALL, STATE_NOT_EXIST, "", "", false);
    }
    feed_sync(feed, 20000);
}

static const struct summary_group *group_at(const struct summary *summary, guint i)
{
    g_assert_cmpuint(i, <, summary->groups->len);
    return &g_array_index(summary->groups, struct summary_group, i);
}

/* Folding changes no group; of the rows those that ran longest are left, and those of callbacks,
 * of which the last life counts. */
static void test_fold(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_short_lives(&f->feed);
    g_assert_cmpint(row(f, 0)->id, ==, 9);
    g_assert_cmpuint(f->summary->goroutines->len, ==, 21);

    struct summary_builder *builder = summary_builder_new(f->feed.symbols);
    summary_builder_fold(builder);
    f->feed.sink = summary_builder_sink(builder);
    feed_short_lives(&f->feed);
    struct summary *folded = summary_builder_finish(builder);
    g_assert_cmpuint(folded->n_goroutines, ==, 21);
    g_assert_cmpuint(folded->groups->len, ==, f->summary->groups->len);
    for (guint i = 0; i < folded->groups->len; i++) {
        const struct summary_group *got = group_at(folded, i), *want = group_at(f->summary, i);
        g_assert_cmpuint(got->name, ==, want->name);
        g_assert_cmpuint(got->count, ==, want->count);
        g_assert_cmpint(got->times.total_ns, ==, want->times.total_ns);
        g_assert_cmpint(got->times.exec_ns, ==, want->times.exec_ns);
        g_assert_cmpint(got->times.sched_wait_ns, ==, want->times.sched_wait_ns);
        g_assert_cmpint(got->times.syscall_ns, ==, want->times.syscall_ns);
        g_assert_cmpint(time_under(f, got->times.block, "sleep"), ==,
                        time_under(f, want->times.block, "sleep"));
        g_assert_cmpint(time_under(f, got->times.block, "sync"), ==,
                        time_under(f, want->times.block, "sync"));
    }
    assert_string(f, group_at(folded, 0)->name, "main.even");
    g_assert_cmpint(group_at(folded, 0)->times.exec_ns, ==, 123);

    /* Those of 6, 5, 4 and 3 more than the others, and the callback. */
    const int64_t longest[] = {9, 1003, 1004, 1005, 1006, 1011, 1012, 1013, 1018, 1019, 1020};
    g_assert_cmpuint(folded->goroutines->len, ==, G_N_ELEMENTS(longest));
    for (guint i = 0; i < G_N_ELEMENTS(longest); i++)
        g_assert_cmpint(g_array_index(folded->goroutines, struct summary_goroutine, i).id, ==,
                        longest[i]);
    g_assert_cmpint(row(f, 0)->times.syscall_ns, ==, 20);
    g_assert_cmpint(g_array_index(folded->goroutines, struct summary_goroutine, 0).times.syscall_ns,
                    ==, 20);
    summary_free(folded);
    summary_builder_free(builder);
}

/* Looking in between changes nothing. */
static void test_goes_on(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_go(feed, 10, 1, STATE_UNDETERMINED, STATE_WAITING, "sync", "main.main", true);
    struct summary *early = summary_builder_finish(f->builder);
    const struct summary_goroutine *g =
        &g_array_index(early->goroutines, struct summary_goroutine, 0);
    g_assert_cmpint(time_under(f, g->times.block, "sync"), ==, 10);
    summary_free(early);
    feed_go(feed, 30, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    g_assert_cmpint(time_under(f, row(f, 0)->times.block, "sync"), ==, 30);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const struct {
        const char *path;
        void (*test)(struct fixture *, gconstpointer);
    } tests[] = {
        {"/summary/life", test_life},       {"/summary/open", test_open},
        {"/summary/forever", test_forever}, {"/summary/syscalls", test_syscalls},
        {"/summary/ranges", test_ranges},   {"/summary/groups", test_groups},
        {"/summary/fold", test_fold},       {"/summary/goes-on", test_goes_on},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, setup, tests[i].test, teardown);
    return g_test_run();
}
