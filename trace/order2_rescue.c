/* What threads did last is missing where a process was killed: here the state is taken on past it.
 *
 * Of each thread the end is missing, or all of it. A record that waits for one of the missing ones
 * is real all the same, and so is what it tells of the state before it: only the way there is not
 * known. */
#include "trace/order2_state.h"

static enum event_state go_state(const struct order2_g *g)
{
    static const enum event_state states[GO_N_STATUS] = {
        [GO_BAD] = STATE_UNDETERMINED, [GO_RUNNABLE] = STATE_RUNNABLE, [GO_RUNNING] = STATE_RUNNING,
        [GO_SYSCALL] = STATE_SYSCALL,  [GO_WAITING] = STATE_WAITING,
    };
    return states[g->status];
}

static enum event_state proc_state(const struct order2_p *p)
{
    bool runs = p->status == PROC_RUNNING || p->status == PROC_SYSCALL;
    return p->status == PROC_BAD ? STATE_UNDETERMINED : runs ? STATE_RUNNING : STATE_IDLE;
}

/* Whether the number comes later than what is known, so that events can be missing between. */
static bool is_later(const struct order2 *order, const struct order2_seq *seq, uint64_t n)
{
    return n > 0 && (seq->generation != order->generation->number || n > seq->n);
}

static struct order2_seq seq_before(const struct order2 *order, uint64_t n)
{
    return (struct order2_seq){.generation = order->generation->number, .n = n - 1};
}

/* Whatever thread had the goroutine has lost it. */
static void take_from_thread(struct order2 *order, const struct order2_g *g)
{
    struct order2_m *thread = order2_m(order, g->m);
    if (thread != NULL && thread->g == g->id)
        thread->g = EVENT_NO_ID;
}

static bool rescue_g(struct order2 *order, const struct wire2_record *record, enum go_status status,
                     enum event_state *from)
{
    int64_t id = (int64_t)record->args[0];
    struct order2_g *g = order2_g(order, id);
    *from = g == NULL ? STATE_NOT_EXIST : go_state(g);
    if (g != NULL && !is_later(order, &g->seq, record->args[1]))
        return false;
    if (g == NULL) {
        order2_add_g(order, id, status);
        g = order2_g(order, id);
    }
    if (g == NULL)
        return false;
    if (g->status == GO_RUNNING || g->status == GO_SYSCALL)
        take_from_thread(order, g);
    g->status = (uint8_t)status;
    g->seq = seq_before(order, record->args[1]);
    return true;
}

static bool rescue_p(struct order2 *order, const struct wire2_record *record,
                     enum proc_status status, enum event_state *from)
{
    int64_t id = (int64_t)record->args[0];
    struct order2_p *p = order2_p(order, id);
    *from = p == NULL ? STATE_NOT_EXIST : proc_state(p);
    if (p == NULL)
        p = order2_add_p(order, id, status);
    else if (!is_later(order, &p->seq, record->args[1]))
        return false;
    struct order2_m *thread = order2_m(order, p->m);
    if (thread != NULL && thread->p == id)
        thread->p = EVENT_NO_ID;
    p->status = (uint8_t)status;
    p->seq = seq_before(order, record->args[1]);
    return true;
}

/* Somebody whose event is missing has taken the P of a thread in a syscall. */
static void lose_p(struct order2 *order, struct order2_m *thread)
{
    struct order2_p *p = thread->p == EVENT_NO_ID ? NULL : order2_p(order, thread->p);
    if (p != NULL)
        p->status = PROC_IDLE;
    thread->p = EVENT_NO_ID;
}

static bool rescue_gc(struct order2 *order, const struct wire2_record *record, enum gc_status gc)
{
    if (record->args[0] <= order->gc_seq)
        return false;
    order->gc_seq = record->args[0] - 1;
    order->gc = gc;
    return true;
}

static bool runs_goroutine(const struct order2 *order, const struct order2_m *thread)
{
    const struct order2_g *g = order2_g(order, thread->g);
    return g != NULL && g->status == GO_RUNNING;
}

bool order2_rescue(struct order2 *order, int64_t m, const struct wire2_record *record,
                   enum event_state *from)
{
    struct order2_m *thread = order2_m(order, m);
    if (thread == NULL)
        return false;
    switch (record->type) {
    case WIRE2_GO_START:
        return thread->p != EVENT_NO_ID && thread->g == EVENT_NO_ID &&
               rescue_g(order, record, GO_RUNNABLE, from);
    case WIRE2_GO_UNBLOCK:
        return rescue_g(order, record, GO_WAITING, from);
    case WIRE2_GO_SWITCH:
    case WIRE2_GO_SWITCH_DESTROY:
        return runs_goroutine(order, thread) && thread->g != (int64_t)record->args[0] &&
               rescue_g(order, record, GO_WAITING, from);
    case WIRE2_PROC_START:
        if (!rescue_p(order, record, PROC_IDLE, from))
            return false;
        lose_p(order, thread);
        return true;
    case WIRE2_PROC_STEAL:
        return rescue_p(order, record, PROC_ABANDONED, from);
    case WIRE2_GO_SYSCALL_END_BLOCKED:
        lose_p(order, thread);
        *from = STATE_SYSCALL;
        return true;
    case WIRE2_GC_ACTIVE:
    case WIRE2_GC_END:
        return rescue_gc(order, record, GC_ON);
    case WIRE2_GC_BEGIN:
        return rescue_gc(order, record, GC_OFF);
    default:
        return false;
    }
}

bool order2_forget(struct order2 *order, const struct wire2_record *record)
{
    bool creates = record->type == WIRE2_GO_CREATE || record->type == WIRE2_GO_CREATE_BLOCKED ||
                   record->type == WIRE2_GO_CREATE_SYSCALL;
    const struct order2_g *g = creates ? order2_g(order, (int64_t)record->args[0]) : NULL;
    if (g == NULL)
        return false;
    take_from_thread(order, g);
    order2_remove_g(order, g->id);
    return true;
}
