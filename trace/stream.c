/* Times, counts and slots, then on to the relay. */
#include "trace/stream.h"

#include <string.h>

#include "trace/error.h"

G_STATIC_ASSERT(EVENT_NO_SLOT == ROSTER_NONE);
/* No event is shorter than what all have, so a chunk holds no more of them. */
G_STATIC_ASSERT(offsetof(struct event, sync) == 48);

static void begin_chunk(struct stream *stream)
{
    stream->chunk = relay_chunk(stream->relay);
    stream->n = stream->chunk->n_others = 0;
    stream->next = (struct event *)(void *)stream->chunk->bytes;
    stream->last =
        (struct event *)(void *)(stream->chunk->bytes + RELAY_CHUNK_BYTES - sizeof(struct event));
}

void stream_init(struct stream *stream, const struct sink *sinks, size_t n_sinks)
{
    memset(stream, 0, sizeof *stream);
    stream->relay = relay_new(sinks, n_sinks);
    begin_chunk(stream);
    roster_init(&stream->goroutines);
}

void stream_clear(struct stream *stream)
{
    stream_flush(stream);
    relay_free(stream->relay);
    roster_clear(&stream->goroutines);
}

void stream_set_threads(struct stream *stream, unsigned n)
{
    relay_set_threads(stream->relay, n);
    begin_chunk(stream);
}

/* Is it about a goroutine? Sets *id to which. */
static bool has_subject(const struct event *event, int64_t *id)
{
    switch (event->kind) {
    case EVENT_STATE_TRANSITION:
        *id = event->transition.id;
        return event->transition.resource == RESOURCE_GOROUTINE;
    case EVENT_RANGE_BEGIN:
    case EVENT_RANGE_ACTIVE:
    case EVENT_RANGE_END:
        *id = event->range.id;
        return event->range.scope == RESOURCE_GOROUTINE;
    case EVENT_LABEL:
        *id = event->label.id;
        return event->label.resource == RESOURCE_GOROUTINE;
    default:
        return false;
    }
}

static void set_slots(struct stream *stream, struct event *event)
{
    int64_t id;
    event->slot = has_subject(event, &id) ? roster_add(&stream->goroutines, id) : EVENT_NO_SLOT;
    event->g_slot =
        event->g == EVENT_NO_ID ? EVENT_NO_SLOT : roster_find(&stream->goroutines, event->g);
}

static bool ends_goroutine(const struct event *event)
{
    return event->kind == EVENT_STATE_TRANSITION &&
           event->transition.resource == RESOURCE_GOROUTINE &&
           event->transition.to == STATE_NOT_EXIST;
}

bool stream_emit(struct stream *stream, const struct event *event, int64_t raw_ns, GError **error)
{
    struct event *room = stream_room(stream);
    *room = *event;
    set_slots(stream, room);
    if (!stream_push(stream, raw_ns, error))
        return false;
    if (ends_goroutine(event))
        roster_remove(&stream->goroutines, event->transition.id);
    return true;
}

bool stream_no_time(GError **error)
{
    g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                        "the clock has reached its last nanosecond");
    return false;
}

void stream_give(struct stream *stream)
{
    stream->chunk->n = stream->n;
    relay_give(stream->relay);
    begin_chunk(stream);
}

void stream_flush(struct stream *stream)
{
    if (stream->n > 0)
        stream_give(stream);
    relay_drain(stream->relay);
}

void stream_end_run(const struct stream *stream)
{
    relay_end_run(stream->relay);
}
