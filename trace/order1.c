/* The earliest event that is ready comes next. */
#include "trace/order1.h"

#include <string.h>

#include "trace/error.h"
#include "trace/order1_look.h"

/* How many times order1_quick() is asked between two looks at the cancellable. */
#define WORK_BETWEEN_CHECKS 1024

/* How many events are put in order before memory is given back. */
#define RELAX_EVENTS ((uint64_t)1 << 18)

static void heap_clear(struct order1_heap *heap)
{
    g_free(heap->keys);
    g_free(heap->sources);
}

/* Where the sources that wait for something are found. Equal needs have equal keys; for others it
 * is unlikely, since the numbers are drawn at random. */
static uint64_t key_of(const struct order1_state *state, const struct order1_need *need)
{
    return need->g * state->mix[0] + need->seq * state->mix[1] +
           (uint64_t)(need->of * 4u + need->status) * state->mix[2];
}

static bool is_same(const struct order1_need *a, const struct order1_need *b)
{
    return a->of == b->of && a->g == b->g && a->seq == b->seq && a->status == b->status;
}

static void add_waiting(struct order1_state *state, uint32_t index)
{
    struct order1_source *source = &state->sources[index];
    uint64_t key = key_of(state, &source->need);
    void *head = idmap_find(&state->waiting, key);
    source->next_waiting = head == NULL ? ORDER1_NO_SOURCE : (uint32_t)(uintptr_t)head - 1;
    source->waits = true;
    state->n_waiting++;
    state->n_waiting_for[source->need.g % ORDER1_N_BUCKETS]++;
    idmap_remove(&state->waiting, key);
    idmap_add(&state->waiting, key, (void *)((uintptr_t)index + 1));
}

void order1_wake(struct order1_state *state, const struct order1_need *need)
{
    uint64_t key = key_of(state, need);
    void *head = state->n_waiting == 0 ? NULL : idmap_find(&state->waiting, key);
    if (head == NULL)
        return;
    idmap_remove(&state->waiting, key);
    uint32_t next;
    for (uint32_t i = (uint32_t)(uintptr_t)head - 1; i != ORDER1_NO_SOURCE; i = next) {
        struct order1_source *source = &state->sources[i];
        next = source->next_waiting;
        source->waits = false;
        state->n_waiting--;
        state->n_waiting_for[source->need.g % ORDER1_N_BUCKETS]--;
        if (is_same(&source->need, need))
            order1_heap_push(&state->ready, order1_place(source, state->by_seq), i);
        else
            add_waiting(state, i);
    }
}

void order1_wait(struct order1_state *state, uint32_t index)
{
    add_waiting(state, index);
    if (state->salvage)
        order1_heap_push(&state->stuck, order1_place(&state->sources[index], state->by_seq), index);
}

static void go_on_samples(struct order1_state *state)
{
    const GArray *samples = state->tables->samples;
    if (state->next_sample >= samples->len)
        return;
    const struct tables1_sample *sample =
        &g_array_index(samples, struct tables1_sample, state->next_sample);
    order1_heap_push(&state->ready, sample->ticks, state->n_sources);
}

/* The earliest event that waits for what never comes gets it. */
static bool unstick(struct order1_state *state)
{
    while (state->stuck.n > 0) {
        int64_t place = state->stuck.keys[0];
        struct order1_source *source = &state->sources[order1_heap_pop(&state->stuck)];
        if (!source->waits || order1_place(source, state->by_seq) != place)
            continue; /* it has gone on since */
        return order1_repair(state, source, &source->need);
    }
    return false;
}

static bool fail_stuck(const struct order1_state *state, GError **error)
{
    for (uint32_t i = 0; i < state->n_sources; i++) {
        const struct order1_source *source = &state->sources[i];
        if (!source->waits)
            continue;
        g_autofree char *whose =
            source->need.of == NEED1_GC
                ? g_strdup("")
                : g_strdup_printf(" of goroutine %" G_GUINT64_FORMAT, source->need.g);
        g_set_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                    "no order of the events is consistent: P %" G_GINT64_FORMAT
                    " waits with %s%s for an event that never comes",
                    source->queue.p, wire1_specs[source->queue.record.type].name, whose);
        break;
    }
    return false;
}

/* Times have to be in order, too. */
static bool check_ticks(struct order1_state *state, int64_t ticks, GError **error)
{
    if (ticks < state->last_ticks) {
        if (!state->salvage) {
            g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                                "the clock goes back from one event to the next");
            return false;
        }
        state->out->n_backwards++;
    }
    state->last_ticks = ticks;
    return true;
}

/* Plays the earliest event that is ready. */
static bool step(struct order1_state *state, GError **error)
{
    uint32_t index = order1_heap_pop(&state->ready);
    if (index == state->n_sources) {
        const struct tables1_sample *sample =
            &g_array_index(state->tables->samples, struct tables1_sample, state->next_sample++);
        if (!check_ticks(state, sample->ticks, error))
            return false;
        order1_play_sample(state, sample);
        order1_add_step(state, index);
        go_on_samples(state);
        return true;
    }
    int64_t ticks = state->sources[index].queue.ticks;
    if (!check_ticks(state, ticks, error) || !order1_play(state, index, error))
        return false;
    order1_add_step(state, index);
    order1_go_on(state, index);
    return true;
}

