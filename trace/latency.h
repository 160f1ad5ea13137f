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

struct latency_builder;
struct latency_builder *latency_builder_new(void);
void latency_builder_free(struct latency_builder *builder);
void latency_builder_add(struct latency_builder *builder, const struct stretch *stretch);
struct latency *latency_builder_finish(const struct latency_builder *builder,
                                       const struct follow *follow);
void latency_free(struct latency *latency);

#endif
