/* While a goroutine waits it begins and ends no region, so a wait is inside as a whole or not at
 * all, and a number for each goroutine says which: how many matching regions are open.
 *
 * That a region was begun before the trace is known only when it ends. Until then the waits outside
 * of other regions of goroutines that were there before the trace are put aside. Only the first
 * such end reaches back: Go's tool takes the others to overlap with it. */
#include "config.h"

#include "trace/scoped.h"

#include <string.h>

#include "trace/roster.h"
#include "trace/sum.h"

struct aside {
    struct profile_record record;
    uint32_t next; /* of the same goroutine, plus 1 */
};

struct goroutine {
    int64_t since_ns;
    uint32_t stack;
    uint32_t inside; /* matching regions that are open */
    uint32_t open;   /* all that are open */
    uint32_t life;   /* numbers those that were there before the trace, from 1 */
    uint32_t aside;  /* head of its list */
    bool waits;
    bool inherits;     /* of its creator it has a region, */
    bool inherited;    /* and that matches */
    uint64_t matching; /* which of the open ones match, the innermost in the lowest bit; those
                          below 64 others are forgotten */
};

struct scoped_builder {
    const struct symbols *symbols;
    enum profile_kind kind;
    char *region, *task;
    struct goroutine *goroutines; /* by slot */
    uint32_t n_goroutines, n_lives;
    GHashTable *tasks;      /* ids of those of the type */
    struct roster stacks;   /* of records */
    GArray *records;        /* of struct profile_record */
    struct roster aside_of; /* (life, stack) */
    GArray *aside;          /* of struct aside */
};

struct scoped_builder *scoped_builder_new(const struct symbols *symbols, enum profile_kind kind,
                                          const char *region, const char *task)
{
    g_assert(kind < PROFILE_N_WAITS && (region == NULL) != (task == NULL));
    struct scoped_builder *b = g_new0(struct scoped_builder, 1);
    b->symbols = symbols;
    b->kind = kind;
    b->region = g_strdup(region);
    b->task = g_strdup(task);
    b->tasks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    b->records = g_array_new(FALSE, FALSE, sizeof(struct profile_record));
    b->aside = g_array_new(FALSE, FALSE, sizeof(struct aside));
    roster_init(&b->stacks);
    roster_init(&b->aside_of);
    return b;
}

void scoped_builder_free(struct scoped_builder *b)
{
    if (b == NULL)
        return;
    g_free(b->region);
    g_free(b->task);
    g_free(b->goroutines);
    g_hash_table_unref(b->tasks);
    g_array_unref(b->records);
    g_array_unref(b->aside);
    roster_clear(&b->stacks);
    roster_clear(&b->aside_of);
    g_free(b);
}

static struct goroutine *goroutine_at(struct scoped_builder *b, uint32_t slot)
{
    if (slot >= b->n_goroutines) {
        uint32_t n = MAX(slot + 1, MAX(64, 2 * b->n_goroutines));
        b->goroutines = g_renew(struct goroutine, b->goroutines, n);
        memset(b->goroutines + b->n_goroutines, 0, (n - b->n_goroutines) * sizeof *b->goroutines);
        b->n_goroutines = n;
    }
    return &b->goroutines[slot];
}

static void record(struct scoped_builder *b, uint32_t stack, uint64_t count, int64_t delay_ns)
{
    uint32_t number = roster_add(&b->stacks, stack);
    if (number == b->records->len) {
        struct profile_record fresh = {.stack = stack};
        g_array_append_val(b->records, fresh);
    }
    struct profile_record *r = &g_array_index(b->records, struct profile_record, number);
    r->count += count;
    r->delay_ns = sum_ns(r->delay_ns, delay_ns);
}

static void put_aside(struct scoped_builder *b, struct goroutine *g, int64_t delay_ns)
{
    uint32_t number = roster_add(&b->aside_of, (int64_t)((uint64_t)g->life << 32 | g->stack));
    if (number == b->aside->len) {
        struct aside fresh = {{.stack = g->stack}, g->aside};
        g_array_append_val(b->aside, fresh);
        g->aside = number + 1;
    }
    struct profile_record *r = &g_array_index(b->aside, struct aside, number).record;
    r->count++;
    r->delay_ns = sum_ns(r->delay_ns, delay_ns);
}

