/* Who unblocks whom: a graph between groups of goroutines.
 *
 * An edge is all the wake-ups of goroutines of one group, out of waits for one reason, by
 * goroutines of one group, or by the runtime where no goroutine ran: a timer (the end of a sleep),
 * the network poller (of a wait for the network), or something else of the scheduler's. */
#ifndef TRACE_WAKEUPS_H
#define TRACE_WAKEUPS_H

#include "trace/follow.h"
#include "trace/histogram.h"
#include "trace/roster.h"

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

/* An edge in the making. */
struct wakeups_edge {
    uint32_t source, group;
    uint8_t why;
    uint64_t n_cut; /* waits that the trace did not see begin, which are not in ... */
    struct histogram waited;
};

#define WAKEUPS_N_RECENT 256

struct wakeups_builder {
    struct roster numbers; /* of edges */
    struct roster whom;    /* (group, why) as one number */
    GPtrArray *edges;      /* of struct wakeups_edge, which stay where they are */
    struct wakeups_edge *recent[WAKEUPS_N_RECENT]; /* by wakeups_recent() */
};

struct wakeups_builder *wakeups_builder_new(void);
void wakeups_builder_free(struct wakeups_builder *builder);
struct wakeups_edge *wakeups_builder_edge_add(struct wakeups_builder *builder, uint32_t source,
                                              uint32_t group, unsigned why);

/* A group as a source of wake-ups; the kinds of runtime come before all groups. */
static inline uint32_t wakeups_source_of_group(uint32_t group)
{
    return group + WAKEUP_RUNTIME + 1;
}

/* The pseudo Ps that wake-ups come from in a trace of Go 1.21 and older. */
#define WAKEUPS_P_TIMERS 1000001
#define WAKEUPS_P_NETWORK 1000002

/* Who ended a wait for this reason by this event, as a number for the next functions. */
static inline uint32_t wakeups_source(const struct follow *follow, unsigned why,
                                      const struct event *event)
{
    if (event->g != EVENT_NO_ID)
        return wakeups_source_of_group(follow_group(follow, event->g_slot));
    if (event->p == WAKEUPS_P_TIMERS || why == FOLLOW_SLEEP)
        return WAKEUP_TIMER;
    if (event->p == WAKEUPS_P_NETWORK || why == FOLLOW_NETWORK)
        return WAKEUP_NETWORK;
    return WAKEUP_RUNTIME;
}

static inline unsigned wakeups_recent(uint32_t source, uint32_t group, unsigned why)
{
    return (source * 29 + group * 7 + why) % WAKEUPS_N_RECENT;
}

static inline struct wakeups_edge *
wakeups_builder_edge(struct wakeups_builder *builder, uint32_t source, uint32_t group, unsigned why)
{
    struct wakeups_edge *edge = builder->recent[wakeups_recent(source, group, why)];
    if (edge != NULL && edge->source == source && edge->group == group && edge->why == why)
        return edge;
    return wakeups_builder_edge_add(builder, source, group, why);
}

/* A wait that ended. */
void wakeups_builder_add(struct wakeups_builder *builder, const struct stretch *stretch,
                         uint32_t source);
struct wakeups *wakeups_builder_finish(const struct wakeups_builder *builder,
                                       const struct follow *follow);
void wakeups_free(struct wakeups *wakeups);

#endif
