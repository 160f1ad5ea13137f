/* Walks along the order of a Go 1.5 to 1.21 trace event by event. */
#include "trace/convert1_state.h"

#include "trace/error.h"

/* How many events are said between two looks at the cancellable. */
#define WORK_BETWEEN_CHECKS 65536

/* How many events are said before memory is given back. */
#define RELAX_EVENTS ((uint64_t)1 << 18)

/* All times count from the first event; a Sync stands a nanosecond before it. */
static bool begin(struct convert1_state *state, int64_t ticks, GError **error)
{
    if (state->began)
        return true;
    state->began = true;
    state->first_ticks = ticks;
    struct event sync = {
        .kind = EVENT_SYNC, .m = EVENT_NO_ID, .p = EVENT_NO_ID, .g = EVENT_NO_ID, .sync.n = 1};
    return convert1_emit(state, &sync, -1, error);
}

static void look_for_exit(struct convert1_state *state)
{
    const GArray *exits = state->convert->order->exits;
    state->exit_ticks = state->next_exit < exits->len
                            ? g_array_index(exits, struct order1_exit, state->next_exit).ticks
                            : INT64_MAX;
}

/* The ends of syscalls that belong before event `index`, which has this time. */
static bool emit_exits(struct convert1_state *state, int64_t ticks, uint64_t index, GError **error)
{
    const GArray *exits = state->convert->order->exits;
    for (; state->next_exit < exits->len; state->next_exit++) {
        const struct order1_exit *exit =
            &g_array_index(exits, struct order1_exit, state->next_exit);
        if (exit->ticks > ticks || (exit->ticks == ticks && exit->index > index))
            break;
        struct event event = {.kind = EVENT_STATE_TRANSITION};
        convert1_set_exit(&event, exit->g);
        if (!begin(state, exit->ticks, error) ||
            !convert1_emit(state, &event, convert1_ns(state, exit->ticks), error))
            return false;
    }
    look_for_exit(state);
    return true;
}

static void look_for_repair(struct convert1_state *state)
{
    const GArray *repairs = state->convert->order->repairs;
    state->repair_index =
        state->next_repair < repairs->len
            ? g_array_index(repairs, struct order1_repair, state->next_repair).index
            : UINT64_MAX;
}

/* Goroutines that were put into the state that event `index` needs. */
static bool emit_repairs(struct convert1_state *state, int64_t ticks, uint64_t index,
                         GError **error)
{
    for (; state->repair_index <= index; look_for_repair(state)) {
        const struct order1_repair *repair = &g_array_index(
            state->convert->order->repairs, struct order1_repair, state->next_repair++);
        struct event event = {.m = EVENT_NO_ID, .p = EVENT_NO_ID, .g = EVENT_NO_ID};
        convert1_set_transition(&event, RESOURCE_GOROUTINE, (int64_t)repair->g, repair->from,
                                repair->to);
        if (!convert1_emit(state, &event, convert1_ns(state, ticks), error))
            return false;
    }
    return true;
}

/* Whatever belongs before event `index`, which has this time. */
static bool emit_before(struct convert1_state *state, int64_t ticks, uint64_t index, GError **error)
{
    return (ticks < state->exit_ticks || emit_exits(state, ticks, index, error)) &&
           (state->began || begin(state, ticks, error)) &&
           (index < state->repair_index || emit_repairs(state, ticks, index, error));
}

/* The symbol of a stack that was asked for before. */
static inline bool known_stack(const struct convert1_state *state, uint64_t id, uint32_t *symbol)
{
    *symbol = 0;
    if (id == 0)
        return true;
    *symbol = id < CONVERT1_N_STACKS ? state->stacks[id] : 0;
    return *symbol != 0;
}

/* Does what convert1_event() does with a record of the kinds that nearly all are of, where
 * everything that it names is known. False, and nothing has been done: it is another. */
static inline bool convert_quick(struct convert1_state *state, struct convert1_source *source,
                                 struct event *event)
{
    const struct wire1_record *record = &source->queue.record;
    struct roster *goroutines = &state->stream->goroutines;
    enum event_state from = STATE_RUNNABLE, to = STATE_RUNNING;
    uint64_t id = source->queue.g, g = id;
    event->p = source->queue.p;
    event->m = source->has_m ? source->m : EVENT_NO_ID;
    event->transition.stack = 0;
    switch (record->type) {
    case WIRE1_GO_START:
    case WIRE1_GO_START_LOCAL:
        event->stack = 0;
        break;
    case WIRE1_GO_UNBLOCK:
    case WIRE1_GO_UNBLOCK_LOCAL:
        if (!known_stack(state, record->stack, &event->stack) || state->tables->timers.n > 0)
            return false;
        from = STATE_WAITING;
        to = STATE_RUNNABLE;
        id = record->args[0];
        if (order1_mark(state->convert->order, state->n_marks++))
            convert1_set_p(event, CONVERT1_NET_P);
        break;
    default:
        from = STATE_RUNNING;
        to = convert1_leaves_to[record->type];
        if (id == 0 || state->reasons[record->type] == 0 ||
            !known_stack(state, record->stack, &event->stack))
            return false;
        event->transition.stack = event->stack;
        break;
    }
    event->kind = EVENT_STATE_TRANSITION;
    event->g = convert1_id(g);
    event->slot = roster_find(goroutines, (int64_t)id);
    if (event->slot == EVENT_NO_SLOT)
        event->slot = roster_add(goroutines, (int64_t)id);
    event->g_slot = event->g == EVENT_NO_ID ? EVENT_NO_SLOT
                    : g == id               ? event->slot
                                            : roster_find(goroutines, (int64_t)g);
    event->transition.resource = RESOURCE_GOROUTINE;
    event->transition.id = (int64_t)id;
    event->transition.from = (uint8_t)from;
    event->transition.to = (uint8_t)to;
    event->transition.reason = state->reasons[record->type];
    return true;
}

