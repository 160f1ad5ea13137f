/* Walking along the batches of a P. */
#include "trace/queue1.h"

void queue1_init(struct queue1 *queue, const struct tables1 *tables, uint32_t index)
{
    const struct tables1_queue *own = &g_array_index(tables->queues, struct tables1_queue, index);
    *queue = (struct queue1){.tables = tables, .p = own->p, .next_batch = own->first};
}

size_t queue1_at(const struct queue1 *queue)
{
    const struct tables1 *tables = queue->tables;
    if (cursor_left(&queue->cursor) > 0)
        return (size_t)(queue->cursor.at - tables->bytes);
    return queue->next_batch == TABLES1_NO_BATCH
               ? SIZE_MAX
               : g_array_index(tables->batches, struct tables1_batch, queue->next_batch).at;
}

/* Enters the next batch; false when there is none. */
static bool enter_batch(struct queue1 *queue)
{
    const struct tables1 *tables = queue->tables;
    if (queue->next_batch == TABLES1_NO_BATCH)
        return false;
    const struct tables1_batch *batch =
        &g_array_index(tables->batches, struct tables1_batch, queue->next_batch);
    queue->next_batch = batch->next;
    queue->cursor = cursor_init(tables->bytes + batch->at, tables->len - batch->at);
    if (!wire1_take(&queue->cursor, &tables->format, &queue->record))
        return false; /* the file has changed since it was looked through */
    queue->ticks = (int64_t)queue->record.time;
    queue->seq = (int64_t)queue->record.seq;
    return true;
}

bool queue1_next_slow(struct queue1 *queue)
{
    const struct wire1_format *format = &queue->tables->format;
    for (;;) {
        if (cursor_left(&queue->cursor) == 0) {
            if (!enter_batch(queue))
                return false;
            continue;
        }
        if (!wire1_take(&queue->cursor, format, &queue->record))
            return false;
        const struct wire1_record *record = &queue->record;
        if (record->type == WIRE1_BATCH) /* another one's, or the next of this P: it is entered in
                                            turn */
            queue->cursor.at = queue->cursor.end;
        else if (wire1_specs[record->type].name != NULL && record->type != WIRE1_CPU_SAMPLE) {
            if (format->has_seq)
                queue->seq = (int64_t)((uint64_t)queue->seq + record->seq);
            queue1_take_event(queue, wire1_specs[record->type].owner);
            return true;
        }
    }
}
