/* Follows each goroutine through its states; while it runs or is in a syscall, the same pieces of
 * time are also laid on the lanes of its P and of its thread.
 *
 * A goroutine's open piece is cut whenever what is to be seen changes: its state, or whether it
 * works for the GC or stops the world while it runs. */
#include "trace/lanes.h"

#include <string.h>

#include "trace/roster.h"
#include "trace/lane_rows.h"
#include "trace/spans.h"
#include "trace/summary.h"

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

struct lanes_builder *lanes_builder_new(const struct symbols *symbols)
{
    struct lanes_builder *b = g_new0(struct lanes_builder, 1);
    b->symbols = symbols;
    spans_store_init(&b->store);
    for (int kind = 0; kind < LANE_N_KINDS; kind++)
        roster_init(&b->numbers[kind]);
    for (size_t i = 0; i < N_RECENT; i++)
        b->recent_threads[i].id = EVENT_NO_ID;
    b->goroutines = g_array_new(FALSE, TRUE, sizeof(struct goroutine));
    b->procs = g_array_new(FALSE, TRUE, sizeof(struct proc));
    b->threads = g_array_new(FALSE, TRUE, sizeof(struct thread));
    return b;
}

static struct goroutine *goroutine_at(const struct lanes_builder *b, uint32_t number)
{
    return &g_array_index(b->goroutines, struct goroutine, number);
}

static struct proc *proc_at(const struct lanes_builder *b, uint32_t number)
{
    return &g_array_index(b->procs, struct proc, number);
}

static struct thread *thread_at(const struct lanes_builder *b, uint32_t number)
{
    return &g_array_index(b->threads, struct thread, number);
}

void lanes_builder_free(struct lanes_builder *b)
{
    if (b == NULL)
        return;
    for (guint i = 0; i < b->goroutines->len; i++)
        spans_writer_clear(&goroutine_at(b, i)->spans);
    for (guint i = 0; i < b->procs->len; i++)
        spans_writer_clear(&proc_at(b, i)->spans);
    for (guint i = 0; i < b->threads->len; i++)
        spans_writer_clear(&thread_at(b, i)->spans);
    g_array_unref(b->goroutines);
    g_array_unref(b->procs);
    g_array_unref(b->threads);
    for (int kind = 0; kind < LANE_N_KINDS; kind++)
        roster_clear(&b->numbers[kind]);
    g_free(b->of_slots);
    spans_store_clear(&b->store);
    g_free(b);
}

static uint32_t goroutine_add(struct lanes_builder *b, uint32_t slot, int64_t id)
{
    uint32_t number = roster_add(&b->numbers[LANE_GOROUTINE], id);
    if (number == b->goroutines->len) {
        struct goroutine g = {
            .id = id, .p = EVENT_NO_ID, .m = EVENT_NO_ID, .state = STATE_NOT_EXIST};
        g_array_append_val(b->goroutines, g);
    }
    if (slot >= b->n_slots) {
        size_t n = MAX(2 * b->n_slots, (size_t)slot + 1);
        b->of_slots = g_renew(uint32_t, b->of_slots, n);
        memset(b->of_slots + b->n_slots, 0xff, (n - b->n_slots) * sizeof *b->of_slots);
        b->n_slots = n;
    }
    b->of_slots[slot] = number;
    return number;
}

/* The number of the goroutine that has a slot now. */
static inline uint32_t goroutine_of(struct lanes_builder *b, uint32_t slot, int64_t id)
{
    if (slot < b->n_slots && b->of_slots[slot] != ROSTER_NONE)
        return b->of_slots[slot];
    return goroutine_add(b, slot, id);
}

static __attribute__((noinline)) uint32_t proc_add(struct lanes_builder *b, int64_t id)
{
    uint32_t number = roster_add(&b->numbers[LANE_PROC], id);
    struct proc proc = {.id = id, .g = ROSTER_NONE, .shares = ROSTER_NONE};
    g_array_append_val(b->procs, proc);
    return number;
}

static inline uint32_t proc_number(struct lanes_builder *b, int64_t id)
{
    uint32_t number = roster_find(&b->numbers[LANE_PROC], id);
    return G_LIKELY(number != ROSTER_NONE) ? number : proc_add(b, id);
}

