/* The events of one P in a trace of Go 1.5 to 1.21, one after the other: all its batches in file
 * order, without what is no event and without CPU samples. */
#ifndef TRACE_QUEUE1_H
#define TRACE_QUEUE1_H

#include "trace/tables1.h"

struct queue1 {
    const struct tables1 *tables; /* borrowed */
    int64_t p;
    struct wire1_record record; /* the event that stands first now */
    int64_t ticks;              /* its time */
    int64_t seq;                /* its number, in the format that has one */
    uint64_t g;                 /* the goroutine that it is about, 0: none */
    uint64_t running;           /* the one that runs behind it, 0: none */
    uint32_t next_batch;        /* TABLES1_NO_BATCH: no more */
    struct cursor cursor;
};

void queue1_init(struct queue1 *queue, const struct tables1 *tables, uint32_t index);

/* Goes to the first or next event; false when there is none. */
bool queue1_next(struct queue1 *queue);

#endif
