/* The quick way of the records that most traces consist of: goroutines that start, stop, block,
 * wake others and call the system.
 *
 * Each does just what its handler in order2_sched.c does when the record advances; in every other
 * case nothing is changed here, and the handler decides. Here so that all of it becomes one loop:
 * only quick2.c includes this. */
#ifndef TRACE_ORDER2_QUICK_H
#define TRACE_ORDER2_QUICK_H

#include "trace/order2_state.h"

static inline struct order2_g *quick_find_g(const struct order2 *order, int64_t id, uint32_t *slot)
{
    *slot = roster_find(order->slots, id);
    return *slot < order->n_gs ? &order->gs[*slot] : NULL;
}

static inline bool quick_is_next(const struct order2 *order, const struct order2_g *g,
                                 uint8_t status, uint64_t n)
{
    return g != NULL && g->status == status && g->exists && order2_seq_follows(order, &g->seq, n);
}

/* The goroutine that the thread runs; NULL when that is not as simple. */
static inline struct order2_g *quick_current(const struct order2 *order,
                                             const struct order2_m *thread, uint8_t status)
{
    if (thread->g == EVENT_NO_ID || thread->p == EVENT_NO_ID || thread->g_slot >= order->n_gs)
        return NULL;
    struct order2_g *g = &order->gs[thread->g_slot];
    return g->exists && g->id == thread->g && g->status == status ? g : NULL;
}

/* A transition, with the context of the thread, whose goroutine has this slot. */
static inline void quick_move(struct event *event, const struct order2_m *thread, uint32_t g_slot,
                              int64_t id, uint32_t slot, enum event_state from, enum event_state to)
{
    event->m = thread->m;
    event->p = thread->p;
    event->g = thread->g;
    event->kind = EVENT_STATE_TRANSITION;
    event->stack = 0;
    event->g_slot = g_slot;
    event->slot = slot;
    event->transition.id = id;
    event->transition.reason = 0;
    event->transition.stack = 0;
    event->transition.resource = RESOURCE_GOROUTINE;
    event->transition.from = from;
    event->transition.to = to;
}

static inline bool quick_start(struct order2 *order, struct order2_m *thread,
                               const struct wire2_record *record, struct event *event)
{
    int64_t id = (int64_t)record->args[0];
    uint32_t slot;
    struct order2_g *g = quick_find_g(order, id, &slot);
    if (!quick_is_next(order, g, GO_RUNNABLE, record->args[1]) || thread->p == EVENT_NO_ID ||
        thread->g != EVENT_NO_ID)
        return false;
    g->status = GO_RUNNING;
    g->seq.n = record->args[1];
    quick_move(event, thread, EVENT_NO_SLOT, id, slot, STATE_RUNNABLE, STATE_RUNNING);
    thread->g = id;
    thread->g_slot = slot;
    g->m = thread->m;
    return true;
}

static inline bool quick_stop(struct order2 *order, struct order2_m *thread,
                              const struct wire2_record *record, struct event *event)
{
    struct order2_g *g = quick_current(order, thread, GO_RUNNING);
    uint32_t reason, stack;
    if (g == NULL || !generation_known_string(order->generation, record->args[0], &reason) ||
        !generation_known_stack(order->generation, record->args[1], &stack))
        return false;
    bool blocks = record->type == WIRE2_GO_BLOCK;
    g->status = blocks ? GO_WAITING : GO_RUNNABLE;
    quick_move(event, thread, thread->g_slot, thread->g, thread->g_slot, STATE_RUNNING,
               blocks ? STATE_WAITING : STATE_RUNNABLE);
    event->stack = event->transition.stack = stack;
    event->transition.reason = reason;
    thread->g = EVENT_NO_ID;
    return true;
}

static inline bool quick_unblock(struct order2 *order, const struct order2_m *thread,
                                 const struct wire2_record *record, struct event *event)
{
    int64_t id = (int64_t)record->args[0];
    uint32_t slot, stack;
    struct order2_g *g = quick_find_g(order, id, &slot);
    if (!quick_is_next(order, g, GO_WAITING, record->args[1]) ||
        !generation_known_stack(order->generation, record->args[2], &stack))
        return false;
    g->status = GO_RUNNABLE;
    g->seq.n = record->args[1];
    quick_move(event, thread, order2_g_slot(order, thread->g, thread->g_slot), id, slot,
               STATE_WAITING, STATE_RUNNABLE);
    event->stack = stack;
    return true;
}

static inline bool quick_syscall_begin(struct order2 *order, const struct order2_m *thread,
                                       const struct wire2_record *record, struct event *event)
{
    struct order2_g *g = quick_current(order, thread, GO_RUNNING);
    struct order2_p *p = g == NULL ? NULL : order2_p(order, thread->p);
    uint32_t stack;
    if (p == NULL || !order2_seq_follows(order, &p->seq, record->args[0]) ||
        !generation_known_stack(order->generation, record->args[1], &stack))
        return false;
    g->status = GO_SYSCALL;
    p->status = PROC_SYSCALL;
    p->seq.n = record->args[0];
    quick_move(event, thread, thread->g_slot, thread->g, thread->g_slot, STATE_RUNNING,
               STATE_SYSCALL);
    event->stack = event->transition.stack = stack;
    return true;
}

static inline bool quick_syscall_end(struct order2 *order, const struct order2_m *thread,
                                     struct event *event)
{
    struct order2_g *g = quick_current(order, thread, GO_SYSCALL);
    struct order2_p *p = g == NULL ? NULL : order2_p(order, thread->p);
    if (p == NULL || p->status != PROC_SYSCALL)
        return false;
    g->status = GO_RUNNING;
    p->status = PROC_RUNNING;
    quick_move(event, thread, thread->g_slot, thread->g, thread->g_slot, STATE_SYSCALL,
               STATE_RUNNING);
    return true;
}

/* Tries the record as order2_advance() does; the event is filled in when it is true. */
static inline bool order2_quick(struct order2 *order, struct order2_m *thread,
                                const struct wire2_record *record, struct event *event)
{
    switch (record->type) {
    case WIRE2_GO_START:
        return quick_start(order, thread, record, event);
    case WIRE2_GO_BLOCK:
    case WIRE2_GO_STOP:
        return quick_stop(order, thread, record, event);
    case WIRE2_GO_UNBLOCK:
        return quick_unblock(order, thread, record, event);
    case WIRE2_GO_SYSCALL_BEGIN:
        return quick_syscall_begin(order, thread, record, event);
    case WIRE2_GO_SYSCALL_END:
        return quick_syscall_end(order, thread, event);
    default:
        return false;
    }
}

#endif
