/* One kind of wait of every goroutine, added up by the stack that it began with.
 *
 * Go's tool clips each wait to the time from its goroutine's first run to its end, which it knows
 * only when all is read: a wait before the first run counts only if the goroutine never runs. And
 * an id that is used again (C threads reuse theirs) is clipped to its last life. Here such waits
 * are held back until that is decided. */
#include "config.h"

#include "trace/profile.h"

#include <string.h>

#include "trace/roster.h"
#include "trace/sum.h"

/* A finished wait that may come to nothing. */
struct held {
    uint32_t stack;
    uint32_t next; /* of the same goroutine, plus 1 */
    int64_t delay_ns;
};

struct goroutine {
    int64_t since_ns; /* of the wait that is open */
    uint32_t stack;   /* likewise */
    uint32_t held;    /* head of its list */
    bool waits;       /* a wait is open */
    bool ran;         /* in its present life */
    bool reusable;    /* its id may come again */
};

struct profile_builder {
    const struct symbols *symbols;
    enum profile_kind kind;
    struct roster g_numbers;
    GArray *goroutines;
    struct roster stacks;
    GArray *records;
    GArray *held;
    uint32_t free_held; /* list of those to be used again */
    GByteArray *wanted; /* by string id of a reason: 0 not known yet, 1 no, 2 yes */
};

struct profile_builder *profile_builder_new(const struct symbols *symbols, enum profile_kind kind)
{
    g_assert(kind < PROFILE_N_WAITS);
    struct profile_builder *b = g_new0(struct profile_builder, 1);
    b->symbols = symbols;
    b->kind = kind;
    roster_init(&b->g_numbers);
    roster_init(&b->stacks);
    b->goroutines = g_array_new(FALSE, TRUE, sizeof(struct goroutine));
    b->records = g_array_new(FALSE, FALSE, sizeof(struct profile_record));
    b->held = g_array_new(FALSE, FALSE, sizeof(struct held));
    b->wanted = g_byte_array_new();
    return b;
}

void profile_builder_free(struct profile_builder *b)
{
    if (b == NULL)
        return;
    roster_clear(&b->g_numbers);
    roster_clear(&b->stacks);
    g_array_unref(b->goroutines);
    g_array_unref(b->records);
    g_array_unref(b->held);
    g_byte_array_unref(b->wanted);
    g_free(b);
}

/* Is a wait for this reason of our kind? Asked once of each string. */
static bool reason_wanted(struct profile_builder *b, uint32_t reason)
{
    if (b->kind == PROFILE_SYSCALL || b->kind == PROFILE_SCHED)
        return true;
    if (reason >= b->wanted->len) {
        guint old = b->wanted->len;
        g_byte_array_set_size(b->wanted, MAX(reason + 1, old * 2));
        memset(b->wanted->data + old, 0, b->wanted->len - old);
    }
    if (b->wanted->data[reason] == 0)
        b->wanted->data[reason] =
            profile_kind_fits(b->kind, symbols_string(b->symbols, reason)) ? 2 : 1;
    return b->wanted->data[reason] == 2;
}

static void record(struct roster *stacks, GArray *records, uint32_t stack, int64_t delay_ns)
{
    uint32_t number = roster_add(stacks, stack);
    if (number == records->len) {
        struct profile_record fresh = {.stack = stack};
        g_array_append_val(records, fresh);
    }
    struct profile_record *r = &g_array_index(records, struct profile_record, number);
    r->count++;
    r->delay_ns = sum_ns(r->delay_ns, delay_ns);
}

static void hold(struct profile_builder *b, struct goroutine *g, int64_t delay_ns)
{
    struct held fresh = {g->stack, g->held, delay_ns};
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

static void wait_end(struct profile_builder *b, struct goroutine *g, int64_t now_ns)
{
    g->waits = false;
    if (g->ran && !g->reusable)
        record(&b->stacks, b->records, g->stack, now_ns - g->since_ns);
    else
        hold(b, g, now_ns - g->since_ns);
}

/* What a change of state says about the goroutine's life. */
static void follow_life(struct profile_builder *b, struct goroutine *g, const struct event *event)
{
    enum event_state from = event->transition.from, to = event->transition.to;
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

static void sink_event(void *self, const struct event *event)
{
    struct profile_builder *b = self;
    if (event->kind != EVENT_STATE_TRANSITION || event->transition.resource != RESOURCE_GOROUTINE)
        return;
    uint32_t number = roster_add(&b->g_numbers, event->transition.id);
    if (number >= b->goroutines->len)
        g_array_set_size(b->goroutines, number + 1);
    struct goroutine *g = &g_array_index(b->goroutines, struct goroutine, number);

    bool enters = event->transition.to == profile_kind_state(b->kind);
    if (g->waits && !enters) {
        wait_end(b, g, event->time_ns);
    } else if (!g->waits && enters && reason_wanted(b, event->transition.reason)) {
        g->waits = true;
        g->since_ns = event->time_ns;
        g->stack = profile_stack(b->symbols, event->stack);
    }
    follow_life(b, g, event);
    /* The dead are forgotten, unless something of theirs is held back. */
    if (event->transition.to == STATE_NOT_EXIST && !g->reusable && g->held == 0) {
        roster_remove(&b->g_numbers, event->transition.id);
        *g = (struct goroutine){0};
    }
}

struct sink profile_builder_sink(struct profile_builder *b)
{
    return (struct sink){.event = sink_event, .self = b};
}

struct profile *profile_builder_finish(const struct profile_builder *b)
{
    g_autoptr(GArray) records = g_array_copy(b->records);

    /* What is still held now counts, beside what is certain. */
    struct roster stacks;
    roster_init(&stacks);
    for (guint i = 0; i < b->records->len; i++)
        roster_add(&stacks, g_array_index(b->records, struct profile_record, i).stack);
    for (guint i = 0; i < b->goroutines->len; i++) {
        uint32_t at = g_array_index(b->goroutines, struct goroutine, i).held;
        while (at != 0) {
            const struct held *held = &g_array_index(b->held, struct held, at - 1);
            record(&stacks, records, held->stack, held->delay_ns);
            at = held->next;
        }
    }
    roster_clear(&stacks);

    return profile_new(b->kind, records);
}
