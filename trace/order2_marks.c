/* The replay of everything that moves nobody: ranges, metrics, and what users annotate. */
#include "trace/order2_state.h"

#include <string.h>

static uint64_t arg(const struct order2_step *step, unsigned i)
{
    return step->record->args[i];
}

static struct event *emit_range(struct order2_step *step, enum event_range range, uint32_t name,
                                enum event_resource scope, int64_t id)
{
    struct event *event = order2_emit(step, step->spec->kind);
    event->range.range = range;
    event->range.name = name;
    event->range.scope = scope;
    event->range.id = id;
    if (scope == RESOURCE_GOROUTINE)
        event->slot = roster_find(step->order->slots, id);
    return event;
}

/* The garbage collector's cycle has numbers, since it begins and ends on any thread. */

enum order2_verdict order2_gc_active(struct order2 *order, struct order2_step *step)
{
    if (order2_is_first(order)) {
        if (order->gc != GC_UNKNOWN)
            return order2_refuse(step, "in the first generation it must come before other GC "
                                       "events");
    } else {
        if (arg(step, 0) != order->gc_seq + 1)
            return ORDER2_WAIT;
        if (order->gc != GC_ON)
            return order2_refuse(step, "the GC is off");
        if (order2_need(step, NEED_MPG) == ORDER2_DAMAGED)
            return ORDER2_DAMAGED;
    }
    order->gc_seq = arg(step, 0);
    order->gc = GC_ON;
    emit_range(step, RANGE_GC_MARK, order->names.mark, RESOURCE_NONE, 0);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_gc_begin(struct order2 *order, struct order2_step *step)
{
    if (order->gc != GC_UNKNOWN) {
        if (arg(step, 0) != order->gc_seq + 1)
            return ORDER2_WAIT;
        if (order->gc == GC_ON)
            return order2_refuse(step, "the GC is on already");
        if (order2_need(step, NEED_MPG) == ORDER2_DAMAGED)
            return ORDER2_DAMAGED;
    }
    order->gc_seq = arg(step, 0);
    order->gc = GC_ON;
    emit_range(step, RANGE_GC_MARK, order->names.mark, RESOURCE_NONE, 0);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_gc_end(struct order2 *order, struct order2_step *step)
{
    if (arg(step, 0) != order->gc_seq + 1)
        return ORDER2_WAIT;
    if (order->gc != GC_ON)
        return order2_refuse(step, "the GC is not on");
    if (order2_need(step, NEED_MPG) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    order->gc_seq = arg(step, 0);
    order->gc = GC_OFF;
    emit_range(step, RANGE_GC_MARK, order->names.mark, RESOURCE_NONE, 0);
    return ORDER2_ADVANCED;
}

/* Ranges that are open on a P or goroutine. */

static bool is_open(const GArray *ranges, uint8_t begins, uint64_t kind_id)
{
    for (size_t i = 0; ranges != NULL && i < ranges->len; i++) {
        const struct order2_range *range = &g_array_index(ranges, struct order2_range, i);
        if (range->begins == begins && range->kind_id == kind_id)
            return true;
    }
    return false;
}

static enum order2_verdict open_range(struct order2_step *step, GArray **ranges, uint64_t kind_id,
                                      uint32_t name)
{
    uint8_t begins = step->spec->begins;
    if (is_open(*ranges, begins, kind_id))
        return order2_refuse(step, "it is open already");
    if (*ranges == NULL)
        *ranges = g_array_new(FALSE, FALSE, sizeof(struct order2_range));
    if ((*ranges)->len == ORDER2_MAX_RANGES)
        return order2_refuse(step, "more than %d are open at once", ORDER2_MAX_RANGES);
    struct order2_range range = {begins, kind_id, name};
    g_array_append_val(*ranges, range);
    return ORDER2_ADVANCED;
}

static enum order2_verdict end_range(struct order2_step *step, GArray *ranges, uint32_t *name)
{
    for (size_t i = 0; ranges != NULL && i < ranges->len; i++) {
        const struct order2_range *range = &g_array_index(ranges, struct order2_range, i);
        if (range->begins != step->spec->begins)
            continue;
        *name = range->name;
        g_array_remove_index_fast(ranges, (guint)i);
        return ORDER2_ADVANCED;
    }
    return order2_refuse(step, "it was never begun");
}

/* "Active" opens a range that began before the trace did, and later only confirms it. */
static enum order2_verdict confirm_range(const struct order2 *order, struct order2_step *step,
                                         GArray **ranges, uint32_t name)
{
    if (order2_is_first(order))
        return open_range(step, ranges, 0, name);
    if (!is_open(*ranges, step->spec->begins, 0))
        return order2_refuse(step, "it was never begun");
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_gc_sweep_active(struct order2 *order, struct order2_step *step)
{
    int64_t id = (int64_t)arg(step, 0);
    struct order2_p *p = order2_p(order, id);
    if (p == NULL)
        return order2_refuse(step, "P %" G_GINT64_FORMAT " is not known", id);
    if (confirm_range(order, step, &p->ranges, order->names.sweep) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    emit_range(step, RANGE_GC_SWEEP, order->names.sweep, RESOURCE_PROC, id);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_gc_sweep_begin(struct order2 *order, struct order2_step *step)
{
    struct order2_p *p = order2_p(order, step->p);
    if (p == NULL)
        return order2_refuse(step, "P %" G_GINT64_FORMAT " is not known", step->p);
    if (open_range(step, &p->ranges, 0, order->names.sweep) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    emit_range(step, RANGE_GC_SWEEP, order->names.sweep, RESOURCE_PROC, step->p);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_gc_sweep_end(struct order2 *order, struct order2_step *step)
{
    struct order2_p *p = order2_p(order, step->p);
    uint32_t name;
    if (p == NULL)
        return order2_refuse(step, "P %" G_GINT64_FORMAT " is not known", step->p);
    if (end_range(step, p->ranges, &name) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    struct event *event = emit_range(step, RANGE_GC_SWEEP, name, RESOURCE_PROC, step->p);
    event->range.has_swept = true;
    event->range.swept_bytes = arg(step, 0);
    event->range.reclaimed_bytes = arg(step, 1);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_range_active(struct order2 *order, struct order2_step *step)
{
    int64_t id = (int64_t)arg(step, 0);
    struct order2_g *g = order2_g(order, id);
    if (g == NULL)
        return order2_refuse(step, "goroutine %" G_GINT64_FORMAT " is not known", id);
    if (confirm_range(order, step, &g->ranges, order->names.assist) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    emit_range(step, RANGE_MARK_ASSIST, order->names.assist, RESOURCE_GOROUTINE, id);
    return ORDER2_ADVANCED;
}

/* The symbol of "stop-the-world (KIND)". */
static bool stw_name(struct order2 *order, uint64_t kind_id, uint32_t *name)
{
    struct slice kind;
    if (!generation_bytes(order->generation, kind_id, &kind))
        return false;
    if (!generation_has_string(order->generation, kind_id))
        kind = (struct slice){"kind lost", strlen("kind lost")};
    char text[sizeof "stop-the-world ()" + WIRE2_MAX_STRING_BYTES];
    size_t len = strlen("stop-the-world (");
    memcpy(text, "stop-the-world (", len);
    memcpy(text + len, kind.at, kind.len);
    len += kind.len;
    text[len++] = ')';
    *name = symbols_add_string(order->symbols, text, len);
    return true;
}

static enum event_range go_range(const struct order2_step *step)
{
    return step->spec->begins == WIRE2_STW_BEGIN ? RANGE_STW : RANGE_MARK_ASSIST;
}

enum order2_verdict order2_go_range_begin(struct order2 *order, struct order2_step *step)
{
    struct order2_g *g = order2_g(order, step->g);
    if (g == NULL)
        return order2_refuse(step, "goroutine %" G_GINT64_FORMAT " is not known", step->g);
    uint64_t kind_id = 0;
    uint32_t name = order->names.assist;
    if (go_range(step) == RANGE_STW) {
        kind_id = arg(step, 0);
        if (!stw_name(order, kind_id, &name))
            return order2_refuse(step, "its kind does not exist");
    }
    if (open_range(step, &g->ranges, kind_id, name) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    emit_range(step, go_range(step), name, RESOURCE_GOROUTINE, step->g);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_range_end(struct order2 *order, struct order2_step *step)
{
    struct order2_g *g = order2_g(order, step->g);
    uint32_t name;
    if (g == NULL)
        return order2_refuse(step, "goroutine %" G_GINT64_FORMAT " is not known", step->g);
    if (end_range(step, g->ranges, &name) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    emit_range(step, go_range(step), name, RESOURCE_GOROUTINE, step->g);
    return ORDER2_ADVANCED;
}

/* Metrics and annotations. */

enum order2_verdict order2_metric(G_GNUC_UNUSED struct order2 *order, struct order2_step *step)
{
    struct event *event = order2_emit(step, EVENT_METRIC);
    uint8_t type = step->record->type;
    event->metric.metric = type == WIRE2_PROCS_CHANGE ? METRIC_GOMAXPROCS
                           : type == WIRE2_HEAP_ALLOC ? METRIC_HEAP_LIVE
                                                      : METRIC_HEAP_GOAL;
    event->metric.value = arg(step, 0);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_go_label(struct order2 *order, struct order2_step *step)
{
    /* No other event need have told of this goroutine. */
    uint32_t slot = roster_add(order->slots, step->g);
    struct event *event = order2_emit(step, EVENT_LABEL);
    event->slot = slot;
    event->label.resource = RESOURCE_GOROUTINE;
    event->label.id = step->g;
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_user_log(G_GNUC_UNUSED struct order2 *order, struct order2_step *step)
{
    order2_emit(step, EVENT_LOG)->log.task = arg(step, 0);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_task_begin(struct order2 *order, struct order2_step *step)
{
    uint64_t id = arg(step, 0);
    /* On the wire 0 is no parent, whereas 0 as a task is the background task. */
    uint64_t parent = arg(step, 1) == 0 ? UINT64_MAX : arg(step, 1);
    uint32_t type;
    if (idmap_find(&order->tasks, id) != NULL)
        return order2_refuse(step, "task %" G_GUINT64_FORMAT " is open already", id);
    if (!generation_string(order->generation, arg(step, 2), &type))
        return order2_refuse(step, "its name does not exist");
    struct order2_task *task = g_new(struct order2_task, 1);
    *task = (struct order2_task){parent, type};
    idmap_add(&order->tasks, id, task);
    struct event *event = order2_emit(step, EVENT_TASK_BEGIN);
    event->task.id = id;
    event->task.parent = parent;
    event->task.type = type;
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_task_end(struct order2 *order, struct order2_step *step)
{
    uint64_t id = arg(step, 0);
    struct order2_task *task = idmap_find(&order->tasks, id);
    struct event *event = order2_emit(step, EVENT_TASK_END);
    event->task.id = id;
    event->task.parent = task == NULL ? UINT64_MAX : task->parent;
    event->task.type = task == NULL ? 0 : task->type;
    idmap_remove(&order->tasks, id);
    g_free(task);
    return ORDER2_ADVANCED;
}

/* What regions are compared by, and the goroutine they are on. */
static enum order2_verdict read_region(struct order2 *order, struct order2_step *step,
                                       struct order2_region *region, struct order2_g **g)
{
    region->task = arg(step, 0);
    if (!generation_string(order->generation, arg(step, 1), &region->type))
        return order2_refuse(step, "its name does not exist");
    *g = order2_g(order, step->g);
    if (*g == NULL)
        return order2_refuse(step, "goroutine %" G_GINT64_FORMAT " is not known", step->g);
    struct event *event = order2_emit(step, step->spec->kind);
    event->region.task = region->task;
    event->region.type = region->type;
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_region_begin(struct order2 *order, struct order2_step *step)
{
    struct order2_region region;
    struct order2_g *g;
    if (read_region(order, step, &region, &g) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    if (g->regions == NULL)
        g->regions = g_array_new(FALSE, FALSE, sizeof region);
    g_array_append_val(g->regions, region);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_region_end(struct order2 *order, struct order2_step *step)
{
    struct order2_region region;
    struct order2_g *g;
    if (read_region(order, step, &region, &g) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    /* It may have begun before the trace. */
    if (g->regions == NULL || g->regions->len == 0)
        return ORDER2_ADVANCED;
    const struct order2_region *open =
        &g_array_index(g->regions, struct order2_region, g->regions->len - 1);
    if (open->task != region.task || open->type != region.type)
        return order2_refuse(step,
                             "it is not the innermost open region of goroutine "
                             "%" G_GINT64_FORMAT,
                             step->g);
    g_array_set_size(g->regions, g->regions->len - 1);
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_experimental(struct order2 *order, struct order2_step *step)
{
    uint8_t type = step->record->type;
    const struct wire2_spec *spec = step->spec;
    if (order->wire_names[type] == 0) {
        order->wire_names[type] =
            symbols_add_string(order->symbols, spec->name, strlen(spec->name));
        for (unsigned i = 0; i < spec->n_args; i++)
            order->arg_names[type][i] =
                symbols_add_string(order->symbols, spec->args[i], strlen(spec->args[i]));
    }
    struct event *event = order2_emit(step, EVENT_EXPERIMENTAL);
    event->experimental.experiment = order->names.alloc_free;
    event->experimental.name = order->wire_names[type];
    event->experimental.n_args = spec->n_args;
    for (unsigned i = 0; i < spec->n_args; i++) {
        event->experimental.arg_names[i] = order->arg_names[type][i];
        event->experimental.args[i] = step->record->args[i];
    }
    return ORDER2_ADVANCED;
}

enum order2_verdict order2_misplaced(G_GNUC_UNUSED struct order2 *order, struct order2_step *step)
{
    return order2_refuse(step, "it has no place among the events of a thread");
}
