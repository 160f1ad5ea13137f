/* What the collector did, from hand-made events. */
#include <glib.h>
#include <string.h>

#include "tests/feed.h"
#include "trace/gc.h"

#define MARK "GC concurrent mark phase"
#define SWEEP "GC incremental sweep"
#define ASSIST "GC mark assist"
#define STW "stop-the-world (GC mark termination)"

struct fixture {
    struct feed feed;
    struct gc_builder *builder;
    struct gc *gc;
};

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->feed.symbols = symbols_new();
    f->builder = gc_builder_new(f->feed.symbols);
    f->feed.sink = gc_builder_sink(f->builder);
    f->feed.m = 100;
    f->feed.p = 0;
    f->feed.g = 1;
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    gc_free(f->gc);
    gc_builder_free(f->builder);
    symbols_free(f->feed.symbols);
}

static const struct gc *finish(struct fixture *f)
{
    gc_free(f->gc);
    return f->gc = gc_builder_finish(f->builder);
}

/* "time kind p[end] ..." of all changes, as kinds P S m d a s. */
static char *changes(const struct gc *gc)
{
    static const char letters[] = "PSmdas";
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < gc->changes->len; i++) {
        const struct gc_change *change = &g_array_index(gc->changes, struct gc_change, i);
        g_string_append_printf(text, "%s%d%c%c%u", i > 0 ? " " : "", (int)change->time_ns,
                               change->ends ? '-' : '+', letters[change->kind], change->p);
    }
    return g_string_free(text, FALSE);
}

static void assert_changes(struct fixture *f, const char *expected)
{
    g_autofree char *text = changes(finish(f));
    g_assert_cmpstr(text, ==, expected);
}

static void test_cycles(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    /* one that was going on, named again in the next generation */
    feed_range(feed, 10, EVENT_RANGE_ACTIVE, RANGE_GC_MARK, MARK, RESOURCE_NONE, 0);
    feed_sync(feed, 100);
    feed_range(feed, 110, EVENT_RANGE_ACTIVE, RANGE_GC_MARK, MARK, RESOURCE_NONE, 0);
    feed_range(feed, 150, EVENT_RANGE_END, RANGE_GC_MARK, MARK, RESOURCE_NONE, 0);
    feed_range(feed, 200, EVENT_RANGE_BEGIN, RANGE_GC_MARK, MARK, RESOURCE_NONE, 0);
    feed_sync(feed, 230);
    const struct gc *gc = finish(f);
    g_assert_cmpuint(gc->marks->len, ==, 2);
    const struct gc_mark *marks = (const struct gc_mark *)(void *)gc->marks->data;
    g_assert_cmpint(marks[0].start_ns, ==, 0);
    g_assert_cmpint(marks[0].end_ns, ==, 150);
    g_assert_cmpint(marks[1].start_ns, ==, 200);
    g_assert_cmpint(marks[1].end_ns, ==, GC_OPEN_NS);
    g_assert_cmpint(gc->mark_ns, ==, 150 + 30);
    g_assert_cmpint(gc->end_ns, ==, 230);

    /* looking in between changes nothing */
    feed_range(feed, 260, EVENT_RANGE_END, RANGE_GC_MARK, MARK, RESOURCE_NONE, 0);
    g_assert_cmpint(finish(f)->mark_ns, ==, 150 + 60);
}

static void test_stops(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_range(feed, 10, EVENT_RANGE_BEGIN, RANGE_STW, "stop-the-world (x)", RESOURCE_GOROUTINE, 4);
    feed_range(feed, 15, EVENT_RANGE_END, RANGE_STW, "stop-the-world (x)", RESOURCE_GOROUTINE, 4);
    feed_range(feed, 20, EVENT_RANGE_BEGIN, RANGE_STW, STW, RESOURCE_GOROUTINE, 4);
    /* one within the other happens in damaged traces only */
    feed_range(feed, 30, EVENT_RANGE_BEGIN, RANGE_STW, STW, RESOURCE_GOROUTINE, 4);
    feed_range(feed, 40, EVENT_RANGE_END, RANGE_STW, STW, RESOURCE_GOROUTINE, 4);
    feed_range(feed, 70, EVENT_RANGE_END, RANGE_STW, STW, RESOURCE_GOROUTINE, 4);
    feed_range(feed, 80, EVENT_RANGE_END, RANGE_STW, STW, RESOURCE_GOROUTINE, 4);
    feed_range(feed, 90, EVENT_RANGE_BEGIN, RANGE_STW, STW, RESOURCE_GOROUTINE, 7);
    feed_sync(feed, 100);
    const struct gc *gc = finish(f);
    const struct gc_stw *stws = (const struct gc_stw *)(void *)gc->stws->data;
    static const int64_t expected[][3] = {
        {10, 15, 4}, {20, 70, 4}, {30, 40, 4}, {90, GC_OPEN_NS, 7}};
    g_assert_cmpuint(gc->stws->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < gc->stws->len; i++) {
        g_assert_cmpint(stws[i].start_ns, ==, expected[i][0]);
        g_assert_cmpint(stws[i].end_ns, ==, expected[i][1]);
        g_assert_cmpint(stws[i].goroutine, ==, expected[i][2]);
    }
    g_assert_cmpint(gc->stw_ns, ==, 5 + 50 + 10 + 10);
    g_assert_cmpuint(stws[1].name, ==, feed_string(feed, STW));
    assert_changes(f, "20+S0 30+S0 40-S0 70-S0 80-S0 90+S0");
}

