/* What each event of a Go 1.5 to 1.21 trace needs, does, and must not do. */
#include "trace/order1_look.h"

#include <string.h>

#include "trace/error.h"

/* Events without a row need nothing. */
const struct order1_rule order1_rules[WIRE1_N_TYPES] = {
    [WIRE1_GO_CREATE] = {ORDER1_OF_ARG, ORDER1_SEQ_0, GO1_DEAD, GO1_RUNNABLE, true},
    [WIRE1_GO_WAITING] = {ORDER1_OF_OWN, ORDER1_SEQ_1, GO1_RUNNABLE, GO1_WAITING, true},
    [WIRE1_GO_IN_SYSCALL] = {ORDER1_OF_OWN, ORDER1_SEQ_1, GO1_RUNNABLE, GO1_WAITING, true},
    [WIRE1_GO_START] = {ORDER1_OF_OWN, ORDER1_SEQ_ARG_1, GO1_RUNNABLE, GO1_RUNNING, true},
    [WIRE1_GO_START_LABEL] = {ORDER1_OF_OWN, ORDER1_SEQ_ARG_1, GO1_RUNNABLE, GO1_RUNNING, true},
    [WIRE1_GO_START_LOCAL] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNABLE, GO1_RUNNING, true},
    [WIRE1_GO_BLOCK] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_BLOCK_SEND] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_BLOCK_RECV] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_BLOCK_SELECT] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_BLOCK_SYNC] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_BLOCK_COND] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_BLOCK_NET] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_BLOCK_GC] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_SLEEP] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_SYS_BLOCK] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_WAITING, false},
    [WIRE1_GO_SCHED] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_RUNNABLE, false},
    [WIRE1_GO_PREEMPT] = {ORDER1_OF_OWN, ORDER1_SEQ_ANY, GO1_RUNNING, GO1_RUNNABLE, false},
    [WIRE1_GO_UNBLOCK] = {ORDER1_OF_ARG, ORDER1_SEQ_ARG_1, GO1_WAITING, GO1_RUNNABLE, true},
    [WIRE1_GO_SYS_EXIT] = {ORDER1_OF_ARG, ORDER1_SEQ_ARG_1, GO1_WAITING, GO1_RUNNABLE, true},
    [WIRE1_GO_UNBLOCK_LOCAL] = {ORDER1_OF_ARG, ORDER1_SEQ_ANY, GO1_WAITING, GO1_RUNNABLE, true},
    [WIRE1_GO_SYS_EXIT_LOCAL] = {ORDER1_OF_ARG, ORDER1_SEQ_ANY, GO1_WAITING, GO1_RUNNABLE, true},
    [WIRE1_GC_START] = {ORDER1_OF_GC, ORDER1_SEQ_ARG_0, GO1_DEAD, GO1_DEAD, true},
};

struct order1_g *order1_g(const struct order1_state *state, uint64_t id)
{
    uint32_t slot = roster_find(&state->slots, (int64_t)id);
    return slot == ROSTER_NONE ? NULL : &state->gs[slot];
}

static struct order1_g *add_g(struct order1_state *state, uint64_t id)
{
    uint32_t slot = roster_add(&state->slots, (int64_t)id);
    if (slot >= state->gs_size) {
        state->gs_size = MAX(64, 2 * state->gs_size);
        state->gs = g_renew(struct order1_g, state->gs, state->gs_size);
    }
    struct order1_g *g = &state->gs[slot];
    *g = (struct order1_g){.id = id, .source = ORDER1_NO_SOURCE};
    return g;
}

static void remove_g(struct order1_state *state, struct order1_g *g)
{
    g_clear_pointer(&g->regions, g_array_unref);
    idset_add(&state->ended, g->id);
    roster_remove(&state->slots, (int64_t)g->id);
    g->id = 0; /* whoever remembers the slot sees that it is free */
}

static enum event_state state_of(const struct order1_g *g)
{
    switch (g->status) {
    case GO1_RUNNABLE:
        return STATE_RUNNABLE;
    case GO1_RUNNING:
        return STATE_RUNNING;
    case GO1_WAITING:
        return g->in_syscall ? STATE_SYSCALL : STATE_WAITING;
    default:
        return STATE_UNDETERMINED;
    }
}

