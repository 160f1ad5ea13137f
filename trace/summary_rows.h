/* Inside of the summary: what is known of each goroutine while events come, and what becomes of it.
 *
 * Only summary.c and summary_rows.c include this. */
#ifndef TRACE_SUMMARY_ROWS_H
#define TRACE_SUMMARY_ROWS_H

#include "trace/groups.h"
#include "trace/reasons.h"
#include "trace/roster.h"
#include "trace/summary.h"
#include "trace/tally.h"

#define SUMMARY_N_RECENT 64

struct summary_row {
    int64_t id, parent;
    int64_t creation_ns, start_ns, end_ns;
    int64_t total_ns; /* 0 until it ended */
    int64_t syscall_block_ns;
    int64_t p_lost_ns;     /* when the P left it in its syscall */
    int64_t syscall_p;     /* with which it entered that */
    uint32_t block, range; /* heads of its lists */
    uint32_t name;
    uint32_t reason;     /* of the last wait; its time is in ns[] and not yet in the list */
    int64_t since_ns;    /* when the open state began */
    int64_t ns[STATE_N]; /* in each state */
    uint8_t open;        /* enum event_state; STATE_NOT_EXIST when nothing is open */
    bool known;          /* else the row is free */
    bool reusable;       /* its id may come again */
};

struct summary_builder {
    const struct symbols *symbols;
    struct reasons reasons;
    struct summary_row *goroutines; /* by slot */
    size_t n_goroutines;
    size_t n_known; /* of them, those that are no free rows */

    bool folds;
    struct roster ended_numbers; /* by id: those that ended and have a row still, in ... */
    GArray *ended;
    struct groups folded; /* the others, and how many ... */
    size_t n_folded;
    GArray *longest; /* ... and the longest running of them: struct summary_goroutine */

    struct roster p_numbers, m_numbers;
    int64_t recent_threads[SUMMARY_N_RECENT]; /* by the end of their ids */
    int64_t recent_procs[SUMMARY_N_RECENT];
    GArray *procs;
    struct tally block, range;
    GArray *none; /* an empty list of times */
    GArray *gomaxprocs;
    int64_t sync_ns, last_ns;
    bool has_live;
    uint64_t heap_min_bytes, heap_max_bytes, heap_goal_max_bytes;
};

/* The row of a slot; NULL while nothing is known of its goroutine. */
static inline struct summary_row *summary_row_at(const struct summary_builder *b, uint32_t slot)
{
    return slot < b->n_goroutines && b->goroutines[slot].known ? &b->goroutines[slot] : NULL;
}

/* Begins a goroutine's record; an id that comes again (C threads reuse theirs) loses its old one,
 * as in Go's tool. */
struct summary_row *summary_row_begin(struct summary_builder *builder, const struct event *event,
                                      int64_t creation_ns);

/* Lets the time of its last waits stand in its list. */
void summary_row_note_waits(struct summary_builder *builder, uint32_t slot,
                            struct summary_row *goroutine);

/* Frees the row of one that has ended, for the next one of its slot. */
void summary_row_end(struct summary_builder *builder, uint32_t slot, struct summary_row *goroutine);

/* Frees an array of struct summary_goroutine. */
void summary_rows_free(GArray *rows);

/* The rows and groups of a finished summary. */
void summary_rows_finish(const struct summary_builder *builder, struct summary *summary);

#endif
