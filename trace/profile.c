/* The waits of every goroutine, added up by the stack that they began with.
 *
 * Go's tool clips each wait to the time from its goroutine's first run to its end, which it knows
 * only when all is read: a wait before the first run counts only if the goroutine never runs. And
 * an id that is used again (C threads reuse theirs) is clipped to its last life. Here such waits
 * are held back until that is decided. */
#include "config.h"

#include "trace/profile.h"

#include <string.h>

#include "trace/reasons.h"
#include "trace/sum.h"

/* A finished wait that may come to nothing. */
struct held {
    int64_t delay_ns;
    uint32_t stack;
    uint32_t next; /* of the same goroutine, plus 1 */
    uint8_t kind;
};

struct goroutine {
    int64_t since_ns; /* of the wait that is open */
    uint32_t stack;   /* likewise */
    uint32_t held;    /* head of its list */
    uint8_t waits;    /* enum profile_kind of the open wait; PROFILE_N_KINDS: none is */
    bool known;       /* else the row is free */
    bool ran;         /* in its present life */
    bool reusable;    /* its id may come again */
};

struct total {
    uint64_t count;
    int64_t delay_ns;
};

/* Of one kind. */
struct totals {
    struct total *by_stack;
    size_t n;
};

struct profile_builder {
    const struct symbols *symbols;
    enum profile_kind kind; /* PROFILE_N_KINDS: all */
    struct reasons reasons;
    struct goroutine *goroutines; /* by slot */
    size_t n_goroutines;
    struct idmap ended; /* struct goroutine by id: those of which something is still undecided */
    struct totals totals[PROFILE_N_KINDS];
    GArray *held;
    uint32_t free_held; /* list of those to be used again */
};

/* One kind, or PROFILE_N_KINDS for all waits. */
static struct profile_builder *builder_new(const struct symbols *symbols, enum profile_kind kind)
{
    struct profile_builder *b = g_new0(struct profile_builder, 1);
    b->symbols = symbols;
    b->kind = kind;
    reasons_init(&b->reasons, symbols);
    b->held = g_array_new(FALSE, FALSE, sizeof(struct held));
    return b;
}

struct profile_builder *profile_builder_new(const struct symbols *symbols, enum profile_kind kind)
{
    g_assert(kind < PROFILE_N_WAITS);
    return builder_new(symbols, kind);
}

struct profile_builder *profile_builder_new_all(const struct symbols *symbols)
{
    return builder_new(symbols, PROFILE_N_KINDS);
}

void profile_builder_free(struct profile_builder *b)
{
    if (b == NULL)
        return;
    g_free(b->goroutines);
    for (size_t i = 0; i < b->ended.size; i++)
        g_free(b->ended.slots[i].value);
    idmap_clear(&b->ended);
    for (int kind = 0; kind < PROFILE_N_KINDS; kind++)
        g_free(b->totals[kind].by_stack);
    g_array_unref(b->held);
    g_free(b);
}

/* --- sums --- */

static void total_add(struct totals *totals, uint32_t stack, uint64_t count, int64_t delay_ns)
{
    if (stack >= totals->n) {
        size_t n = MAX(2 * totals->n, (size_t)stack + 1);
        totals->by_stack = g_renew(struct total, totals->by_stack, n);
        memset(totals->by_stack + totals->n, 0, (n - totals->n) * sizeof *totals->by_stack);
        totals->n = n;
    }
    struct total *total = &totals->by_stack[stack];
    total->count += count;
    total->delay_ns = sum_ns(total->delay_ns, delay_ns);
}

static void hold(struct profile_builder *b, struct goroutine *g, int64_t delay_ns)
{
    struct held fresh = {
        .delay_ns = delay_ns, .stack = g->stack, .next = g->held, .kind = g->waits};
    if (b->free_held == 0) {
        g_array_append_val(b->held, fresh);
        g->held = b->held->len;
        return;
    }
    uint32_t at = b->free_held;
    struct held *held = &g_array_index(b->held, struct held, at - 1);
    b->free_held = held->next;
    *held = fresh;
    g->held = at;
}

static void drop_held(struct profile_builder *b, struct goroutine *g)
{
    while (g->held != 0) {
        uint32_t at = g->held;
        struct held *held = &g_array_index(b->held, struct held, at - 1);
        g->held = held->next;
        held->next = b->free_held;
        b->free_held = at;
    }
}

