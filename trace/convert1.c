/* Walks along the order of a Go 1.5 to 1.21 trace and says each event in newer words. */
#include "trace/convert1.h"

#include <string.h>

#include "trace/error.h"
#include "trace/queue1.h"

#define WORK_BETWEEN_CHECKS 65536

/* What happens on no real P. */
enum { TIMER_P = 1000001, NET_P, SYSCALL_P, GC_P };

/* A P and its events. */
struct source {
    struct queue1 queue;
    bool was_seen;
    bool has_m;
    int64_t m;
};

struct task {
    uint64_t parent;
    uint32_t type;
};

struct state {
    struct convert1 *convert;
    struct tables1 *tables;
    struct stream *stream;
    struct source *sources;
    uint32_t next_sample;
    bool began;
    int64_t first_ticks;
    uint64_t n_marks;
    guint next_exit, next_repair;
    int64_t exit_ticks;    /* of the next exit; INT64_MAX: perhaps there is none */
    uint64_t repair_index; /* of the next repair; UINT64_MAX: there is none */
    /* Until the first GOMAXPROCS events say how things stood when the trace began. */
    bool starts;
    struct idmap runnable;                 /* goroutines that were there and did nothing yet */
    struct idmap tasks;                    /* open ones: id -> struct task */
    uint32_t stw_name;                     /* of the last that began */
    uint32_t stw_names[WIRE1_N_STW_KINDS]; /* symbols, made when first used, like the others */
    uint32_t reasons[WIRE1_N_TYPES];
    uint32_t mark_name, sweep_name, assist_name;
};

/* What a goroutine does when it leaves its P; events without a row are no such. */
static const struct {
    enum event_state to;
    const char *reason;
} leaving[WIRE1_N_TYPES] = {
    [WIRE1_GO_STOP] = {STATE_WAITING, "forever"},
    [WIRE1_GO_SCHED] = {STATE_RUNNABLE, "runtime.Gosched"},
    [WIRE1_GO_PREEMPT] = {STATE_RUNNABLE, "preempted"},
    [WIRE1_GO_SLEEP] = {STATE_WAITING, "sleep"},
    [WIRE1_GO_BLOCK] = {STATE_WAITING, ""},
    [WIRE1_GO_BLOCK_SEND] = {STATE_WAITING, "chan send"},
    [WIRE1_GO_BLOCK_RECV] = {STATE_WAITING, "chan receive"},
    [WIRE1_GO_BLOCK_SELECT] = {STATE_WAITING, "select"},
    [WIRE1_GO_BLOCK_SYNC] = {STATE_WAITING, "sync"},
    [WIRE1_GO_BLOCK_COND] = {STATE_WAITING, "sync.(*Cond).Wait"},
    [WIRE1_GO_BLOCK_NET] = {STATE_WAITING, "network"},
    [WIRE1_GO_BLOCK_GC] = {STATE_WAITING, "GC mark assist wait for work"},
};

static uint32_t named(const struct state *state, uint32_t *symbol, const char *name)
{
    if (*symbol == 0)
        *symbol = symbols_add_string(state->tables->symbols, name, strlen(name));
    return *symbol;
}

static int64_t ns_of(const struct state *state, int64_t ticks)
{
    double ns = (double)(int64_t)((uint64_t)ticks - (uint64_t)state->first_ticks) *
                state->convert->ns_per_tick;
    /* What amd64 makes of numbers that do not fit. */
    if (!(ns < 9223372036854775808.0) || ns < -9223372036854775808.0)
        return INT64_MIN;
    return (int64_t)ns;
}

static int64_t id_of(uint64_t g)
{
    return g == 0 ? EVENT_NO_ID : (int64_t)g;
}

/* Something that the event names is not in the file. */
static bool lose(struct state *state, const char *what, uint64_t id, GError **error)
{
    state->convert->n_lost_names++;
    if (state->convert->salvage)
        return true;
    g_set_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                "an event names %s %" G_GUINT64_FORMAT ", which does not exist", what, id);
    return false;
}

static bool take_string(struct state *state, uint64_t id, uint32_t *symbol, GError **error)
{
    return tables1_string(state->tables, id, symbol) || lose(state, "string", id, error);
}

