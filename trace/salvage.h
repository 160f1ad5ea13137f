/* What a reader read over where Go's own stops, and how that is told.
 *
 * A process that is killed leaves a last generation without its end, and that is where names,
 * stacks and often the clock stand; tables can be damaged as well. The events depend on none of
 * these: their order and the states that they tell of stay certain. */
#ifndef TRACE_SALVAGE_H
#define TRACE_SALVAGE_H

#include "trace/generation.h"

/* Where the length of a clock unit came from that a generation did not say. */
enum salvage_clock { SALVAGE_CLOCK_OWN, SALVAGE_CLOCK_EARLIER, SALVAGE_CLOCK_ASSUMED };

/* All zero: nothing is read over. */
struct salvage {
    bool on;
    bool newer;         /* the version of the format is not known */
    bool may_be_tail;   /* nothing comes behind the generation that is played, and ... */
    bool tail;          /* the last generation is not whole, and was read all the same */
    GError *why;        /* the first thing that Go would have ended with; NULL: none */
    uint64_t n_rescued; /* records that waited for events which are missing */
    GError *stuck;      /* why not every record that is there could be put in order; NULL: all */
    double ns_per_unit; /* of the last generation that said so; 0: none has yet */
    enum salvage_clock clock;
    bool missing;        /* events name strings and stacks that do not exist */
    uint64_t lost_bytes; /* of tables */
};

void salvage_clear(struct salvage *salvage);

/* Takes the error; only the first is kept. */
void salvage_note(struct salvage *salvage, GError *why);

/* The generation of batches that generation_new() refuses. */
struct generation *salvage_generation(struct salvage *salvage, const uint8_t *bytes, int go_minor,
                                      const GArray *batches, struct symbols *symbols);

/* What a generation that has been played tells: its clock, and what it lacked. */
void salvage_learn(struct salvage *salvage, const struct generation *generation);

/* Sets the error that says why the trace is not complete, with what is certain and what is not.
 * `end` is taken: what stands where reading stopped; NULL when it went to the end. */
void salvage_report(struct salvage *salvage, GError *end, GError **error);

#endif
