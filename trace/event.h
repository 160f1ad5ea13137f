/* The one event vocabulary: what every reader makes of its wire format and every analysis reads.
 *
 * The kinds, states and names are those of Go's own reader (internal/trace of Go 1.26), so that
 * what is counted here agrees with what `go tool trace` counts. */
#ifndef TRACE_EVENT_H
#define TRACE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
#define EVENT(constant, name) constant,
#include "trace/event.def"
#undef EVENT
    EVENT_N_KINDS
};

/* Ids of threads (M), Ps and goroutines; none is -1. */
#define EVENT_NO_ID ((int64_t)-1)

/* Slots are small numbers 0, 1, 2... that index the arrays of an analysis: no two goroutines that
 * are alive share one. The slot of a goroutine that has ended is given out again after the event
 * that says so, so a sink clears its row then. */
#define EVENT_NO_SLOT UINT32_MAX

/* A goroutine is in one of all six, a P in one of the first four (idle is a P's word). */
enum event_state {
    STATE_UNDETERMINED,
    STATE_NOT_EXIST,
    STATE_RUNNING,
    STATE_IDLE,     /* P only */
    STATE_RUNNABLE, /* goroutine only, like the two below */
    STATE_WAITING,
    STATE_SYSCALL,
    STATE_N
};

enum event_resource { RESOURCE_NONE, RESOURCE_GOROUTINE, RESOURCE_PROC, RESOURCE_THREAD };

enum event_metric { METRIC_GOMAXPROCS, METRIC_HEAP_LIVE, METRIC_HEAP_GOAL };

/* What a range is about; STW has its kind in the name. */
enum event_range { RANGE_GC_MARK, RANGE_GC_SWEEP, RANGE_MARK_ASSIST, RANGE_STW };

/* Some bytes that somebody else owns; not terminated by NUL, and any byte may stand in them. */
struct slice {
    const char *at;
    size_t len;
};

#define EVENT_MAX_EXPERIMENTAL_ARGS 4

/* One event. Strings and stacks are ids in the reader's `struct symbols` and stay valid as long
 * as that does; `struct slice`s are valid only while the sink runs. */
struct event {
    int64_t time_ns; /* since the trace's first event; strictly increasing */
    int64_t m, p, g; /* the context it happened in, EVENT_NO_ID for none */
    enum event_kind kind;
    uint32_t stack;  /* 0: none */
    uint32_t g_slot; /* of g; EVENT_NO_SLOT for none, or one that no event told of */
    uint32_t slot;   /* of the goroutine that a transition, range or label is about; else
                        EVENT_NO_SLOT */
    union {
        struct {
            uint32_t n;              /* 1, 2, ... */
            int64_t raw_ns;          /* this event's own time on the trace clock */
            bool has_clock;          /* Go 1.25+: the rest is set */
            int64_t trace_ns;        /* absolute trace clock of the snapshot */
            int64_t mono_ns;         /* monotonic clock */
            int64_t wall_s, wall_ns; /* wall clock: seconds since 1970 and nanoseconds */
        } sync;
        struct {
            enum event_metric metric;
            uint64_t value; /* bytes, or a number of Ps */
        } metric;
        struct {
            uint32_t label;
            enum event_resource resource;
            int64_t id;
        } label;
        struct {
            enum event_range range;
            uint32_t name; /* as Go names it: "GC incremental sweep", "stop-the-world (read mem
                              stats)" */
            enum event_resource scope; /* RESOURCE_NONE: the whole program */
            int64_t id;
            bool has_swept; /* the end of a sweep: the two below are set */
            uint64_t swept_bytes, reclaimed_bytes;
        } range;
        struct {
            uint64_t id, parent; /* parent: 0 is the background task, UINT64_MAX none */
            uint32_t type;
        } task;
        struct {
            uint64_t task;
            uint32_t type;
        } region;
        struct {
            uint64_t task;
            uint32_t category;
            struct slice message;
        } log;
        struct { /* nearly every event is one: kept short */
            int64_t id;
            uint32_t reason;  /* string id; 0: "" */
            uint32_t stack;   /* the stack of the resource itself, 0: none */
            uint8_t resource; /* enum event_resource: goroutine or P */
            uint8_t from, to; /* enum event_state */
        } transition;
        struct {
            uint32_t experiment; /* string id of its name, as "AllocFree" */
            uint32_t name;       /* as "SpanAlloc" */
            uint32_t n_args;
            uint32_t arg_names[EVENT_MAX_EXPERIMENTAL_ARGS];
            uint64_t args[EVENT_MAX_EXPERIMENTAL_ARGS];
        } experimental;
    };
};

#define EVENT_UP_TO(member) \
    (offsetof(struct event, member) + sizeof((const struct event *)NULL)->member)

/* How much of the struct an event of each kind takes: events that stand in a row are packed. */
extern const uint8_t event_bytes[EVENT_N_KINDS];

/* The event behind this one in a row of them. Nearly always it is behind a transition: to guess so
 * is quicker than to wait for the table. */
static inline const struct event *event_next(const struct event *event)
{
    if (__builtin_expect(event->kind == EVENT_STATE_TRANSITION, 1))
        return (const struct event *)(const void *)((const char *)event + EVENT_UP_TO(transition));
    return (const struct event *)(const void *)((const char *)event + event_bytes[event->kind]);
}

/* Name of a kind as Go prints it ("StateTransition"); static. */
const char *event_kind_name(enum event_kind kind);

/* Name of a state as Go prints it ("Runnable"); static. */
const char *event_state_name(enum event_state state);

#endif
