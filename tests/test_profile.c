/* Which waits count in a profile, and under which stack. */
#include <glib.h>

#include "tests/feed.h"
#include "trace/samples.h"

struct fixture {
    struct feed feed;
    struct profile_builder *builders[PROFILE_N_WAITS];
    struct profile_builder *all; /* must find what they find */
};

static void to_all(void *self, const struct event *event)
{
    struct fixture *f = self;
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++) {
        struct sink sink = profile_builder_sink(f->builders[kind]);
        sink.event(sink.self, event);
    }
    struct sink sink = profile_builder_sink(f->all);
    sink.events(sink.self, event, 1);
}

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->feed.symbols = symbols_new();
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
        f->builders[kind] = profile_builder_new(f->feed.symbols, (enum profile_kind)kind);
    f->all = profile_builder_new_all(f->feed.symbols);
    f->feed.sink = (struct sink){.event = to_all, .self = f};
    f->feed.m = f->feed.p = f->feed.g = EVENT_NO_ID;
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
        profile_builder_free(f->builders[kind]);
    profile_builder_free(f->all);
    symbols_free(f->feed.symbols);
}

static void assert_profile(struct fixture *f, struct profile *profile, uint64_t count,
                           int64_t delay_ns, const char *first_stack)
{
    g_assert_cmpuint(profile->count, ==, count);
    g_assert_cmpint(profile->delay_ns, ==, delay_ns);
    if (first_stack != NULL) {
        const struct profile_record *r = &g_array_index(profile->records, struct profile_record, 0);
        g_assert_cmpuint(r->stack, ==, feed_stack(&f->feed, first_stack));
    }
    profile_free(profile);
}

static void assert_total(struct fixture *f, enum profile_kind kind, uint64_t count,
                         int64_t delay_ns, const char *first_stack)
{
    assert_profile(f, profile_builder_finish(f->builders[kind]), count, delay_ns, first_stack);
    assert_profile(f, profile_builder_finish_kind(f->all, kind), count, delay_ns, first_stack);
}