/* Says the event that stands first at a source. */
static inline bool say(struct convert1_state *state, struct convert1_source *source, GError **error)
{
    struct event *event = stream_room(state->stream);
    if (state->starts || !convert_quick(state, source, event))
        return convert1_event(state, source, error);
    state->n_uncounted++;
    return stream_push_quick(state->stream, event, convert1_ns(state, source->queue.ticks)) ||
           stream_no_time(error);
}

static bool step(struct convert1_state *state, uint64_t index, GError **error)
{
    uint32_t number = order1_step(state->convert->order, index);
    const GArray *samples = state->tables->samples;
    bool is_sample = number == state->tables->queues->len;
    struct convert1_source *source = &state->sources[number];
    if (!is_sample && !source->is_there) {
        g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                            "the file has changed while it was read");
        return false;
    }
    const struct tables1_sample *sample =
        is_sample ? &g_array_index(samples, struct tables1_sample, state->next_sample++) : NULL;
    int64_t ticks = is_sample ? sample->ticks : source->queue.ticks;
    if (!emit_before(state, ticks, index, error))
        return false;
    if (is_sample)
        return convert1_sample(state, sample, error);
    if (!say(state, source, error))
        return false;
    source->is_there = queue1_next(&source->queue);
    return true;
}

static void count(struct convert1_state *state)
{
    if (state->n_uncounted > 0)
        stream_count_quick(state->stream, state->n_uncounted);
    state->n_uncounted = 0;
}

/* What lies before all sources can wait. To look at them must not take long against what they have
 * said meanwhile. */
static void relax_behind(struct convert1_state *state, uint64_t index)
{
    guint n_sources = state->tables->queues->len;
    if (index < state->next_relax)
        return;
    state->next_relax = index + RELAX_EVENTS + n_sources;
    size_t least = state->tables->len;
    for (guint i = 0; i < n_sources; i++)
        least = MIN(least, queue1_at(&state->sources[i].queue));
    relax_to(state->tables->relax, least);
}

static bool run(struct convert1_state *state, GCancellable *cancellable, uint64_t *progress,
                GError **error)
{
    const struct order1 *order = state->convert->order;
    relax_begin(state->tables->relax);
    for (uint64_t i = 0; i < order->n; i++) {
        if (i % WORK_BETWEEN_CHECKS == 0) {
            count(state);
            relax_behind(state, i);
            if (g_cancellable_set_error_if_cancelled(cancellable, error))
                return false;
            if (progress != NULL) /* the last of three ways through the events */
                __atomic_store_n(
                    progress,
                    (uint64_t)((2 + (double)i / (double)order->n) * (double)state->tables->len / 3),
                    __ATOMIC_RELAXED);
        }
        if (!step(state, i, error))
            return false;
    }
    return emit_exits(state, INT64_MAX, UINT64_MAX, error);
}

bool convert1_run(struct convert1 *convert, struct stream *stream, GCancellable *cancellable,
                  uint64_t *progress, GError **error)
{
    struct convert1_state state = {.convert = convert, .tables = convert->tables, .stream = stream};
    guint n_sources = state.tables->queues->len;
    state.sources =
        g_new0(struct convert1_source, n_sources + 1); /* one for the samples, not used */
    for (guint i = 0; i < n_sources; i++) {
        queue1_init(&state.sources[i].queue, state.tables, i);
        state.sources[i].is_there = queue1_next(&state.sources[i].queue);
    }
    state.stacks = g_new0(uint32_t, CONVERT1_N_STACKS);
    state.starts = true;
    look_for_exit(&state);
    look_for_repair(&state);
    bool good = run(&state, cancellable, progress, error);
    count(&state);
    for (size_t i = 0; i < state.tasks.size; i++)
        g_free(state.tasks.slots[i].value);
    idmap_clear(&state.tasks);
    idmap_clear(&state.runnable);
    g_free(state.sources);
    g_free(state.stacks);
    return good;
}