/* Go has no stack for those that do not exist, but fails where names of one are missing. */
static bool take_stack(struct state *state, uint64_t id, uint32_t *symbol, GError **error)
{
    return id == 0 || tables1_stack(state->tables, id, symbol) != TABLES1_NO_NAMES ||
           lose(state, "a string in stack", id, error);
}

/* Where a new goroutine begins: a stack, or in the first version one past its pc. */
static bool take_start_stack(struct state *state, uint64_t id, uint32_t *symbol, GError **error)
{
    if (state->tables->format.has_seq) {
        struct frame frame = {.pc = id + 1};
        *symbol = symbols_add_stack(state->tables->symbols, &frame, 1);
        return true;
    }
    return id == 0 || tables1_stack(state->tables, id, symbol) == TABLES1_STACK ||
           lose(state, "stack", id, error);
}

/* Sets the context of an event to where a record stands; what is of its kind is left to others,
 * since nearly all are transitions and there are many of them. */
static inline void set_context(struct event *event, const struct source *source)
{
    event->m = source->has_m ? source->m : EVENT_NO_ID;
    event->p = source->queue.p;
    event->g = id_of(source->queue.g);
    event->stack = 0;
}

static inline void set_transition(struct event *event, enum event_resource resource, int64_t id,
                                  enum event_state from, enum event_state to)
{
    event->kind = EVENT_STATE_TRANSITION;
    event->transition.resource = resource;
    event->transition.id = id;
    event->transition.from = from;
    event->transition.to = to;
    event->transition.reason = 0;
    event->transition.stack = 0;
}

static void set_pseudo_p(struct event *event, int64_t p)
{
    event->p = p;
    event->m = EVENT_NO_ID;
}

static int compare_ids(const void *a, const void *b)
{
    const uint64_t *first = a, *second = b;
    return (*first > *second) - (*first < *second);
}

/* The first GOMAXPROCS: goroutines of which nothing was said are runnable. */
static bool end_start(struct state *state, int64_t ns, GError **error)
{
    state->starts = false;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (size_t i = 0; i < state->runnable.size; i++)
        if (state->runnable.slots[i].value != NULL)
            g_array_append_val(ids, state->runnable.slots[i].id);
    g_array_sort(ids, compare_ids);
    for (guint i = 0; i < ids->len; i++) {
        struct event event = {.m = EVENT_NO_ID, .p = EVENT_NO_ID, .g = EVENT_NO_ID};
        set_transition(&event, RESOURCE_GOROUTINE, (int64_t)g_array_index(ids, uint64_t, i),
                       STATE_UNDETERMINED, STATE_RUNNABLE);
        if (!stream_emit(state->stream, &event, ns, error))
            return false;
    }
    idmap_clear(&state->runnable);
    return true;
}

static bool convert_metric(struct state *state, struct event *event,
                           const struct wire1_record *record, GError **error)
{
    event->kind = EVENT_METRIC;
    event->metric.value = record->args[0];
    event->metric.metric = record->type == WIRE1_HEAP_ALLOC  ? METRIC_HEAP_LIVE
                           : record->type == WIRE1_HEAP_GOAL ? METRIC_HEAP_GOAL
                                                             : METRIC_GOMAXPROCS;
    return take_stack(state, record->stack, &event->stack, error);
}

static void convert_proc(struct source *source, struct event *event)
{
    const struct wire1_record *record = &source->queue.record;
    if (record->type == WIRE1_PROC_START) {
        source->has_m = true;
        source->m = (int64_t)record->args[0];
        event->m = source->m;
        set_transition(event, RESOURCE_PROC, source->queue.p,
                       source->was_seen ? STATE_IDLE : STATE_UNDETERMINED, STATE_RUNNING);
    } else {
        set_transition(event, RESOURCE_PROC, source->queue.p,
                       source->was_seen ? STATE_RUNNING : STATE_UNDETERMINED, STATE_IDLE);
        source->has_m = false;
    }
    source->was_seen = true;
}

static uint32_t stw_name(struct state *state, uint64_t kind)
{
    if (state->tables->format.go_minor < 21)
        kind = kind <= 1 ? kind + 1 : 0;
    else if (kind >= WIRE1_N_STW_KINDS)
        kind = 0;
    if (state->stw_names[kind] == 0) {
        g_autofree char *name = g_strdup_printf("stop-the-world (%s)", wire1_stw_kinds[kind]);
        named(state, &state->stw_names[kind], name);
    }
    return state->stw_names[kind];
}