/* --- goroutines --- */

/* The row of a slot that is free: a new goroutine, or one that comes again. */
static struct goroutine *goroutine_begin(struct profile_builder *b, const struct event *event)
{
    uint32_t slot = event->slot;
    if (slot >= b->n_goroutines) {
        size_t n = MAX(2 * b->n_goroutines, (size_t)slot + 1);
        b->goroutines = g_renew(struct goroutine, b->goroutines, n);
        memset(b->goroutines + b->n_goroutines, 0, (n - b->n_goroutines) * sizeof *b->goroutines);
        b->n_goroutines = n;
    }
    struct goroutine *g = &b->goroutines[slot];
    uint64_t id = (uint64_t)event->transition.id;
    g_autofree struct goroutine *before = idmap_find(&b->ended, id);
    *g = before != NULL ? *before : (struct goroutine){.waits = PROFILE_N_KINDS};
    if (before != NULL)
        idmap_remove(&b->ended, id);
    g->known = true;
    return g;
}

/* The dead are forgotten, unless something of theirs is held back. */
static void goroutine_end(struct profile_builder *b, const struct event *event, struct goroutine *g)
{
    if (g->reusable || g->held != 0)
        idmap_add(&b->ended, (uint64_t)event->transition.id, g_memdup2(g, sizeof *g));
    g->known = false;
}

/* What a change of state says about the goroutine's life. */
static inline void follow_life(struct profile_builder *b, struct goroutine *g,
                               enum event_state from, enum event_state to)
{
    if (from == to)
        return;
    if (from == STATE_NOT_EXIST || from == STATE_UNDETERMINED) {
        g->ran = false;
        /* Only C threads that call Go come to life in a syscall. */
        g->reusable |= to == STATE_SYSCALL;
    }
    if (to == STATE_RUNNING && !g->ran) {
        g->ran = true;
        drop_held(b, g);
    }
}

/* --- waits --- */

static inline void wait_end(struct profile_builder *b, struct goroutine *g, int64_t now_ns)
{
    int64_t delay_ns = now_ns - g->since_ns;
    if (g->ran && !g->reusable)
        total_add(&b->totals[g->waits], g->stack, 1, delay_ns);
    else
        hold(b, g, delay_ns);
    g->waits = PROFILE_N_KINDS;
}

/* The kind of wait that a transition begins, if it is one. */
static inline enum profile_kind kind_of(struct profile_builder *b, const struct event *event)
{
    switch (event->transition.to) {
    case STATE_RUNNABLE:
        return PROFILE_SCHED;
    case STATE_SYSCALL:
        return PROFILE_SYSCALL;
    case STATE_WAITING:
        switch (reasons_kind(&b->reasons, event->transition.reason)) {
        case REASON_NET:
            return PROFILE_NET;
        case REASON_SYNC:
            return PROFILE_SYNC;
        default:
            return PROFILE_N_KINDS;
        }
    default:
        return PROFILE_N_KINDS;
    }
}

static void transition(struct profile_builder *b, const struct event *event)
{
    enum event_state from = event->transition.from, to = event->transition.to;
    struct goroutine *g = event->slot < b->n_goroutines && b->goroutines[event->slot].known
                              ? &b->goroutines[event->slot]
                              : goroutine_begin(b, event);

    if (g->waits != PROFILE_N_KINDS && profile_kind_states[g->waits] != to)
        wait_end(b, g, event->time_ns);
    enum profile_kind kind = kind_of(b, event);
    if (g->waits == PROFILE_N_KINDS && kind != PROFILE_N_KINDS &&
        (b->kind == PROFILE_N_KINDS || b->kind == kind)) {
        g->waits = (uint8_t)kind;
        g->since_ns = event->time_ns;
        g->stack = event->stack;
    }
    follow_life(b, g, from, to);
    if (to == STATE_NOT_EXIST)
        goroutine_end(b, event, g);
}

/* What transition() does for a goroutine that has run and will not come again, when it begins or
 * ends a wait in the ordinary way; false: that has to. */