static __attribute__((noinline)) uint32_t thread_add(struct lanes_builder *b, int64_t id)
{
    uint32_t number = roster_add(&b->numbers[LANE_THREAD], id);
    if (number == b->threads->len) {
        struct thread thread = {.id = id, .shares = ROSTER_NONE};
        g_array_append_val(b->threads, thread);
    }
    b->recent_threads[(uint64_t)id % N_RECENT] = (struct recent){id, number};
    return number;
}

static inline uint32_t thread_number(struct lanes_builder *b, int64_t id)
{
    const struct recent *recent = &b->recent_threads[(uint64_t)id % N_RECENT];
    return G_LIKELY(recent->id == id) ? recent->number : thread_add(b, id);
}

/* --- pieces --- */

/* Is this goroutine on a thread now? */
static bool on_thread(const struct goroutine *g)
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

/* --- the lanes of Ps and threads ---
 *
 * A thread stays on its P for long, and all the while the two show the same: they share the blocks
 * of their lanes. */

static void share_end(struct lanes_builder *b, struct proc *proc)
{
    if (proc->shares == ROSTER_NONE)
        return;
    struct thread *thread = thread_at(b, proc->shares);
    proc->shares = thread->shares = ROSTER_NONE;
    spans_unshare(&proc->spans, proc->id, &thread->spans, &b->store);
}

/* Do a P and a thread share what begins at a time? They begin to where the P begins a block. */
static bool share(struct lanes_builder *b, uint32_t p_number, uint32_t m_number, int64_t start_ns)
{
    struct proc *proc = proc_at(b, p_number);
    struct thread *thread = thread_at(b, m_number);
    if (G_LIKELY(proc->shares == m_number))
        return true;
    if (proc->spans.pen != NULL)
        return false;
    share_end(b, proc);
    if (thread->shares != ROSTER_NONE)
        share_end(b, proc_at(b, thread->shares));
    if (start_ns < spans_end(&proc->spans) || start_ns < spans_end(&thread->spans))
        return false;
    proc->shares = m_number;
    thread->shares = p_number;
    return true;
}

static void proc_append(struct lanes_builder *b, struct proc *proc, const struct spans_piece *piece)
{
    share_end(b, proc);
    spans_append(&proc->spans, &b->store, LANE_PROC, piece);
}

static void thread_append(struct lanes_builder *b, struct thread *thread,
                          const struct spans_piece *piece)
{
    if (thread->shares != ROSTER_NONE)
        share_end(b, proc_at(b, thread->shares));
    spans_append(&thread->spans, &b->store, LANE_THREAD, piece);
}

/* The piece of a goroutine's lane as its P's has it, and that one as its thread's. */
static void make_proc_piece(const struct goroutine *g, struct spans_piece *piece)
{
    piece->who = g->id;
}

/* Threads show who ran, not what it did: that is a look at the goroutine away. */
static void make_thread_piece(const struct goroutine *g, struct spans_piece *piece)
{
    piece->where = g->p;
    piece->stack = 0;
}

/* Lays a piece of a goroutine's lane on those of its P and its thread. */
static inline void mounted_append(struct lanes_builder *b, const struct goroutine *g,
                                  struct spans_piece *piece)
{
    bool has_m = g->m != EVENT_NO_ID;
    make_proc_piece(g, piece);
    if (g->has_p && has_m && share(b, g->p_number, g->m_number, piece->start_ns)) {
        struct proc *proc = proc_at(b, g->p_number);
        spans_append_shared(&proc->spans, proc->id, &thread_at(b, g->m_number)->spans, &b->store,
                            piece);
        return;
    }
    if (g->has_p)
        proc_append(b, proc_at(b, g->p_number), piece);
    make_thread_piece(g, piece);
    if (has_m)
        thread_append(b, thread_at(b, g->m_number), piece);
}

