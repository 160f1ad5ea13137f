/* The short way for events that start, stop and wake goroutines.
 *
 * Each does what order1_play() does with the same event; whatever is not as it nearly always is
 * stays where it is, for that. */
#include "trace/order1_look.h"

/* Events that are played at most, so that somebody looks at the cancellable. */
#define MAX_EVENTS 64

enum way { WAY_SLOW, WAY_START, WAY_LEAVE, WAY_UNBLOCK };

static const uint8_t ways[64] = {
    [WIRE1_GO_START] = WAY_START,           [WIRE1_GO_START_LOCAL] = WAY_START,
    [WIRE1_GO_BLOCK] = WAY_LEAVE,           [WIRE1_GO_BLOCK_SEND] = WAY_LEAVE,
    [WIRE1_GO_BLOCK_RECV] = WAY_LEAVE,      [WIRE1_GO_BLOCK_SELECT] = WAY_LEAVE,
    [WIRE1_GO_BLOCK_SYNC] = WAY_LEAVE,      [WIRE1_GO_BLOCK_COND] = WAY_LEAVE,
    [WIRE1_GO_BLOCK_NET] = WAY_LEAVE,       [WIRE1_GO_BLOCK_GC] = WAY_LEAVE,
    [WIRE1_GO_SLEEP] = WAY_LEAVE,           [WIRE1_GO_SCHED] = WAY_LEAVE,
    [WIRE1_GO_PREEMPT] = WAY_LEAVE,         [WIRE1_GO_UNBLOCK] = WAY_UNBLOCK,
    [WIRE1_GO_UNBLOCK_LOCAL] = WAY_UNBLOCK,
};

/* Whether the goroutine that wakes another one has no GoSysCall that waits for its next event. */
static inline bool is_settled(const struct order1_state *state, const struct order1_source *source)
{
    if (source->queue.g == 0)
        return true;
    const struct order1_g *own = &state->gs[source->on_slot];
    return own->id == source->queue.g && own->pending == 0;
}

/* False, and nothing has been done: something is not as it nearly always is. */
static inline bool change(struct order1_state *state, uint32_t index, struct order1_g *g,
                          uint8_t type)
{
    struct order1_source *source = &state->sources[index];
    switch (ways[type]) {
    case WAY_START:
        if (source->on != 0 || g->exits_late || g->pending != 0)
            return false;
        g->source = index;
        source->on = g->id;
        source->on_slot = (uint32_t)(g - state->gs);
        return true;
    case WAY_LEAVE:
        if (g->pending != 0)
            return false;
        g->in_net = type == WIRE1_GO_BLOCK_NET;
        g->in_syscall = false;
        order1_leave(state, g);
        return true;
    case WAY_UNBLOCK:
        if (!is_settled(state, source))
            return false;
        if (g->in_net)
            order1_set_mark(state, state->n_marks);
        state->n_marks++;
        g->in_net = false;
        return true;
    default:
        return false;
    }
}

/* Plays the first event of a source, which is not woken or counted yet. False likewise. */
static inline bool play(struct order1_state *state, uint32_t index)
{
    struct order1_source *source = &state->sources[index];
    const struct order1_need *need = &source->need;
    struct order1_g *g = &state->gs[source->need_slot];
    uint8_t type = source->queue.record.type;
    if (source->queue.ticks < state->last_ticks || need->of != NEED1_GOROUTINE || need->g == 0 ||
        g->id != need->g || g->status != need->status ||
        (need->seq != ORDER1_ANY && need->seq != g->seq) || !change(state, index, g, type))
        return false;
    state->last_ticks = source->queue.ticks;
    g->status = order1_rules[type].next;
    g->seq = order1_next_seq(source, g->seq);
    return true;
}

/* Others may have waited for an event that was played. */
static inline void finish(struct order1_state *state, uint32_t index)
{
    const struct order1_g *g = &state->gs[state->sources[index].need_slot];
    if (state->n_waiting_for[g->id % ORDER1_N_BUCKETS] > 0)
        order1_wake_for(state, g);
    order1_add_step(state, index);
}

/* Whether an event comes next for sure. With no more than two in the heap, to put it there and to
 * take it out again would leave them as they are; with more, those of the same time might change
 * places. */
static inline bool is_earliest(const struct order1_heap *ready, int64_t place)
{
    return ready->n == 0 || (ready->n <= 2 && place < ready->keys[0]);
}

/* Goes on with a source whose first event was played, as long as its next one is the earliest;
 * returns how many events of it were played. */
static inline unsigned stay(struct order1_state *state, uint32_t index)
{
    struct order1_source *source = &state->sources[index];
    for (unsigned n = 1;; n++) {
        finish(state, index);
        if (!queue1_next(&source->queue))
            return n;
        order1_set_need(state, source);
        if (!order1_is_met(state, source) && !state->by_seq) {
            order1_wait(state, index);
            return n;
        }
        int64_t place = order1_place(source, state->by_seq);
        if (n == MAX_EVENTS || !is_earliest(&state->ready, place) || !play(state, index)) {
            order1_heap_push(&state->ready, place, index);
            return n;
        }
    }
}

void order1_quick(struct order1_state *state)
{
    for (unsigned n = 0; n < MAX_EVENTS && state->ready.n > 0;) {
        uint32_t index = state->ready.sources[0];
        if (index == state->n_sources || !play(state, index))
            return;
        order1_heap_pop(&state->ready);
        n += stay(state, index);
    }
}