static bool is_exit(uint8_t type)
{
    return type == WIRE1_GO_SYS_EXIT || type == WIRE1_GO_SYS_EXIT_LOCAL;
}

void order1_wake_for(struct order1_state *state, const struct order1_g *g)
{
    struct order1_need now = {NEED1_GOROUTINE, g->status, g->id, g->seq};
    order1_wake(state, &now);
    now.seq = ORDER1_ANY;
    order1_wake(state, &now);
}

bool order1_repair(struct order1_state *state, struct order1_source *source,
                   const struct order1_need *need)
{
    if (need->of == NEED1_GOROUTINE && need->g == 0)
        return false;
    if (state->out->n_repairs++ == 0)
        state->out->first_repair = state->out->n;
    if (need->of == NEED1_GC) {
        state->gc_seq = need->seq;
        order1_wake(state, need);
        return true;
    }
    struct order1_g *g = order1_g(state, need->g);
    struct order1_repair repair = {.index = state->out->n, .g = need->g};
    repair.from = g == NULL ? STATE_UNDETERMINED : state_of(g);
    if (g == NULL)
        g = add_g(state, need->g);
    order1_leave(state, g);
    g->status = need->status;
    g->seq = need->seq == ORDER1_ANY ? g->seq : need->seq;
    g->in_syscall = is_exit(source->queue.record.type);
    g->in_net = false;
    repair.to = need->status == GO1_DEAD ? STATE_NOT_EXIST : state_of(g);
    if (repair.from != repair.to)
        g_array_append_val(state->out->repairs, repair);
    order1_wake_for(state, g);
    return true;
}

static bool refuse(const struct order1_source *source, GError **error, const char *why)
{
    g_set_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED, "%s on P %" G_GINT64_FORMAT ": %s",
                wire1_specs[source->queue.record.type].name, source->queue.p, why);
    return false;
}

/* The next event of a goroutine after its GoSysCall tells whether that blocked. */
static void settle_call(struct order1_state *state, struct order1_g *g, uint8_t type)
{
    if (g->pending == 0)
        return;
    if (type == WIRE1_GO_SYS_BLOCK)
        order1_set_mark(state, g->pending - 1);
    g->pending = 0;
}

void order1_play_sample(struct order1_state *state, const struct tables1_sample *sample)
{
    struct order1_g *g = sample->g == 0 ? NULL : order1_g(state, sample->g);
    if (g != NULL)
        settle_call(state, g, WIRE1_CPU_SAMPLE);
}

/* The goroutine that the event is about; that of slot 0 stands for none. */
static struct order1_g *own_g(struct order1_state *state, struct order1_source *source)
{
    uint64_t id = source->queue.g;
    if (source->need.of == NEED1_GOROUTINE && source->need.g == id)
        return order1_needed_g(state, source);
    if (id == 0)
        return &state->gs[0];
    if (id == source->on && state->gs[source->on_slot].id == id)
        return &state->gs[source->on_slot];
    return order1_g(state, id);
}

static bool runs_there(const struct order1_source *source, const struct order1_g *own)
{
    return own != NULL && own->id != 0 && own->id == source->on;
}

/* Opens or closes something that must not be so already. */
static bool toggle(bool *is, bool to, const struct order1_source *source, GError **error)
{
    if (*is == to)
        return refuse(source, error, to ? "the one before has not ended" : "none has begun");
    *is = to;
    return true;
}

static bool play_region(struct order1_g *g, const struct order1_source *source, GError **error)
{
    const uint64_t *args = source->queue.record.args;
    struct order1_region region = {args[0], args[2]};
    if (args[1] > 1)
        return refuse(source, error, "it neither begins nor ends");
    if (args[1] == 0) {
        if (g->regions == NULL)
            g->regions = g_array_new(FALSE, FALSE, sizeof region);
        g_array_append_val(g->regions, region);
        return true;
    }
    if (g->regions == NULL || g->regions->len == 0)
        return true;
    const struct order1_region *inner =
        &g_array_index(g->regions, struct order1_region, g->regions->len - 1);
    if (inner->task != region.task || inner->name != region.name)
        return refuse(source, error, "another region has begun inside of it");
    g_array_set_size(g->regions, g->regions->len - 1);
    return true;
}