static void set_range(struct event *event, enum event_range range, uint32_t name,
                      enum event_resource scope, int64_t id)
{
    event->range.range = range;
    event->range.name = name;
    event->range.scope = scope;
    event->range.id = id;
    event->range.has_swept = false;
    event->range.swept_bytes = 0;
    event->range.reclaimed_bytes = 0;
}

static bool convert_range(struct state *state, struct event *event,
                          const struct wire1_record *record, GError **error)
{
    event->kind = EVENT_RANGE_BEGIN;
    switch (record->type) {
    case WIRE1_GC_DONE:
    case WIRE1_STW_DONE:
    case WIRE1_GC_SWEEP_DONE:
    case WIRE1_GC_MARK_ASSIST_DONE:
        event->kind = EVENT_RANGE_END;
        break;
    default:
        break;
    }
    switch (record->type) {
    case WIRE1_GC_START:
        set_pseudo_p(event, GC_P);
        G_GNUC_FALLTHROUGH;
    case WIRE1_GC_DONE:
        set_range(event, RANGE_GC_MARK, named(state, &state->mark_name, "GC concurrent mark phase"),
                  RESOURCE_NONE, 0);
        break;
    case WIRE1_STW_START:
        state->stw_name = stw_name(state, record->args[0]);
        G_GNUC_FALLTHROUGH;
    case WIRE1_STW_DONE:
        set_range(event, RANGE_STW, state->stw_name, RESOURCE_GOROUTINE, event->g);
        break;
    case WIRE1_GC_SWEEP_START:
    case WIRE1_GC_SWEEP_DONE:
        set_range(event, RANGE_GC_SWEEP, named(state, &state->sweep_name, "GC incremental sweep"),
                  RESOURCE_PROC, event->p);
        if (record->type == WIRE1_GC_SWEEP_START)
            break;
        event->range.has_swept = true;
        event->range.swept_bytes = record->args[0];
        event->range.reclaimed_bytes = record->args[1];
        break;
    default:
        set_range(event, RANGE_MARK_ASSIST, named(state, &state->assist_name, "GC mark assist"),
                  RESOURCE_GOROUTINE, event->g);
        break;
    }
    return take_stack(state, record->stack, &event->stack, error);
}

static bool convert_task(struct state *state, struct event *event,
                         const struct wire1_record *record, GError **error)
{
    struct task *task = idmap_find(&state->tasks, record->args[0]);
    event->task.id = record->args[0];
    if (record->type == WIRE1_USER_TASK_CREATE) {
        event->kind = EVENT_TASK_BEGIN;
        event->task.parent = record->args[1] == 0 ? UINT64_MAX : record->args[1];
        if (!take_string(state, record->args[2], &event->task.type, error))
            return false;
        if (task == NULL) {
            task = g_new(struct task, 1);
            idmap_add(&state->tasks, record->args[0], task);
        }
        /* A task without a parent ends as a child of 0, in Go, too. */
        *task = (struct task){record->args[1], event->task.type};
    } else {
        event->kind = EVENT_TASK_END;
        event->task.parent = task == NULL ? UINT64_MAX : task->parent;
        event->task.type = task == NULL ? 0 : task->type;
        idmap_remove(&state->tasks, record->args[0]);
        g_free(task);
    }
    return take_stack(state, record->stack, &event->stack, error);
}

/* Regions and logs. */
static bool convert_note(struct state *state, struct event *event,
                         const struct wire1_record *record, GError **error)
{
    if (record->type == WIRE1_USER_LOG) {
        event->kind = EVENT_LOG;
        event->log.task = record->args[0];
        event->log.message = record->bytes;
        return take_string(state, record->args[1], &event->log.category, error) &&
               take_stack(state, record->stack, &event->stack, error);
    }
    event->kind = record->args[1] == 0 ? EVENT_REGION_BEGIN : EVENT_REGION_END;
    event->region.task = record->args[0];
    return take_string(state, record->args[2], &event->region.type, error) &&
           take_stack(state, record->stack, &event->stack, error);
}