static void take_aside(struct scoped_builder *b, struct goroutine *g)
{
    for (uint32_t at = g->aside; at != 0;) {
        const struct aside *aside = &g_array_index(b->aside, struct aside, at - 1);
        record(b, aside->record.stack, aside->record.count, aside->record.delay_ns);
        at = aside->next;
    }
    g->aside = 0;
    g->life = 0;
}

/* --- regions and tasks --- */

static bool is(const struct scoped_builder *b, uint32_t string, const char *word)
{
    struct slice bytes = symbols_string(b->symbols, string);
    return bytes.len == strlen(word) && memcmp(bytes.at, word, bytes.len) == 0;
}

static bool region_matches(const struct scoped_builder *b, const struct event *event)
{
    if (b->region != NULL)
        return is(b, event->region.type, b->region);
    int64_t id = (int64_t)event->region.task;
    return g_hash_table_contains(b->tasks, &id);
}

static void region_begin(struct scoped_builder *b, const struct event *event)
{
    struct goroutine *g = goroutine_at(b, event->g_slot);
    g->open++;
    bool matches = region_matches(b, event);
    g->matching = g->matching << 1 | matches;
    g->inside += matches;
}

static void region_end(struct scoped_builder *b, const struct event *event)
{
    struct goroutine *g = goroutine_at(b, event->g_slot);
    if (g->open > 0) {
        g->open--;
        g->matching >>= 1;
        if (g->inside > g->inherited && region_matches(b, event))
            g->inside--;
    } else if (g->inherits) {
        /* Go's tool ends the one that was inherited. */
        g->inherits = g->inherited = false;
        g->inside = 0;
    } else if (g->life != 0 && region_matches(b, event)) {
        take_aside(b, g);
    }
}

static void task_begin(struct scoped_builder *b, const struct event *event)
{
    if (b->task != NULL && is(b, event->task.type, b->task))
        g_hash_table_add(b->tasks, g_memdup2(&event->task.id, sizeof event->task.id));
}

/* --- waits --- */

/* Inside a region a goroutine is created with one of its own, without a name, of the same task. */
static void inherit(const struct scoped_builder *b, const struct goroutine *creator,
                    struct goroutine *g)
{
    g->inherits = creator->open > 0 || creator->inherits;
    if (!g->inherits)
        return;
    if (b->region != NULL)
        g->inherited = b->region[0] == '\0';
    else
        g->inherited = creator->open > 0 ? creator->matching & 1 : creator->inherited;
    g->inside = g->inherited;
}

static void life_begin(struct scoped_builder *b, const struct event *event)
{
    struct goroutine fresh = {0};
    if (event->transition.from == STATE_UNDETERMINED)
        fresh.life = ++b->n_lives;
    else if (event->g_slot != EVENT_NO_SLOT)
        inherit(b, goroutine_at(b, event->g_slot), &fresh);
    *goroutine_at(b, event->slot) = fresh;
}

static void transition(struct scoped_builder *b, const struct event *event)
{
    enum event_state from = event->transition.from, to = event->transition.to;
    if (from != to && (from == STATE_NOT_EXIST || from == STATE_UNDETERMINED))
        life_begin(b, event);
    struct goroutine *g = goroutine_at(b, event->slot);
    bool enters = to == profile_kind_state(b->kind);
    if (g->waits && !enters) {
        g->waits = false;
        if (g->inside > 0)
            record(b, g->stack, 1, event->time_ns - g->since_ns);
        else if (g->life != 0)
            put_aside(b, g, event->time_ns - g->since_ns);
    } else if (!g->waits && enters &&
               profile_kind_fits(b->kind, symbols_string(b->symbols, event->transition.reason))) {
        g->waits = true;
        g->since_ns = event->time_ns;
        g->stack = profile_stack(b->symbols, event->stack);
    }
}

static void sink_event(void *self, const struct event *event)
{
    struct scoped_builder *b = self;
    if (event->kind == EVENT_STATE_TRANSITION) {
        if (event->transition.resource == RESOURCE_GOROUTINE)
            transition(b, event);
    } else if (event->kind == EVENT_TASK_BEGIN) {
        task_begin(b, event);
    } else if (event->g_slot != EVENT_NO_SLOT) {
        if (event->kind == EVENT_REGION_BEGIN)
            region_begin(b, event);
        else if (event->kind == EVENT_REGION_END)
            region_end(b, event);
    }
}

struct sink scoped_builder_sink(struct scoped_builder *b)
{
    return (struct sink){.event = sink_event, .self = b};
}

struct profile *scoped_builder_finish(const struct scoped_builder *b)
{
    return profile_new(b->kind, b->records);
}
