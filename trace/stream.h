/* The way of ordered events to the sinks, whatever format they were read from.
 *
 * Here times become strictly increasing and relative to the first event, events are counted, and
 * goroutines get their slots. */
#ifndef TRACE_STREAM_H
#define TRACE_STREAM_H

#include <glib.h>

#include "trace/relay.h"
#include "trace/roster.h"

/* What is known of the trace as a whole so far. */
struct reader_info {
    int go_minor;     /* of the header: 26 for "go 1.26 trace" */
    int wire;         /* 1 or 2 */
    int64_t start_ns; /* raw trace time of the first event: event.time_ns + start_ns is Go's Time */
    int64_t end_ns;   /* time_ns of the last event */
    bool has_wall;    /* the two below are set (Go 1.25+) */
    int64_t wall_s, wall_ns; /* wall clock at start_ns, seconds since 1970 and nanoseconds */
    uint64_t n_events;       /* those given out, Sync events too */
    uint64_t n_kind[EVENT_N_KINDS];
    uint64_t n_generations, n_batches;
    uint64_t n_strings, n_stacks; /* records in the tables, all generations added up */
    uint64_t read_bytes;          /* where the reader stands */
    bool complete;                /* set when the last byte was read and everything made sense */
    uint64_t lost_bytes;          /* bytes that could not be read; those that hold no events too */
    uint64_t n_salvaged; /* v1: goroutines that were put into the state that their event needs */
};

struct stream {
    struct reader_info info;
    int64_t last_ns; /* raw trace time of the last event */
    struct relay *relay;
    struct relay_chunk *chunk; /* that is filled now, with ... */
    size_t n;                  /* ... so many events, up to ... */
    struct event *next;        /* ... where the next one will stand; no more fit behind ... */
    struct event *last;        /* ... this */
    struct roster goroutines;  /* their slots */
};

/* The sinks are borrowed. */
void stream_init(struct stream *stream, const struct sink *sinks, size_t n_sinks);
void stream_clear(struct stream *stream);

/* As relay_set_threads(). */
void stream_set_threads(struct stream *stream, unsigned n);

/* Gives out an event whose raw time is this, or one nanosecond after the last one if that is not
 * later. Its time, its slots and the raw time of a Sync are filled in. False: TRACE_ERROR_DAMAGED,
 * no nanosecond is left. Sinks see it some time until the next stream_flush(): bytes that it refers
 * to must stay. */
bool stream_emit(struct stream *stream, const struct event *event, int64_t raw_ns, GError **error);

/* Gives the chunk to the sinks and begins a new one. */
void stream_give(struct stream *stream);

/* The same for who makes an event where it will stand, and knows its slots: room for it, to be
 * filled in and pushed. What is not pushed is forgotten. */
static inline struct event *stream_room(struct stream *stream)
{
    if (G_UNLIKELY(stream->next > stream->last))
        stream_give(stream);
    return stream->next;
}

/* Says that no time is left; always false. */
bool stream_no_time(GError **error);

static inline bool stream_push(struct stream *stream, int64_t raw_ns, GError **error)
{
    struct reader_info *info = &stream->info;
    struct event *event = stream->next;
    if (raw_ns <= stream->last_ns) {
        if (stream->last_ns == INT64_MAX)
            return stream_no_time(error);
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
    stream->n++;
    if (event->kind != EVENT_STATE_TRANSITION)
        stream->chunk->others[stream->chunk->n_others++] =
            (uint16_t)((const char *)event - stream->chunk->bytes);
    stream->next = (struct event *)(void *)((char *)event + event_bytes[event->kind]);
    return true;
}

/* The same for transitions, behind at least one other event, in two halves: these are counted
 * later. False: no nanosecond is left. */
static inline bool stream_push_quick(struct stream *stream, struct event *event, int64_t raw_ns)
{
    if (G_UNLIKELY(raw_ns <= stream->last_ns)) {
        if (stream->last_ns == INT64_MAX)
            return false;
        raw_ns = stream->last_ns + 1;
    }
    stream->last_ns = raw_ns;
    event->time_ns = raw_ns - stream->info.start_ns;
    stream->n++;
    stream->next = (struct event *)(void *)((char *)event + EVENT_UP_TO(transition));
    return true;
}

static inline void stream_count_quick(struct stream *stream, uint64_t n)
{
    stream->info.n_events += n;
    stream->info.n_kind[EVENT_STATE_TRANSITION] += n;
    stream->info.end_ns = stream->last_ns - stream->info.start_ns;
}

/* Waits until the sinks have seen all events. */
void stream_flush(struct stream *stream);

/* Tells the sinks that a run of complete generations has been given out and flushed. */
void stream_end_run(const struct stream *stream);

#endif
