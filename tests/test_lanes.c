/* Lanes: what is kept is what was put in, lookups agree with a search from end to end, and the
 * events of a small life lie where they should. */
#include <glib.h>

#include "tests/feed.h"
#include "tests/random_lane.h"
#include "trace/lanes.h"

static void assert_span(const struct span *span, const struct span *expected)
{
    g_assert_cmpint(span->start_ns, ==, expected->start_ns);
    g_assert_cmpint(span->end_ns, ==, expected->end_ns);
    g_assert_cmpint(span->state, ==, expected->state);
    g_assert_cmpint(span->g, ==, expected->g);
    g_assert_cmpint(span->p, ==, expected->p);
    g_assert_cmpint(span->m, ==, expected->m);
    g_assert_cmpuint(span->reason, ==, expected->reason);
    g_assert_cmpuint(span->stack, ==, expected->stack);
}

/* --- lookups --- */

static void assert_lookups(const struct random_lane *random, int64_t time_ns)
{
    const struct span *at = NULL, *after = NULL, *before = NULL;
    for (guint i = 0; i < random->spans->len; i++) {
        const struct span *span = &g_array_index(random->spans, struct span, i);
        if (span->start_ns <= time_ns && time_ns < span->end_ns)
            at = span;
        if (after == NULL && span->start_ns > time_ns)
            after = span;
        if (span->end_ns <= time_ns)
            before = span;
    }
    struct span found;
    g_assert_cmpint(lane_span_at(&random->lane, time_ns, &found), ==, at != NULL);
    if (at != NULL)
        assert_span(&found, at);
    g_assert_cmpint(lane_span_after(&random->lane, time_ns, &found), ==, after != NULL);
    if (after != NULL)
        assert_span(&found, after);
    g_assert_cmpint(lane_span_before(&random->lane, time_ns, &found), ==, before != NULL);
    if (before != NULL)
        assert_span(&found, before);
}

static void test_lookups(void)
{
    static const size_t sizes[] = {0, 1, 2, 64, 65, 700};
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    for (size_t i = 0; i < 3 * G_N_ELEMENTS(sizes); i++) {
        struct random_lane random;
        random_lane_init(&random, rand, (enum lane_kind)(i % LANE_N_KINDS),
                         sizes[i % G_N_ELEMENTS(sizes)]);
        g_assert_cmpuint(random.lane.n_spans, ==, random.spans->len);
        assert_lookups(&random, -1);
        assert_lookups(&random, INT64_MAX);
        int64_t busy_ns = 0;
        for (guint at = 0; at < random.spans->len; at++) {
            const struct span *span = &g_array_index(random.spans, struct span, at);
            for (int64_t nudge = -1; nudge <= 1; nudge++) {
                assert_lookups(&random, span->start_ns + nudge);
                assert_lookups(&random, span->end_ns + nudge);
            }
            if (span->state != SPAN_RUNNABLE && span->state != SPAN_WAITING)
                busy_ns += span->end_ns - span->start_ns;
        }
        g_assert_cmpint(random.lane.busy_ns, ==, busy_ns);
        random_lane_clear(&random);
    }
}

/* What overlaps the last span is cut off, what lies under it is nothing. */
static void test_overlap(void)
{
    struct spans_store store;
    struct spans_writer writer = {0};
    spans_store_init(&store);
    spans_append(&writer, &store, LANE_PROC,
                 &(struct spans_piece){0, 50, 1, 3, 0, 0, SPAN_RUNNING});
    spans_append(&writer, &store, LANE_PROC,
                 &(struct spans_piece){10, 50, 2, 3, 0, 0, SPAN_RUNNING});
    spans_append(&writer, &store, LANE_PROC,
                 &(struct spans_piece){20, 60, 3, 3, 0, 0, SPAN_RUNNING});
    struct lane lane = {.kind = LANE_PROC, .id = 0};
    struct lane_spans packed;
    spans_finish(&writer, false, &store, NULL, &lane, &packed);
    struct span span;
    g_assert_cmpuint(lane.n_spans, ==, 2);
    g_assert_true(lane_span_at(&lane, 50, &span));
    assert_span(&span, &(struct span){50, 60, SPAN_RUNNING, 3, 0, 3, 0, 0});
    lane_spans_clear(&packed);
    spans_writer_clear(&writer);
    spans_store_clear(&store);
}

