/* The replay of Ps and goroutines: one handler for each record that moves them. */
#include "trace/order2_state.h"

/* What an id of a P or goroutine in a record is as a signed one. */
static int64_t id_arg(const struct order2_step *step, unsigned arg)
{
    return (int64_t)step->record->args[arg];
}

static enum event_state proc_state(unsigned status)
{
    static const enum event_state states[PROC_N_STATUS] = {
        [PROC_BAD] = STATE_UNDETERMINED, [PROC_RUNNING] = STATE_RUNNING, [PROC_IDLE] = STATE_IDLE,
        [PROC_SYSCALL] = STATE_RUNNING,  [PROC_ABANDONED] = STATE_IDLE,
    };
    return states[status];
}

static enum event_state go_state(unsigned status)
{
    static const enum event_state states[GO_N_STATUS] = {
        [GO_BAD] = STATE_UNDETERMINED, [GO_RUNNABLE] = STATE_RUNNABLE, [GO_RUNNING] = STATE_RUNNING,
        [GO_SYSCALL] = STATE_SYSCALL,  [GO_WAITING] = STATE_WAITING,
    };
    return states[status];
}

/* Lets the event be seen where the P is bound. Returns false when no thread has it. */
static bool move_to_thread_of(const struct order2 *order, struct order2_step *step, int64_t id,
                              const struct order2_p *p)
{
    const struct order2_m *thread = order2_m(order, p->m);
    if (thread == NULL || thread->p != id)
        return false;
    step->m = thread->m;
    step->p = id;
    step->g = thread->g;
    return true;
}

