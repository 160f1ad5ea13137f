/* The next record of every thread of a generation, in a heap by time. */
#ifndef TRACE_FRONTIER_H
#define TRACE_FRONTIER_H

#include "trace/generation.h"

/* A thread and where it stands. */
struct frontier_thread {
    int64_t m;
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
};

/* Reads the first record of each thread. On damage returns NULL, with TRACE_ERROR_DAMAGED and the
 * byte in *offset, unless the generation is lenient. */
struct frontier *frontier_new(const struct generation *generation, size_t *offset, GError **error);
void frontier_free(struct frontier *frontier);

/* Moves the thread in heap[i] to its next record, or out of the heap. Errors as above. */
bool frontier_step(struct frontier *frontier, size_t i, size_t *offset, GError **error);

/* Puts the whole heap in the order of time; it stays a heap. */
void frontier_sort(struct frontier *frontier);

/* Bytes of the generation's events that no record has been read from yet. */
uint64_t frontier_unread_bytes(const struct frontier *frontier);

#endif
