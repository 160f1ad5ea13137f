/* The one order of the events of a Go 1.5 to 1.21 trace, whose batches only order those of a P.
 *
 * Every goroutine has a state and a number that counts its changes; an event is ready when that of
 * its goroutine is as the event needs it, and of all Ps' first events the earliest one that is
 * ready comes next. On the way everything is checked that Go checks. Source:
 * internal/trace/internal/tracev1 of Go 1.26 (order.go, parser.go). Events of two Ps with
 * the same time are taken as Go takes them, but for the first of all: Go begins with the Ps in
 * random order, this with the order of their first batches.
 *
 * What is kept is small: for each event the number of its P, and a bit for some. The events
 * themselves are read once more from the file by whoever walks along the order. */
#ifndef TRACE_ORDER1_H
#define TRACE_ORDER1_H

#include "trace/event.h"
#include "trace/tables1.h"

/* A GoSysExit that says when the syscall really ended: it belongs there. */
struct order1_exit {
    int64_t ticks;
    uint64_t index; /* of the event in the order, where it is left out */
    uint64_t g;
};

/* A goroutine that was put into another state, because its next event needs that. */
struct order1_repair {
    uint64_t index; /* of that event in the order */
    uint64_t g;
    enum event_state from, to; /* from is STATE_UNDETERMINED for one that was not known */
};

struct order1 {
    uint64_t n;         /* events in order */
    uint8_t *steps;     /* which queue each one is from; the last is that of the CPU samples */
    unsigned width;     /* bytes of a step: 1, 2 or 4 */
    uint8_t *marks;     /* a bit each, in order, for: GoSysCall, that the syscall blocks; GoUnblock,
                           that the network was waited for; GoSysExit, that it is in `exits` */
    GArray *exits;      /* of struct order1_exit, by (ticks, index) */
    GArray *repairs;    /* of struct order1_repair, by index */
    uint64_t n_repairs; /* these, and others that changed numbers only; 0 when Go reads all */
    uint64_t first_repair; /* index of the first, if there is one */
    uint64_t n_backwards;  /* events that are earlier than the one before; likewise */
    uint64_t n_astray;     /* returns from syscalls that are not where they belong; likewise */
};

/* Finds the order. NULL and TRACE_ERROR_DAMAGED when Go would refuse the trace, or
 * G_IO_ERROR_CANCELLED. With `salvage` an order is returned that may have repairs, clocks that go
 * back, and an end before the last event, with *error set to why it ends there. */
struct order1 *order1_new(const struct tables1 *tables, bool salvage, GCancellable *cancellable,
                          uint64_t *progress, GError **error);
void order1_free(struct order1 *order);

static inline uint32_t order1_step(const struct order1 *order, uint64_t index)
{
    if (order->width == 1)
        return order->steps[index];
    return order->width == 2 ? ((const uint16_t *)order->steps)[index]
                             : ((const uint32_t *)order->steps)[index];
}

static inline bool order1_mark(const struct order1 *order, uint64_t n)
{
    return order->marks[n / 8] >> (n % 8) & 1;
}

#endif
