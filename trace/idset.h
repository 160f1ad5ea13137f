/* A set of 64-bit ids, which come from a file and can be anything. Ids that are near each other,
 * as those of goroutines are, take a quarter of a byte each. */
#ifndef TRACE_IDSET_H
#define TRACE_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 64 ids side by side; no bit set: the place is free. */
struct idset_word {
    uint64_t high, bits;
};

/* All zero is an empty set. */
struct idset {
    struct idset_word *words;
    size_t n, size; /* size is 0 or a power of two, always more than n */
    unsigned shift; /* 64 - log2 of size */
    uint64_t multiplier;
};

void idset_clear(struct idset *set);
void idset_add(struct idset *set, uint64_t id);
bool idset_has(const struct idset *set, uint64_t id);

#endif
