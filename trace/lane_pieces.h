/* The inside of the builder of lanes: what is known of each goroutine, P and thread, and the pieces
 * of time that are open. */
#ifndef TRACE_LANE_PIECES_H
#define TRACE_LANE_PIECES_H

#include "trace/lanes.h"
#include "trace/roster.h"
#include "trace/spans.h"

#define N_RECENT 64

struct goroutine {
    struct spans_writer spans;
    int64_t id, p, m;
    int64_t since_ns;            /* when the open piece began */
    uint32_t p_number, m_number; /* of its last P and thread, where it has such */
    uint32_t name;               /* start function */
    uint32_t reason;             /* of the open wait */
    uint32_t own_stack;          /* where it last stood as far as is known */
    uint32_t stack;              /* of the open piece: that, or where it was made runnable */
    uint32_t stw, assist, label; /* string ids of what is on; 0: it is not */
    uint8_t state;               /* enum event_state; STATE_NOT_EXIST: there is no open piece */
    bool has_p;                  /* false in a syscall whose P was taken away */
};

struct proc {
    struct spans_writer spans;
    int64_t id;
    uint32_t g;             /* number of the one that runs here, or ROSTER_NONE */
    uint32_t sweep;         /* name of the range, 0: none is on */
    uint32_t shares;        /* number of the thread that shares its spans, or ROSTER_NONE */
    int64_t sweep_since_ns; /* while it sweeps without a goroutine */
};

struct thread {
    struct spans_writer spans;
    int64_t id;
    uint32_t shares; /* number of the P that has its last spans, or ROSTER_NONE */
};

struct lanes_builder {
    const struct symbols *symbols;
    struct spans_store store;
    struct roster numbers[LANE_N_KINDS]; /* by id: a lane stays when its goroutine has ended */
    uint32_t *of_slots;                  /* numbers of the goroutines that live, by slot */
    size_t n_slots;
    struct recent {
        int64_t id;
        uint32_t number;
    } recent_threads[N_RECENT]; /* by the end of their ids */
    GArray *goroutines, *procs, *threads;
    int64_t sync_ns, last_ns;
};

static inline struct goroutine *goroutine_at(const struct lanes_builder *b, uint32_t number)
{
    return &g_array_index(b->goroutines, struct goroutine, number);
}

static inline struct proc *proc_at(const struct lanes_builder *b, uint32_t number)
{
    return &g_array_index(b->procs, struct proc, number);
}

static inline struct thread *thread_at(const struct lanes_builder *b, uint32_t number)
{
    return &g_array_index(b->threads, struct thread, number);
}

/* Is this goroutine on a thread now? */
static inline bool on_thread(const struct goroutine *g)
{
    return g->state == STATE_RUNNING || g->state == STATE_SYSCALL;
}

static inline void piece_running(const struct lanes_builder *b, const struct goroutine *g,
                                 struct spans_piece *piece)
{
    uint32_t sweep = g->has_p ? proc_at(b, g->p_number)->sweep : 0;
    piece->state = SPAN_RUNNING;
    piece->reason = 0;
    if (G_LIKELY((g->stw | g->label | g->assist | sweep) == 0))
        return;
    piece->state = g->stw != 0 ? SPAN_STW : SPAN_GC;
    piece->reason = g->stw != 0      ? g->stw
                    : g->label != 0  ? g->label
                    : g->assist != 0 ? g->assist
                                     : sweep;
}

/* The open piece of a goroutine as its lane has it if it ends now; false when none is open. */
static inline bool piece_open(const struct lanes_builder *b, const struct goroutine *g,
                              int64_t now_ns, struct spans_piece *piece)
{
    piece->start_ns = g->since_ns;
    piece->end_ns = now_ns;
    piece->who = piece->where = EVENT_NO_ID;
    piece->reason = g->reason;
    piece->stack = g->stack;
    switch ((enum event_state)g->state) {
    case STATE_RUNNING:
        piece_running(b, g, piece);
        break;
    case STATE_SYSCALL:
        piece->state = SPAN_SYSCALL;
        piece->reason = 0;
        break;
    case STATE_RUNNABLE:
        piece->state = SPAN_RUNNABLE;
        return now_ns > g->since_ns;
    case STATE_WAITING:
        piece->state = SPAN_WAITING;
        return now_ns > g->since_ns;
    default:
        return false;
    }
    piece->who = g->p;
    piece->where = g->m;
    return now_ns > g->since_ns;
}

/* The piece of a goroutine's lane as its P's has it, and that one as its thread's. */
static inline void make_proc_piece(const struct goroutine *g, struct spans_piece *piece)
{
    piece->who = g->id;
}

/* Threads show who ran, not what it did: that is a look at the goroutine away. */
static inline void make_thread_piece(const struct goroutine *g, struct spans_piece *piece)
{
    piece->where = g->p;
    piece->stack = 0;
}

/* The sweep of a P that runs no goroutine; false when there is none. */
static inline bool sweep_open(const struct proc *proc, int64_t now_ns, struct spans_piece *piece)
{
    if (proc->sweep == 0 || proc->g != ROSTER_NONE || now_ns <= proc->sweep_since_ns)
        return false;
    *piece = (struct spans_piece){.start_ns = proc->sweep_since_ns,
                                  .end_ns = now_ns,
                                  .who = EVENT_NO_ID,
                                  .where = EVENT_NO_ID,
                                  .reason = proc->sweep,
                                  .state = SPAN_GC};
    return true;
}

/* The lanes of a P and its thread, if it shares them with one, are on their own from here. */
void share_end(struct lanes_builder *builder, struct proc *proc);

#endif
