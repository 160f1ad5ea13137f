/* From the one who makes events to the sinks, in chunks, on as many threads as there are.
 *
 * The sinks of a chunk are called one after the other, or at the same time on several threads, but
 * each sees all events in their order and runs on one thread at a time. */
#ifndef TRACE_RELAY_H
#define TRACE_RELAY_H

#include <glib.h>

#include "trace/event.h"

/* Where events go: called once for each, in order. A sink knows only of itself and of the symbols
 * that it was made with: others may run meanwhile. */
struct sink {
    void (*event)(void *self, const struct event *event);
    /* The same for n events at once, from the first on by event_next(); may be NULL. */
    void (*events)(void *self, const struct event *first, size_t n);
    /* After the last event of a run of complete generations; may be NULL. */
    void (*generation)(void *self);
    void *self;
    bool no_transitions; /* it does not want them, nearly all events; `events` is not called then */
};

#define RELAY_CHUNK_BYTES (64 * 1024)

struct relay_chunk {
    size_t n;                                /* events */
    size_t n_others;                         /* those that are no transitions, and ... */
    uint16_t others[RELAY_CHUNK_BYTES / 48]; /* ... where each begins in `bytes` */
    _Alignas(struct event) char bytes[RELAY_CHUNK_BYTES];
};

struct relay;

/* The sinks are borrowed. */
struct relay *relay_new(const struct sink *sinks, size_t n_sinks);
/* Sinks see what was given first. */
void relay_free(struct relay *relay);

/* Lets sinks run on up to this many threads beside the caller's; none at first. To be called once,
 * before the first chunk. */
void relay_set_threads(struct relay *relay, unsigned n);

/* An empty chunk to be filled; the same one until it is given. */
struct relay_chunk *relay_chunk(struct relay *relay);
/* Gives the chunk, which is not empty, to the sinks. Waits, or works itself, while they are far
 * behind. */
void relay_give(struct relay *relay);

/* Waits until the sinks have seen everything that was given; what is in the chunk is not. */
void relay_drain(struct relay *relay);
/* Tells the sinks that a run of complete generations has been given and drained. */
void relay_end_run(const struct relay *relay);

#endif