static bool convert_unblock(struct state *state, struct event *event,
                            const struct wire1_record *record, GError **error)
{
    uint64_t mark = state->n_marks++;
    set_transition(event, RESOURCE_GOROUTINE, (int64_t)record->args[0], STATE_WAITING,
                   STATE_RUNNABLE);
    if (idset_has(&state->tables->timers, (uint64_t)event->g))
        set_pseudo_p(event, TIMER_P);
    if (order1_mark(state->convert->order, mark))
        set_pseudo_p(event, NET_P);
    return take_stack(state, record->stack, &event->stack, error);
}

static void set_exit(struct event *event, uint64_t g)
{
    set_pseudo_p(event, SYSCALL_P);
    event->g = id_of(g);
    set_transition(event, RESOURCE_GOROUTINE, event->g, STATE_SYSCALL, STATE_RUNNABLE);
}

/* A goroutine leaves its P. */
static bool convert_leave(struct state *state, struct event *event,
                          const struct wire1_record *record, GError **error)
{
    set_transition(event, RESOURCE_GOROUTINE, event->g, STATE_RUNNING, leaving[record->type].to);
    event->transition.reason =
        named(state, &state->reasons[record->type], leaving[record->type].reason);
    if (!take_stack(state, record->stack, &event->stack, error))
        return false;
    event->transition.stack = event->stack;
    return true;
}

/* How a goroutine stood when the trace began; these events are about nothing else. */
static void convert_status(struct state *state, struct event *event, uint64_t g,
                           enum event_state to)
{
    set_transition(event, RESOURCE_GOROUTINE, (int64_t)g, STATE_UNDETERMINED, to);
    idmap_remove(&state->runnable, g);
}

static bool emit(struct state *state, struct event *event, int64_t ns, GError **error)
{
    return stream_emit(state->stream, event, ns, error);
}

/* Two events, an instant apart unless the goroutine was seen to block. */
static bool convert_call(struct state *state, const struct source *source, struct event *event,
                         int64_t ns, GError **error)
{
    const struct wire1_record *record = &source->queue.record;
    bool blocks = order1_mark(state->convert->order, state->n_marks++);
    set_transition(event, RESOURCE_GOROUTINE, event->g, STATE_RUNNING, STATE_SYSCALL);
    if (!take_stack(state, record->stack, &event->stack, error))
        return false;
    event->transition.stack = event->stack;
    if (!blocks && !source->has_m)
        event->m = 0; /* Go's tool looks the thread up with less care here */
    if (!emit(state, event, ns, error))
        return false;
    if (blocks)
        return true;
    struct event end = {.m = event->m, .p = event->p, .g = event->g};
    set_transition(&end, RESOURCE_GOROUTINE, event->g, STATE_SYSCALL, STATE_RUNNING);
    return emit(state, &end, ns < INT64_MAX ? ns + 1 : ns, error);
}

static bool convert_start(struct state *state, const struct source *source, struct event *event,
                          int64_t ns, GError **error)
{
    const struct wire1_record *record = &source->queue.record;
    bool labelled = record->type == WIRE1_GO_START_LABEL;
    if (state->starts && !labelled)
        convert_status(state, event, record->args[0], STATE_RUNNING);
    else
        set_transition(event, RESOURCE_GOROUTINE, (int64_t)record->args[0], STATE_RUNNABLE,
                       STATE_RUNNING);
    if (labelled && !source->has_m)
        event->m = 0; /* as above */
    if (!emit(state, event, ns, error) || !labelled)
        return !labelled;
    struct event label = {.kind = EVENT_LABEL};
    set_context(&label, source);
    label.m = event->m;
    label.label.resource = RESOURCE_GOROUTINE;
    label.label.id = label.g;
    return take_string(state, record->args[2], &label.label.label, error) &&
           emit(state, &label, ns, error);
}

static bool convert_create(struct state *state, struct event *event,
                           const struct wire1_record *record, int64_t ns, GError **error)
{
    if (state->starts) {
        if (idmap_find(&state->runnable, record->args[0]) == NULL)
            idmap_add(&state->runnable, record->args[0], state);
        return true;
    }
    set_transition(event, RESOURCE_GOROUTINE, (int64_t)record->args[0], STATE_NOT_EXIST,
                   STATE_RUNNABLE);
    return take_stack(state, record->stack, &event->stack, error) &&
           take_start_stack(state, record->args[1], &event->transition.stack, error) &&
           emit(state, event, ns, error);
}

