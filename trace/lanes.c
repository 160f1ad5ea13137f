/* Follows each goroutine through its states; while it runs or is in a syscall, the same pieces of
 * time are also laid on the lanes of its P and of its thread.
 *
 * A goroutine's open piece is cut whenever what is to be seen changes: its state, or whether it
 * works for the GC or stops the world while it runs. */
#include "trace/lanes.h"

#include <string.h>

#include "trace/lane_pieces.h"
#include "trace/summary.h"

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

/* --- the lanes of Ps and threads ---
 *
 * A thread stays on its P for long, and all the while the two show the same: they share the blocks
 * of their lanes. */

void share_end(struct lanes_builder *b, struct proc *proc)
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
