/* How long goroutines took: waiting for a P, blocking by reason, in syscalls, running without a
 * break; as distributions (histogram.h) of the whole program and of each group.
 *
 * A stretch counts when the trace saw both its ends. Scheduler latency is the time from runnable to
 * running, the wait of a new goroutine for its first run included (which the profile "sched" leaves
 * out). A run ends with whatever takes the goroutine off: a wait, a syscall, a preemption, its
 * end. */
#ifndef TRACE_LATENCY_H
#define TRACE_LATENCY_H

#include "trace/follow.h"
#include "trace/histogram.h"

struct latency_block {
    uint32_t reason; /* string id; 0: waits of no reason, or of too many different ones */
    struct histogram_stats stats;
};

struct latency_row {
    uint32_t name; /* string id of the start function, 0: not known, and of the whole program */
    struct histogram_stats sched, run, syscall;
    GArray *block; /* of struct latency_block, longest in all first */
};

struct latency {
    struct latency_row all;
    GArray *groups; /* of struct latency_row, longest running in all first */
};

/* Those of one group. */
struct latency_group {
    struct histogram sched, run, syscall;
    struct histogram **block; /* by reason, where one waited; NULL: none ever waited */
};

struct latency_builder {
    struct latency_group **groups; /* by number, NULL where nothing was added */
    uint32_t n_groups;
};

struct latency_builder *latency_builder_new(void);
void latency_builder_free(struct latency_builder *builder);
/* A stretch that ended. Of waits only those that the goroutine's end ended: who was woken is
 * counted in wakeups.h, and comes from there at the end. */
void latency_builder_add(struct latency_builder *builder, const struct stretch *stretch);
void latency_builder_add_waits(struct latency_builder *builder, uint32_t group, unsigned why,
                               const struct histogram *waits);
struct latency_group *latency_builder_group_add(struct latency_builder *builder, uint32_t number);

static inline struct latency_group *latency_builder_group(struct latency_builder *builder,
                                                          uint32_t number)
{
    if (number < builder->n_groups && builder->groups[number] != NULL)
        return builder->groups[number];
    return latency_builder_group_add(builder, number);
}

struct latency *latency_builder_finish(const struct latency_builder *builder,
                                       const struct follow *follow);
void latency_free(struct latency *latency);

#endif