static bool convert_futile(struct state *state, GError **error)
{
    if (state->tables->format.go_minor < 11)
        return true;
    state->convert->n_skipped++;
    if (state->convert->salvage)
        return true;
    g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                        "a FutileWakeup, which Go's tool no longer reads");
    return false;
}

/* Events that become one event. */
static bool convert_one(struct state *state, struct source *source, struct event *event, int64_t ns,
                        GError **error)
{
    const struct wire1_record *record = &source->queue.record;
    bool good = true;
    switch (record->type) {
    case WIRE1_GOMAXPROCS:
    case WIRE1_HEAP_ALLOC:
    case WIRE1_HEAP_GOAL:
        good = convert_metric(state, event, record, error);
        break;
    case WIRE1_PROC_START:
    case WIRE1_PROC_STOP:
        convert_proc(source, event);
        break;
    case WIRE1_GO_END:
        set_transition(event, RESOURCE_GOROUTINE, event->g, STATE_RUNNING, STATE_NOT_EXIST);
        break;
    case WIRE1_GO_UNBLOCK:
    case WIRE1_GO_UNBLOCK_LOCAL:
        good = convert_unblock(state, event, record, error);
        break;
    case WIRE1_GO_WAITING:
        convert_status(state, event, record->args[0], STATE_WAITING);
        break;
    case WIRE1_GO_IN_SYSCALL:
        convert_status(state, event, record->args[0], STATE_SYSCALL);
        break;
    case WIRE1_USER_TASK_CREATE:
    case WIRE1_USER_TASK_END:
        good = convert_task(state, event, record, error);
        break;
    case WIRE1_USER_REGION:
    case WIRE1_USER_LOG:
        good = convert_note(state, event, record, error);
        break;
    default:
        good = leaving[record->type].reason != NULL ? convert_leave(state, event, record, error)
                                                    : convert_range(state, event, record, error);
        break;
    }
    return good && emit(state, event, ns, error);
}

static bool convert_event(struct state *state, struct source *source, GError **error)
{
    const struct wire1_record *record = &source->queue.record;
    int64_t ns = ns_of(state, source->queue.ticks);
    struct event event;
    set_context(&event, source);
    switch (record->type) {
    case WIRE1_GOMAXPROCS:
        return state->starts ? end_start(state, ns, error)
                             : convert_one(state, source, &event, ns, error);
    case WIRE1_GO_CREATE:
        return convert_create(state, &event, record, ns, error);
    case WIRE1_GO_START:
    case WIRE1_GO_START_LOCAL:
    case WIRE1_GO_START_LABEL:
        return convert_start(state, source, &event, ns, error);
    case WIRE1_GO_SYS_CALL:
        return convert_call(state, source, &event, ns, error);
    case WIRE1_GO_SYS_BLOCK: /* told by the look ahead from its GoSysCall */
        return true;
    case WIRE1_GO_SYS_EXIT:
    case WIRE1_GO_SYS_EXIT_LOCAL:
        if (order1_mark(state->convert->order, state->n_marks++))
            return true; /* it comes where it belongs */
        set_exit(&event, record->args[0]);
        return emit(state, &event, ns, error);
    case WIRE1_FUTILE_WAKEUP:
        return convert_futile(state, error);
    default:
        return convert_one(state, source, &event, ns, error);
    }
}

static bool convert_sample(struct state *state, const struct tables1_sample *sample, GError **error)
{
    struct event event = {
        .m = EVENT_NO_ID, .p = sample->p, .g = id_of(sample->g), .kind = EVENT_STACK_SAMPLE};
    return take_stack(state, sample->stack, &event.stack, error) &&
           emit(state, &event, ns_of(state, sample->ticks), error);
}

/* All times count from the first event; a Sync stands a nanosecond before it. */
static bool begin(struct state *state, int64_t ticks, GError **error)
{
    if (state->began)
        return true;
    state->began = true;
    state->first_ticks = ticks;
    struct event sync = {
        .kind = EVENT_SYNC, .m = EVENT_NO_ID, .p = EVENT_NO_ID, .g = EVENT_NO_ID, .sync.n = 1};
    return emit(state, &sync, -1, error);
}

