/* Decoding, order and output of one record after the other, in one loop. */
#include "trace/quick2.h"

#include "trace/order2_quick.h"

/* Until when the first thread stays the first: then one of the two below it is earlier. */
static inline int64_t first_until(const struct frontier *frontier)
{
    const struct frontier_slot *heap = frontier->heap;
    int64_t until_ns = frontier->n > 1 ? heap[1].time_ns : INT64_MAX;
    return frontier->n > 2 ? MIN(until_ns, heap[2].time_ns) : until_ns;
}

enum played { PLAYED_ONE, PLAYED_LAST, PLAYED_NONE, PLAYED_BAD };

/* The first thread's record. Then its next one has been read, too; unless that was the last one
 * that could be read here. */
static inline enum played play_one(struct stream *stream, struct order2 *order,
                                   struct frontier *frontier, struct frontier_thread *thread,
                                   size_t *offset, GError **error)
{
    struct event *event = stream_room(stream);
    if (thread->bound == NULL || !order2_quick(order, thread->bound, &thread->record, event))
        return PLAYED_NONE;
    int64_t time_ns = thread->record.time_ns;
    size_t at = thread->record_at;
    bool quick = frontier_read_quick(frontier, thread);
    if (!quick && !frontier_step(frontier, 0, offset, error))
        return PLAYED_BAD;
    if (!stream_push_quick(stream, event, time_ns)) {
        *offset = at;
        stream_no_time(error);
        return PLAYED_BAD;
    }
    return quick ? PLAYED_ONE : PLAYED_LAST;
}

size_t quick2_play(struct stream *stream, struct order2 *order, struct frontier *frontier,
                   int64_t until_ns, size_t most, bool *bad, size_t *offset, GError **error)
{
    size_t n = 0;
    while (n < most && frontier->n > 0) {
        struct frontier_slot *first = &frontier->heap[0];
        struct frontier_thread *thread = first->thread;
        int64_t other_ns = first_until(frontier);
        enum played played = PLAYED_ONE;
        while (n < most && first->time_ns <= until_ns && first->time_ns <= other_ns) {
            played = play_one(stream, order, frontier, thread, offset, error);
            if (played != PLAYED_ONE)
                break;
            n++;
            first->time_ns = thread->record.time_ns;
        }
        if (played == PLAYED_LAST) {
            n++;
            continue;
        }
        frontier_sift_down(frontier->heap, frontier->n, 0);
        *bad = played == PLAYED_BAD;
        if (played != PLAYED_ONE || frontier->heap[0].time_ns > until_ns)
            break;
    }
    if (n > 0)
        stream_count_quick(stream, n);
    return n;
}
