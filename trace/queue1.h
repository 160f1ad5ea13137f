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

/* Where in the file the queue stands: it does not need what lies before. SIZE_MAX at its end. */
size_t queue1_at(const struct queue1 *queue);

/* The part of queue1_next() for all but the most frequent. */
bool queue1_next_slow(struct queue1 *queue);

/* What an event means to its queue. */
static inline void queue1_take_event(struct queue1 *queue, unsigned owner)
{
    const struct wire1_record *record = &queue->record;
    queue->ticks = (int64_t)((uint64_t)queue->ticks + record->time);
    queue->g =
        owner == WIRE1_STARTS || owner == WIRE1_OF_ARGUMENT ? record->args[0] : queue->running;
    if (owner == WIRE1_STARTS)
        queue->running = record->args[0];
    else if (owner == WIRE1_LEAVES)
        queue->running = 0;
}

/* Goes to the first or next event; false when there is none. */
static inline bool queue1_next(struct queue1 *queue)
{
    if (G_UNLIKELY(cursor_left(&queue->cursor) < WIRE1_MAX_EVENT_BYTES))
        return queue1_next_slow(queue);
    unsigned shape = queue->tables->format.shape[queue->cursor.at[0] & 0x3f];
    if (G_UNLIKELY(shape == 0))
        return queue1_next_slow(queue);
    wire1_peel(&queue->cursor, shape, &queue->record);
    queue1_take_event(queue, shape >> WIRE1_OWNER_SHIFT);
    return true;
}

#endif