static void look_for_exit(struct state *state)
{
    const GArray *exits = state->convert->order->exits;
    state->exit_ticks = state->next_exit < exits->len
                            ? g_array_index(exits, struct order1_exit, state->next_exit).ticks
                            : INT64_MAX;
}

/* The ends of syscalls that belong before event `index`, which has this time. */
static bool emit_exits(struct state *state, int64_t ticks, uint64_t index, GError **error)
{
    const GArray *exits = state->convert->order->exits;
    for (; state->next_exit < exits->len; state->next_exit++) {
        const struct order1_exit *exit =
            &g_array_index(exits, struct order1_exit, state->next_exit);
        if (exit->ticks > ticks || (exit->ticks == ticks && exit->index > index))
            break;
        struct event event = {.kind = EVENT_STATE_TRANSITION};
        set_exit(&event, exit->g);
        if (!begin(state, exit->ticks, error) ||
            !emit(state, &event, ns_of(state, exit->ticks), error))
            return false;
    }
    look_for_exit(state);
    return true;
}

static void look_for_repair(struct state *state)
{
    const GArray *repairs = state->convert->order->repairs;
    state->repair_index =
        state->next_repair < repairs->len
            ? g_array_index(repairs, struct order1_repair, state->next_repair).index
            : UINT64_MAX;
}

/* Goroutines that were put into the state that event `index` needs. */
static bool emit_repairs(struct state *state, int64_t ticks, uint64_t index, GError **error)
{
    for (; state->repair_index <= index; look_for_repair(state)) {
        const struct order1_repair *repair = &g_array_index(
            state->convert->order->repairs, struct order1_repair, state->next_repair++);
        struct event event = {.m = EVENT_NO_ID, .p = EVENT_NO_ID, .g = EVENT_NO_ID};
        set_transition(&event, RESOURCE_GOROUTINE, (int64_t)repair->g, repair->from, repair->to);
        if (!emit(state, &event, ns_of(state, ticks), error))
            return false;
    }
    return true;
}

/* Whatever belongs before event `index`, which has this time. */
static bool emit_before(struct state *state, int64_t ticks, uint64_t index, GError **error)
{
    return (ticks < state->exit_ticks || emit_exits(state, ticks, index, error)) &&
           (state->began || begin(state, ticks, error)) &&
           (index < state->repair_index || emit_repairs(state, ticks, index, error));
}

static bool step(struct state *state, uint64_t index, GError **error)
{
    uint32_t number = order1_step(state->convert->order, index);
    const GArray *samples = state->tables->samples;
    bool is_sample = number == state->tables->queues->len;
    struct source *source = &state->sources[number];
    if (!is_sample && !queue1_next(&source->queue)) {
        g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                            "the file has changed while it was read");
        return false;
    }
    const struct tables1_sample *sample =
        is_sample ? &g_array_index(samples, struct tables1_sample, state->next_sample++) : NULL;
    int64_t ticks = is_sample ? sample->ticks : source->queue.ticks;
    return emit_before(state, ticks, index, error) &&
           (is_sample ? convert_sample(state, sample, error) : convert_event(state, source, error));
}

static bool run(struct state *state, GCancellable *cancellable, uint64_t *progress, GError **error)
{
    const struct order1 *order = state->convert->order;
    for (uint64_t i = 0; i < order->n; i++) {
        if (i % WORK_BETWEEN_CHECKS == 0) {
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
    struct state state = {.convert = convert, .tables = convert->tables, .stream = stream};
    guint n_sources = state.tables->queues->len;
    state.sources = g_new0(struct source, n_sources + 1); /* one for the samples, not used */
    for (guint i = 0; i < n_sources; i++)
        queue1_init(&state.sources[i].queue, state.tables, i);
    state.starts = true;
    look_for_exit(&state);
    look_for_repair(&state);
    bool good = run(&state, cancellable, progress, error);
    for (size_t i = 0; i < state.tasks.size; i++)
        g_free(state.tasks.slots[i].value);
    idmap_clear(&state.tasks);
    idmap_clear(&state.runnable);
    g_free(state.sources);
    return good;
}
