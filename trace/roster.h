/* Ids of a trace (goroutines, Ps, threads, pairs of such) -> small numbers 0, 1, 2... that index
 * the arrays of an analysis.
 *
 * Small ids are looked up in an array, others in a hash whose multiplier is drawn at random, so
 * that no file can be made that is slow to read. Memory is linear in the number of ids
 * that are there at a time. */
#ifndef TRACE_ROSTER_H
#define TRACE_ROSTER_H

#include <stddef.h>
#include <stdint.h>

#define ROSTER_NONE UINT32_MAX

struct roster_slot {
    int64_t id;
    uint32_t number; /* plus 1; 0: the slot is free */
};

struct roster {
    uint32_t *dense; /* number plus 1 by id; 0: not there */
    size_t n_dense;
    struct roster_slot *slots; /* a power of two of them, or none */
    unsigned bits;             /* log2 of that */
    size_t n_hashed;
    uint64_t multiplier;
    uint32_t n;     /* numbers given out: 0..n-1 */
    uint32_t *free; /* numbers of ids that were removed, to be given out again */
    uint32_t n_free, free_size;
};

void roster_init(struct roster *roster);
void roster_clear(struct roster *roster);

/* The number of an id, ROSTER_NONE when it was never added. */
uint32_t roster_find(const struct roster *roster, int64_t id);

/* The number of an id. A new one gets the number of one that was removed, or the next, which is
 * roster->n before the call. */
uint32_t roster_add(struct roster *roster, int64_t id);

/* Forgets an id; nothing happens when it is not there. */
void roster_remove(struct roster *roster, int64_t id);

#endif
