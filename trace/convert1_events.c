/* Each event of a Go 1.5 to 1.21 trace in newer words. */
#include "trace/convert1_state.h"

#include <string.h>

#include "trace/error.h"

const uint8_t convert1_leaves_to[WIRE1_N_TYPES] = {
    [WIRE1_GO_STOP] = STATE_WAITING,       [WIRE1_GO_SCHED] = STATE_RUNNABLE,
    [WIRE1_GO_PREEMPT] = STATE_RUNNABLE,   [WIRE1_GO_SLEEP] = STATE_WAITING,
    [WIRE1_GO_BLOCK] = STATE_WAITING,      [WIRE1_GO_BLOCK_SEND] = STATE_WAITING,
    [WIRE1_GO_BLOCK_RECV] = STATE_WAITING, [WIRE1_GO_BLOCK_SELECT] = STATE_WAITING,
    [WIRE1_GO_BLOCK_SYNC] = STATE_WAITING, [WIRE1_GO_BLOCK_COND] = STATE_WAITING,
    [WIRE1_GO_BLOCK_NET] = STATE_WAITING,  [WIRE1_GO_BLOCK_GC] = STATE_WAITING,
};

/* Why it does. */
static const char *const leaving[WIRE1_N_TYPES] = {
    [WIRE1_GO_STOP] = "forever",
    [WIRE1_GO_SCHED] = "runtime.Gosched",
    [WIRE1_GO_PREEMPT] = "preempted",
    [WIRE1_GO_SLEEP] = "sleep",
    [WIRE1_GO_BLOCK] = "",
    [WIRE1_GO_BLOCK_SEND] = "chan send",
    [WIRE1_GO_BLOCK_RECV] = "chan receive",
    [WIRE1_GO_BLOCK_SELECT] = "select",
    [WIRE1_GO_BLOCK_SYNC] = "sync",
    [WIRE1_GO_BLOCK_COND] = "sync.(*Cond).Wait",
    [WIRE1_GO_BLOCK_NET] = "network",
    [WIRE1_GO_BLOCK_GC] = "GC mark assist wait for work",
};

static uint32_t named(const struct convert1_state *state, uint32_t *symbol, const char *name)
{
    if (*symbol == 0)
        *symbol = symbols_add_string(state->tables->symbols, name, strlen(name));
    return *symbol;
}

/* Something that the event names is not in the file. */
static bool lose(struct convert1_state *state, const char *what, uint64_t id, GError **error)
{
    state->convert->n_lost_names++;
    if (state->convert->salvage)
        return true;
    g_set_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                "an event names %s %" G_GUINT64_FORMAT ", which does not exist", what, id);
    return false;
}

static bool take_string(struct convert1_state *state, uint64_t id, uint32_t *symbol, GError **error)
{
    return tables1_string(state->tables, id, symbol) || lose(state, "string", id, error);
}

/* Go has no stack for those that do not exist, but fails where names of one are missing. */
static bool take_stack(struct convert1_state *state, uint64_t id, uint32_t *symbol, GError **error)
{
    enum tables1_stack found =
        id == 0 ? TABLES1_NO_STACK : tables1_stack(state->tables, id, symbol);
    if (found == TABLES1_STACK && id < CONVERT1_N_STACKS)
        state->stacks[id] = *symbol;
    return found != TABLES1_NO_NAMES || lose(state, "a string in stack", id, error);
}

/* Where a new goroutine begins: a stack, or in the first version one past its pc. */
static bool take_start_stack(struct convert1_state *state, uint64_t id, uint32_t *symbol,
                             GError **error)
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
static inline void set_context(struct event *event, const struct convert1_source *source)
{
    event->m = source->has_m ? source->m : EVENT_NO_ID;
    event->p = source->queue.p;
    event->g = convert1_id(source->queue.g);
    event->stack = 0;
}

static int compare_ids(const void *a, const void *b)
{
    const uint64_t *first = a, *second = b;
    return (*first > *second) - (*first < *second);
}

