/* Ids of a trace (goroutines, Ps, threads, pairs of such) -> small numbers 0, 1, 2... that index
 * the arrays of an analysis.
 *
 * Small ids are looked up in an array, others in an idmap. Memory is linear in the number of ids
 * that are there at a time. */
#ifndef TRACE_ROSTER_H
#define TRACE_ROSTER_H

#include <stddef.h>
#include <stdint.h>

#include "trace/idmap.h"

#define ROSTER_NONE UINT32_MAX

struct roster {
    uint32_t *dense; /* number plus 1 by id; 0: not there */
    size_t n_dense;
    struct idmap others; /* likewise, as the pointers themselves */
    uint32_t n;          /* numbers given out: 0..n-1 */
    uint32_t *free;      /* numbers of ids that were removed, to be given out again */
    uint32_t n_free, free_size;
};

void roster_init(struct roster *roster);
void roster_clear(struct roster *roster);

/* The number of an id, ROSTER_NONE when it was never added. */
static inline uint32_t roster_find(const struct roster *roster, int64_t id)
{
    uint32_t link = (uint64_t)id < roster->n_dense
                        ? roster->dense[id]
                        : (uint32_t)(uintptr_t)idmap_find(&roster->others, (uint64_t)id);
    return link - 1;
}

/* The number of an id. A new one gets the number of one that was removed, or the next, which is
 * roster->n before the call. */
uint32_t roster_add(struct roster *roster, int64_t id);

/* Forgets an id; nothing happens when it is not there. */
void roster_remove(struct roster *roster, int64_t id);

#endif
