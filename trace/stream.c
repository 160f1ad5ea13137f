/* Times, counts and slots, then one sink after the other. */
#include "trace/stream.h"

#include <string.h>

#include "trace/error.h"

G_STATIC_ASSERT(EVENT_NO_SLOT == ROSTER_NONE);

void stream_init(struct stream *stream, const struct sink *sinks, size_t n_sinks)
{
    memset(stream, 0, sizeof *stream);
    stream->sinks = g_memdup2(sinks, n_sinks * sizeof *sinks);
    stream->n_sinks = n_sinks;
    roster_init(&stream->goroutines);
}

void stream_clear(struct stream *stream)
{
    g_free(stream->sinks);
    roster_clear(&stream->goroutines);
}

/* The goroutine that an event is about, EVENT_NO_ID for none. */
static int64_t subject(const struct event *event)
{
    switch (event->kind) {
    case EVENT_STATE_TRANSITION:
        return event->transition.resource == RESOURCE_GOROUTINE ? event->transition.id
                                                                : EVENT_NO_ID;
    case EVENT_RANGE_BEGIN:
    case EVENT_RANGE_ACTIVE:
    case EVENT_RANGE_END:
        return event->range.scope == RESOURCE_GOROUTINE ? event->range.id : EVENT_NO_ID;
    case EVENT_LABEL:
        return event->label.resource == RESOURCE_GOROUTINE ? event->label.id : EVENT_NO_ID;
    default:
        return EVENT_NO_ID;
    }
}

static void set_slots(struct stream *stream, struct event *event)
{
    int64_t id = subject(event);
    event->slot = id == EVENT_NO_ID ? EVENT_NO_SLOT : roster_add(&stream->goroutines, id);
    event->g_slot = event->g == id            ? event->slot
                    : event->g == EVENT_NO_ID ? EVENT_NO_SLOT
                                              : roster_find(&stream->goroutines, event->g);
}

static bool ends_goroutine(const struct event *event)
{
    return event->kind == EVENT_STATE_TRANSITION &&
           event->transition.resource == RESOURCE_GOROUTINE &&
           event->transition.to == STATE_NOT_EXIST;
}

bool stream_emit(struct stream *stream, struct event *event, int64_t raw_ns, GError **error)
{
    struct reader_info *info = &stream->info;
    if (raw_ns <= stream->last_ns) {
        if (stream->last_ns == INT64_MAX) {
            g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                                "the clock has reached its last nanosecond");
            return false;
        }
        raw_ns = stream->last_ns + 1;
    }
    stream->last_ns = raw_ns;
    if (event->kind == EVENT_SYNC)
        event->sync.raw_ns = raw_ns;
    if (info->n_events == 0)
        info->start_ns = raw_ns;
    event->time_ns = raw_ns - info->start_ns;
    info->end_ns = event->time_ns;
    info->n_events++;
    info->n_kind[event->kind]++;
    set_slots(stream, event);
    for (size_t i = 0; i < stream->n_sinks; i++)
        stream->sinks[i].event(stream->sinks[i].self, event);
    if (ends_goroutine(event))
        roster_remove(&stream->goroutines, event->transition.id);
    return true;
}

void stream_end_run(const struct stream *stream)
{
    for (size_t i = 0; i < stream->n_sinks; i++)
        if (stream->sinks[i].generation != NULL)
            stream->sinks[i].generation(stream->sinks[i].self);
}