static void start(struct fixture *f, int64_t time_ns, int64_t id)
{
    feed_go(&f->feed, time_ns, id, STATE_NOT_EXIST, STATE_RUNNABLE, "", "go<main.main", true);
    feed_go(&f->feed, time_ns + 10, id, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
}

static void wait_for(struct fixture *f, int64_t time_ns, int64_t id, const char *reason)
{
    feed_go(&f->feed, time_ns, id, STATE_RUNNING, STATE_WAITING, reason, "w<main.work", true);
    feed_go(&f->feed, time_ns + 5, id, STATE_WAITING, STATE_RUNNABLE, "", "wake<main.x", false);
    feed_go(&f->feed, time_ns + 7, id, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
}

static void test_kinds(struct fixture *f, gconstpointer data)
{
    (void)data;
    start(f, 0, 1);
    wait_for(f, 100, 1, "network");
    wait_for(f, 200, 1, "chan send");
    wait_for(f, 300, 1, "sync.(*Cond).Wait");
    wait_for(f, 400, 1, "select");
    wait_for(f, 500, 1, "sleep");
    feed_go(&f->feed, 600, 1, STATE_RUNNING, STATE_SYSCALL, "", "read<main.work", true);
    feed_go(&f->feed, 640, 1, STATE_SYSCALL, STATE_RUNNING, "", "", false);
    /* never ends */
    feed_go(&f->feed, 700, 1, STATE_RUNNING, STATE_WAITING, "sync", "w<main.work", true);
    assert_total(f, PROFILE_NET, 1, 5, "w<main.work");
    assert_total(f, PROFILE_SYNC, 3, 15, "w<main.work");
    assert_total(f, PROFILE_SYSCALL, 1, 40, "read<main.work");
    /* five wake-ups; not the wait before it first ran */
    assert_total(f, PROFILE_SCHED, 5, 10, "wake<main.x");
}

/* What comes before the first run counts only when that never comes. */
static void test_never_ran(struct fixture *f, gconstpointer data)
{
    (void)data;
    feed_go(&f->feed, 10, 1, STATE_UNDETERMINED, STATE_WAITING, "chan send", "w<main.a", true);
    feed_go(&f->feed, 30, 1, STATE_WAITING, STATE_RUNNABLE, "", "wake", false);
    assert_total(f, PROFILE_SYNC, 1, 20, "w<main.a");
    feed_go(&f->feed, 35, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    assert_total(f, PROFILE_SYNC, 0, 0, NULL);
    assert_total(f, PROFILE_SCHED, 0, 0, NULL);
}

/* A C thread's goroutine comes again under its old id, and only its last life counts. */
static void test_reused(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int64_t life = 0; life < 3; life++) {
        int64_t t = 1000 * life;
        feed_go(&f->feed, t, 9, STATE_NOT_EXIST, STATE_SYSCALL, "", "", false);
        feed_go(&f->feed, t + 5, 9, STATE_SYSCALL, STATE_RUNNING, "", "", false);
        wait_for(f, t + 10, 9, "chan receive");
        feed_go(&f->feed, t + 50, 9, STATE_RUNNING, STATE_SYSCALL, "", "", false);
        feed_go(&f->feed, t + 60, 9, STATE_SYSCALL, STATE_NOT_EXIST, "", "", false);
    }
    assert_total(f, PROFILE_SYNC, 1, 5, "w<main.work");
    assert_total(f, PROFILE_SYSCALL, 1, 10, "");
}

/* A stack whose only frame is nothing is no stack. */
static void test_no_stack(struct fixture *f, gconstpointer data)
{
    (void)data;
    start(f, 0, 1);
    const struct frame nothing = {0};
    struct event event = {
        .kind = EVENT_STATE_TRANSITION,
        .time_ns = 20,
        .slot = 1,
        .stack = symbols_add_stack(f->feed.symbols, &nothing, 1),
        .transition = {
            .resource = RESOURCE_GOROUTINE, .id = 1, .from = STATE_RUNNING, .to = STATE_SYSCALL}};
    f->feed.sink.event(f->feed.sink.self, &event);
    feed_go(&f->feed, 30, 1, STATE_SYSCALL, STATE_RUNNING, "", "", false);
    assert_total(f, PROFILE_SYSCALL, 1, 10, "");
}

/* Samples are counted by their stack, whoever ran. */
static void test_samples(void)
{
    struct samples_builder *builder = samples_builder_new();
    struct feed feed = {symbols_new(), samples_builder_sink(builder), 100, 0, 7};
    const char *const stacks[] = {"hot<main.main", "cold<main.main", "", "hot<main.main"};
    feed_go(&feed, 1, 7, STATE_UNDETERMINED, STATE_RUNNING, "", "hot<main.main", true);
    for (size_t i = 0; i < G_N_ELEMENTS(stacks); i++)
        feed_sample(&feed, 10 + (int64_t)i, stacks[i]);
    struct profile *profile = samples_builder_finish(builder);
    g_assert_cmpint(profile->kind, ==, PROFILE_CPU);
    g_assert_cmpuint(profile->count, ==, 4);
    g_assert_cmpint(profile->delay_ns, ==, 0);
    g_assert_cmpuint(profile->records->len, ==, 3);
    const struct profile_record *r = &g_array_index(profile->records, struct profile_record, 0);
    g_assert_cmpuint(r->stack, ==, feed_stack(&feed, "hot<main.main"));
    g_assert_cmpuint(r->count, ==, 2);
    profile_free(profile);
    samples_builder_free(builder);
    symbols_free(feed.symbols);
}

static void test_names(void)
{
    for (int kind = 0; kind < PROFILE_N_KINDS; kind++)
        g_assert_cmpint(profile_kind_parse(profile_kind_name((enum profile_kind)kind)), ==, kind);
    g_assert_cmpint(profile_kind_parse("nothing"), ==, PROFILE_N_KINDS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/profile/names", test_names);
    g_test_add_func("/profile/samples", test_samples);
    g_test_add("/profile/kinds", struct fixture, NULL, setup, test_kinds, teardown);
    g_test_add("/profile/never-ran", struct fixture, NULL, setup, test_never_ran, teardown);
    g_test_add("/profile/no-stack", struct fixture, NULL, setup, test_no_stack, teardown);
    g_test_add("/profile/reused", struct fixture, NULL, setup, test_reused, teardown);
    return g_test_run();
}