/* Ends the open piece and begins the next one, which looks as things are when that is cut. */
static void piece_cut(struct lanes_builder *b, struct goroutine *g, int64_t now_ns)
{
    struct spans_piece piece;
    if (!piece_open(b, g, now_ns, &piece))
        return;
    g->since_ns = now_ns;
    spans_append(&g->spans, &b->store, LANE_GOROUTINE, &piece);
    if (on_thread(g))
        mounted_append(b, g, &piece);
}

/* What a goroutine shows that is on no thread. */
static const uint8_t idle_spans[STATE_N] = {
    [STATE_RUNNABLE] = SPAN_RUNNABLE,
    [STATE_WAITING] = SPAN_WAITING,
};

/* The same for one that is on no thread: nearly always it waits for what it waited for before. */
static inline void piece_cut_idle(struct lanes_builder *b, struct goroutine *g, int64_t now_ns)
{
    enum span_state state = idle_spans[g->state];
    if (g->spans.pen != NULL && state != SPAN_NONE &&
        spans_pen_repeat(g->spans.pen, state, g->since_ns, now_ns, g->reason, g->stack))
        g->since_ns = now_ns;
    else
        piece_cut(b, g, now_ns);
}

/* --- sweeps of a P that runs no goroutine --- */

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

static inline void sweep_cut(struct lanes_builder *b, struct proc *proc, int64_t now_ns)
{
    struct spans_piece piece;
    if (sweep_open(proc, now_ns, &piece))
        proc_append(b, proc, &piece);
    proc->sweep_since_ns = now_ns;
}

static void proc_leave(struct proc *proc, uint32_t g, int64_t now_ns)
{
    if (proc->g == g) {
        proc->g = ROSTER_NONE;
        proc->sweep_since_ns = now_ns;
    }
}

/* --- events --- */

static inline void goroutine_leave(struct lanes_builder *b, struct goroutine *g, uint32_t number,
                                   const struct event *event)
{
    if (!on_thread(g)) {
        piece_cut_idle(b, g, event->time_ns);
        return;
    }
    piece_cut(b, g, event->time_ns);
    if (g->has_p)
        proc_leave(proc_at(b, g->p_number), number, event->time_ns);
}

/* Puts a goroutine on the P and the thread of an event. */
static inline void goroutine_mount(struct lanes_builder *b, struct goroutine *g, uint32_t number,
                                   const struct event *event)
{
    g->p = event->p;
    g->m = event->m;
    if (event->m != EVENT_NO_ID)
        g->m_number = thread_number(b, event->m);
    g->has_p = event->p != EVENT_NO_ID;
    if (!g->has_p)
        return;
    g->p_number = proc_number(b, event->p);
    struct proc *proc = proc_at(b, g->p_number);
    sweep_cut(b, proc, event->time_ns);
    proc->g = number;
}

static inline void goroutine_enter(struct lanes_builder *b, struct goroutine *g, uint32_t number,
                                   const struct event *event)
{
    g->state = event->transition.to;
    g->reason = event->transition.reason;
    uint32_t own_stack = event->transition.stack;
    g->own_stack = own_stack != 0 ? own_stack : g->own_stack;
    g->stack = g->state == STATE_RUNNABLE ? event->stack : g->own_stack;
    g->has_p = false;
    if (on_thread(g)) {
        goroutine_mount(b, g, number, event);
        return;
    }
    g->label = 0;
    if (g->state == STATE_NOT_EXIST) {
        g->stw = g->assist = 0;
        g->own_stack = 0;
        spans_seal(&g->spans, &b->store, LANE_GOROUTINE);
        b->of_slots[event->slot] = ROSTER_NONE;
    }
}

static inline void goroutine_transition(struct lanes_builder *b, const struct event *event)
{
    enum event_state from = event->transition.from;
    if (from == event->transition.to)
        return;
    uint32_t number = goroutine_of(b, event->slot, event->transition.id);
    struct goroutine *g = goroutine_at(b, number);
    if (g->name == 0)
        g->name = summary_start_function(b->symbols, event->transition.stack);
    goroutine_leave(b, g, number, event);
    /* One that was there before is drawn back to where its generation begins. */
    g->since_ns = from == STATE_UNDETERMINED ? b->sync_ns : event->time_ns;
    goroutine_enter(b, g, number, event);
}

