/* A binary heap of threads. Threads of equal time come in the order in which the usual sifting
 * leaves them, so that where times tie the order is Go's too. */
#include "trace/frontier.h"

#include <math.h>

#include "trace/error.h"

#define NO_BATCH SIZE_MAX
/* Times 2^32 it is 2^53, up to where doubles hold every whole number. */
#define MAX_WHOLE_NS (1 << 21)

static const struct wire2_batch *batch_at(const struct frontier *frontier, size_t index)
{
    return &g_array_index(frontier->generation->batches, struct wire2_batch, index);
}

/* Enters a batch. */
static void enter(struct frontier *frontier, struct frontier_thread *thread, size_t index)
{
    thread->batch = index;
    if (index == NO_BATCH)
        return;
    const struct wire2_batch *batch = batch_at(frontier, index);
    thread->cursor = cursor_init(frontier->generation->bytes + batch->at, batch->len);
    thread->last_ns = generation_ns(frontier->generation, batch->time);
}

/* A record that is none ends its thread, or everything. */
static bool damaged(struct frontier *frontier, const struct frontier_thread *thread, bool *more,
                    const char *why, size_t *offset, GError **error)
{
    bool lenient = frontier->generation->lenient;
    *more = false;
    if (lenient && frontier->damage != NULL)
        return true;
    *(lenient ? &frontier->damage_at : offset) = thread->record_at;
    g_set_error(lenient ? &frontier->damage : error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                "record %u of thread %" G_GINT64_FORMAT ": %s", thread->record.type, thread->m,
                why);
    return lenient;
}

/* Reads the thread's next record. Sets *more to whether there was one. */
static bool advance(struct frontier *frontier, struct frontier_thread *thread, bool *more,
                    size_t *offset, GError **error)
{
    while (thread->batch != NO_BATCH && cursor_left(&thread->cursor) == 0)
        enter(frontier, thread, frontier->next_batch[thread->batch]);
    *more = thread->batch != NO_BATCH;
    if (!*more)
        return true;
    thread->record_at = (size_t)(thread->cursor.at - frontier->generation->bytes);
    uint64_t delta;
    const char *why;
    if (!wire2_record_read(&thread->cursor, &thread->record, &delta, &why))
        return damaged(frontier, thread, more, why, offset, error);
    frontier_pass_time(frontier, thread, delta);
    return true;
}

static size_t sift_up(struct frontier_slot *heap, size_t i)
{
    while (i > 0 && heap[(i - 1) / 2].time_ns > heap[i].time_ns) {
        struct frontier_slot slot = heap[i];
        heap[i] = heap[(i - 1) / 2];
        heap[(i - 1) / 2] = slot;
        i = (i - 1) / 2;
    }
    return i;
}

static void take_out(struct frontier *frontier, size_t i)
{
    struct frontier_slot *heap = frontier->heap;
    for (; i > 0; i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[0] = heap[--frontier->n];
    frontier_sift_down(heap, frontier->n, 0);
}

bool frontier_step(struct frontier *frontier, size_t i, size_t *offset, GError **error)
{
    struct frontier_slot *slot = &frontier->heap[i];
    bool more;
    if (!advance(frontier, slot->thread, &more, offset, error))
        return false;
    if (!more) {
        take_out(frontier, i);
        return true;
    }
    slot->time_ns = slot->thread->record.time_ns;
    if (sift_up(frontier->heap, i) == i)
        frontier_sift_down(frontier->heap, frontier->n, i);
    return true;
}

/* Strings the batches of each thread together. */
static void collect_threads(struct frontier *frontier)
{
    const GArray *batches = frontier->generation->batches;
    struct idmap thread_of = {0};
    frontier->next_batch = g_new(size_t, batches->len);
    frontier->threads = g_new0(struct frontier_thread, batches->len);
    for (size_t i = 0; i < batches->len; i++) {
        int64_t m = batch_at(frontier, i)->m;
        struct frontier_thread *thread = idmap_find(&thread_of, (uint64_t)m);
        frontier->next_batch[i] = NO_BATCH;
        if (thread == NULL) {
            thread = &frontier->threads[frontier->n_threads];
            *thread = (struct frontier_thread){.m = m, .order = frontier->n_threads++};
            enter(frontier, thread, i);
            idmap_add(&thread_of, (uint64_t)m, thread);
        } else {
            frontier->next_batch[thread->last_batch] = i;
        }
        thread->last_batch = i;
    }
    idmap_clear(&thread_of);
}

struct frontier *frontier_new(const struct generation *generation, size_t *offset, GError **error)
{
    struct frontier *frontier = g_new0(struct frontier, 1);
    frontier->generation = generation;
    double whole_ns = floor(generation->ns_per_unit);
    if (whole_ns == generation->ns_per_unit && whole_ns < MAX_WHOLE_NS)
        frontier->whole_ns = (uint32_t)whole_ns;
    collect_threads(frontier);
    frontier->heap = g_new(struct frontier_slot, frontier->n_threads);
    for (size_t i = 0; i < frontier->n_threads; i++) {
        struct frontier_thread *thread = &frontier->threads[i];
        bool more;
        if (!advance(frontier, thread, &more, offset, error)) {
            frontier_free(frontier);
            return NULL;
        }
        if (!more)
            continue;
        frontier->heap[frontier->n] = (struct frontier_slot){thread->record.time_ns, thread};
        sift_up(frontier->heap, frontier->n++);
    }
    return frontier;
}

void frontier_free(struct frontier *frontier)
{
    if (frontier == NULL)
        return;
    g_clear_error(&frontier->damage);
    g_free(frontier->heap);
    g_free(frontier->threads);
    g_free(frontier->next_batch);
    g_free(frontier);
}

size_t frontier_least_at(const struct frontier *frontier)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < frontier->n; i++)
        least = MIN(least, frontier->heap[i].thread->record_at);
    return least;
}

uint64_t frontier_unread_bytes(const struct frontier *frontier)
{
    uint64_t unread = 0;
    for (size_t i = 0; i < frontier->n_threads; i++) {
        const struct frontier_thread *thread = &frontier->threads[i];
        if (thread->batch == NO_BATCH)
            continue;
        const struct wire2_batch *batch = batch_at(frontier, thread->batch);
        unread += batch->at + batch->len - thread->record_at;
        for (size_t k = frontier->next_batch[thread->batch]; k != NO_BATCH;
             k = frontier->next_batch[k])
            unread += batch_at(frontier, k)->len;
    }
    return unread;
}
