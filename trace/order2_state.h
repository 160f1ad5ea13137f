/* Inside of order2: the state that is replayed, and what its handlers share.
 *
 * Only order2*.[ch] include this. */
#ifndef TRACE_ORDER2_STATE_H
#define TRACE_ORDER2_STATE_H

#include "trace/order2.h"

/* States as the wire has them; Go's own words for them are those of enum event_state. */
enum go_status { GO_BAD, GO_RUNNABLE, GO_RUNNING, GO_SYSCALL, GO_WAITING, GO_N_STATUS };
enum proc_status { PROC_BAD, PROC_RUNNING, PROC_IDLE, PROC_SYSCALL, PROC_ABANDONED, PROC_N_STATUS };
enum gc_status { GC_UNKNOWN, GC_OFF, GC_ON };

/* Counts the changes of a goroutine or P within a generation, over all threads. */
struct order2_seq {
    uint64_t generation, n;
};

/* Every begin looks at all ranges that are open beside it. The runtime never nests more than a few.
 */
#define ORDER2_MAX_RANGES 64

/* A range that is open on a goroutine or P. */
struct order2_range {
    uint8_t begins;   /* the record that opened it */
    uint64_t kind_id; /* for STW: string id of its kind, in the generation of its begin */
    uint32_t name;    /* symbol */
};

struct order2_region {
    uint64_t task;
    uint32_t type; /* symbol */
};

/* One for each slot. */
struct order2_g {
    int64_t id;
    struct order2_seq seq;
    bool exists;     /* else the slot is free, or its goroutine is known by name only */
    uint8_t status;  /* enum go_status */
    int64_t m;       /* the thread that had it last; it may have lost it since */
    GArray *ranges;  /* of struct order2_range; NULL: none yet */
    GArray *regions; /* of struct order2_region, the innermost last; NULL: none yet */
};

struct order2_p {
    uint8_t status; /* enum proc_status */
    struct order2_seq seq;
    int64_t m;      /* the thread that was bound to it last; it may have lost it since */
    GArray *ranges; /* as above */
};

struct order2_m {
    int64_t m, g, p; /* itself and what it is bound to */
    uint32_t g_slot; /* of g, most likely */
};

struct order2_task {
    uint64_t parent;
    uint32_t type; /* symbol */
};

/* Symbols of the names that the reader makes up. */
struct order2_names {
    uint32_t mark, sweep, assist, alloc_free;
};

struct order2 {
    struct symbols *symbols;       /* borrowed */
    struct generation *generation; /* borrowed */
    uint64_t first_generation;     /* number of the first one that had an event; 0: none yet */
    struct roster *slots;          /* of goroutines; borrowed */
    struct order2_g *gs;           /* n_gs, by slot */
    size_t n_gs;
    struct idmap ps, ms, tasks;
    uint64_t gc_seq;
    enum gc_status gc;
    struct order2_names names;
    uint32_t wire_names[256];                /* symbols, made when first used */
    uint32_t arg_names[256][WIRE2_MAX_ARGS]; /* likewise */
};

/* One try: where it happens, what it would change, what it says. */
struct order2_step {
    const struct order2 *order;
    const struct wire2_record *record;
    const struct wire2_spec *spec;
    int64_t m, p, g;           /* before the event: what it is shown with */
    uint32_t likely_slot;      /* of g */
    int64_t next_p, next_g;    /* after it: what its thread is bound to then */
    struct order2_events *out; /* its events, and ... */
    unsigned own;              /* ... which of them has the strings and stacks of the record */
    GError **error;
};

/* What a context must have; a handler's row in wire2.def names it. */
enum {
    NEED_ANY = 0,
    NEED_M = 1,
    NEED_P = 2,
    NEED_G = 4,
    NO_P = 8,
    NO_G = 16,
    NEED_MP = NEED_M | NEED_P,
    NEED_MG = NEED_M | NEED_G,
    NEED_MPG = NEED_M | NEED_P | NEED_G,
};

typedef enum order2_verdict order2_handler(struct order2 *order, struct order2_step *step);

/* The handlers that wire2.def names: in order2_sched.c and order2_marks.c. */
order2_handler order2_proc_status, order2_proc_start, order2_proc_stop, order2_proc_steal,
    order2_go_status, order2_go_create, order2_go_create_syscall, order2_go_start, order2_go_stop,
    order2_go_unblock, order2_go_switch, order2_go_syscall_begin, order2_go_syscall_end,
    order2_go_syscall_end_blocked, order2_go_destroy_syscall;
order2_handler order2_gc_active, order2_gc_begin, order2_gc_end, order2_gc_sweep_active,
    order2_gc_sweep_begin, order2_gc_sweep_end, order2_go_range_active, order2_go_range_begin,
    order2_go_range_end, order2_metric, order2_go_label, order2_user_log, order2_task_begin,
    order2_task_end, order2_region_begin, order2_region_end, order2_experimental, order2_misplaced;

/* Says ORDER2_DAMAGED, with the reason. */
enum order2_verdict order2_refuse(struct order2_step *step, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* Refuses unless the context is as `need` says. */
enum order2_verdict order2_need(struct order2_step *step, unsigned need);

/* A new event of this step, shown with its context; its fields are zero. */
struct event *order2_emit(struct order2_step *step, enum event_kind kind);

/* A new transition of a P. */
void order2_move_p(struct order2_step *step, int64_t id, enum event_state from,
                   enum event_state to);
/* A new transition of a goroutine, which exists still. */
void order2_move_g(struct order2_step *step, int64_t id, enum event_state from,
                   enum event_state to);

static inline struct order2_g *order2_g(const struct order2 *order, int64_t id)
{
    uint32_t slot = roster_find(order->slots, id);
    return slot < order->n_gs && order->gs[slot].exists ? &order->gs[slot] : NULL;
}

/* The slot of a goroutine; EVENT_NO_SLOT for none, or one that no event told of. `likely` is asked
 * first. */
static inline uint32_t order2_g_slot(const struct order2 *order, int64_t id, uint32_t likely)
{
    if (id == EVENT_NO_ID)
        return EVENT_NO_SLOT;
    if (likely < order->n_gs && order->gs[likely].id == id && order->gs[likely].exists)
        return likely;
    return roster_find(order->slots, id);
}

static inline struct order2_p *order2_p(const struct order2 *order, int64_t id)
{
    return idmap_find(&order->ps, (uint64_t)id);
}

static inline struct order2_m *order2_m(const struct order2 *order, int64_t id)
{
    return idmap_find(&order->ms, (uint64_t)id);
}

/* Makes what does not exist yet. A new goroutine may move the others. */
void order2_add_g(struct order2 *order, int64_t id, enum go_status status);
struct order2_p *order2_add_p(struct order2 *order, int64_t id, enum proc_status status);
struct order2_m *order2_add_m(struct order2 *order, int64_t id, int64_t g);
void order2_remove_g(struct order2 *order, int64_t id);

/* The start of counting in this generation. */
static inline struct order2_seq order2_seq_start(const struct order2 *order)
{
    return (struct order2_seq){.generation = order->generation->number};
}

/* Whether n is what follows now. */
static inline bool order2_seq_follows(const struct order2 *order, const struct order2_seq *seq,
                                      uint64_t n)
{
    return seq->generation == order->generation->number && n == seq->n + 1;
}

static inline bool order2_is_first(const struct order2 *order)
{
    return order->generation->number == order->first_generation;
}

#endif
