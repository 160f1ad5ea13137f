/* Builds one event after the other. */
#include "tests/feed.h"

#include <string.h>

uint32_t feed_string(struct feed *feed, const char *text)
{
    return symbols_add_string(feed->symbols, text, strlen(text));
}

uint32_t feed_stack(struct feed *feed, const char *functions)
{
    if (functions[0] == '\0')
        return 0;
    g_auto(GStrv) names = g_strsplit(functions, "<", -1);
    guint n = g_strv_length(names);
    g_autofree struct frame *frames = g_new0(struct frame, n);
    for (guint i = 0; i < n; i++)
        frames[i] = (struct frame){g_str_hash(names[i]), feed_string(feed, names[i]),
                                   feed_string(feed, "main.go"), 1 + i};
    return symbols_add_stack(feed->symbols, frames, n);
}

static struct event event_new(const struct feed *feed, enum event_kind kind, int64_t time_ns)
{
    return (struct event){
        .kind = kind, .time_ns = time_ns, .m = feed->m, .p = feed->p, .g = feed->g};
}

/* Ids are small here, so they are their own slots. */
static uint32_t slot_of(int64_t id)
{
    return id == EVENT_NO_ID ? EVENT_NO_SLOT : (uint32_t)id;
}

/* `subject` is the goroutine that the event is about. */
static void give(const struct feed *feed, struct event *event, int64_t subject)
{
    event->slot = slot_of(subject);
    event->g_slot = slot_of(event->g);
    feed->sink.event(feed->sink.self, event);
}

void feed_sync(struct feed *feed, int64_t time_ns)
{
    struct event event = event_new(feed, EVENT_SYNC, time_ns);
    give(feed, &event, EVENT_NO_ID);
}

void feed_go(struct feed *feed, int64_t time_ns, int64_t id, enum event_state from,
             enum event_state to, const char *reason, const char *stack, bool own)
{
    struct event event = event_new(feed, EVENT_STATE_TRANSITION, time_ns);
    event.stack = feed_stack(feed, stack);
    event.transition.resource = RESOURCE_GOROUTINE;
    event.transition.id = id;
    event.transition.from = from;
    event.transition.to = to;
    event.transition.reason = feed_string(feed, reason);
    event.transition.stack = own ? event.stack : 0;
    give(feed, &event, id);
}

void feed_proc(struct feed *feed, int64_t time_ns, int64_t id, enum event_state from,
               enum event_state to)
{
    struct event event = event_new(feed, EVENT_STATE_TRANSITION, time_ns);
    event.transition.resource = RESOURCE_PROC;
    event.transition.id = id;
    event.transition.from = from;
    event.transition.to = to;
    give(feed, &event, EVENT_NO_ID);
}

void feed_range(struct feed *feed, int64_t time_ns, enum event_kind kind, enum event_range range,
                const char *name, enum event_resource scope, int64_t id)
{
    struct event event = event_new(feed, kind, time_ns);
    event.range.range = range;
    event.range.name = feed_string(feed, name);
    event.range.scope = scope;
    event.range.id = id;
    give(feed, &event, scope == RESOURCE_GOROUTINE ? id : EVENT_NO_ID);
}

void feed_swept(struct feed *feed, int64_t time_ns, int64_t p, uint64_t swept_bytes,
                uint64_t reclaimed_bytes)
{
    struct event event = event_new(feed, EVENT_RANGE_END, time_ns);
    event.range.range = RANGE_GC_SWEEP;
    event.range.name = feed_string(feed, "GC incremental sweep");
    event.range.scope = RESOURCE_PROC;
    event.range.id = p;
    event.range.has_swept = true;
    event.range.swept_bytes = swept_bytes;
    event.range.reclaimed_bytes = reclaimed_bytes;
    give(feed, &event, EVENT_NO_ID);
}

void feed_label(struct feed *feed, int64_t time_ns, int64_t id, const char *label)
{
    struct event event = event_new(feed, EVENT_LABEL, time_ns);
    event.label.label = feed_string(feed, label);
    event.label.resource = RESOURCE_GOROUTINE;
    event.label.id = id;
    give(feed, &event, id);
}

void feed_sample(struct feed *feed, int64_t time_ns, const char *stack)
{
    struct event event = event_new(feed, EVENT_STACK_SAMPLE, time_ns);
    event.stack = feed_stack(feed, stack);
    give(feed, &event, EVENT_NO_ID);
}

void feed_metric(struct feed *feed, int64_t time_ns, enum event_metric metric, uint64_t value)
{
    struct event event = event_new(feed, EVENT_METRIC, time_ns);
    event.metric.metric = metric;
    event.metric.value = value;
    give(feed, &event, EVENT_NO_ID);
}

void feed_task(struct feed *feed, int64_t time_ns, enum event_kind kind, uint64_t id,
               uint64_t parent, const char *type)
{
    struct event event = event_new(feed, kind, time_ns);
    event.task.id = id;
    event.task.parent = parent;
    event.task.type = feed_string(feed, type);
    give(feed, &event, EVENT_NO_ID);
}

void feed_region(struct feed *feed, int64_t time_ns, enum event_kind kind, uint64_t task,
                 const char *name, const char *stack)
{
    struct event event = event_new(feed, kind, time_ns);
    event.stack = feed_stack(feed, stack);
    event.region.task = task;
    event.region.type = feed_string(feed, name);
    give(feed, &event, EVENT_NO_ID);
}

void feed_log(struct feed *feed, int64_t time_ns, uint64_t task, const char *category,
              const char *message)
{
    struct event event = event_new(feed, EVENT_LOG, time_ns);
    event.log.task = task;
    event.log.category = feed_string(feed, category);
    event.log.message = (struct slice){message, strlen(message)};
    give(feed, &event, EVENT_NO_ID);
}