enum order2_verdict order2_proc_status(struct order2 *order, struct order2_step *step)
{
    int64_t id = id_arg(step, 0);
    uint8_t status = (uint8_t)step->record->args[1];
    if (status >= PROC_N_STATUS)
        return order2_refuse(step, "P %" G_GINT64_FORMAT " has status %u, which is none", id,
                             status);
    enum event_state from = proc_state(status), to = from;
    bool promoted = false;
    struct order2_p *p = order2_p(order, id);
    if (p == NULL) {
        order2_add_p(order, id, status);
        from = order2_is_first(order) ? STATE_UNDETERMINED : STATE_NOT_EXIST;
    } else if (status == PROC_ABANDONED && p->status == PROC_SYSCALL) {
        /* Whoever wrote this had lost sight of the thread; the replay has not. */
        promoted = true;
        from = to = STATE_RUNNING;
    } else if (p->status != status) {
        return order2_refuse(step, "P %" G_GINT64_FORMAT " has status %u and should have %u", id,
                             status, p->status);
    }
    if (p != NULL)
        p->seq = order2_seq_start(order);
    if (status == PROC_RUNNING || status == PROC_SYSCALL)
        step->next_p = id;
    if (promoted && !move_to_thread_of(order, step, id, p))
        return order2_refuse(step, "no thread has P %" G_GINT64_FORMAT ", which is in a syscall",
                             id);
    order2_move_p(step, id, from, to);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_proc_start(struct order2 *order, struct order2_step *step)
{
    int64_t id = id_arg(step, 0);
    struct order2_p *p = order2_p(order, id);
    if (p == NULL || p->status != PROC_IDLE || step->p != EVENT_NO_ID ||
        !order2_seq_follows(order, &p->seq, step->record->args[1]))
        return ORDER2_WAIT;
    if (order2_need(step, NEED_M) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    p->status = PROC_RUNNING;
    p->seq.n = step->record->args[1];
    step->next_p = id;
    order2_move_p(step, id, STATE_IDLE, STATE_RUNNING);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_proc_stop(struct order2 *order, struct order2_step *step)
{
    struct order2_p *p = order2_p(order, step->p);
    if (p == NULL || (p->status != PROC_RUNNING && p->status != PROC_SYSCALL))
        return order2_refuse(step, "P %" G_GINT64_FORMAT " does not run", step->p);
    p->status = PROC_IDLE;
    step->next_p = EVENT_NO_ID;
    order2_move_p(step, step->p, STATE_RUNNING, STATE_IDLE);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_proc_steal(struct order2 *order, struct order2_step *step)
{
    int64_t id = id_arg(step, 0), victim = id_arg(step, 2);
    struct order2_p *p = order2_p(order, id);
    if (p == NULL || (p->status != PROC_SYSCALL && p->status != PROC_ABANDONED) ||
        !order2_seq_follows(order, &p->seq, step->record->args[1]))
        return ORDER2_WAIT;
    if (order2_need(step, NEED_M) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    /* An abandoned P is shown as idle already, and its thread may have gone on: leave it alone. */
    bool abandoned = p->status == PROC_ABANDONED;
    p->status = PROC_IDLE;
    p->seq.n = step->record->args[1];
    order2_move_p(step, id, abandoned ? STATE_IDLE : STATE_RUNNING, STATE_IDLE);
    if (abandoned)
        return ORDER2_ADVANCED;
    struct order2_m *thread = order2_m(order, victim);
    if (thread == NULL || thread->p != id)
        return order2_refuse(step, "thread %" G_GINT64_FORMAT " does not have P %" G_GINT64_FORMAT,
                             victim, id);
    if (victim == step->m)
        step->next_p = EVENT_NO_ID;
    else
        thread->p = EVENT_NO_ID;
    return ORDER2_ADVANCED;
}

/* A goroutine in a syscall is bound to a thread, which may be another than this one. */
static enum order2_verdict bind_syscall(struct order2 *order, struct order2_step *step, int64_t id,
                                        int64_t m)
{
    if (m == EVENT_NO_ID)
        return order2_refuse(step, "goroutine %" G_GINT64_FORMAT " is in a syscall on no thread",
                             id);
    if (m == step->m) {
        if (!order2_is_first(order) && step->g != id)
            return order2_refuse(step,
                                 "thread %" G_GINT64_FORMAT " has goroutine %" G_GINT64_FORMAT
                                 " and not %" G_GINT64_FORMAT,
                                 m, step->g, id);
        step->next_g = id;
        return ORDER2_ADVANCED;
    }
    const struct order2_m *thread = order2_m(order, m);
    if (thread == NULL) {
        order2_add_m(order, m, id);
    } else if (thread->g != id) {
        return order2_refuse(step,
                             "thread %" G_GINT64_FORMAT " has goroutine %" G_GINT64_FORMAT
                             " and not %" G_GINT64_FORMAT,
                             m, thread->g, id);
    } else {
        step->g = id;
    }
    step->m = m;
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_status(struct order2 *order, struct order2_step *step)
{
    int64_t id = id_arg(step, 0);
    uint8_t status = (uint8_t)step->record->args[2];
    if (status >= GO_N_STATUS)
        return order2_refuse(step, "goroutine %" G_GINT64_FORMAT " has status %u, which is none",
                             id, status);
    enum event_state from = go_state(status);
    struct order2_g *g = order2_g(order, id);
    if (g != NULL) {
        if (g->status != status)
            return order2_refuse(step,
                                 "goroutine %" G_GINT64_FORMAT " has status %u and should have %u",
                                 id, status, g->status);
        g->seq = order2_seq_start(order);
    } else if (order2_is_first(order)) {
        order2_add_g(order, id, status);
        from = STATE_UNDETERMINED;
    } else {
        return order2_refuse(step, "goroutine %" G_GINT64_FORMAT " was never created", id);
    }
    if (status == GO_RUNNING)
        step->next_g = id;
    else if (status == GO_SYSCALL &&
             bind_syscall(order, step, id, id_arg(step, 1)) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    order2_move_g(step, id, from, go_state(status));
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_create(struct order2 *order, struct order2_step *step)
{
    int64_t id = id_arg(step, 0);
    bool blocked = step->record->type == WIRE2_GO_CREATE_BLOCKED;
    const struct order2_g *creator = order2_g(order, step->g);
    if (creator != NULL && creator->status != GO_RUNNING)
        return order2_refuse(step, "its creator, goroutine %" G_GINT64_FORMAT ", does not run",
                             step->g);
    if (order2_g(order, id) != NULL)
        return order2_refuse(step, "goroutine %" G_GINT64_FORMAT " exists already", id);
    order2_add_g(order, id, blocked ? GO_WAITING : GO_RUNNABLE);
    order2_move_g(step, id, STATE_NOT_EXIST, blocked ? STATE_WAITING : STATE_RUNNABLE);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_create_syscall(struct order2 *order, struct order2_step *step)
{
    int64_t id = id_arg(step, 0);
    if (order2_need(step, NO_G) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    if (order2_g(order, id) != NULL)
        return order2_refuse(step, "goroutine %" G_GINT64_FORMAT " exists already", id);
    order2_add_g(order, id, GO_SYSCALL);
    step->next_g = id;
    order2_move_g(step, id, STATE_NOT_EXIST, STATE_SYSCALL);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_start(struct order2 *order, struct order2_step *step)
{
    int64_t id = id_arg(step, 0);
    struct order2_g *g = order2_g(order, id);
    if (g == NULL || g->status != GO_RUNNABLE ||
        !order2_seq_follows(order, &g->seq, step->record->args[1]))
        return ORDER2_WAIT;
    if (order2_need(step, NEED_MP | NO_G) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    g->status = GO_RUNNING;
    g->seq.n = step->record->args[1];
    step->next_g = id;
    order2_move_g(step, id, STATE_RUNNABLE, STATE_RUNNING);
    return ORDER2_ADVANCED;
}

/* The goroutine of the thread, which must be in this state; else NULL, and refused. */
static struct order2_g *current(const struct order2 *order, struct order2_step *step,
                                enum go_status status)
{
    struct order2_g *g = order2_g(order, step->g);
    if (g != NULL && g->status == status)
        return g;
    order2_refuse(step, "goroutine %" G_GINT64_FORMAT " is not %s", step->g,
                  status == GO_RUNNING ? "running" : "in a syscall");
    return NULL;
}

enum order2_verdict order2_go_stop(struct order2 *order, struct order2_step *step)
{
    struct order2_g *g = current(order, step, GO_RUNNING);
    if (g == NULL)
        return ORDER2_DAMAGED;
    step->next_g = EVENT_NO_ID;
    if (step->record->type == WIRE2_GO_DESTROY) {
        order2_move_g(step, step->g, STATE_RUNNING, STATE_NOT_EXIST);
        order2_remove_g(order, step->g);
    } else {
        g->status = step->record->type == WIRE2_GO_STOP ? GO_RUNNABLE : GO_WAITING;
        order2_move_g(step, step->g, STATE_RUNNING, go_state(g->status));
    }
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_unblock(struct order2 *order, struct order2_step *step)
{
    int64_t id = id_arg(step, 0);
    struct order2_g *g = order2_g(order, id);
    if (g == NULL || g->status != GO_WAITING ||
        !order2_seq_follows(order, &g->seq, step->record->args[1]))
        return ORDER2_WAIT;
    g->status = GO_RUNNABLE;
    g->seq.n = step->record->args[1];
    order2_move_g(step, id, STATE_WAITING, STATE_RUNNABLE);
    return ORDER2_ADVANCED;
}

/* A coroutine switch: the next goroutine is woken, this one blocks or ends, the next one runs. */
enum order2_verdict order2_go_switch(struct order2 *order, struct order2_step *step)
{
    struct order2_g *g = current(order, step, GO_RUNNING);
    if (g == NULL)
        return ORDER2_DAMAGED;
    int64_t id = id_arg(step, 0);
    struct order2_g *next = order2_g(order, id);
    if (next == NULL || next->status != GO_WAITING ||
        !order2_seq_follows(order, &next->seq, step->record->args[1]))
        return ORDER2_WAIT;
    next->status = GO_RUNNING;
    next->seq.n = step->record->args[1];
    order2_move_g(step, id, STATE_WAITING, STATE_RUNNABLE);
    bool ends = step->record->type == WIRE2_GO_SWITCH_DESTROY;
    order2_move_g(step, step->g, STATE_RUNNING, ends ? STATE_NOT_EXIST : STATE_WAITING);
    if (ends)
        order2_remove_g(order, step->g);
    else
        g->status = GO_WAITING;
    step->g = EVENT_NO_ID;
    step->next_g = id;
    order2_move_g(step, id, STATE_RUNNABLE, STATE_RUNNING);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_syscall_begin(struct order2 *order, struct order2_step *step)
{
    struct order2_g *g = current(order, step, GO_RUNNING);
    if (g == NULL)
        return ORDER2_DAMAGED;
    struct order2_p *p = order2_p(order, step->p);
    /* The number ties a later ProcSteal to this very syscall; it must fit at once, since a running
     * P waits for nobody. */
    if (p == NULL || !order2_seq_follows(order, &p->seq, step->record->args[0]))
        return order2_refuse(step, "P %" G_GINT64_FORMAT " is not at step %" G_GUINT64_FORMAT,
                             step->p, step->record->args[0]);
    g->status = GO_SYSCALL;
    p->status = PROC_SYSCALL;
    p->seq.n = step->record->args[0];
    order2_move_g(step, step->g, STATE_RUNNING, STATE_SYSCALL);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_syscall_end(struct order2 *order, struct order2_step *step)
{
    struct order2_g *g = current(order, step, GO_SYSCALL);
    if (g == NULL)
        return ORDER2_DAMAGED;
    struct order2_p *p = order2_p(order, step->p);
    if (p == NULL || p->status != PROC_SYSCALL)
        return order2_refuse(step, "P %" G_GINT64_FORMAT " is not in a syscall", step->p);
    g->status = GO_RUNNING;
    p->status = PROC_RUNNING;
    order2_move_g(step, step->g, STATE_SYSCALL, STATE_RUNNING);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_syscall_end_blocked(struct order2 *order, struct order2_step *step)
{
    /* The event says that the P will have been lost: wait until that is seen. */
    const struct order2_p *p = step->p == EVENT_NO_ID ? NULL : order2_p(order, step->p);
    if (p != NULL && p->status == PROC_SYSCALL)
        return ORDER2_WAIT;
    if (order2_need(step, NEED_MG) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    struct order2_g *g = current(order, step, GO_SYSCALL);
    if (g == NULL)
        return ORDER2_DAMAGED;
    g->status = GO_RUNNABLE;
    step->next_g = EVENT_NO_ID;
    order2_move_g(step, step->g, STATE_SYSCALL, STATE_RUNNABLE);
    return ORDER2_ADVANCED;
}

/* The end of a callback from C. The thread's id may be used again by another thread, so its P is
 * taken from it now, as if stolen; whoever steals it really finds it abandoned. */
enum order2_verdict order2_go_destroy_syscall(struct order2 *order, struct order2_step *step)
{
    if (current(order, step, GO_SYSCALL) == NULL)
        return ORDER2_DAMAGED;
    if (step->p != EVENT_NO_ID) {
        struct order2_p *p = order2_p(order, step->p);
        if (p == NULL || p->status != PROC_SYSCALL)
            return order2_refuse(step, "P %" G_GINT64_FORMAT " is not in a syscall", step->p);
        p->status = PROC_ABANDONED;
        step->next_p = EVENT_NO_ID;
        order2_move_p(step, step->p, STATE_RUNNING, STATE_IDLE);
        step->own = 1;
    }
    order2_move_g(step, step->g, STATE_SYSCALL, STATE_NOT_EXIST);
    order2_remove_g(order, step->g);
    step->next_g = EVENT_NO_ID;
    return ORDER2_ADVANCED;
}
