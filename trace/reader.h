/* The one way in: bytes of a Go execution trace become ordered events.
 *
 * The reader is incremental at generation borders: it is handed a range of bytes that begins at
 * the file's first byte and may have grown since the last call, consumes every complete
 * generation in it and leaves the rest for the next call.
 *
 * What it accepts, and the events that it gives out before it refuses, are those of Go's own reader
 * (internal/trace of Go 1.26), but for this: Go ends in silence where a table record is cut off
 * between two of its numbers, where a file ends behind the first byte of an experimental batch, and
 * where a generation has only tables yet. Bytes are lost then, so that is an error here. And no
 * goroutine may have more than 64 ranges open at once. */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include <gio/gio.h>

#include "trace/error.h"
#include "trace/event.h"
#include "trace/symbols.h"

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
    uint64_t lost_bytes;          /* bytes behind read_bytes that gave no events */
};

struct reader;

/* The symbols are borrowed and filled; the sinks are called in their order and borrowed too. */
struct reader *reader_new(struct symbols *symbols, const struct sink *sinks, size_t n_sinks);
void reader_free(struct reader *reader);

/* Reads on: bytes[0..len) is everything that there is of the file so far; `last` says that no more
 * will come. Returns false on an error (TRACE_ERROR_*, or G_IO_ERROR_CANCELLED); whatever events
 * came before it were given out and stay true. After an error only reader_info() and
 * reader_free() may be called. `progress` (may be NULL) is set atomically to the bytes read. */
bool reader_read(struct reader *reader, const uint8_t *bytes, size_t len, bool last,
                 GCancellable *cancellable, uint64_t *progress, GError **error);

const struct reader_info *reader_info(const struct reader *reader);

#endif