/* --- events --- */

struct fixture {
    struct feed feed;
    struct lanes_builder *builder;
    struct lanes *lanes;
};

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->feed.symbols = symbols_new();
    f->builder = lanes_builder_new(f->feed.symbols);
    f->feed.sink = lanes_builder_sink(f->builder);
    f->feed.m = 100;
    f->feed.p = 0;
    f->feed.g = EVENT_NO_ID;
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    lanes_free(f->lanes);
    lanes_builder_free(f->builder);
    symbols_free(f->feed.symbols);
}

/* The lane as text: a line "start-end state g p m reason leaf" each, to be read at one look. */
static char *lane_text(struct fixture *f, enum lane_kind kind, int64_t id)
{
    static const char *const states[SPAN_N_STATES] = {"none",    "run", "sys", "runnable",
                                                      "waiting", "gc",  "stw"};
    if (f->lanes == NULL)
        f->lanes = lanes_builder_finish(f->builder);
    const struct lane *lane = lanes_find(f->lanes, kind, id);
    g_assert_nonnull(lane);
    GString *text = g_string_new(NULL);
    struct span span;
    for (int64_t at = -1; lane_span_after(lane, at, &span); at = span.start_ns) {
        struct stack stack = symbols_stack(f->feed.symbols, span.stack);
        uint32_t leaf = stack.n == 0 ? 0 : stack.frames[0].func;
        g_string_append_printf(text, "%d-%d %s %d %d %d '%s' %s\n", (int)span.start_ns,
                               (int)span.end_ns, states[span.state], (int)span.g, (int)span.p,
                               (int)span.m, symbols_string(f->feed.symbols, span.reason).at,
                               symbols_string(f->feed.symbols, leaf).at);
    }
    return g_string_free(text, FALSE);
}

static void assert_lane(struct fixture *f, enum lane_kind kind, int64_t id, const char *expected)
{
    g_autofree char *text = lane_text(f, kind, id);
    g_assert_cmpstr(text, ==, expected);
}