/* What lies before all sources can wait. To look at them must not take long against what they have
 * played meanwhile. */
static void relax_behind(struct order1_state *state)
{
    if (state->out->n < state->next_relax)
        return;
    state->next_relax = state->out->n + RELAX_EVENTS + state->n_sources;
    size_t least = state->tables->len;
    for (uint32_t i = 0; i < state->n_sources; i++)
        least = MIN(least, queue1_at(&state->sources[i].queue));
    relax_to(state->tables->relax, least);
}

static bool run(struct order1_state *state, GCancellable *cancellable, uint64_t *progress,
                GError **error)
{
    uint64_t n_all = state->tables->n_records + state->tables->samples->len;
    relax_begin(state->tables->relax);
    for (uint32_t i = 0; i < state->n_sources; i++)
        order1_go_on(state, i);
    go_on_samples(state);
    for (unsigned work = 1;; work++) {
        if (work % WORK_BETWEEN_CHECKS == 0) {
            if (g_cancellable_set_error_if_cancelled(cancellable, error))
                return false;
            relax_behind(state);
            if (progress != NULL) /* the second of three ways through the events */
                __atomic_store_n(progress,
                                 (uint64_t)((1 + (double)state->out->n / (double)n_all) *
                                            (double)state->tables->len / 3),
                                 __ATOMIC_RELAXED);
        }
        order1_quick(state);
        if (state->ready.n == 0) {
            if (state->n_waiting == 0)
                return true;
            if (!state->salvage || !unstick(state))
                return fail_stuck(state, error);
        } else if (!step(state, error)) {
            return false;
        }
    }
}

static struct order1 *allocate(const struct tables1 *tables)
{
    struct order1 *order = g_new0(struct order1, 1);
    uint64_t n_all = tables->n_records + tables->samples->len;
    order->width = tables->queues->len < 256 ? 1 : tables->queues->len < 65536 ? 2 : 4;
    order->steps = g_malloc(n_all * order->width);
    order->marks = g_malloc0(tables->n_marked / 8 + 1);
    order->exits = g_array_new(FALSE, FALSE, sizeof(struct order1_exit));
    order->repairs = g_array_new(FALSE, FALSE, sizeof(struct order1_repair));
    return order;
}

static uint64_t random_odd(void)
{
    return (uint64_t)g_random_int() << 32 | g_random_int() | 1;
}

static void init_state(struct order1_state *state, const struct tables1 *tables, bool salvage)
{
    memset(state, 0, sizeof *state);
    state->tables = tables;
    state->salvage = salvage;
    state->by_seq = tables->format.has_seq;
    state->out = allocate(tables);
    state->n_sources = tables->queues->len;
    state->sources = g_new0(struct order1_source, state->n_sources);
    for (uint32_t i = 0; i < state->n_sources; i++)
        queue1_init(&state->sources[i].queue, tables, i);
    for (size_t i = 0; i < G_N_ELEMENTS(state->mix); i++)
        state->mix[i] = random_odd();
    roster_init(&state->slots);
    roster_add(&state->slots, 0);
    state->gs_size = 64;
    state->gs = g_new0(struct order1_g, state->gs_size);
    state->last_ticks = INT64_MIN;
}

static void clear_state(struct order1_state *state)
{
    for (uint32_t slot = 0; slot < state->slots.n; slot++)
        g_clear_pointer(&state->gs[slot].regions, g_array_unref);
    g_free(state->gs);
    roster_clear(&state->slots);
    g_free(state->sources);
    heap_clear(&state->ready);
    heap_clear(&state->stuck);
    idmap_clear(&state->waiting);
    idset_clear(&state->ended);
    idmap_clear(&state->tasks);
}

static int compare_exits(const void *a, const void *b)
{
    const struct order1_exit *first = a, *second = b;
    if (first->ticks != second->ticks)
        return first->ticks > second->ticks ? 1 : -1;
    return (first->index > second->index) - (first->index < second->index);
}

struct order1 *order1_new(const struct tables1 *tables, bool salvage, GCancellable *cancellable,
                          uint64_t *progress, GError **error)
{
    struct order1_state state;
    init_state(&state, tables, salvage);
    g_autoptr(GError) why = NULL;
    bool whole = run(&state, cancellable, progress, &why);
    struct order1 *order = state.out;
    clear_state(&state);
    if (!whole) {
        bool over = !salvage || g_error_matches(why, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_propagate_error(error, g_steal_pointer(&why));
        if (over)
            g_clear_pointer(&order, order1_free);
    }
    if (order != NULL)
        g_array_sort(order->exits, compare_exits);
    return order;
}

void order1_free(struct order1 *order)
{
    if (order == NULL)
        return;
    g_free(order->steps);
    g_free(order->marks);
    g_array_unref(order->exits);
    g_array_unref(order->repairs);
    g_free(order);
}
