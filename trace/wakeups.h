/* Who unblocks whom: a graph between groups of goroutines.
 *
 * An edge is all the wake-ups of goroutines of one group, out of waits for one reason, by
 * goroutines of one group, or by the runtime where no goroutine ran: a timer (the end of a sleep),
 * the network poller (of a wait for the network), or something else of the scheduler's. */
#ifndef TRACE_WAKEUPS_H
#define TRACE_WAKEUPS_H

#include "trace/follow.h"
#include "trace/histogram.h"

enum wakeup_source { WAKEUP_GOROUTINE, WAKEUP_TIMER, WAKEUP_NETWORK, WAKEUP_RUNTIME };

struct wakeup_edge {
    enum wakeup_source source;
    uint32_t by;     /* string id of the waker's start function, 0: not known, or no goroutine */
    uint32_t name;   /* of the woken one's */
    uint32_t reason; /* of the wait, string id */
    uint64_t count;
    /* How long the woken had waited; of those waits that the trace saw begin. */
    struct histogram_stats waited;
};

struct wakeups {
    uint64_t count;
    GArray *edges; /* of struct wakeup_edge, the most frequent first */
};

/* "goroutine", "timer", "network", "runtime"; static. */
const char *wakeup_source_name(enum wakeup_source source);

struct wakeups_builder;
struct wakeups_builder *wakeups_builder_new(void);
void wakeups_builder_free(struct wakeups_builder *builder);
/* Who ended a wait by this event, as a number for the next function. */
uint32_t wakeups_source(const struct follow *follow, const struct stretch *stretch,
                        const struct event *event);
uint32_t wakeups_source_of_group(uint32_t group);
/* A wait that ended. */
void wakeups_builder_add(struct wakeups_builder *builder, const struct stretch *stretch,
                         uint32_t source);
struct wakeups *wakeups_builder_finish(const struct wakeups_builder *builder,
                                       const struct follow *follow);
void wakeups_free(struct wakeups *wakeups);

#endif
