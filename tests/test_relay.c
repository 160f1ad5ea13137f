/* Every sink sees every event once, in order and whole, on whatever threads. */
#include <glib.h>

#include "trace/error.h"
#include "trace/stream.h"

#define N_EVENTS 100000
#define N_SINKS 4

/* What one sink has seen. */
struct seen {
    int number; /* of the sink: some dawdle */
    uint64_t n, n_runs;
    int64_t last_ns;
    GThread *now; /* inside of it, to see that no other is */
};

/* Event i is of each kind in turn, and all of it says i. */
static struct event event_of(uint64_t i)
{
    static const enum event_kind kinds[] = {EVENT_STATE_TRANSITION, EVENT_EXPERIMENTAL,
                                            EVENT_STATE_TRANSITION, EVENT_STACK_SAMPLE,
                                            EVENT_REGION_BEGIN,     EVENT_RANGE_END};
    struct event event = {.m = (int64_t)i, .p = 1, .g = EVENT_NO_ID, .stack = (uint32_t)i};
    event.kind = kinds[i % G_N_ELEMENTS(kinds)];
    switch (event.kind) {
    case EVENT_STATE_TRANSITION:
        event.transition.resource = RESOURCE_PROC;
        event.transition.id = (int64_t)i;
        event.transition.to = STATE_IDLE;
        break;
    case EVENT_EXPERIMENTAL:
        event.experimental.args[EVENT_MAX_EXPERIMENTAL_ARGS - 1] = i;
        break;
    case EVENT_REGION_BEGIN:
        event.region.task = i;
        break;
    case EVENT_RANGE_END:
        event.range.reclaimed_bytes = i;
        break;
    default:
        break;
    }
    return event;
}

static uint64_t last_word(const struct event *event)
{
    switch (event->kind) {
    case EVENT_STATE_TRANSITION:
        g_assert_cmpint(event->transition.to, ==, STATE_IDLE);
        return (uint64_t)event->transition.id;
    case EVENT_EXPERIMENTAL:
        return event->experimental.args[EVENT_MAX_EXPERIMENTAL_ARGS - 1];
    case EVENT_REGION_BEGIN:
        return event->region.task;
    case EVENT_RANGE_END:
        return event->range.reclaimed_bytes;
    default:
        return (uint64_t)event->m;
    }
}

static void see(void *self, const struct event *event)
{
    struct seen *seen = self;
    if (seen->now == NULL)
        seen->now = g_thread_self();
    g_assert_true(seen->now == g_thread_self());
    struct event want = event_of(seen->n);
    g_assert_cmpint(event->kind, ==, want.kind);
    g_assert_cmpint(event->m, ==, want.m);
    g_assert_cmpuint(event->stack, ==, want.stack);
    g_assert_cmpuint(last_word(event), ==, last_word(&want));
    g_assert_cmpint(event->time_ns, ==, (int64_t)seen->n);
    seen->n++;
    if (seen->number == 1 && seen->n % 5000 == 0)
        g_usleep(500);
}

static void see_all(void *self, const struct event *event, size_t n)
{
    struct seen *seen = self;
    g_assert_null(seen->now);
    for (size_t i = 0; i < n; i++, event = event_next(event))
        see(seen, event);
    seen->now = NULL;
}

static void see_one(void *self, const struct event *event)
{
    struct seen *seen = self;
    see(seen, event);
    seen->now = NULL;
}

static void see_run(void *self)
{
    ((struct seen *)self)->n_runs++;
}

static void test_threads(gconstpointer data)
{
    struct seen seen[N_SINKS] = {0};
    struct sink sinks[N_SINKS];
    for (int i = 0; i < N_SINKS; i++) {
        seen[i].number = i;
        sinks[i] = (struct sink){.event = see_one,
                                 .events = i % 2 == 0 ? see_all : NULL,
                                 .generation = see_run,
                                 .self = &seen[i]};
    }
    struct stream stream;
    stream_init(&stream, sinks, N_SINKS);
    stream_set_threads(&stream, GPOINTER_TO_UINT(data));
    for (uint64_t i = 0; i < N_EVENTS; i++) {
        struct event event = event_of(i);
        /* The times of ties are made different. */
        g_assert_true(stream_emit(&stream, &event, (int64_t)(100 + i - i % 2), NULL));
        if (i % 30011 != 0)
            continue;
        stream_flush(&stream);
        for (int k = 0; k < N_SINKS; k++)
            g_assert_cmpuint(seen[k].n, ==, i + 1);
    }
    stream_flush(&stream);
    stream_end_run(&stream);
    g_assert_cmpuint(stream.info.n_events, ==, N_EVENTS);
    g_assert_cmpuint(stream.info.n_kind[EVENT_EXPERIMENTAL], ==, (N_EVENTS + 4) / 6);
    for (int k = 0; k < N_SINKS; k++) {
        g_assert_cmpuint(seen[k].n, ==, N_EVENTS);
        g_assert_cmpuint(seen[k].n_runs, ==, 1);
    }
    stream_clear(&stream);
}

/* What was given is seen, even when nobody asks for it any more. */
static void test_cleared(void)
{
    struct seen seen = {0};
    struct sink sink = {.event = see_one, .self = &seen};
    struct stream stream;
    stream_init(&stream, &sink, 1);
    stream_set_threads(&stream, 1);
    for (uint64_t i = 0; i < 10; i++) {
        struct event event = event_of(i);
        g_assert_true(stream_emit(&stream, &event, (int64_t)i + 1, NULL));
    }
    stream_clear(&stream);
    g_assert_cmpuint(seen.n, ==, 10);
}

static void test_last_nanosecond(void)
{
    struct seen seen = {0};
    struct sink sink = {.event = see_one, .self = &seen};
    struct stream stream;
    g_autoptr(GError) error = NULL;
    stream_init(&stream, &sink, 1);
    struct event event = event_of(0);
    g_assert_true(stream_emit(&stream, &event, INT64_MAX, &error));
    g_assert_false(stream_emit(&stream, &event, INT64_MAX, &error));
    g_assert_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED);
    stream_flush(&stream);
    g_assert_cmpuint(seen.n, ==, 1);
    stream_clear(&stream);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/relay/alone", GUINT_TO_POINTER(0), test_threads);
    g_test_add_data_func("/relay/one-thread", GUINT_TO_POINTER(1), test_threads);
    g_test_add_data_func("/relay/three-threads", GUINT_TO_POINTER(3), test_threads);
    g_test_add_func("/relay/cleared", test_cleared);
    g_test_add_func("/relay/last-nanosecond", test_last_nanosecond);
    return g_test_run();
}
