/* A small program on two Ps, and what each analysis of its stretches must say of it. */
#include <string.h>

#include "tests/feed.h"
#include "trace/insight.h"

struct fixture {
    struct feed feed;
    struct insight_builder *builder;
};

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->feed.symbols = symbols_new();
    f->builder = insight_builder_new(f->feed.symbols, true, true);
    f->feed.sink = insight_builder_sink(f->builder);
    f->feed.m = 100;
    f->feed.p = 0;
    f->feed.g = EVENT_NO_ID;
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    insight_builder_free(f->builder);
    symbols_free(f->feed.symbols);
}

/* The next events' context. */
static void on(struct feed *feed, int64_t p, int64_t g)
{
    feed->p = p;
    feed->g = g;
}

static void feed_program(struct feed *feed)
{
    feed_sync(feed, 0);
    feed_metric(feed, 1, METRIC_GOMAXPROCS, 2);
    feed_proc(feed, 2, 0, STATE_UNDETERMINED, STATE_RUNNING);
    feed_proc(feed, 3, 1, STATE_UNDETERMINED, STATE_IDLE);
    feed_go(feed, 4, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "tr<main.main", true);
    on(feed, 0, 1);
    feed_go(feed, 10, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.worker", true);
    feed_go(feed, 20, 1, STATE_RUNNING, STATE_WAITING, "chan receive", "recv<main.main", true);
    on(feed, 0, EVENT_NO_ID);
    feed_go(feed, 30, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    on(feed, 0, 2);
    feed_go(feed, 50, 1, STATE_WAITING, STATE_RUNNABLE, "", "send<main.worker", false);
    on(feed, EVENT_NO_ID, EVENT_NO_ID);
    feed_proc(feed, 60, 1, STATE_IDLE, STATE_RUNNING);
    on(feed, 1, EVENT_NO_ID);
    feed_go(feed, 70, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    on(feed, 0, 2);
    feed_go(feed, 90, 2, STATE_RUNNING, STATE_SYSCALL, "", "read<main.worker", true);
    feed_go(feed, 95, 2, STATE_SYSCALL, STATE_RUNNING, "", "", false);
    feed_go(feed, 100, 2, STATE_RUNNING, STATE_WAITING, "sleep", "sleep<main.worker", true);
    on(feed, 0, EVENT_NO_ID);
    feed_proc(feed, 110, 0, STATE_RUNNING, STATE_IDLE);
    on(feed, 1, 1);
    feed_go(feed, 120, 1, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    on(feed, 1, EVENT_NO_ID);
    feed_go(feed, 150, 2, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 155, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_sync(feed, 180);
}

static void assert_name(struct fixture *f, uint32_t name, const char *want)
{
    g_assert_cmpuint(name, ==, want[0] == '\0' ? 0 : feed_string(&f->feed, want));
}

/* "COUNT TOTAL P50 P95 MAX" */
static void assert_stats(const struct histogram_stats *stats, const char *want)
{
    g_autofree char *got =
        g_strdup_printf("%d %d %d %d %d", (int)stats->count, (int)stats->total_ns,
                        (int)stats->p50_ns, (int)stats->p95_ns, (int)stats->max_ns);
    g_assert_cmpstr(got, ==, want);
}

static void test_latency(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_program(&f->feed);
    struct insight *insight = insight_builder_finish(f->builder);
    const struct latency_row *all = &insight->latency->all;
    /* 20 before the first run, 20, 5 */
    assert_stats(&all->sched, "3 45 20 20 20");
    /* 60, 5, 50; neither the run that began before the trace nor the one that did not end */
    assert_stats(&all->run, "3 115 50 60 60");
    assert_stats(&all->syscall, "1 5 5 5 5");
    g_assert_cmpuint(all->block->len, ==, 2);
    const struct latency_block *block = &g_array_index(all->block, struct latency_block, 0);
    assert_name(f, block[0].reason, "sleep");
    assert_stats(&block[0].stats, "1 50 50 50 50");
    assert_name(f, block[1].reason, "chan receive");
    assert_stats(&block[1].stats, "1 30 30 30 30");

    g_assert_cmpuint(insight->latency->groups->len, ==, 2);
    const struct latency_row *group =
        &g_array_index(insight->latency->groups, struct latency_row, 0);
    assert_name(f, group[0].name, "main.worker");
    assert_stats(&group[0].sched, "2 25 5 20 20");
    assert_stats(&group[0].run, "2 65 5 60 60");
    assert_name(f, group[1].name, "main.main");
    assert_stats(&group[1].run, "1 50 50 50 50");
    assert_stats(&group[1].syscall, "0 0 0 0 0");
    insight_free(insight);
}

static void test_wakeups(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_program(&f->feed);
    struct insight *insight = insight_builder_finish(f->builder);
    g_assert_cmpuint(insight->wakeups->count, ==, 2);
    g_assert_cmpuint(insight->wakeups->edges->len, ==, 2);
    const struct wakeup_edge *edge = &g_array_index(insight->wakeups->edges, struct wakeup_edge, 0);
    g_assert_cmpint(edge[0].source, ==, WAKEUP_TIMER);
    assert_name(f, edge[0].name, "main.worker");
    assert_name(f, edge[0].reason, "sleep");
    assert_stats(&edge[0].waited, "1 50 50 50 50");
    g_assert_cmpint(edge[1].source, ==, WAKEUP_GOROUTINE);
    assert_name(f, edge[1].by, "main.worker");
    assert_name(f, edge[1].name, "main.main");
    assert_name(f, edge[1].reason, "chan receive");
    g_assert_cmpuint(edge[1].count, ==, 1);
    assert_stats(&edge[1].waited, "1 30 30 30 30");
    insight_free(insight);
}

/* Without a goroutine it is the reason that says who woke; a wait from before the trace counts, but
 * how long it was is not known. */
static void test_wakeup_sources(struct fixture *f, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *reason;
        int64_t p;
        enum wakeup_source source;
    } rows[] = {{"network", 0, WAKEUP_NETWORK},
                {"network", EVENT_NO_ID, WAKEUP_NETWORK},
                {"select", 0, WAKEUP_RUNTIME},
                {"select", 1000001, WAKEUP_TIMER},
                {"chan receive", 1000002, WAKEUP_NETWORK}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        f->feed.p = rows[i].p;
        feed_go(&f->feed, 10 * (int64_t)i, 5, STATE_UNDETERMINED, STATE_WAITING, rows[i].reason,
                "w<main.w", true);
        feed_go(&f->feed, 10 * (int64_t)i + 1, 5, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    }
    struct insight *insight = insight_builder_finish(f->builder);
    uint64_t by_source[4] = {0};
    for (guint i = 0; i < insight->wakeups->edges->len; i++) {
        const struct wakeup_edge *edge =
            &g_array_index(insight->wakeups->edges, struct wakeup_edge, i);
        by_source[edge->source] += edge->count;
        g_assert_cmpuint(edge->waited.count, ==, 0);
    }
    g_assert_cmpuint(by_source[WAKEUP_NETWORK], ==, 3);
    g_assert_cmpuint(by_source[WAKEUP_TIMER], ==, 1);
    g_assert_cmpuint(by_source[WAKEUP_RUNTIME], ==, 1);
    insight_free(insight);
}

static void test_creation(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_program(&f->feed);
    for (int64_t id = 10; id < 13; id++)
        feed_go(&f->feed, 200 + id, id, STATE_NOT_EXIST, STATE_SYSCALL, "", "", false);
    struct insight *insight = insight_builder_finish(f->builder);
    g_assert_cmpuint(insight->creation->count, ==, 4);
    g_assert_cmpuint(insight->creation->edges->len, ==, 2);
    const struct creation_edge *edge =
        &g_array_index(insight->creation->edges, struct creation_edge, 0);
    g_assert_false(edge[0].has_creator);
    g_assert_cmpuint(edge[0].count, ==, 3);
    g_assert_cmpuint(edge[0].created, ==, 0);
    g_assert_true(edge[1].has_creator);
    assert_name(f, edge[1].creator, "main.main");
    assert_name(f, edge[1].created, "main.worker");
    g_assert_cmpuint(edge[1].count, ==, 1);
    insight_free(insight);
}

static void assert_phase(struct fixture *f, const struct parallelism_phase *phase,
                         const int64_t start_end_ran[3], const char *first, int64_t first_ns,
                         size_t n_who)
{
    g_assert_cmpint(phase->start_ns, ==, start_end_ran[0]);
    g_assert_cmpint(phase->end_ns, ==, start_end_ran[1]);
    g_assert_cmpint(phase->ran_ns, ==, start_end_ran[2]);
    g_assert_cmpuint(phase->n_who, ==, n_who);
    assert_name(f, phase->who[0].name, first);
    g_assert_cmpint(phase->who[0].ns, ==, first_ns);
}

static void test_parallelism(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_program(&f->feed);
    struct insight *insight = insight_builder_finish(f->builder);
    const struct parallelism *parallelism = insight->parallelism;
    static const int64_t running_ns[] = {4 + 10 + 35, 16 + 40 + 5 + 20 + 25, 20 + 5};
    g_assert_cmpmem(parallelism->running_ns->data, parallelism->running_ns->len * sizeof(int64_t),
                    running_ns, sizeof running_ns);
    g_assert_cmpuint(parallelism->n_serial, ==, 3);
    g_assert_cmpint(parallelism->serial_ns, ==, 80 + 69 + 5);
    g_assert_cmpuint(parallelism->serial->len, ==, 3);
    const struct parallelism_phase *phase =
        &g_array_index(parallelism->serial, struct parallelism_phase, 0);
    assert_phase(f, &phase[0], (int64_t[]){100, 180, 45}, "main.worker", 25, 2);
    assert_phase(f, &phase[1], (int64_t[]){1, 70, 56}, "main.worker", 40, 2);
    assert_phase(f, &phase[2], (int64_t[]){90, 95, 5}, "main.main", 5, 1);
    insight_free(insight);
}

/* With one P there are no serial phases; of many only the longest are kept. */
static void test_phases(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_metric(&f->feed, 1, METRIC_GOMAXPROCS, 1);
    feed_go(&f->feed, 100, 1, STATE_NOT_EXIST, STATE_RUNNING, "", "main.main", true);
    feed_metric(&f->feed, 200, METRIC_GOMAXPROCS, 8);
    int64_t t = 200;
    for (int64_t i = 1; i <= 30; i++) {
        t += i;
        feed_go(&f->feed, t, 2, STATE_NOT_EXIST, STATE_RUNNING, "", "main.b", true);
        t += 1;
        feed_go(&f->feed, t, 2, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    }
    feed_metric(&f->feed, t, METRIC_GOMAXPROCS, 1);
    struct insight *insight = insight_builder_finish(f->builder);
    const struct parallelism *parallelism = insight->parallelism;
    g_assert_cmpuint(parallelism->n_serial, ==, 31);
    g_assert_cmpint(parallelism->serial_ns, ==, 30 * 31 / 2);
    g_assert_cmpuint(parallelism->serial->len, ==, PARALLELISM_PHASES);
    for (guint i = 0; i < PARALLELISM_PHASES; i++) {
        const struct parallelism_phase *phase =
            &g_array_index(parallelism->serial, struct parallelism_phase, i);
        g_assert_cmpint(phase->end_ns - phase->start_ns, ==, 30 - (int64_t)i);
        assert_name(f, phase->who[0].name, "main.main");
    }
    insight_free(insight);
}

/* Two goroutines on one of two Ps, one of which waits for the other again and again. */
static void feed_rounds(struct feed *feed, int n)
{
    feed_metric(feed, 1, METRIC_GOMAXPROCS, 2);
    feed_proc(feed, 2, 0, STATE_UNDETERMINED, STATE_RUNNING);
    feed_go(feed, 10, 1, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.a", true);
    feed_go(feed, 11, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.b", true);
    for (int64_t t = 20; n > 0; n--, t += 12) {
        on(feed, 0, EVENT_NO_ID);
        feed_go(feed, t + 2, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
        on(feed, 0, 1);
        feed_go(feed, t + 5, 1, STATE_RUNNING, STATE_WAITING, "sync", "", false);
        on(feed, 0, EVENT_NO_ID);
        feed_go(feed, t + 7, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
        on(feed, 0, 2);
        feed_go(feed, t + 8, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
        feed_go(feed, t + 12, 2, STATE_RUNNING, STATE_RUNNABLE, "", "", false);
    }
}

/* Many times round by the short way, and long phases with many runs in them. */
static void test_rounds(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_rounds(&f->feed, 100);
    struct insight *insight = insight_builder_finish(f->builder);
    const struct latency_row *all = &insight->latency->all;
    assert_stats(&all->run, "200 800 3 5 5");
    assert_stats(&all->sched, "200 1315 7 7 16");
    g_assert_cmpuint(all->block->len, ==, 1);
    assert_stats(&g_array_index(all->block, struct latency_block, 0).stats, "100 300 3 3 3");
    g_assert_cmpuint(insight->wakeups->count, ==, 100);
    const struct wakeup_edge *edge = &g_array_index(insight->wakeups->edges, struct wakeup_edge, 0);
    assert_name(f, edge->by, "main.b");
    assert_name(f, edge->name, "main.a");
    assert_stats(&edge->waited, "100 300 3 3 3");
    const struct parallelism_phase *phase =
        &g_array_index(insight->parallelism->serial, struct parallelism_phase, 0);
    assert_phase(f, phase, (int64_t[]){1, 1220, 800}, "main.b", 500, 2);
    static const int64_t running_ns[] = {1220 - 800, 800};
    g_assert_cmpmem(insight->parallelism->running_ns->data, sizeof running_ns, running_ns,
                    sizeof running_ns);
    const struct proc_row *proc = &g_array_index(insight->procs->rows, struct proc_row, 0);
    g_assert_cmpint(proc->ns[PROC_RUNNING], ==, 800);
    g_assert_cmpint(insight->flame->total_ns, ==, 1210 + 1209);
    insight_free(insight);
}

/* The same when only the short way without a flame is there. */
static void test_no_flame(struct fixture *f, gconstpointer data)
{
    (void)data;
    insight_builder_free(f->builder);
    f->builder = insight_builder_new(f->feed.symbols, true, false);
    f->feed.sink = insight_builder_sink(f->builder);
    feed_rounds(&f->feed, 100);
    struct insight *insight = insight_builder_finish(f->builder);
    g_assert_null(insight->flame);
    assert_stats(&insight->latency->all.run, "200 800 3 5 5");
    assert_stats(&insight->latency->all.sched, "200 1315 7 7 16");
    g_assert_cmpuint(insight->wakeups->count, ==, 100);
    g_assert_cmpint(insight->parallelism->serial_ns, ==, 1219);
    insight_free(insight);
}

static void assert_proc(const struct proc_row *row, int64_t id, const int64_t want[PROC_N_USES])
{
    g_assert_cmpint(row->id, ==, id);
    for (int use = 0; use < PROC_N_USES; use++)
        g_assert_cmpint(row->ns[use], ==, want[use]);
}

static void test_procs(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_program(&f->feed);
    struct insight *insight = insight_builder_finish(f->builder);
    g_assert_cmpuint(insight->procs->rows->len, ==, 2);
    const struct proc_row *row = &g_array_index(insight->procs->rows, struct proc_row, 0);
    assert_proc(&row[0], 0,
                (int64_t[]){[PROC_IDLE] = 70,
                            [PROC_SCHED] = 4 + 10 + 10,
                            [PROC_RUNNING] = 16 + 60 + 5,
                            [PROC_SYSCALL] = 5,
                            [PROC_GC] = 0});
    assert_proc(&row[1], 1,
                (int64_t[]){[PROC_IDLE] = 60,
                            [PROC_SCHED] = 10 + 35,
                            [PROC_RUNNING] = 50 + 25,
                            [PROC_SYSCALL] = 0,
                            [PROC_GC] = 0});
    g_assert_cmpint(insight->procs->idle_while_runnable_ns, ==, 20 + 10 + 5);
    insight_free(insight);
}

/* Mark workers are known by their function or by their label; a P that comes later is absent
 * before; what GOMAXPROCS leaves out is not idle. */
static void test_gc(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_metric(feed, 0, METRIC_GOMAXPROCS, 1);
    feed_proc(feed, 10, 0, STATE_UNDETERMINED, STATE_RUNNING);
    feed_go(feed, 20, 1, STATE_NOT_EXIST, STATE_RUNNING, "", "runtime.gcBgMarkWorker", true);
    feed_go(feed, 50, 1, STATE_RUNNING, STATE_WAITING, "x", "", false);
    feed_go(feed, 60, 2, STATE_NOT_EXIST, STATE_RUNNING, "", "other", true);
    on(feed, 0, 2);
    feed_label(feed, 70, 2, "GC (idle)");
    feed_go(feed, 100, 2, STATE_RUNNING, STATE_RUNNABLE, "", "", false);
    on(feed, 0, EVENT_NO_ID);
    feed_proc(feed, 150, 7, STATE_NOT_EXIST, STATE_IDLE);
    feed_sync(feed, 200);
    struct insight *insight = insight_builder_finish(f->builder);
    const struct proc_row *row = &g_array_index(insight->procs->rows, struct proc_row, 0);
    assert_proc(&row[0], 0,
                (int64_t[]){[PROC_SCHED] = 20 + 10 + 100,
                            [PROC_GC] = 30 + 30,
                            [PROC_RUNNING] = 10,
                            [PROC_SYSCALL] = 0});
    assert_proc(&row[1], 7, (int64_t[]){[PROC_ABSENT] = 150, [PROC_IDLE] = 50, [PROC_SYSCALL] = 0});
    g_assert_cmpint(insight->procs->idle_while_runnable_ns, ==, 0);
    insight_free(insight);
}

/* A goroutine was in a syscall with the P when the trace began. */
static void test_syscall_before(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_proc(feed, 10, 0, STATE_UNDETERMINED, STATE_RUNNING);
    feed_go(feed, 20, 1, STATE_UNDETERMINED, STATE_SYSCALL, "", "read<main.a", true);
    feed_sync(feed, 100);
    struct insight *insight = insight_builder_finish(f->builder);
    assert_proc(&g_array_index(insight->procs->rows, struct proc_row, 0), 0,
                (int64_t[]){[PROC_SCHED] = 20, [PROC_SYSCALL] = 80});
    insight_free(insight);
}

/* As many Ps count as could have run something, and as GOMAXPROCS allows. */
static void test_idle(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_metric(feed, 0, METRIC_GOMAXPROCS, 4);
    feed_proc(feed, 1, 0, STATE_UNDETERMINED, STATE_RUNNING);
    for (int64_t p = 1; p < 4; p++)
        feed_proc(feed, 1 + p, p, STATE_UNDETERMINED, STATE_IDLE);
    feed_go(feed, 100, 1, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.a", true);
    for (int64_t id = 2; id < 6; id++)
        feed_go(feed, 200, id, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.a", true);
    feed_metric(feed, 300, METRIC_GOMAXPROCS, 2);
    feed_sync(feed, 400);
    struct insight *insight = insight_builder_finish(f->builder);
    g_assert_cmpint(insight->procs->idle_while_runnable_ns, ==, 100 * 1 + 100 * 3 + 100 * 1);
    insight_free(insight);
}

static void assert_folded(struct fixture *f, const struct flame *flame, const char *match,
                          const char *want)
{
    g_autoptr(GRegex) regex = match == NULL ? NULL : g_regex_new(match, 0, 0, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    flame_fold(flame, f->feed.symbols, regex, text);
    g_assert_cmpstr(text->str, ==, want);
}

static void test_flame(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_program(&f->feed);
    struct insight *insight = insight_builder_finish(f->builder);
    g_assert_cmpint(insight->flame->total_ns, ==, 120 + 170);
    assert_folded(f, insight->flame, NULL,
                  "main.main;recv;[running] 70\n"
                  "main.worker;read;[running] 60\n"
                  "main.worker;sleep;[sleep] 50\n"
                  "main.main;recv;[chan_receive] 30\n"
                  "main.worker;sleep;[running] 30\n"
                  "main.main;recv;[runnable] 20\n"
                  "main.worker;[runnable] 20\n"
                  "main.worker;read;[syscall] 5\n"
                  "main.worker;sleep;[runnable] 5\n");
    assert_folded(f, insight->flame, "^main\\.main$",
                  "main.main;recv;[running] 70\n"
                  "main.main;recv;[chan_receive] 30\n"
                  "main.main;recv;[runnable] 20\n");
    insight_free(insight);
}

/* Samples divide the run that they fell into; those of a goroutine that does not run do nothing. */
static void test_samples(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_go(feed, 0, 1, STATE_NOT_EXIST, STATE_RUNNING, "", "main.a", true);
    on(feed, 0, 1);
    feed_sample(feed, 10, "hot<main.a<runtime.goexit");
    feed_sample(feed, 20, "cold<elsewhere");
    feed_sample(feed, 30, "hot<main.a<runtime.goexit");
    feed_go(feed, 100, 1, STATE_RUNNING, STATE_WAITING, "select", "sel<main.a", true);
    feed_sample(feed, 110, "hot<main.a<runtime.goexit");
    feed_go(feed, 120, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 121, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, 130, 1, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    struct insight *insight = insight_builder_finish(f->builder);
    assert_folded(f, insight->flame, NULL,
                  "main.a;hot;[running] 67\n"
                  "main.a;elsewhere;cold;[running] 33\n"
                  "main.a;sel;[select] 20\n"
                  "main.a;sel;[running] 9\n"
                  "main.a;sel;[runnable] 1\n");
    insight_free(insight);
}

/* A slot that is given out again has nothing of the one before it, and whoever waits forever is at
 * its end. */
static void test_slots(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_go(feed, 0, 1, STATE_NOT_EXIST, STATE_RUNNING, "", "main.a", true);
    feed_go(feed, 10, 1, STATE_RUNNING, STATE_WAITING, "forever", "ever<main.a", true);
    feed_go(feed, 30, 1, STATE_WAITING, STATE_NOT_EXIST, "", "", false);
    feed_go(feed, 40, 1, STATE_NOT_EXIST, STATE_SYSCALL, "", "", false);
    feed_go(feed, 45, 1, STATE_SYSCALL, STATE_NOT_EXIST, "", "", false);
    struct insight *insight = insight_builder_finish(f->builder);
    assert_folded(f, insight->flame, NULL, "main.a;ever;[running] 10\n(unknown);[syscall] 5\n");
    g_assert_cmpuint(insight->latency->all.block->len, ==, 0);
    insight_free(insight);
}

/* What a goroutine did before the trace says its name is under that name all the same. */
static void test_late_name(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_go(feed, 10, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "", false);
    feed_go(feed, 11, 2, STATE_UNDETERMINED, STATE_WAITING, "select", "s<main.b", true);
    on(feed, 0, 1);
    for (int64_t id = 3; id < 50; id++)
        feed_go(feed, 20 + id, id, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.c", true);
    feed_go(feed, 80, 2, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 90, 1, STATE_RUNNING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 95, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, 100, 1, STATE_RUNNING, STATE_WAITING, "sleep", "s<main.late", true);
    struct insight *insight = insight_builder_finish(f->builder);
    g_assert_cmpuint(insight->creation->edges->len, ==, 1);
    const struct creation_edge *created =
        &g_array_index(insight->creation->edges, struct creation_edge, 0);
    assert_name(f, created->creator, "main.late");
    g_assert_cmpuint(created->count, ==, 47);
    g_assert_cmpuint(insight->wakeups->edges->len, ==, 1);
    const struct wakeup_edge *edge = &g_array_index(insight->wakeups->edges, struct wakeup_edge, 0);
    assert_name(f, edge->by, "main.late");
    assert_name(f, edge->name, "main.b");
    for (guint i = 0; i < insight->latency->groups->len; i++)
        g_assert_cmpuint(g_array_index(insight->latency->groups, struct latency_row, i).name, !=,
                         0);
    assert_folded(f, insight->flame, "late",
                  "main.late;[running] 90\nmain.late;[runnable] 5\nmain.late;s;[running] 5\n");
    insight_free(insight);
}

/* More reasons than there are numbers for: the rest is one. */
static void test_reasons(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_go(feed, 0, 1, STATE_NOT_EXIST, STATE_RUNNING, "", "main.a", true);
    for (int64_t i = 0; i < 100; i++) {
        g_autofree char *reason = g_strdup_printf("reason %d", (int)i);
        feed_go(feed, 10 * i + 1, 1, STATE_RUNNING, STATE_WAITING, reason, "w<main.a", true);
        feed_go(feed, 10 * i + 5, 1, STATE_WAITING, STATE_RUNNING, "", "", false);
    }
    struct insight *insight = insight_builder_finish(f->builder);
    const GArray *block = insight->latency->all.block;
    g_assert_cmpuint(block->len, ==, FOLLOW_N_WHY - FOLLOW_FIRST_FREE + 1);
    const struct latency_block *first = &g_array_index(block, struct latency_block, 0);
    g_assert_cmpuint(first->reason, ==, 0);
    g_assert_cmpuint(first->stats.count, ==, 100 - (FOLLOW_N_WHY - FOLLOW_FIRST_FREE));
    insight_free(insight);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const struct {
        const char *path;
        void (*test)(struct fixture *, gconstpointer);
    } tests[] = {
        {"/insight/latency", test_latency},
        {"/insight/wakeups", test_wakeups},
        {"/insight/wakeup-sources", test_wakeup_sources},
        {"/insight/creation", test_creation},
        {"/insight/parallelism", test_parallelism},
        {"/insight/phases", test_phases},
        {"/insight/rounds", test_rounds},
        {"/insight/no-flame", test_no_flame},
        {"/insight/procs", test_procs},
        {"/insight/gc", test_gc},
        {"/insight/idle", test_idle},
        {"/insight/syscall-before", test_syscall_before},
        {"/insight/flame", test_flame},
        {"/insight/samples", test_samples},
        {"/insight/slots", test_slots},
        {"/insight/late-name", test_late_name},
        {"/insight/reasons", test_reasons},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, setup, tests[i].test, teardown);
    return g_test_run();
}