static bool play_task(struct order1_state *state, const struct order1_source *source,
                      GError **error)
{
    uint64_t id = source->queue.record.args[0];
    if (idmap_find(&state->tasks, id) != NULL)
        return refuse(source, error, "a task with its number is open");
    idmap_add(&state->tasks, id, state);
    return true;
}

/* Moves a GoSysExit to where it says that it was. */
static bool move_exit(struct order1_state *state, struct order1_source *source, struct order1_g *g,
                      uint64_t mark, GError **error)
{
    const struct wire1_record *record = &source->queue.record;
    int64_t ticks = (int64_t)record->args[2];
    if (record->type != WIRE1_GO_SYS_EXIT || ticks == 0)
        return true;
    if (g->block_ticks == 0 || ticks < g->block_ticks) {
        if (!state->salvage)
            return refuse(source, error, "its syscall began later, or never");
        state->out->n_astray++; /* it stays where it stands */
        return true;
    }
    struct order1_exit exit = {ticks, state->out->n, record->args[0]};
    if (ticks > source->queue.ticks) {
        g->exits_late = true;
        g->exit_ticks = ticks;
    }
    g_array_append_val(state->out->exits, exit);
    order1_set_mark(state, mark);
    return true;
}

/* Events that change no goroutine's state. `own` is NULL when its goroutine has gone. */
static bool play_other(struct order1_state *state, struct order1_source *source,
                       struct order1_g *own, GError **error)
{
    bool *stops = state->tables->format.go_minor < 10 ? &source->stops : &state->stops;
    switch (source->queue.record.type) {
    case WIRE1_PROC_START:
        return toggle(&source->started, true, source, error);
    case WIRE1_PROC_STOP:
        if (source->on != 0)
            return refuse(source, error, "a goroutine runs there");
        return toggle(&source->started, false, source, error);
    case WIRE1_GC_DONE:
        return toggle(&state->gc, false, source, error);
    case WIRE1_STW_START:
    case WIRE1_STW_DONE:
        return toggle(stops, source->queue.record.type == WIRE1_STW_START, source, error);
    case WIRE1_GC_SWEEP_START:
    case WIRE1_GC_SWEEP_DONE:
        return toggle(&source->sweeps, source->queue.record.type == WIRE1_GC_SWEEP_START, source,
                      error);
    case WIRE1_GC_MARK_ASSIST_START:
        return own == NULL || toggle(&own->assists, true, source, error);
    case WIRE1_GC_MARK_ASSIST_DONE: /* it may have begun before the trace */
        if (own != NULL)
            own->assists = false;
        return true;
    case WIRE1_USER_TASK_CREATE:
        return play_task(state, source, error);
    case WIRE1_USER_TASK_END:
        idmap_remove(&state->tasks, source->queue.record.args[0]);
        return true;
    case WIRE1_USER_REGION:
        return own == NULL || play_region(own, source, error);
    case WIRE1_GO_SYS_CALL:
        if (!runs_there(source, own))
            return refuse(source, error, "its goroutine does not run there");
        own->pending = ++state->n_marks;
        return true;
    default:
        return true;
    }
}

/* The end of a goroutine, of which nothing may come any more. */
static bool play_end(struct order1_state *state, struct order1_source *source, struct order1_g *own,
                     GError **error)
{
    if (!runs_there(source, own))
        return refuse(source, error, "its goroutine does not run there");
    source->on = 0;
    remove_g(state, own);
    return true;
}

