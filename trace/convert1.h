/* The events of a Go 1.5 to 1.21 trace in the words of newer ones, as Go's own tool converts them.
 *
 * Source: internal/trace/tracev1.go of Go 1.26, and what internal/trace makes of its result. Where
 * Go gives the goroutines that were runnable when the trace began in random order, here the lowest
 * id comes first. */
#ifndef TRACE_CONVERT1_H
#define TRACE_CONVERT1_H

#include "trace/order1.h"
#include "trace/stream.h"

/* What a conversion needs, and what it says. */
struct convert1 {
    struct tables1 *tables;
    const struct order1 *order;
    double ns_per_tick;
    bool salvage;          /* go on where names are missing */
    uint64_t n_lost_names; /* events that had to do without a string or a stack */
    uint64_t n_skipped;    /* events that Go's tool has no word for */
};

/* Sends the events to the stream, a Sync before the first and none behind the last. Errors:
 * TRACE_ERROR_DAMAGED where Go's tool stops, too, or G_IO_ERROR_CANCELLED. */
bool convert1_run(struct convert1 *convert, struct stream *stream, GCancellable *cancellable,
                  uint64_t *progress, GError **error);

#endif
