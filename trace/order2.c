/* The frame of the replay: whose turn it is, what it needs, and the ids that events refer to. */
#include "trace/order2_state.h"

#include <stddef.h>
#include <string.h>

#include "trace/error.h"

static const struct {
    order2_handler *handler;
    uint8_t need;
} rows[256] = {
#define WIRE2(number, constant, name, since, kind, must, handle, ...) \
    [number] = {.handler = order2_##handle, .need = must},
#include "trace/wire2.def"
#undef WIRE2
};

static uint32_t add_name(struct symbols *symbols, const char *name)
{
    return symbols_add_string(symbols, name, strlen(name));
}

struct order2 *order2_new(struct symbols *symbols, struct roster *slots)
{
    struct order2 *order = g_new0(struct order2, 1);
    order->symbols = symbols;
    order->slots = slots;
    order->names.mark = add_name(symbols, "GC concurrent mark phase");
    order->names.sweep = add_name(symbols, "GC incremental sweep");
    order->names.assist = add_name(symbols, "GC mark assist");
    order->names.alloc_free = add_name(symbols, "AllocFree");
    return order;
}

static void clear_g(struct order2_g *g)
{
    g_clear_pointer(&g->ranges, g_array_unref);
    g_clear_pointer(&g->regions, g_array_unref);
    *g = (struct order2_g){.id = EVENT_NO_ID};
}

static void free_values(struct idmap *map)
{
    for (size_t i = 0; i < map->size; i++)
        g_free(map->slots[i].value);
    idmap_clear(map);
}

void order2_free(struct order2 *order)
{
    if (order == NULL)
        return;
    for (size_t i = 0; i < order->n_gs; i++)
        clear_g(&order->gs[i]);
    g_free(order->gs);
    for (size_t i = 0; i < order->ps.size; i++) {
        struct order2_p *p = order->ps.slots[i].value;
        if (p != NULL)
            g_clear_pointer(&p->ranges, g_array_unref);
    }
    free_values(&order->ps);
    free_values(&order->ms);
    free_values(&order->tasks);
    g_free(order);
}

void order2_set_generation(struct order2 *order, struct generation *generation)
{
    order->generation = generation;
}

void order2_add_g(struct order2 *order, int64_t id, enum go_status status)
{
    uint32_t slot = roster_add(order->slots, id);
    if (slot >= order->n_gs) {
        size_t n = MAX(2 * order->n_gs, (size_t)slot + 1);
        order->gs = g_renew(struct order2_g, order->gs, n);
        memset(order->gs + order->n_gs, 0, (n - order->n_gs) * sizeof *order->gs);
        order->n_gs = n;
    }
    order->gs[slot] = (struct order2_g){
        .id = id,
        .exists = true,
        .status = (uint8_t)status,
        .m = EVENT_NO_ID,
        .seq = order2_seq_start(order),
    };
}

struct order2_p *order2_add_p(struct order2 *order, int64_t id, enum proc_status status)
{
    struct order2_p *p = g_new0(struct order2_p, 1);
    p->status = (uint8_t)status;
    p->seq = order2_seq_start(order);
    p->m = EVENT_NO_ID;
    idmap_add(&order->ps, (uint64_t)id, p);
    return p;
}

struct order2_m *order2_add_m(struct order2 *order, int64_t id, int64_t g)
{
    struct order2_m *m = g_new0(struct order2_m, 1);
    *m = (struct order2_m){.m = id, .g = g, .p = EVENT_NO_ID};
    idmap_add(&order->ms, (uint64_t)id, m);
    struct order2_g *carried = order2_g(order, g);
    if (carried != NULL)
        carried->m = id;
    return m;
}

void order2_remove_g(struct order2 *order, int64_t id)
{
    struct order2_g *g = order2_g(order, id);
    if (g == NULL)
        return;
    clear_g(g);
    roster_remove(order->slots, id);
}

enum order2_verdict order2_refuse(struct order2_step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *why = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(step->error, TRACE_ERROR, TRACE_ERROR_DAMAGED, "%s: %s", step->spec->name, why);
    return ORDER2_DAMAGED;
}

enum order2_verdict order2_need(struct order2_step *step, unsigned need)
{
    if ((need & NEED_M) && step->m == EVENT_NO_ID)
        return order2_refuse(step, "it needs a thread and has none");
    if ((need & NEED_P) && step->p == EVENT_NO_ID)
        return order2_refuse(step, "its thread needs a P and has none");
    if ((need & NO_P) && step->p != EVENT_NO_ID)
        return order2_refuse(step, "its thread has a P already");
    if ((need & NEED_G) && step->g == EVENT_NO_ID)
        return order2_refuse(step, "its thread needs a goroutine and has none");
    if ((need & NO_G) && step->g != EVENT_NO_ID)
        return order2_refuse(step, "its thread has a goroutine already");
    return ORDER2_ADVANCED;
}

/* The next event of the step, with its context, but nothing of its kind. */
static inline struct event *next_event(struct order2_step *step, enum event_kind kind)
{
    g_assert(step->out->n < ORDER2_MAX_EVENTS);
    struct event *event = &step->out->event[step->out->n++];
    event->m = step->m;
    event->p = step->p;
    event->g = step->g;
    event->kind = kind;
    event->stack = 0;
    event->g_slot = order2_g_slot(step->order, step->g, step->likely_slot);
    event->slot = EVENT_NO_SLOT;
    return event;
}

struct event *order2_emit(struct order2_step *step, enum event_kind kind)
{
    struct event *event = next_event(step, kind);
    memset(&event->sync, 0, sizeof *event - offsetof(struct event, sync));
    return event;
}

/* Nearly every event is one, so it fills in just what it has. */
static struct event *move(struct order2_step *step, enum event_resource resource, int64_t id,
                          enum event_state from, enum event_state to)
{
    struct event *event = next_event(step, EVENT_STATE_TRANSITION);
    event->transition.resource = resource;
    event->transition.id = id;
    event->transition.from = from;
    event->transition.to = to;
    event->transition.reason = 0;
    event->transition.stack = 0;
    return event;
}

void order2_move_p(struct order2_step *step, int64_t id, enum event_state from, enum event_state to)
{
    move(step, RESOURCE_PROC, id, from, to);
}

void order2_move_g(struct order2_step *step, int64_t id, enum event_state from, enum event_state to)
{
    struct event *event = move(step, RESOURCE_GOROUTINE, id, from, to);
    event->slot = roster_find(step->order->slots, id);
}

static bool resolve_stack(struct order2 *order, struct order2_step *step, unsigned arg,
                          uint32_t *symbol)
{
    *symbol = 0;
    if (arg == 0 || generation_stack(order->generation, step->record->args[arg - 1], symbol))
        return true;
    order2_refuse(step, "it names stack %" G_GUINT64_FORMAT ", which does not exist",
                  step->record->args[arg - 1]);
    return false;
}

static bool resolve_string(struct order2 *order, struct order2_step *step, unsigned arg,
                           uint32_t *symbol)
{
    *symbol = 0;
    if (arg == 0 || generation_string(order->generation, step->record->args[arg - 1], symbol))
        return true;
    order2_refuse(step, "it names string %" G_GUINT64_FORMAT ", which does not exist",
                  step->record->args[arg - 1]);
    return false;
}

/* Whether the stack of the record is that of the resource in the transition, too. */
static bool is_own_stack(const struct order2_step *step)
{
    switch (step->record->type) {
    case WIRE2_GO_STOP:
    case WIRE2_GO_BLOCK:
    case WIRE2_GO_SYSCALL_BEGIN:
    case WIRE2_GO_STATUS_STACK:
        return true;
    default:
        return false;
    }
}

/* A reason that was given and is not known any more is not the same as none. */
static uint32_t name_lost(struct order2 *order, const struct order2_step *step, uint32_t reason)
{
    return generation_has_string(order->generation, step->record->args[step->spec->string - 1])
               ? reason
               : add_name(order->symbols, "(reason lost)");
}

/* Puts the strings and stacks that the record names into its event. */
static bool resolve(struct order2 *order, struct order2_step *step)
{
    const struct wire2_spec *spec = step->spec;
    if ((spec->stack | spec->string) == 0)
        return true;
    struct event *event = &step->out->event[step->own];
    uint32_t start_stack, string;
    if (!resolve_stack(order, step, spec->stack, &event->stack) ||
        !resolve_stack(order, step, spec->start_stack, &start_stack) ||
        !resolve_string(order, step, spec->string, &string))
        return false;
    switch (event->kind) {
    case EVENT_STATE_TRANSITION:
        if (string == 0 && order->generation->lenient && spec->string != 0)
            string = name_lost(order, step, string);
        event->transition.reason = string;
        event->transition.stack = is_own_stack(step) ? event->stack : start_stack;
        break;
    case EVENT_LABEL:
        event->label.label = string;
        break;
    case EVENT_LOG:
        event->log.category = string;
        if (!generation_bytes(order->generation, step->record->args[spec->message - 1],
                              &event->log.message)) {
            order2_refuse(step, "its message does not exist");
            return false;
        }
        break;
    default: /* handlers of tasks, regions and ranges set their names */
        break;
    }
    return true;
}

static struct order2_m *thread_of(struct order2 *order, int64_t m)
{
    struct order2_m *thread = order2_m(order, m);
    return thread != NULL ? thread : order2_add_m(order, m, EVENT_NO_ID);
}

static void bind_g(struct order2 *order, struct order2_m *thread, int64_t id)
{
    thread->g = id;
    thread->g_slot = roster_find(order->slots, id);
    if (thread->g_slot < order->n_gs)
        order->gs[thread->g_slot].m = thread->m;
}

static void bind(struct order2 *order, struct order2_m *thread, const struct order2_step *step)
{
    struct order2_p *p = step->next_p == thread->p ? NULL : order2_p(order, step->next_p);
    if (p != NULL)
        p->m = thread->m;
    thread->p = step->next_p;
    if (step->next_g != thread->g)
        bind_g(order, thread, step->next_g);
}

enum order2_verdict order2_advance(struct order2 *order, int64_t m, struct order2_m **bound,
                                   const struct wire2_record *record, struct order2_events *events,
                                   GError **error)
{
    if (order->first_generation == 0)
        order->first_generation = order->generation->number;
    if (*bound == NULL && m != EVENT_NO_ID)
        *bound = thread_of(order, m);
    struct order2_m *thread = *bound;
    events->n = 0;
    struct order2_step step = {
        .order = order,
        .record = record,
        .spec = &wire2_specs[record->type],
        .m = m,
        .p = thread == NULL ? EVENT_NO_ID : thread->p,
        .g = thread == NULL ? EVENT_NO_ID : thread->g,
        .likely_slot = thread == NULL ? EVENT_NO_SLOT : thread->g_slot,
        .out = events,
        .error = error,
    };
    step.next_p = step.p;
    step.next_g = step.g;
    if (rows[record->type].need != NEED_ANY &&
        order2_need(&step, rows[record->type].need) == ORDER2_DAMAGED)
        return ORDER2_DAMAGED;
    enum order2_verdict verdict = rows[record->type].handler(order, &step);
    if (verdict != ORDER2_ADVANCED)
        return verdict;
    if (thread != NULL)
        bind(order, thread, &step);
    return resolve(order, &step) ? ORDER2_ADVANCED : ORDER2_DAMAGED;
}