/* A P that goes idle leaves the goroutine that is in a syscall with it behind. */
static void proc_transition(struct lanes_builder *b, const struct event *event)
{
    struct proc *proc = proc_at(b, proc_number(b, event->transition.id));
    if (event->transition.to != STATE_IDLE || proc->g == ROSTER_NONE)
        return;
    struct goroutine *g = goroutine_at(b, proc->g);
    if (g->state != STATE_SYSCALL || !g->has_p)
        return;
    struct spans_piece piece;
    if (piece_open(b, g, event->time_ns, &piece)) {
        make_proc_piece(g, &piece);
        proc_append(b, proc, &piece);
    }
    g->has_p = false;
    proc_leave(proc_at(b, g->p_number), proc->g, event->time_ns);
}

/* A range that was on already when the trace began colours the open piece from its start. */
static bool begins_now(const struct event *event)
{
    return event->kind != EVENT_RANGE_ACTIVE;
}

static void goroutine_range(struct lanes_builder *b, const struct event *event)
{
    struct goroutine *g = goroutine_at(b, goroutine_of(b, event->slot, event->range.id));
    uint32_t *on = event->range.range == RANGE_STW ? &g->stw : &g->assist;
    uint32_t name = event->kind == EVENT_RANGE_END ? 0 : event->range.name;
    if (*on == name)
        return;
    if (begins_now(event) && g->state == STATE_RUNNING)
        piece_cut(b, g, event->time_ns);
    *on = name;
}

static void proc_range(struct lanes_builder *b, const struct event *event)
{
    struct proc *proc = proc_at(b, proc_number(b, event->range.id));
    uint32_t name = event->kind == EVENT_RANGE_END ? 0 : event->range.name;
    if (proc->sweep == name)
        return;
    if (proc->g == ROSTER_NONE)
        sweep_cut(b, proc, event->time_ns);
    else if (begins_now(event) && goroutine_at(b, proc->g)->state == STATE_RUNNING)
        piece_cut(b, goroutine_at(b, proc->g), event->time_ns);
    proc->sweep = name;
}

/* GC workers say so right after they start: the whole stretch is theirs. */
static void label_event(struct lanes_builder *b, const struct event *event)
{
    struct slice label = symbols_string(b->symbols, event->label.label);
    if (event->label.resource != RESOURCE_GOROUTINE || label.len < strlen("GC (") ||
        memcmp(label.at, "GC (", strlen("GC (")) != 0)
        return;
    goroutine_at(b, goroutine_of(b, event->slot, event->label.id))->label = event->label.label;
}

static void other_event(struct lanes_builder *b, const struct event *event)
{
    switch (event->kind) {
    case EVENT_SYNC:
        b->sync_ns = event->time_ns;
        break;
    case EVENT_LABEL:
        label_event(b, event);
        break;
    case EVENT_RANGE_BEGIN:
    case EVENT_RANGE_ACTIVE:
    case EVENT_RANGE_END:
        if (event->range.scope == RESOURCE_GOROUTINE)
            goroutine_range(b, event);
        else if (event->range.scope == RESOURCE_PROC)
            proc_range(b, event);
        break;
    default:
        break;
    }
}

static void sink_events(void *self, const struct event *event, size_t n)
{
    struct lanes_builder *b = self;
    for (; n > 0; n--, event = event_next(event)) {
        b->last_ns = event->time_ns;
        if (event->kind != EVENT_STATE_TRANSITION)
            other_event(b, event);
        else if (event->transition.resource == RESOURCE_GOROUTINE)
            goroutine_transition(b, event);
        else if (event->transition.resource == RESOURCE_PROC)
            proc_transition(b, event);
    }
}

static void sink_event(void *self, const struct event *event)
{
    sink_events(self, event, 1);
}

struct sink lanes_builder_sink(struct lanes_builder *b)
{
    return (struct sink){.event = sink_event, .events = sink_events, .self = b};
}

/* --- the finished lanes --- */