static inline bool transition_quick(struct profile_builder *b, const struct event *event)
{
    unsigned from = event->transition.from, to = event->transition.to;
    if (event->slot >= b->n_goroutines || b->kind != PROFILE_N_KINDS)
        return false;
    struct goroutine *g = &b->goroutines[event->slot];
    if (!g->known || !g->ran || g->reusable || from == to || to <= STATE_NOT_EXIST ||
        from <= STATE_NOT_EXIST)
        return false;
    if (g->waits != PROFILE_N_KINDS) {
        struct totals *totals = &b->totals[g->waits];
        if (profile_kind_states[g->waits] != from || g->stack >= totals->n)
            return false;
        struct total *total = &totals->by_stack[g->stack];
        total->count++;
        total->delay_ns = sum_ns(total->delay_ns, event->time_ns - g->since_ns);
    }
    g->waits = (uint8_t)kind_of(b, event);
    g->since_ns = event->time_ns;
    g->stack = event->stack;
    return true;
}

static inline void see(struct profile_builder *b, const struct event *event)
{
    if (event->kind == EVENT_STATE_TRANSITION && event->transition.resource == RESOURCE_GOROUTINE &&
        !transition_quick(b, event))
        transition(b, event);
}

static void see_all(void *self, const struct event *event, size_t n)
{
    for (size_t i = 0; i < n; i++, event = event_next(event))
        see(self, event);
}

static void see_one(void *self, const struct event *event)
{
    see_all(self, event, 1);
}

struct sink profile_builder_sink(struct profile_builder *b)
{
    return (struct sink){.event = see_one, .events = see_all, .self = b};
}

/* --- the finished profile --- */

/* Stacks are told apart by their pcs in Go's tool: one of nothing but zeros is no stack. */
static uint32_t stack_or_none(const struct symbols *symbols, uint32_t id)
{
    struct stack stack = symbols_stack(symbols, id);
    for (size_t i = 0; i < stack.n; i++)
        if (stack.frames[i].pc != 0)
            return id;
    return 0;
}

/* What is still held now counts, beside what is certain. */
static void add_held(const struct profile_builder *b, struct totals *totals, enum profile_kind kind,
                     const struct goroutine *g)
{
    uint32_t at = g->held;
    while (at != 0) {
        const struct held *held = &g_array_index(b->held, struct held, at - 1);
        if (held->kind == kind)
            total_add(totals, stack_or_none(b->symbols, held->stack), 1, held->delay_ns);
        at = held->next;
    }
}

static struct totals totals_finish(const struct profile_builder *b, enum profile_kind kind)
{
    struct totals totals = {0};
    for (uint32_t i = 0; i < b->totals[kind].n; i++) {
        const struct total *total = &b->totals[kind].by_stack[i];
        if (total->count > 0)
            total_add(&totals, stack_or_none(b->symbols, i), total->count, total->delay_ns);
    }
    for (size_t i = 0; i < b->n_goroutines; i++)
        if (b->goroutines[i].known)
            add_held(b, &totals, kind, &b->goroutines[i]);
    for (size_t i = 0; i < b->ended.size; i++)
        if (b->ended.slots[i].value != NULL)
            add_held(b, &totals, kind, b->ended.slots[i].value);
    return totals;
}

/* A stack of frames that are nothing is as good as none. */
static void merge_empty(const struct symbols *symbols, struct totals *totals)
{
    for (uint32_t i = 1; i < totals->n; i++) {
        const struct total *total = &totals->by_stack[i];
        if (total->count == 0 || profile_stack(symbols, i) != 0)
            continue;
        total_add(totals, 0, total->count, total->delay_ns);
        totals->by_stack[i] = (struct total){0};
    }
}

struct profile *profile_builder_finish_kind(const struct profile_builder *b, enum profile_kind kind)
{
    g_autoptr(GArray) records = g_array_new(FALSE, FALSE, sizeof(struct profile_record));
    struct totals totals = totals_finish(b, kind);
    merge_empty(b->symbols, &totals);
    for (uint32_t i = 0; i < totals.n; i++) {
        struct profile_record record = {i, totals.by_stack[i].count, totals.by_stack[i].delay_ns};
        if (record.count > 0)
            g_array_append_val(records, record);
    }
    g_free(totals.by_stack);
    return profile_new(kind, records);
}

struct profile *profile_builder_finish(const struct profile_builder *b)
{
    return profile_builder_finish_kind(b, b->kind);
}