static bool play_start(struct order1_state *state, uint32_t index, struct order1_g *g,
                       GError **error)
{
    struct order1_source *source = &state->sources[index];
    if (source->on != 0) {
        if (!state->salvage)
            return refuse(source, error, "another goroutine runs there");
        /* Its end is lost. */
        struct order1_need need = {NEED1_GOROUTINE, GO1_RUNNABLE, source->on, ORDER1_ANY};
        order1_repair(state, source, &need);
    }
    if (g->exits_late && source->queue.ticks < g->exit_ticks) {
        if (!state->salvage)
            return refuse(source, error, "it starts before it comes back from its syscall");
        state->out->n_astray++;
    }
    g->exits_late = false;
    g->source = index;
    source->on = g->id;
    source->on_slot = (uint32_t)(g - state->gs);
    return true;
}

/* What else becomes of a goroutine whose state changes. */
static bool play_change(struct order1_state *state, uint32_t index, struct order1_g *g,
                        GError **error)
{
    struct order1_source *source = &state->sources[index];
    uint8_t type = source->queue.record.type;
    switch (type) {
    case WIRE1_GO_CREATE:
    case WIRE1_GO_WAITING:
        return true;
    case WIRE1_GO_IN_SYSCALL:
        g->block_ticks = source->queue.ticks;
        g->in_syscall = true;
        return true;
    case WIRE1_GO_START:
    case WIRE1_GO_START_LOCAL:
    case WIRE1_GO_START_LABEL:
        return play_start(state, index, g, error);
    case WIRE1_GO_UNBLOCK:
    case WIRE1_GO_UNBLOCK_LOCAL:
        if (g->in_net)
            order1_set_mark(state, state->n_marks);
        state->n_marks++;
        g->in_net = false;
        return true;
    case WIRE1_GO_SYS_EXIT_LOCAL: /* Go never takes one for its goroutine's */
        if (state->tables->format.go_minor >= 11) {
            if (!state->salvage)
                return refuse(source, error, "its goroutine is not the one that runs there");
            state->out->n_astray++;
        }
        state->n_marks++;
        return true;
    case WIRE1_GO_SYS_EXIT:
        return move_exit(state, source, g, state->n_marks++, error);
    default: /* it leaves its P */
        g->in_net = type == WIRE1_GO_BLOCK_NET;
        g->in_syscall = type == WIRE1_GO_SYS_BLOCK;
        if (type == WIRE1_GO_SYS_BLOCK)
            g->block_ticks = source->queue.ticks;
        order1_leave(state, g);
        return true;
    }
}

static bool play_gc_start(struct order1_state *state, struct order1_source *source, GError **error)
{
    if (!toggle(&state->gc, true, source, error))
        return false;
    state->gc_seq = order1_next_seq(source, state->gc_seq);
    order1_wake(state, &(struct order1_need){NEED1_GC, GO1_DEAD, 0, state->gc_seq});
    order1_wake(state, &(struct order1_need){NEED1_GC, GO1_DEAD, 0, ORDER1_ANY});
    return true;
}

bool order1_play(struct order1_state *state, uint32_t index, GError **error)
{
    struct order1_source *source = &state->sources[index];
    uint8_t type = source->queue.record.type;
    struct order1_g *own = own_g(state, source);
    if (own != NULL)
        settle_call(state, own, type);
    if (type == WIRE1_GO_END || type == WIRE1_GO_STOP)
        return play_end(state, source, own, error);
    if (source->need.of == NEED1_GC || type == WIRE1_GC_START)
        return play_gc_start(state, source, error);
    if (source->need.of == NEED1_NOTHING)
        return play_other(state, source, own, error);
    if (!order1_is_met(state, source) &&
        !(state->salvage && order1_repair(state, source, &source->need)))
        return refuse(source, error, "its goroutine is in another state by now");
    uint64_t id = source->need.g;
    struct order1_g *g = order1_needed_g(state, source);
    if (g == NULL)
        g = add_g(state, id);
    g->status = order1_rules[type].next;
    g->seq = order1_next_seq(source, g->seq);
    if (!play_change(state, index, g, error))
        return false;
    if (state->n_waiting_for[id % ORDER1_N_BUCKETS] > 0)
        order1_wake_for(state, g);
    return true;
}
