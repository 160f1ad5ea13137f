/* Inside of order1: what is done for every event.
 *
 * Only order1*.c include this. */
#ifndef TRACE_ORDER1_LOOK_H
#define TRACE_ORDER1_LOOK_H

#include "trace/order1_state.h"

/* Of events with the same time, which one comes first follows from how the heap is kept: as Go
 * keeps it, since what comes a nanosecond later follows from that. */
static inline void order1_heap_push(struct order1_heap *heap, int64_t key, uint32_t source)
{
    if (heap->n == heap->size) {
        heap->size = MAX(16, 2 * heap->size);
        heap->keys = g_renew(int64_t, heap->keys, heap->size);
        heap->sources = g_renew(uint32_t, heap->sources, heap->size);
    }
    size_t i = heap->n++;
    for (; i > 0 && key < heap->keys[(i - 1) / 2]; i = (i - 1) / 2) {
        heap->keys[i] = heap->keys[(i - 1) / 2];
        heap->sources[i] = heap->sources[(i - 1) / 2];
    }
    heap->keys[i] = key;
    heap->sources[i] = source;
}

static inline uint32_t order1_heap_pop(struct order1_heap *heap)
{
    uint32_t top = heap->sources[0], source = heap->sources[--heap->n];
    int64_t key = heap->keys[heap->n];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < heap->n; i = child) {
        if (child + 1 < heap->n && heap->keys[child + 1] < heap->keys[child])
            child++;
        if (heap->keys[child] >= key)
            break;
        heap->keys[i] = heap->keys[child];
        heap->sources[i] = heap->sources[child];
    }
    heap->keys[i] = key;
    heap->sources[i] = source;
    return top;
}

/* What events are put in order by. */
static inline int64_t order1_place(const struct order1_source *source, bool by_seq)
{
    return by_seq ? source->queue.seq : source->queue.ticks;
}

/* The event of this source is the next one. */
static inline void order1_add_step(struct order1_state *state, uint32_t index)
{
    struct order1 *out = state->out;
    if (out->width == 1)
        out->steps[out->n] = (uint8_t)index;
    else if (out->width == 2)
        ((uint16_t *)out->steps)[out->n] = (uint16_t)index;
    else
        ((uint32_t *)out->steps)[out->n] = index;
    out->n++;
}

static inline void order1_set_mark(struct order1_state *state, uint64_t n)
{
    state->out->marks[n / 8] |= (uint8_t)(1 << n % 8);
}

/* The goroutine does not run any more. */
static inline void order1_leave(struct order1_state *state, struct order1_g *g)
{
    if (g->source != ORDER1_NO_SOURCE)
        state->sources[g->source].on = 0;
    g->source = ORDER1_NO_SOURCE;
}

/* Finds out what the first event of a source needs. */
static inline void order1_set_need(const struct order1_state *state, struct order1_source *source)
{
    const struct wire1_record *record = &source->queue.record;
    const struct order1_rule *rule = &order1_rules[record->type];
    struct order1_need *need = &source->need;
    if (rule->of == ORDER1_OF_NONE || (rule->of == ORDER1_OF_GC && state->by_seq)) {
        need->of = NEED1_NOTHING;
        return;
    }
    need->of = rule->of == ORDER1_OF_GC ? NEED1_GC : NEED1_GOROUTINE;
    need->status = rule->status;
    need->g = rule->of == ORDER1_OF_OWN   ? source->queue.g
              : rule->of == ORDER1_OF_ARG ? record->args[0]
                                          : 0;
    need->seq = ORDER1_ANY;
    if (rule->of == ORDER1_OF_OWN && need->g == source->on)
        source->need_slot = source->on_slot;
    if (state->by_seq)
        return;
    if (rule->seq == ORDER1_SEQ_0 || rule->seq == ORDER1_SEQ_1)
        need->seq = rule->seq == ORDER1_SEQ_1;
    else if (rule->seq != ORDER1_SEQ_ANY)
        need->seq = record->args[rule->seq == ORDER1_SEQ_ARG_1];
}

/* The goroutine of a source's need, NULL when it is not there. */
static inline struct order1_g *order1_needed_g(const struct order1_state *state,
                                               struct order1_source *source)
{
    uint64_t id = source->need.g;
    if (id == 0)
        return NULL;
    if (state->gs[source->need_slot].id == id)
        return &state->gs[source->need_slot];
    struct order1_g *g = order1_g(state, id);
    if (g != NULL)
        source->need_slot = (uint32_t)(g - state->gs);
    return g;
}

static inline bool order1_is_met(const struct order1_state *state, struct order1_source *source)
{
    const struct order1_need *need = &source->need;
    if (need->of == NEED1_NOTHING)
        return true;
    if (need->of == NEED1_GC)
        return need->seq == ORDER1_ANY || need->seq == state->gc_seq;
    const struct order1_g *g = order1_needed_g(state, source);
    if (g != NULL)
        return need->status == g->status && (need->seq == ORDER1_ANY || need->seq == g->seq);
    return need->status == GO1_DEAD && need->g != 0 && !idset_has(&state->ended, need->g);
}

/* The number behind the event; the two highest have meanings of their own in Go. */
static inline uint64_t order1_next_seq(const struct order1_source *source, uint64_t seq)
{
    const struct wire1_record *record = &source->queue.record;
    const struct order1_rule *rule = &order1_rules[record->type];
    if (rule->seq != ORDER1_SEQ_ARG_0 && rule->seq != ORDER1_SEQ_ARG_1)
        return seq + rule->counts;
    uint64_t next = record->args[rule->seq == ORDER1_SEQ_ARG_1] + 1;
    return next == ORDER1_ANY ? seq : next;
}

/* Looks at the next event of a source. */
static inline void order1_go_on(struct order1_state *state, uint32_t index)
{
    struct order1_source *source = &state->sources[index];
    if (!queue1_next(&source->queue))
        return;
    order1_set_need(state, source);
    if (order1_is_met(state, source) || state->by_seq)
        order1_heap_push(&state->ready, order1_place(source, state->by_seq), index);
    else
        order1_wait(state, index);
}

#endif