struct row {
    int64_t id;
    uint32_t number;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* The numbers of one kind's lanes, by id. The id is the writer's neighbour in all three kinds. */
static struct row *rows_sorted(const struct lanes_builder *b, enum lane_kind kind, size_t n)
{
    struct row *rows = g_new(struct row, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        rows[i].number = i;
        rows[i].id = kind == LANE_GOROUTINE ? goroutine_at(b, i)->id
                     : kind == LANE_PROC    ? proc_at(b, i)->id
                                            : thread_at(b, i)->id;
    }
    qsort(rows, n, sizeof *rows, compare_rows);
    return rows;
}

/* What is still open, as the last piece of a lane; NULL when nothing is. */
static const struct spans_piece *tail_of(const struct lanes_builder *b, enum lane_kind kind,
                                         uint32_t number, const uint32_t *thread_g,
                                         struct spans_piece *piece)
{
    uint32_t of = kind == LANE_GOROUTINE ? number
                  : kind == LANE_PROC    ? proc_at(b, number)->g
                                         : thread_g[number];
    if (of == ROSTER_NONE)
        return kind == LANE_PROC && sweep_open(proc_at(b, number), b->last_ns, piece) ? piece
                                                                                      : NULL;
    const struct goroutine *g = goroutine_at(b, of);
    if (!piece_open(b, g, b->last_ns, piece))
        return NULL;
    if (kind != LANE_GOROUTINE)
        make_proc_piece(g, piece);
    if (kind == LANE_THREAD)
        make_thread_piece(g, piece);
    return piece;
}

/* Which goroutine each thread carries now, by the threads' numbers. */
static uint32_t *thread_goroutines(const struct lanes_builder *b)
{
    uint32_t *carried = g_new(uint32_t, b->threads->len + 1);
    memset(carried, 0xff, (b->threads->len + 1) * sizeof *carried);
    for (guint i = 0; i < b->goroutines->len; i++) {
        const struct goroutine *g = goroutine_at(b, i);
        if (on_thread(g) && g->m != EVENT_NO_ID)
            carried[g->m_number] = i;
    }
    return carried;
}

static struct spans_writer *writer_of(const struct lanes_builder *b, enum lane_kind kind,
                                      uint32_t number)
{
    return kind == LANE_GOROUTINE ? &goroutine_at(b, number)->spans
           : kind == LANE_PROC    ? &proc_at(b, number)->spans
                                  : &thread_at(b, number)->spans;
}

static void finish_kind(const struct lanes_builder *b, bool for_good, struct lanes *lanes,
                        enum lane_kind kind, const uint32_t *carried)
{
    size_t n = b->numbers[kind].n;
    g_autofree struct row *rows = rows_sorted(b, kind, n);
    lanes->n[kind] = n;
    lanes->lanes[kind] = g_new0(struct lane, n);
    lanes->spans[kind] = g_new0(struct lane_spans, n);
    for (size_t i = 0; i < n; i++) {
        struct lane *lane = &lanes->lanes[kind][i];
        uint32_t number = rows[i].number;
        lane->kind = kind;
        lane->id = rows[i].id;
        lane->name = kind == LANE_GOROUTINE ? goroutine_at(b, number)->name : 0;
        struct spans_piece piece;
        spans_finish(writer_of(b, kind, number), for_good, &lanes->store,
                     tail_of(b, kind, number, carried, &piece), lane, &lanes->spans[kind][i]);
    }
}

static struct lanes *finish(struct lanes_builder *b, bool for_good)
{
    struct lanes *lanes = g_new0(struct lanes, 1);
    for (guint i = 0; i < b->procs->len; i++)
        share_end(b, proc_at(b, i));
    spans_store_init(&lanes->store);
    spans_store_share(&lanes->store, &b->store);
    g_autofree uint32_t *carried = thread_goroutines(b);
    for (int kind = 0; kind < LANE_N_KINDS; kind++)
        finish_kind(b, for_good, lanes, (enum lane_kind)kind, carried);
    return lanes;
}

struct lanes *lanes_builder_finish(struct lanes_builder *b)
{
    return finish(b, false);
}

struct lanes *lanes_builder_close(struct lanes_builder *b)
{
    struct lanes *lanes = finish(b, true);
    lanes_builder_free(b);
    return lanes;
}
