/* Follows every goroutine through its states, so that the analyses built on it each see finished
 * stretches of time and look at no event twice.
 *
 * Goroutines are told apart by slot, added up by group: the start function, which is known from the
 * first stack that the trace has of a goroutine. */
#ifndef TRACE_FOLLOW_H
#define TRACE_FOLLOW_H

#include "trace/reader.h"

/* Why goroutines wait, as small numbers. A trace with more reasons than these has the rest of them
 * under FOLLOW_OTHER; Go has about twenty. */
enum follow_why { FOLLOW_OTHER, FOLLOW_FOREVER, FOLLOW_SLEEP, FOLLOW_NETWORK, FOLLOW_FIRST_FREE };
#define FOLLOW_N_WHY 64

/* Goroutines of which no stack was seen yet. */
#define FOLLOW_NO_GROUP 0

/* Some time that a goroutine spent in one state. */
struct stretch {
    uint32_t slot, group;
    enum event_state state; /* running, runnable, waiting or syscall */
    enum event_state next;
    int64_t from_ns, to_ns;
    bool began; /* the trace saw it begin; else it counts from the last Sync before */
    bool ended; /* the trace saw it end; else it counts to the last event */
    uint8_t why;
    /* Where the goroutine stood: for running what it had come to at the end, else where it left
     * off. 0: not known. */
    uint32_t stack;
};

struct follow_row {
    int64_t since_ns;
    uint32_t group, stack;
    uint8_t state; /* enum event_state; STATE_UNDETERMINED and STATE_NOT_EXIST: nothing is open */
    uint8_t why;
    bool began;
    /* For the caller's use, 0 in a fresh row: a list of stretches, and how many; the state once
     * more where the short way is open; what a P is used for that runs it. */
    uint8_t n_held;
    uint32_t held;
    uint8_t plain, use;
};

struct follow {
    const struct symbols *symbols;
    struct follow_row *rows; /* by slot */
    uint32_t n_rows;
    GArray *groups;     /* names (string ids) by number; the first is 0 */
    uint32_t *group_of; /* by string id, plus 1 */
    uint8_t *why_of;    /* by string id, plus 1 */
    uint32_t n_group_of, n_why_of;
    uint32_t reasons[FOLLOW_N_WHY]; /* their string ids */
    unsigned n_reasons;
    int64_t sync_ns, last_ns;
};

void follow_init(struct follow *follow, const struct symbols *symbols);
void follow_clear(struct follow *follow);

/* Makes rows up to this slot. */
void follow_grow(struct follow *follow, uint32_t slot);

/* The row of a slot, valid until a larger slot comes. */
static inline struct follow_row *follow_row(struct follow *follow, uint32_t slot)
{
    if (slot >= follow->n_rows)
        follow_grow(follow, slot);
    return &follow->rows[slot];
}

/* Takes a goroutine's change of state (from and to are different); true: `ended` is the stretch
 * that it ended. */
bool follow_transition(struct follow *follow, const struct event *event, struct stretch *ended);

/* The stretch that is open in a slot, as if it ended at the last event; false: there is none. */
bool follow_open(const struct follow *follow, uint32_t slot, struct stretch *open);

/* The number of a reason, if it is known by now; else FOLLOW_N_WHY. */
static inline unsigned follow_why(const struct follow *follow, uint32_t reason)
{
    unsigned why = reason < follow->n_why_of ? follow->why_of[reason] : 0;
    return why == 0 ? FOLLOW_N_WHY : why - 1;
}

/* The group of whoever is in a slot; FOLLOW_NO_GROUP for EVENT_NO_SLOT. */
static inline uint32_t follow_group(const struct follow *follow, uint32_t slot)
{
    return slot < follow->n_rows ? follow->rows[slot].group : FOLLOW_NO_GROUP;
}

#endif