/* The first GOMAXPROCS: goroutines of which nothing was said are runnable. */
static bool end_start(struct convert1_state *state, int64_t ns, GError **error)
{
    state->starts = false;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (size_t i = 0; i < state->runnable.size; i++)
        if (state->runnable.slots[i].value != NULL)
            g_array_append_val(ids, state->runnable.slots[i].id);
    g_array_sort(ids, compare_ids);
    for (guint i = 0; i < ids->len; i++) {
        struct event event = {.m = EVENT_NO_ID, .p = EVENT_NO_ID, .g = EVENT_NO_ID};
        convert1_set_transition(&event, RESOURCE_GOROUTINE,
                                (int64_t)g_array_index(ids, uint64_t, i), STATE_UNDETERMINED,
                                STATE_RUNNABLE);
        if (!stream_emit(state->stream, &event, ns, error))
            return false;
    }
    idmap_clear(&state->runnable);
    return true;
}

static bool convert_metric(struct convert1_state *state, struct event *event,
                           const struct wire1_record *record, GError **error)
{
    event->kind = EVENT_METRIC;
    event->metric.value = record->args[0];
    event->metric.metric = record->type == WIRE1_HEAP_ALLOC  ? METRIC_HEAP_LIVE
                           : record->type == WIRE1_HEAP_GOAL ? METRIC_HEAP_GOAL
                                                             : METRIC_GOMAXPROCS;
    return take_stack(state, record->stack, &event->stack, error);
}

static void convert_proc(struct convert1_source *source, struct event *event)
{
    const struct wire1_record *record = &source->queue.record;
    if (record->type == WIRE1_PROC_START) {
        source->has_m = true;
        source->m = (int64_t)record->args[0];
        event->m = source->m;
        convert1_set_transition(event, RESOURCE_PROC, source->queue.p,
                                source->was_seen ? STATE_IDLE : STATE_UNDETERMINED, STATE_RUNNING);
    } else {
        convert1_set_transition(event, RESOURCE_PROC, source->queue.p,
                                source->was_seen ? STATE_RUNNING : STATE_UNDETERMINED, STATE_IDLE);
        source->has_m = false;
    }
    source->was_seen = true;
}

static uint32_t stw_name(struct convert1_state *state, uint64_t kind)
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

