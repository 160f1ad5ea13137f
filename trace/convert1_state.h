/* Inside of convert1: how far the walk is, and what its two files share.
 *
 * Only convert1*.c include this. */
#ifndef TRACE_CONVERT1_STATE_H
#define TRACE_CONVERT1_STATE_H

#include "trace/convert1.h"
#include "trace/queue1.h"

/* What happens on no real P. */
enum { CONVERT1_TIMER_P = 1000001, CONVERT1_NET_P, CONVERT1_SYSCALL_P, CONVERT1_GC_P };

/* A P and its events. */
struct convert1_source {
    struct queue1 queue;
    bool is_there; /* an event stands first */
    bool was_seen;
    bool has_m;
    int64_t m;
};

struct convert1_task {
    uint64_t parent;
    uint32_t type;
};

struct convert1_state {
    struct convert1 *convert;
    struct tables1 *tables;
    struct stream *stream;
    struct convert1_source *sources;
    uint32_t next_sample;
    bool began;
    int64_t first_ticks;
    uint64_t n_marks;
    guint next_exit, next_repair;
    int64_t exit_ticks;    /* of the next exit; INT64_MAX: perhaps there is none */
    uint64_t repair_index; /* of the next repair; UINT64_MAX: there is none */
    /* Until the first GOMAXPROCS events say how things stood when the trace began. */
    bool starts;
    struct idmap runnable;                 /* goroutines that were there and did nothing yet */
    struct idmap tasks;                    /* open ones: id -> struct convert1_task */
    uint32_t stw_name;                     /* of the last that began */
    uint32_t stw_names[WIRE1_N_STW_KINDS]; /* symbols, made when first used, like the others */
    uint32_t reasons[WIRE1_N_TYPES];
    uint32_t mark_name, sweep_name, assist_name;
    uint32_t *stacks;     /* symbols of the stacks with small ids, as far as they were asked for; 0:
                             not known */
    uint64_t next_relax;  /* event before which it is looked where all sources stand */
    uint64_t n_uncounted; /* events that are not counted yet */
};

/* Ids of stacks are dealt out from 1 on; those below this are remembered. */
#define CONVERT1_N_STACKS 16384

/* What becomes of a goroutine that leaves its P with such a record. */
extern const uint8_t convert1_leaves_to[WIRE1_N_TYPES];

/* Ticks as nanoseconds since the first event. */
static inline int64_t convert1_ns(const struct convert1_state *state, int64_t ticks)
{
    double ns = (double)(int64_t)((uint64_t)ticks - (uint64_t)state->first_ticks) *
                state->convert->ns_per_tick;
    /* What amd64 makes of numbers that do not fit. */
    if (!(ns < 9223372036854775808.0) || ns < -9223372036854775808.0)
        return INT64_MIN;
    return (int64_t)ns;
}

/* A goroutine of the file as one of events. */
static inline int64_t convert1_id(uint64_t g)
{
    return g == 0 ? EVENT_NO_ID : (int64_t)g;
}

static inline void convert1_set_transition(struct event *event, enum event_resource resource,
                                           int64_t id, enum event_state from, enum event_state to)
{
    event->kind = EVENT_STATE_TRANSITION;
    event->transition.resource = resource;
    event->transition.id = id;
    event->transition.from = from;
    event->transition.to = to;
    event->transition.reason = 0;
    event->transition.stack = 0;
}

/* Puts an event on one of the Ps that are none. */
static inline void convert1_set_p(struct event *event, int64_t p)
{
    event->p = p;
    event->m = EVENT_NO_ID;
}

/* The end of a syscall. */
static inline void convert1_set_exit(struct event *event, uint64_t g)
{
    convert1_set_p(event, CONVERT1_SYSCALL_P);
    event->g = convert1_id(g);
    convert1_set_transition(event, RESOURCE_GOROUTINE, event->g, STATE_SYSCALL, STATE_RUNNABLE);
}

static inline bool convert1_emit(struct convert1_state *state, struct event *event, int64_t ns,
                                 GError **error)
{
    return stream_emit(state->stream, event, ns, error);
}

/* Says the event that stands first at a source. False: TRACE_ERROR_DAMAGED. */
bool convert1_event(struct convert1_state *state, struct convert1_source *source, GError **error);

/* Says a CPU sample, likewise. */
bool convert1_sample(struct convert1_state *state, const struct tables1_sample *sample,
                     GError **error);

#endif
