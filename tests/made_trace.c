/* Events by hand into the same sinks that a reader feeds. */
#include "tests/made_trace.h"

#include "tests/feed.h"

#define MS INT64_C(1000000)

struct making {
    struct trace *trace;
    struct feed feed;
    struct lanes_builder *lanes;
    struct summary_builder *summary;
};

static void both(void *self, const struct event *event)
{
    struct making *making = self;
    struct sink lanes = lanes_builder_sink(making->lanes);
    struct sink summary = summary_builder_sink(making->summary);
    struct reader_info *info = &making->trace->info;
    lanes.event(lanes.self, event);
    summary.event(summary.self, event);
    info->end_ns = event->time_ns;
    info->n_events++;
    info->n_kind[event->kind]++;
}

static void making_init(struct making *making)
{
    making->trace = g_new0(struct trace, 1);
    making->trace->path = g_strdup("/tmp/trace_dir/made.trace");
    making->trace->bytes = 4096;
    making->trace->symbols = symbols_new();
    making->trace->info = (struct reader_info){.go_minor = 26,
                                               .wire = 2,
                                               .n_generations = 1,
                                               .n_batches = 4,
                                               .read_bytes = 4096,
                                               .complete = true};
    making->lanes = lanes_builder_new(making->trace->symbols);
    making->summary = summary_builder_new(making->trace->symbols);
    making->feed = (struct feed){.symbols = making->trace->symbols,
                                 .sink = {.event = both, .self = making},
                                 .m = EVENT_NO_ID,
                                 .p = EVENT_NO_ID,
                                 .g = EVENT_NO_ID};
}

static struct trace *making_finish(struct making *making)
{
    making->trace->lanes = lanes_builder_finish(making->lanes);
    making->trace->summary = summary_builder_finish(making->summary);
    lanes_builder_free(making->lanes);
    summary_builder_free(making->summary);
    return making->trace;
}

static void on(struct making *making, int64_t p)
{
    making->feed.p = p;
    making->feed.m = p < 0 ? EVENT_NO_ID : 4000 + p;
}

/* A goroutine's change of state on a P. */
static void go(struct making *making, int64_t us, int64_t p, int64_t id, enum event_state from,
               enum event_state to, const char *reason, const char *stack)
{
    on(making, p);
    feed_go(&making->feed, us * 1000, id, from, to, reason, stack, *stack != '\0');
}

static void feed_workers(struct making *making)
{
    const char *worker = "example.com/app/work.(*pool).worker<created by main";
    go(making, 1000, 0, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "main.main<main.main");
    for (int id = 18; id <= 20; id++)
        go(making, 2000 + id, 0, id, STATE_NOT_EXIST, STATE_RUNNABLE, "", "work.(*pool).worker");
    go(making, 5000, 0, 1, STATE_RUNNING, STATE_WAITING, "chan receive",
       "runtime.chanrecv1<main.collect<main.main");
    go(making, 5100, 0, 18, STATE_RUNNABLE, STATE_RUNNING, "", "");
    go(making, 6000, 1, 19, STATE_RUNNABLE, STATE_RUNNING, "", "");
    go(making, 30000, 0, 18, STATE_RUNNING, STATE_WAITING, "sync", worker);
    go(making, 30100, 0, 20, STATE_RUNNABLE, STATE_RUNNING, "", "");
    go(making, 45000, 1, 19, STATE_RUNNING, STATE_SYSCALL, "", "syscall.read<os.(*File).Read");
    go(making, 52000, 1, 19, STATE_SYSCALL, STATE_RUNNING, "", "");
    go(making, 60000, 1, 19, STATE_RUNNING, STATE_WAITING, "chan send", worker);
}