static bool convert_range(struct convert1_state *state, struct event *event,
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
        convert1_set_p(event, CONVERT1_GC_P);
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

static bool convert_task(struct convert1_state *state, struct event *event,
                         const struct wire1_record *record, GError **error)
{
    struct convert1_task *task = idmap_find(&state->tasks, record->args[0]);
    event->task.id = record->args[0];
    if (record->type == WIRE1_USER_TASK_CREATE) {
        event->kind = EVENT_TASK_BEGIN;
        event->task.parent = record->args[1] == 0 ? UINT64_MAX : record->args[1];
        if (!take_string(state, record->args[2], &event->task.type, error))
            return false;
        if (task == NULL) {
            task = g_new(struct convert1_task, 1);
            idmap_add(&state->tasks, record->args[0], task);
        }
        /* A task without a parent ends as a child of 0, in Go, too. */
        *task = (struct convert1_task){record->args[1], event->task.type};
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
static bool convert_note(struct convert1_state *state, struct event *event,
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

static bool convert_unblock(struct convert1_state *state, struct event *event,
                            const struct wire1_record *record, GError **error)
{
    uint64_t mark = state->n_marks++;
    convert1_set_transition(event, RESOURCE_GOROUTINE, (int64_t)record->args[0], STATE_WAITING,
                            STATE_RUNNABLE);
    if (idset_has(&state->tables->timers, (uint64_t)event->g))
        convert1_set_p(event, CONVERT1_TIMER_P);
    if (order1_mark(state->convert->order, mark))
        convert1_set_p(event, CONVERT1_NET_P);
    return take_stack(state, record->stack, &event->stack, error);
}

/* A goroutine leaves its P. */
static bool convert_leave(struct convert1_state *state, struct event *event,
                          const struct wire1_record *record, GError **error)
{
    convert1_set_transition(event, RESOURCE_GOROUTINE, event->g, STATE_RUNNING,
                            convert1_leaves_to[record->type]);
    event->transition.reason = named(state, &state->reasons[record->type], leaving[record->type]);
    if (!take_stack(state, record->stack, &event->stack, error))
        return false;
    event->transition.stack = event->stack;
    return true;
}

/* How a goroutine stood when the trace began; these events are about nothing else. */
static void convert_status(struct convert1_state *state, struct event *event, uint64_t g,
                           enum event_state to)
{
    convert1_set_transition(event, RESOURCE_GOROUTINE, (int64_t)g, STATE_UNDETERMINED, to);
    idmap_remove(&state->runnable, g);
}

/* Two events, an instant apart unless the goroutine was seen to block. */
static bool convert_call(struct convert1_state *state, const struct convert1_source *source,
                         struct event *event, int64_t ns, GError **error)
{
    const struct wire1_record *record = &source->queue.record;
    bool blocks = order1_mark(state->convert->order, state->n_marks++);
    convert1_set_transition(event, RESOURCE_GOROUTINE, event->g, STATE_RUNNING, STATE_SYSCALL);
    if (!take_stack(state, record->stack, &event->stack, error))
        return false;
    event->transition.stack = event->stack;
    if (!blocks && !source->has_m)
        event->m = 0; /* Go's tool looks the thread up with less care here */
    if (!convert1_emit(state, event, ns, error))
        return false;
    if (blocks)
        return true;
    struct event end = {.m = event->m, .p = event->p, .g = event->g};
    convert1_set_transition(&end, RESOURCE_GOROUTINE, event->g, STATE_SYSCALL, STATE_RUNNING);
    return convert1_emit(state, &end, ns < INT64_MAX ? ns + 1 : ns, error);
}

static bool convert_start(struct convert1_state *state, const struct convert1_source *source,
                          struct event *event, int64_t ns, GError **error)
{
    const struct wire1_record *record = &source->queue.record;
    bool labelled = record->type == WIRE1_GO_START_LABEL;
    if (state->starts && !labelled)
        convert_status(state, event, record->args[0], STATE_RUNNING);
    else
        convert1_set_transition(event, RESOURCE_GOROUTINE, (int64_t)record->args[0], STATE_RUNNABLE,
                                STATE_RUNNING);
    if (labelled && !source->has_m)
        event->m = 0; /* as above */
    if (!convert1_emit(state, event, ns, error) || !labelled)
        return !labelled;
    struct event label = {.kind = EVENT_LABEL};
    set_context(&label, source);
    label.m = event->m;
    label.label.resource = RESOURCE_GOROUTINE;
    label.label.id = label.g;
    return take_string(state, record->args[2], &label.label.label, error) &&
           convert1_emit(state, &label, ns, error);
}

static bool convert_create(struct convert1_state *state, struct event *event,
                           const struct wire1_record *record, int64_t ns, GError **error)
{
    if (state->starts) {
        if (idmap_find(&state->runnable, record->args[0]) == NULL)
            idmap_add(&state->runnable, record->args[0], state);
        return true;
    }
    convert1_set_transition(event, RESOURCE_GOROUTINE, (int64_t)record->args[0], STATE_NOT_EXIST,
                            STATE_RUNNABLE);
    return take_stack(state, record->stack, &event->stack, error) &&
           take_start_stack(state, record->args[1], &event->transition.stack, error) &&
           convert1_emit(state, event, ns, error);
}

static bool convert_futile(struct convert1_state *state, GError **error)
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
static bool convert_one(struct convert1_state *state, struct convert1_source *source,
                        struct event *event, int64_t ns, GError **error)
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
        convert1_set_transition(event, RESOURCE_GOROUTINE, event->g, STATE_RUNNING,
                                STATE_NOT_EXIST);
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
        good = leaving[record->type] != NULL ? convert_leave(state, event, record, error)
                                             : convert_range(state, event, record, error);
        break;
    }
    return good && convert1_emit(state, event, ns, error);
}

bool convert1_event(struct convert1_state *state, struct convert1_source *source, GError **error)
{
    const struct wire1_record *record = &source->queue.record;
    int64_t ns = convert1_ns(state, source->queue.ticks);
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
        convert1_set_exit(&event, record->args[0]);
        return convert1_emit(state, &event, ns, error);
    case WIRE1_FUTILE_WAKEUP:
        return convert_futile(state, error);
    default:
        return convert_one(state, source, &event, ns, error);
    }
}

bool convert1_sample(struct convert1_state *state, const struct tables1_sample *sample,
                     GError **error)
{
    struct event event = {
        .m = EVENT_NO_ID, .p = sample->p, .g = convert1_id(sample->g), .kind = EVENT_STACK_SAMPLE};
    return take_stack(state, sample->stack, &event.stack, error) &&
           convert1_emit(state, &event, convert1_ns(state, sample->ticks), error);
}