static void test_sweeps(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_range(feed, 5, EVENT_RANGE_ACTIVE, RANGE_GC_SWEEP, SWEEP, RESOURCE_PROC, 1);
    feed_range(feed, 10, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, SWEEP, RESOURCE_PROC, 0);
    feed_swept(feed, 17, 0, 1000, 10);
    feed_swept(feed, 40, 1, 500, 20);
    /* an end of what was never begun says nothing */
    feed_swept(feed, 41, 1, 7, 7);
    feed_range(feed, 50, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, SWEEP, RESOURCE_PROC, 1);
    feed_sync(feed, 60);
    const struct gc *gc = finish(f);
    g_assert_cmpuint(gc->sweeps.count, ==, 3);
    g_assert_cmpint(gc->sweeps.ns, ==, 40 + 7 + 10);
    g_assert_cmpint(gc->sweeps.longest_ns, ==, 40);
    g_assert_cmpuint(gc->swept_bytes, ==, 1500);
    g_assert_cmpuint(gc->reclaimed_bytes, ==, 30);
    assert_changes(f, "0+s1 10+s0 17-s0 40-s1 50+s1");
}

static void test_assists(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_go(feed, 1, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "main.main", true);
    feed_range(feed, 10, EVENT_RANGE_BEGIN, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    /* it waits in between, and goes on elsewhere */
    feed_go(feed, 20, 1, STATE_RUNNING, STATE_WAITING, "GC mark assist wait for work", "", false);
    feed_go(feed, 30, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed->p = 3;
    feed_go(feed, 40, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_range(feed, 50, EVENT_RANGE_END, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    /* the P that it leaves is the one that it came to, wherever that is seen from */
    feed_range(feed, 60, EVENT_RANGE_BEGIN, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    feed_go(feed, 61, 1, STATE_RUNNING, STATE_SYSCALL, "", "", false);
    feed->p = EVENT_NO_ID;
    feed_go(feed, 70, 1, STATE_SYSCALL, STATE_RUNNABLE, "", "", false);
    feed_sync(feed, 100);
    const struct gc *gc = finish(f);
    g_assert_cmpuint(gc->assists.count, ==, 2);
    g_assert_cmpint(gc->assists.ns, ==, 40 + 40);
    assert_changes(f, "10+a0 20-a0 40+a3 50-a3 60+a3 70-a3");
}

/* One that was assisting before counts from the beginning, on the P that it runs on if it does. */
static void test_assists_before(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_metric(feed, 1, METRIC_GOMAXPROCS, 4);
    feed_go(feed, 5, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "main.main", true);
    feed_go(feed, 6, 2, STATE_UNDETERMINED, STATE_WAITING, "", "main.two", true);
    feed->p = 2;
    feed_range(feed, 8, EVENT_RANGE_ACTIVE, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    feed_range(feed, 9, EVENT_RANGE_ACTIVE, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 2);
    feed_range(feed, 20, EVENT_RANGE_END, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    feed_go(feed, 30, 1, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    feed_go(feed, 40, 2, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 41, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_range(feed, 50, EVENT_RANGE_END, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 2);
    /* the slot's next goroutine does not assist */
    feed_go(feed, 60, 2, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    feed_go(feed, 70, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.three", true);
    feed_go(feed, 71, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_sync(feed, 100);
    g_assert_cmpint(finish(f)->assists.ns, ==, 20 + 50);
    assert_changes(f, "0+a2 1+P4 20-a2 41+a2 50-a2");
}

/* Whoever ends while it assists has done so up to then. */
static void test_assist_death(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_go(feed, 5, 1, STATE_NOT_EXIST, STATE_RUNNING, "", "main.main", true);
    feed_range(feed, 10, EVENT_RANGE_BEGIN, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    feed_go(feed, 30, 1, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    feed_sync(feed, 100);
    g_assert_cmpuint(finish(f)->assists.count, ==, 1);
    g_assert_cmpint(f->gc->assists.ns, ==, 20);
    assert_changes(f, "10+a0 30-a0");
}

static void test_workers(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_go(feed, 5, 1, STATE_UNDETERMINED, STATE_RUNNABLE, "", "runtime.gcBgMarkWorker", true);
    static const char *const labels[] = {"GC (fractional)", "GC (idle)", "GC (dedicated)", "main"};
    for (int64_t i = 0; i < 4; i++) {
        feed_go(feed, 10 + 10 * i, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
        feed_label(feed, 11 + 10 * i, 1, labels[i]);
        feed_go(feed, 15 + 10 * i, 1, STATE_RUNNING, STATE_RUNNABLE, "preempted", "", false);
    }
    feed_sync(feed, 100);
    assert_changes(f, "11+m0 15-m0 31+d0 35-d0");
}

/* A goroutine that a P runs beside its worker is labelled like one, and may assist meanwhile. */
static void test_labelled(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_go(feed, 5, 1, STATE_UNDETERMINED, STATE_RUNNABLE, "", "main.main", true);
    feed_go(feed, 10, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_label(feed, 11, 1, "GC (dedicated)");
    feed_range(feed, 12, EVENT_RANGE_BEGIN, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    feed_range(feed, 14, EVENT_RANGE_END, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    feed_range(feed, 16, EVENT_RANGE_BEGIN, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    feed_go(feed, 20, 1, STATE_RUNNING, STATE_WAITING, "", "", false);
    feed->p = 1;
    feed_go(feed, 30, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 31, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_label(feed, 32, 1, "GC (fractional)");
    feed_range(feed, 40, EVENT_RANGE_END, RANGE_MARK_ASSIST, ASSIST, RESOURCE_GOROUTINE, 1);
    feed_go(feed, 50, 1, STATE_RUNNING, STATE_WAITING, "", "", false);
    feed_go(feed, 60, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 61, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    assert_changes(f, "11+d0 12+a0 14-a0 16+a0 20-a0 20-d0 31+a1 32+m1 40-a1 50-m1");
    g_assert_cmpint(f->gc->assists.ns, ==, 2 + 24);
}

/* A list of sweeps that gets too long is given up; the sums are not. */
static void test_many_sweeps(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_metric(feed, 1, METRIC_GOMAXPROCS, 2);
    int64_t n = GC_MAX_SWEEP_CHANGES / 2;
    for (int64_t i = 0; i < n; i++) {
        feed_range(feed, 10 + 2 * i, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, SWEEP, RESOURCE_PROC, 0);
        feed_swept(feed, 11 + 2 * i, 0, 1, 1);
    }
    g_assert_true(finish(f)->knows_sweeps);
    g_assert_cmpuint(f->gc->changes->len, ==, 2 * n + 1);
    feed_range(feed, 20 + 2 * n, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, SWEEP, RESOURCE_PROC, 0);
    feed_swept(feed, 25 + 2 * n, 0, 1, 1);
    g_assert_false(finish(f)->knows_sweeps);
    g_assert_cmpint(f->gc->sweeps.ns, ==, n + 5);
    g_assert_cmpuint(f->gc->swept_bytes, ==, n + 1);
    assert_changes(f, "1+P2");
}

/* Hostile ids are not followed, and nothing is allocated for them. */
static void test_hostile(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_metric(feed, 1, METRIC_GOMAXPROCS, UINT64_MAX);
    feed_range(feed, 10, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, SWEEP, RESOURCE_PROC, INT64_MAX);
    feed_range(feed, 12, EVENT_RANGE_END, RANGE_GC_SWEEP, SWEEP, RESOURCE_PROC, INT64_MAX);
    feed_range(feed, 20, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, SWEEP, RESOURCE_PROC, INT64_MIN);
    feed_range(feed, 30, EVENT_RANGE_BEGIN, RANGE_STW, STW, RESOURCE_GOROUTINE, EVENT_NO_ID);
    g_assert_cmpint(finish(f)->sweeps.ns, ==, 2 + 10);
    assert_changes(f, "1+P8191");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const struct {
        const char *path;
        void (*test)(struct fixture *, gconstpointer);
    } tests[] = {
        {"/gc/cycles", test_cycles},
        {"/gc/stops", test_stops},
        {"/gc/sweeps", test_sweeps},
        {"/gc/assists", test_assists},
        {"/gc/assists-before", test_assists_before},
        {"/gc/assist-death", test_assist_death},
        {"/gc/workers", test_workers},
        {"/gc/labelled", test_labelled},
        {"/gc/many-sweeps", test_many_sweeps},
        {"/gc/hostile", test_hostile},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, setup, tests[i].test, teardown);
    return g_test_run();
}