static void feed_gc(struct making *making)
{
    struct feed *feed = &making->feed;
    go(making, 60200, 1, 5, STATE_NOT_EXIST, STATE_RUNNABLE, "", "runtime.gcBgMarkWorker");
    go(making, 60300, 1, 5, STATE_RUNNABLE, STATE_RUNNING, "", "");
    feed->g = 5;
    feed_label(feed, 60301 * 1000, 5, "GC (dedicated)");
    go(making, 75000, 1, 5, STATE_RUNNING, STATE_WAITING, "GC background sweeper wait", "");
    on(making, 0);
    feed->g = 20;
    feed_range(feed, 76 * MS, EVENT_RANGE_BEGIN, RANGE_STW, "stop-the-world (GC mark termination)",
               RESOURCE_GOROUTINE, 20);
    feed_range(feed, 78 * MS, EVENT_RANGE_END, RANGE_STW, "stop-the-world (GC mark termination)",
               RESOURCE_GOROUTINE, 20);
    feed->g = EVENT_NO_ID;
}

static void feed_end(struct making *making)
{
    go(making, 79000, 0, 18, STATE_WAITING, STATE_RUNNABLE, "", "");
    go(making, 80000, 0, 20, STATE_RUNNING, STATE_NOT_EXIST, "", "");
    go(making, 80500, 0, 18, STATE_RUNNABLE, STATE_RUNNING, "", "");
    go(making, 81000, 1, 33, STATE_NOT_EXIST, STATE_RUNNABLE, "", "evil\033[31m\nname");
    go(making, 81500, 1, 33, STATE_RUNNABLE, STATE_RUNNING, "", "");
    for (int i = 0; i < 200; i++) { /* shorter than any column */
        go(making, 82000 + i * 50, 1, 33, i % 2 ? STATE_WAITING : STATE_RUNNING,
           i % 2 ? STATE_RUNNABLE : STATE_WAITING, "sleep", "");
        if (i % 2)
            go(making, 82010 + i * 50, 1, 33, STATE_RUNNABLE, STATE_RUNNING, "", "");
    }
    go(making, 95000, 0, 1, STATE_WAITING, STATE_RUNNABLE, "", "");
    go(making, 96000, 0, 18, STATE_RUNNING, STATE_NOT_EXIST, "", "");
    go(making, 96500, 0, 1, STATE_RUNNABLE, STATE_RUNNING, "", "");
    go(making, 100000, 0, 1, STATE_RUNNING, STATE_WAITING, "select", "main.main<main.main");
}

struct trace *made_trace_new(void)
{
    struct making making;
    making_init(&making);
    feed_sync(&making.feed, 0);
    feed_metric(&making.feed, 500, METRIC_GOMAXPROCS, 2);
    feed_workers(&making);
    feed_gc(&making);
    feed_end(&making);
    return making_finish(&making);
}

struct trace *made_trace_damaged_new(void)
{
    struct trace *trace = made_trace_new();
    trace->info.complete = false;
    trace->info.lost_bytes = 1234;
    trace->damage = g_error_new(TRACE_ERROR, TRACE_ERROR_TRUNCATED,
                                "made.trace: the file ends in generation 2, at byte 2862");
    return trace;
}

struct trace *made_trace_one_event_new(void)
{
    struct making making;
    making_init(&making);
    feed_sync(&making.feed, 0);
    return making_finish(&making);
}

struct trace *made_trace_big_new(int n, int n_names)
{
    struct making making;
    making_init(&making);
    feed_sync(&making.feed, 0);
    int64_t us = 1;
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < n; i++) {
            g_autofree char *name = g_strdup_printf("example.com/app/pkg.function%d", i % n_names);
            go(&making, us++, i % 8, i + 1, round == 0 ? STATE_NOT_EXIST : STATE_WAITING,
               STATE_RUNNABLE, "", round == 0 ? name : "");
            go(&making, us++, i % 8, i + 1, STATE_RUNNABLE, STATE_RUNNING, "", "");
            go(&making, us++, i % 8, i + 1, STATE_RUNNING, STATE_WAITING, "chan receive", name);
        }
    }
    return making_finish(&making);
}
