/* The tables of one generation of a Go 1.22+ trace: what its events refer to by id.
 *
 * Every table holds for its generation only. It borrows the bytes of the file, and turns ids of
 * the file into ids of `struct symbols` when they are asked for. */
#ifndef TRACE_GENERATION_H
#define TRACE_GENERATION_H

#include <glib.h>

#include "trace/idmap.h"
#include "trace/symbols.h"
#include "trace/wire2.h"

struct generation_sample {
    int64_t time_ns; /* raw trace time */
    int64_t m, p, g; /* EVENT_NO_ID: none */
    uint64_t stack;  /* id in the file; need not exist */
};

/* Symbols of strings or stacks by their id in the file, for the small ids that were asked for
 * already. 0: not known here. */
struct generation_known {
    uint32_t *symbols;
    size_t n;
};

struct generation {
    const uint8_t *bytes; /* borrowed: the file */
    int go_minor;
    uint64_t number;
    uint64_t min_time; /* of its batches, in clock units */
    double ns_per_unit;
    bool lacks_frequency; /* it was told the one above */
    bool has_clock;       /* the five below are set */
    uint64_t clock_units;
    uint64_t clock_mono_ns;
    int64_t clock_wall_s, clock_wall_ns;
    GArray *batches; /* of struct wire2_batch: those with events, in file order */
    GArray *samples; /* of struct generation_sample, by time */
    size_t n_strings, n_stacks;
    bool lenient;            /* strings and stacks that do not exist are empty ... */
    bool missing;            /* ... and an event named one */
    struct symbols *symbols; /* borrowed */
    struct generation_tables *tables;
    struct generation_known strings, stacks;
};

/* Reads everything but the events out of the batches (struct wire2_batch, in file order).
 * Returns NULL and TRACE_ERROR_DAMAGED, with the byte where it went wrong in *offset, when the
 * tables contradict themselves, or (likewise) when the generation lacks its clock. */
struct generation *generation_new(const uint8_t *bytes, int go_minor, const GArray *batches,
                                  struct symbols *symbols, size_t *offset, GError **error);
void generation_free(struct generation *generation);

/* The same for batches that generation_new() refuses: reads over what makes no sense, takes
 * `ns_per_unit` where there is no frequency, and is lenient. Adds to *lost_bytes what it did not
 * read of the tables. Never fails. */
struct generation *generation_salvage(const uint8_t *bytes, int go_minor, const GArray *batches,
                                      struct symbols *symbols, double ns_per_unit,
                                      uint64_t *lost_bytes);

/* Clock units as nanoseconds, truncated as Go does: source base.go of internal/trace, and what
 * amd64 makes of numbers that do not fit. */
int64_t generation_ns(const struct generation *generation, uint64_t units);

/* Whether there is such a string; asked of a lenient one. */
bool generation_has_string(const struct generation *generation, uint64_t id);

/* The symbol for a string id of the file. Returns false when the generation has no such string. */
bool generation_string(struct generation *generation, uint64_t id, uint32_t *symbol);

/* The bytes of a string, borrowed from the file; false as above. */
bool generation_bytes(struct generation *generation, uint64_t id, struct slice *bytes);

/* The symbol for a stack id of the file. Returns false when the generation has no such stack. */
bool generation_stack(struct generation *generation, uint64_t id, uint32_t *symbol);

/* The quick way of the two above: false also when it is not known yet. */
static inline bool generation_known(const struct generation_known *known, uint64_t id,
                                    uint32_t *symbol)
{
    if (id < known->n && known->symbols[id] != 0) {
        *symbol = known->symbols[id];
        return true;
    }
    *symbol = 0;
    return id == 0;
}

static inline bool generation_known_string(const struct generation *generation, uint64_t id,
                                           uint32_t *symbol)
{
    return generation_known(&generation->strings, id, symbol);
}

static inline bool generation_known_stack(const struct generation *generation, uint64_t id,
                                          uint32_t *symbol)
{
    return generation_known(&generation->stacks, id, symbol);
}

#endif