static void test_life(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_proc(feed, 5, 0, STATE_UNDETERMINED, STATE_RUNNING);
    feed_go(feed, 10, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "tr<main.main", true);
    feed->g = 1;
    feed_go(feed, 20, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.work", true);
    feed_go(feed, 30, 1, STATE_RUNNING, STATE_WAITING, "sync", "wait<main.main", true);
    feed->g = EVENT_NO_ID;
    feed_go(feed, 40, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed->g = 2;
    feed_go(feed, 50, 1, STATE_WAITING, STATE_RUNNABLE, "", "done<main.work", false);
    feed_go(feed, 60, 2, STATE_RUNNING, STATE_SYSCALL, "", "read<main.work", true);
    feed->p = feed->g = EVENT_NO_ID;
    feed_proc(feed, 70, 0, STATE_RUNNING, STATE_IDLE);
    feed->p = 0;
    feed->m = 101;
    feed_go(feed, 75, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed->m = 100;
    feed->p = EVENT_NO_ID;
    feed_go(feed, 90, 2, STATE_SYSCALL, STATE_RUNNABLE, "", "", false);
    feed_sync(feed, 100);

    assert_lane(f, LANE_GOROUTINE, 1,
                "0-30 run 1 0 100 '' tr\n"
                "30-50 waiting 1 -1 -1 'sync' wait\n"
                "50-75 runnable 1 -1 -1 '' done\n"
                "75-100 run 1 0 101 '' wait\n");
    assert_lane(f, LANE_GOROUTINE, 2,
                "20-40 runnable 2 -1 -1 '' main.work\n"
                "40-60 run 2 0 100 '' main.work\n"
                "60-90 sys 2 0 100 '' read\n"
                "90-100 runnable 2 -1 -1 '' \n");
    assert_lane(f, LANE_PROC, 0,
                "0-30 run 1 0 100 '' tr\n"
                "40-60 run 2 0 100 '' main.work\n"
                "60-70 sys 2 0 100 '' read\n"
                "75-100 run 1 0 101 '' wait\n");
    assert_lane(f, LANE_THREAD, 100,
                "0-30 run 1 0 100 '' \n"
                "40-60 run 2 0 100 '' \n"
                "60-90 sys 2 0 100 '' \n");
    assert_lane(f, LANE_THREAD, 101, "75-100 run 1 0 101 '' \n");
    const struct lane *lane = lanes_find(f->lanes, LANE_GOROUTINE, 2);
    g_assert_cmpstr(symbols_string(feed->symbols, lane->name).at, ==, "main.work");
    g_assert_cmpint(lane->busy_ns, ==, 50);
    g_assert_null(lanes_find(f->lanes, LANE_GOROUTINE, 3));
    g_assert_cmpuint(lanes_n(f->lanes, LANE_THREAD), ==, 2);
    g_assert_true(lanes_at(f->lanes, LANE_GOROUTINE, 1) == lane);
}

static void test_gc(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    /* a worker says so just after it starts */
    feed_go(feed, 5, 1, STATE_UNDETERMINED, STATE_WAITING, "", "runtime.gcBgMarkWorker", true);
    feed_go(feed, 10, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 11, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_label(feed, 12, 1, "GC (idle)");
    feed_go(feed, 20, 1, STATE_RUNNING, STATE_WAITING, "", "", false);
    /* sweep on the P alone, then with a goroutine that assists and stops the world */
    feed_range(feed, 22, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, "sweep", RESOURCE_PROC, 0);
    feed_range(feed, 25, EVENT_RANGE_END, RANGE_GC_SWEEP, "sweep", RESOURCE_PROC, 0);
    feed_go(feed, 29, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.alloc", true);
    feed_go(feed, 30, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_range(feed, 35, EVENT_RANGE_BEGIN, RANGE_MARK_ASSIST, "assist", RESOURCE_GOROUTINE, 2);
    feed_range(feed, 40, EVENT_RANGE_END, RANGE_MARK_ASSIST, "assist", RESOURCE_GOROUTINE, 2);
    feed_range(feed, 45, EVENT_RANGE_BEGIN, RANGE_STW, "stw (x)", RESOURCE_GOROUTINE, 2);
    feed_range(feed, 50, EVENT_RANGE_END, RANGE_STW, "stw (x)", RESOURCE_GOROUTINE, 2);
    feed_range(feed, 55, EVENT_RANGE_BEGIN, RANGE_GC_SWEEP, "sweep", RESOURCE_PROC, 0);
    feed_range(feed, 60, EVENT_RANGE_END, RANGE_GC_SWEEP, "sweep", RESOURCE_PROC, 0);
    feed_go(feed, 70, 2, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    /* the worker again, without a label: the mark is not left on it */
    feed_go(feed, 71, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 72, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_sync(feed, 80);
    assert_lane(f, LANE_PROC, 0,
                "11-20 gc 1 0 100 'GC (idle)' runtime.gcBgMarkWorker\n"
                "22-25 gc -1 0 -1 'sweep' \n"
                "30-35 run 2 0 100 '' main.alloc\n"
                "35-40 gc 2 0 100 'assist' main.alloc\n"
                "40-45 run 2 0 100 '' main.alloc\n"
                "45-50 stw 2 0 100 'stw (x)' main.alloc\n"
                "50-55 run 2 0 100 '' main.alloc\n"
                "55-60 gc 2 0 100 'sweep' main.alloc\n"
                "60-70 run 2 0 100 '' main.alloc\n"
                "72-80 run 1 0 100 '' runtime.gcBgMarkWorker\n");
}

/* A look in between is a snapshot; building goes on and the snapshot stays. */
static void test_goes_on(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_sync(feed, 0);
    feed_go(feed, 1, 1, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.main", true);
    struct lanes *early = NULL;
    for (int64_t i = 0; i < 500; i++) {
        feed_go(feed, 10 + 10 * i, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
        if (i == 300)
            early = lanes_builder_finish(f->builder);
        feed_go(feed, 15 + 10 * i, 1, STATE_RUNNING, STATE_RUNNABLE, "preempted", "main.main",
                true);
    }
    f->lanes = lanes_builder_finish(f->builder);
    lanes_builder_free(f->builder);
    f->builder = NULL;

    const struct lane *then = lanes_find(early, LANE_GOROUTINE, 1);
    const struct lane *now = lanes_find(f->lanes, LANE_GOROUTINE, 1);
    g_assert_cmpuint(then->n_spans, ==, 601);
    g_assert_cmpint(then->end_ns, ==, 10 + 10 * 300);
    g_assert_cmpuint(now->n_spans, ==, 1000);
    struct span a, b;
    for (int64_t t = 1; t < then->end_ns; t++) {
        g_assert_true(lane_span_at(then, t, &a));
        g_assert_true(lane_span_at(now, t, &b));
        assert_span(&a, &b);
    }
    lanes_free(early);
}

#define N_MOVERS 4

/* Each span of a lane, and nothing else, is in an array of struct span. */
static void assert_spans(struct fixture *f, enum lane_kind kind, int64_t id, const GArray *spans)
{
    const struct lane *lane = lanes_find(f->lanes, kind, id);
    g_assert_nonnull(lane);
    g_assert_cmpuint(lane->n_spans, ==, spans->len);
    int64_t busy_ns = 0;
    for (guint i = 0; i < spans->len; i++) {
        const struct span *expected = &g_array_index(spans, struct span, i);
        struct span span;
        g_assert_true(lane_span_at(lane, expected->start_ns, &span));
        assert_span(&span, expected);
        busy_ns += expected->end_ns - expected->start_ns;
    }
    g_assert_cmpint(lane->busy_ns, ==, busy_ns);
}

/* A goroutine runs on a P and a thread and waits again; what their lanes shall show of it. */
static void run_on(struct feed *feed, int64_t at_ns, int64_t p, int64_t m, GArray *on_p,
                   GArray *on_m)
{
    int64_t g = 1 + at_ns / 10 % 7;
    feed->p = p;
    feed->m = m;
    struct span span = {at_ns, at_ns + 3 + p, SPAN_RUNNING, g, p, m, 0, feed_stack(feed, "main.f")};
    feed_go(feed, span.start_ns, g, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, span.end_ns, g, STATE_RUNNING, STATE_RUNNABLE, "", "main.f", true);
    g_array_append_val(on_p, span);
    span.stack = 0;
    g_array_append_val(on_m, span);
}

/* Ps and threads stay together for some blocks of spans or for a few spans, and part within a
 * block: they share blocks, and no span is lost or shown where it was not. */
static void test_moves(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);
    GArray *on_p[N_MOVERS], *on_m[N_MOVERS];
    int64_t of_p[N_MOVERS]; /* the thread on each P */
    for (int i = 0; i < N_MOVERS; i++) {
        on_p[i] = g_array_new(FALSE, FALSE, sizeof(struct span));
        on_m[i] = g_array_new(FALSE, FALSE, sizeof(struct span));
        of_p[i] = i;
    }
    feed_sync(feed, 0);
    for (int64_t g = 1; g <= 7; g++)
        feed_go(feed, g, g, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.f", true);
    for (int64_t at_ns = 10; at_ns < 100000; at_ns += 10) {
        int64_t p = g_rand_int_range(rand, 0, 2), q = g_rand_int_range(rand, 0, N_MOVERS);
        bool calm = at_ns > 30000 && at_ns < 80000;
        if (g_rand_int_range(rand, 0, calm ? 300 : 20) == 0) {
            int64_t m = of_p[p];
            of_p[p] = of_p[q];
            of_p[q] = m;
        }
        run_on(feed, at_ns, p, 50 + of_p[p], on_p[p], on_m[of_p[p]]);
        if (at_ns == 50000)
            lanes_free(lanes_builder_finish(f->builder));
    }
    f->lanes = lanes_builder_finish(f->builder);
    for (int i = 0; i < N_MOVERS; i++) {
        if (on_p[i]->len > 0)
            assert_spans(f, LANE_PROC, i, on_p[i]);
        assert_spans(f, LANE_THREAD, 50 + i, on_m[i]);
        g_array_unref(on_p[i]);
        g_array_unref(on_m[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lanes/lookups", test_lookups);
    g_test_add_func("/lanes/overlap", test_overlap);
    g_test_add("/lanes/life", struct fixture, NULL, setup, test_life, teardown);
    g_test_add("/lanes/gc", struct fixture, NULL, setup, test_gc, teardown);
    g_test_add("/lanes/goes-on", struct fixture, NULL, setup, test_goes_on, teardown);
    g_test_add("/lanes/moves", struct fixture, NULL, setup, test_moves, teardown);
    return g_test_run();
}
