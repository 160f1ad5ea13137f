/* User regions while events come in: those that are open, by goroutine, and the durations of those
 * that are over, by name and stack. */
#ifndef TRACE_REGION_H
#define TRACE_REGION_H

#include "trace/annotation.h"
#include "trace/roster.h"

/* A region that is over, or that the trace ends in. */
struct region {
    int64_t goroutine;
    uint32_t slot; /* of it */
    uint64_t task;
    uint32_t name, stack;
    int64_t start_ns, end_ns; /* SUMMARY_UNKNOWN_NS where that was not seen */
    bool inherited;           /* begun with its goroutine, in a region of another one */
    struct summary_times
        *before; /* its goroutine's sums when it began; NULL: nothing, or no rows */
};

/* Whoever wants to see each region that is over. */
struct region_watcher {
    void (*ended)(void *self, const struct region *region, const struct event *event);
    void *self;
    const struct summary_builder *summary; /* where the goroutines' sums come from */
};

/* What is known of the goroutine in a slot. */
struct region_goroutine {
    uint32_t name; /* string id of its start function, 0 while not known */
    uint32_t open; /* its innermost open region, plus 1 */
};

struct regions {
    const struct symbols *symbols;
    const struct region_watcher *watcher; /* may be NULL */
    struct region_goroutine *goroutines;  /* by slot */
    uint32_t n_slots;
    GArray *open;          /* of struct region_open, those of all goroutines */
    uint32_t free_open;    /* list of those to be used again */
    struct roster numbers; /* of (name, stack) */
    GArray *groups;        /* of struct region_group, likewise */
    uint64_t n;            /* that are over */
    uint32_t other_reason; /* string id of a wait that is not forever */
};

/* The watcher is borrowed. */
void regions_init(struct regions *regions, const struct symbols *symbols,
                  const struct region_watcher *watcher);
void regions_clear(struct regions *regions);

/* A begin or an end. Returns true where that makes a region that its task did not have before: also
 * an end without a begin does. */
bool regions_event(struct regions *regions, const struct event *event);

/* A goroutine's change of state. Nearly all of them say nothing of regions. */
void regions_transition_slow(struct regions *regions, const struct event *event);
static inline void regions_transition(struct regions *regions, const struct event *event)
{
    enum event_state from = event->transition.from, to = event->transition.to;
    if (from > STATE_NOT_EXIST && to > STATE_NOT_EXIST && event->slot < regions->n_slots) {
        const struct region_goroutine *g = &regions->goroutines[event->slot];
        bool named = g->name != 0 || event->transition.stack == 0;
        bool lives = g->open == 0 || to != STATE_WAITING ||
                     event->transition.reason == regions->other_reason;
        if (named && lives)
            return;
    }
    regions_transition_slow(regions, event);
}

/* Calls `each` for every region that the trace would end in, if it ended now. */
void regions_each_open(const struct regions *regions,
                       void (*each)(void *data, const struct region *region), void *data);

/* New arrays of struct annotation_group, by site and by name, if the trace ended now. Returns the
 * number of regions. */
uint64_t regions_groups(const struct regions *regions, int64_t now_ns, GArray **sites,
                        GArray **names);

#endif
