/* The next record of every thread of a generation, in a heap by time. */
#ifndef TRACE_FRONTIER_H
#define TRACE_FRONTIER_H

#include "trace/generation.h"

/* A thread and where it stands. */
struct frontier_thread {
    int64_t m;
    struct order2_m *bound;     /* the replay's, NULL until it asks */
    size_t record_at;           /* of the record, in the file */
    struct wire2_record record; /* the next one */
    struct cursor cursor;       /* behind it, in its batch */
    int64_t last_ns;            /* time of the record */
    size_t batch, last_batch;   /* indexes of the batch that is read and of the last one */
    size_t order;               /* in which threads appear in the file */
};

/* Times are kept beside the pointers because the heap looks at nothing else. */
struct frontier_slot {
    int64_t time_ns;
    struct frontier_thread *thread;
};

struct frontier {
    const struct generation *generation; /* borrowed */
    struct frontier_slot *heap;          /* the earliest first; open to readers */
    size_t n;
    struct frontier_thread *threads; /* all, those at their end too */
    size_t n_threads;
    size_t *next_batch; /* of the same thread, by index of batch */
    GError *damage;     /* of a lenient generation: the first record that is none, and ... */
    size_t damage_at;   /* ... where; its thread has ended there */
    uint32_t whole_ns;  /* in a clock unit; 0 when that is not a whole number, or large */
};

/* Reads the first record of each thread. On damage returns NULL, with TRACE_ERROR_DAMAGED and the
 * byte in *offset, unless the generation is lenient. */
struct frontier *frontier_new(const struct generation *generation, size_t *offset, GError **error);
void frontier_free(struct frontier *frontier);

/* Moves the thread in heap[i] to its next record, or out of the heap. Errors as above. */
bool frontier_step(struct frontier *frontier, size_t i, size_t *offset, GError **error);

/* Puts the whole heap in the order of time; it stays a heap. */
void frontier_sort(struct frontier *frontier);

/* Where in the file the first record stands that has not been played. */
size_t frontier_least_at(const struct frontier *frontier);

/* Bytes of the generation's events that no record has been read from yet. */
uint64_t frontier_unread_bytes(const struct frontier *frontier);

/* Lets the thread's next record be `delta` clock units after the last one. */
static inline void frontier_pass_time(const struct frontier *frontier,
                                      struct frontier_thread *thread, uint64_t delta)
{
    /* Where both factors are whole numbers and this small, the product is exact in doubles, too. */
    uint64_t ns = delta < UINT32_MAX && frontier->whole_ns != 0
                      ? delta * frontier->whole_ns
                      : (uint64_t)generation_ns(frontier->generation, delta);
    /* Unsigned, because nothing keeps a damaged time from going around. */
    thread->last_ns = (int64_t)((uint64_t)thread->last_ns + ns);
    thread->record.time_ns = thread->last_ns;
}

/* The quick way of frontier_step() for heap[0], in two halves. Reads the thread's next record, if
 * it is an ordinary one of the same batch; false: nothing is changed. */
static inline bool frontier_read_quick(const struct frontier *frontier,
                                       struct frontier_thread *thread)
{
    uint64_t delta;
    const uint8_t *at = thread->cursor.at;
    if (!wire2_record_quick(&thread->cursor, &thread->record, &delta))
        return false;
    thread->record_at = (size_t)(at - frontier->generation->bytes);
    frontier_pass_time(frontier, thread, delta);
    return true;
}

/* Puts the thread in heap[i], whose time has become later, where it belongs. */
static inline void frontier_sift_down(struct frontier_slot *heap, size_t n, size_t i)
{
    struct frontier_slot slot = heap[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= n)
            break;
        if (child + 1 < n && heap[child + 1].time_ns < heap[child].time_ns)
            child++;
        if (heap[child].time_ns >= slot.time_ns)
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = slot;
}

#endif
