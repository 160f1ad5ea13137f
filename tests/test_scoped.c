/* Which waits lie inside regions and tasks. */
#include "tests/feed.h"
#include "trace/scoped.h"

#define BEGIN EVENT_REGION_BEGIN
#define END EVENT_REGION_END

struct scope {
    struct feed feed;
    struct scoped_builder *builder;
};

static void scope_init(struct scope *s, enum profile_kind kind, const char *region,
                       const char *task)
{
    s->feed = (struct feed){.symbols = symbols_new(), .m = 1, .p = 0, .g = EVENT_NO_ID};
    s->builder = scoped_builder_new(s->feed.symbols, kind, region, task);
    s->feed.sink = scoped_builder_sink(s->builder);
}

/* Ends the test: what counted, and that the first record is of this stack. */
static void scope_finish(struct scope *s, uint64_t count, int64_t delay_ns, const char *first)
{
    struct profile *profile = scoped_builder_finish(s->builder);
    g_assert_cmpuint(profile->count, ==, count);
    g_assert_cmpint(profile->delay_ns, ==, delay_ns);
    if (first != NULL)
        g_assert_cmpuint(g_array_index(profile->records, struct profile_record, 0).stack, ==,
                         feed_stack(&s->feed, first));
    profile_free(profile);
    scoped_builder_free(s->builder);
    symbols_free(s->feed.symbols);
}

static void give(struct scope *s, struct event *event)
{
    event->slot = EVENT_NO_SLOT;
    event->g = event->g_slot = (uint32_t)s->feed.g;
    s->feed.sink.event(s->feed.sink.self, event);
}

static void region(struct scope *s, enum event_kind kind, int64_t g, uint64_t task,
                   const char *name)
{
    struct event event = {.kind = kind,
                          .region = {.task = task, .type = feed_string(&s->feed, name)}};
    s->feed.g = g;
    give(s, &event);
    s->feed.g = EVENT_NO_ID;
}

static void task_begin(struct scope *s, int64_t g, uint64_t id, const char *type)
{
    struct event event = {.kind = EVENT_TASK_BEGIN,
                          .task = {.id = id, .type = feed_string(&s->feed, type)}};
    s->feed.g = g;
    give(s, &event);
    s->feed.g = EVENT_NO_ID;
}

static void create(struct scope *s, int64_t creator, int64_t id)
{
    s->feed.g = creator;
    feed_go(&s->feed, 1, id, STATE_NOT_EXIST, STATE_RUNNABLE, "", "go<main", true);
    s->feed.g = EVENT_NO_ID;
    feed_go(&s->feed, 5, id, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
}

/* Some nanoseconds of waiting, and one until it runs again. */
static void wait_for(struct scope *s, int64_t id, const char *reason, int64_t ns)
{
    feed_go(&s->feed, 1000, id, STATE_RUNNING, STATE_WAITING, reason, "w<main", true);
    feed_go(&s->feed, 1000 + ns, id, STATE_WAITING, STATE_RUNNABLE, "", "wake", false);
    feed_go(&s->feed, 1001 + ns, id, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
}

static void nested(struct scope *s)
{
    create(s, EVENT_NO_ID, 1);
    wait_for(s, 1, "chan receive", 1);
    region(s, BEGIN, 1, 0, "load");
    wait_for(s, 1, "chan receive", 10);
    region(s, BEGIN, 1, 0, "other");
    region(s, BEGIN, 1, 0, "load");
    wait_for(s, 1, "select", 100);
    wait_for(s, 1, "sleep", 7777);
    region(s, END, 1, 0, "load");
    wait_for(s, 1, "chan send", 1000);
    region(s, END, 1, 0, "other");
    region(s, END, 1, 0, "load");
    wait_for(s, 1, "chan receive", 10000);
    region(s, BEGIN, 1, 0, "load");
    /* this one does not end */
    feed_go(&s->feed, 1000, 1, STATE_RUNNING, STATE_WAITING, "select", "w<main", true);
}

static void test_nested(void)
{
    struct scope s;
    scope_init(&s, PROFILE_SYNC, "load", NULL);
    nested(&s);
    scope_finish(&s, 3, 1110, "w<main");
    scope_init(&s, PROFILE_SYNC, "other", NULL);
    nested(&s);
    scope_finish(&s, 2, 1100, "w<main");
    scope_init(&s, PROFILE_SCHED, "load", NULL);
    nested(&s);
    scope_finish(&s, 4, 4, "wake");
    scope_init(&s, PROFILE_NET, "load", NULL);
    nested(&s);
    scope_finish(&s, 0, 0, NULL);
    scope_init(&s, PROFILE_SYNC, "lo", NULL);
    nested(&s);
    scope_finish(&s, 0, 0, NULL);
}

/* The first end without a begin reaches back to the start of the trace, the next one does not. */
static void test_before(void)
{
    struct scope s;
    scope_init(&s, PROFILE_SYNC, "load", NULL);
    feed_go(&s.feed, 0, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "go<main", true);
    feed_go(&s.feed, 0, 2, STATE_UNDETERMINED, STATE_RUNNING, "", "go<main", true);
    wait_for(&s, 1, "chan receive", 1);
    wait_for(&s, 2, "chan receive", 5);
    region(&s, BEGIN, 1, 0, "load");
    wait_for(&s, 1, "chan receive", 10);
    region(&s, END, 1, 0, "load");
    wait_for(&s, 1, "chan receive", 100);
    region(&s, END, 1, 0, "load");
    wait_for(&s, 1, "chan receive", 1000);
    region(&s, END, 1, 0, "load");
    wait_for(&s, 1, "chan receive", 10000);
    region(&s, BEGIN, 1, 0, "load");
    wait_for(&s, 1, "chan receive", 100000);
    scope_finish(&s, 4, 100111, "w<main");
}

/* Regions belong to tasks, and a goroutine that is created inside is so for good. */
static void test_task(void)
{
    struct scope s;
    scope_init(&s, PROFILE_SYNC, NULL, "job");
    create(&s, EVENT_NO_ID, 1);
    task_begin(&s, 1, 7, "job");
    task_begin(&s, 1, 8, "play");
    wait_for(&s, 1, "sync", 1);
    region(&s, BEGIN, 1, 7, "a");
    wait_for(&s, 1, "sync", 10);
    create(&s, 1, 2);
    region(&s, BEGIN, 1, 8, "b");
    wait_for(&s, 1, "sync", 100);
    create(&s, 1, 3);
    region(&s, END, 1, 8, "b");
    region(&s, END, 1, 7, "a");
    wait_for(&s, 1, "sync", 1000);
    create(&s, 1, 4);
    wait_for(&s, 2, "sync", 10000);
    create(&s, 2, 5);
    wait_for(&s, 3, "sync", 100000);
    wait_for(&s, 4, "sync", 1000000);
    wait_for(&s, 5, "sync", 10000000);
    scope_finish(&s, 4, 10010110, "w<main");
}

/* A slot that is given out again is outside. */
static void test_slot(void)
{
    struct scope s;
    scope_init(&s, PROFILE_SYNC, "load", NULL);
    create(&s, EVENT_NO_ID, 1);
    region(&s, BEGIN, 1, 0, "load");
    feed_go(&s.feed, 50, 1, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    create(&s, EVENT_NO_ID, 1);
    wait_for(&s, 1, "select", 10);
    scope_finish(&s, 0, 0, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scoped/nested", test_nested);
    g_test_add_func("/scoped/before", test_before);
    g_test_add_func("/scoped/task", test_task);
    g_test_add_func("/scoped/slot", test_slot);
    return g_test_run();
}
