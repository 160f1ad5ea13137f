/* The way of ordered events to the sinks, whatever format they were read from.
 *
 * Here times become strictly increasing and relative to the first event, events are counted, and
 * goroutines get their slots. */
#ifndef TRACE_STREAM_H
#define TRACE_STREAM_H

#include <glib.h>

#include "trace/event.h"
#include "trace/roster.h"

/* Where events go: called once for each, in order. */
struct sink {
    void (*event)(void *self, const struct event *event);
    /* After the last event of a run of complete generations; may be NULL. */
    void (*generation)(void *self);
    void *self;
};

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
    struct sink *sinks;
    size_t n_sinks;
    struct roster goroutines; /* their slots */
};

/* The sinks are called in their order and borrowed. */
void stream_init(struct stream *stream, const struct sink *sinks, size_t n_sinks);
void stream_clear(struct stream *stream);

/* Gives out an event whose raw time is this, or one nanosecond after the last one if that is not
 * later. Sets its time and its slots, and the raw time of a Sync. False: TRACE_ERROR_DAMAGED, no
 * nanosecond is left. */
bool stream_emit(struct stream *stream, struct event *event, int64_t raw_ns, GError **error);

/* Tells the sinks that a run of complete generations has been given out. */
void stream_end_run(const struct stream *stream);

#endif
