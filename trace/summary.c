/* Follows every goroutine through its states and adds up where its time went.
 *
 * Go's definitions have quirks that are kept, because the numbers must agree: a syscall whose P
 * was taken away and that is still open at the end counts as syscall time as a whole and, since
 * the loss, as scheduling wait too; only the first P that the syscall began with is watched. */
#include "trace/summary.h"

#include <string.h>

#include "trace/sum.h"
#include "trace/summary_rows.h"

/* A goroutine, if it is still the same; its id is EVENT_NO_ID for none. */
struct someone {
    int64_t id;
    uint32_t slot;
};

struct proc {
    struct someone syscall_g;              /* who is in a syscall with it */
    struct someone range_g[RANGE_STW + 1]; /* whom a range of this P is charged to */
};

static const struct someone nobody = {EVENT_NO_ID, EVENT_NO_SLOT};

uint32_t summary_start_function(const struct symbols *symbols, uint32_t stack)
{
    if (stack == 0)
        return 0;
    struct stack frames = symbols_stack(symbols, stack);
    return frames.n == 0 ? 0 : frames.frames[frames.n - 1].func;
}

struct summary_builder *summary_builder_new(const struct symbols *symbols)
{
    struct summary_builder *b = g_new0(struct summary_builder, 1);
    b->symbols = symbols;
    reasons_init(&b->reasons, symbols);
    roster_init(&b->ended_numbers);
    roster_init(&b->p_numbers);
    roster_init(&b->m_numbers);
    groups_init(&b->folded);
    tally_init(&b->block);
    tally_init(&b->range);
    b->ended = g_array_new(FALSE, FALSE, sizeof(struct summary_row));
    b->longest = g_array_new(FALSE, FALSE, sizeof(struct summary_goroutine));
    b->procs = g_array_new(FALSE, FALSE, sizeof(struct proc));
    b->none = g_array_new(FALSE, FALSE, sizeof(struct summary_time));
    b->gomaxprocs = g_array_new(FALSE, FALSE, sizeof(struct summary_gomaxprocs));
    memset(b->recent_threads, 0xff, sizeof b->recent_threads);
    memset(b->recent_procs, 0xff, sizeof b->recent_procs);
    return b;
}

void summary_builder_free(struct summary_builder *b)
{
    if (b == NULL)
        return;
    g_free(b->goroutines);
    roster_clear(&b->ended_numbers);
    roster_clear(&b->p_numbers);
    roster_clear(&b->m_numbers);
    groups_clear(&b->folded);
    tally_clear(&b->block);
    tally_clear(&b->range);
    g_array_unref(b->ended);
    summary_rows_free(b->longest);
    g_array_unref(b->procs);
    g_array_unref(b->none);
    g_array_unref(b->gomaxprocs);
    g_free(b);
}

void summary_builder_fold(struct summary_builder *b)
{
    b->folds = true;
}

/* Its number, ROSTER_NONE for no P. */
static uint32_t proc_add(struct summary_builder *b, int64_t id)
{
    if (id == EVENT_NO_ID)
        return ROSTER_NONE;
    uint32_t number = roster_find(&b->p_numbers, id);
    if (number != ROSTER_NONE)
        return number;
    number = roster_add(&b->p_numbers, id);
    struct proc proc = {.syscall_g = nobody};
    for (size_t i = 0; i < G_N_ELEMENTS(proc.range_g); i++)
        proc.range_g[i] = nobody;
    g_array_append_val(b->procs, proc);
    return number;
}

static struct proc *proc_at(const struct summary_builder *b, uint32_t number)
{
    return number == ROSTER_NONE ? NULL : &g_array_index(b->procs, struct proc, number);
}

/* --- states --- */

/* What is known of a goroutine that was there before the trace: it was in this state since the
 * last Sync. */
static void charge_before(const struct summary_builder *b, struct summary_row *g,
                          const struct event *event)
{
    int64_t ns = event->time_ns - b->sync_ns;
    switch (event->transition.to) {
    case STATE_RUNNING:
    case STATE_RUNNABLE:
        g->ns[event->transition.to] = ns;
        break;
    case STATE_WAITING:
        g->reason = event->transition.reason;
        g->ns[STATE_WAITING] = ns;
        break;
    case STATE_SYSCALL:
        *(event->p == EVENT_NO_ID ? &g->syscall_block_ns : &g->ns[STATE_SYSCALL]) = ns;
        break;
    default:
        break;
    }
}

static void leave_syscall(struct summary_builder *b, struct summary_row *g, int64_t now_ns)
{
    if (g->p_lost_ns == SUMMARY_UNKNOWN_NS) {
        g->ns[STATE_SYSCALL] += now_ns - g->since_ns;
    } else {
        g->ns[STATE_SYSCALL] += g->p_lost_ns - g->since_ns;
        g->syscall_block_ns += now_ns - g->p_lost_ns;
    }
    g->p_lost_ns = SUMMARY_UNKNOWN_NS;
    /* Whoever is in a syscall with that P now is forgotten too: a quirk of Go's. */
    struct proc *proc = proc_at(b, proc_add(b, g->syscall_p));
    if (proc != NULL)
        proc->syscall_g = nobody;
}

static void leave(struct summary_builder *b, struct summary_row *g, enum event_state from,
                  int64_t now_ns)
{
    if (g->open != from)
        return;
    if (from == STATE_SYSCALL)
        leave_syscall(b, g, now_ns);
    else
        g->ns[from] += now_ns - g->since_ns;
    g->open = STATE_NOT_EXIST;
}

/* Nothing that happens later counts, unless the goroutine comes back to life. */
static void close_goroutine(struct summary_builder *b, struct summary_row *g, int64_t now_ns)
{
    struct tally_entry *entry;
    for (uint32_t at = g->range; (entry = tally_follow(&b->range, at)) != NULL; at = entry->next)
        tally_close(entry, now_ns);
    g->end_ns = now_ns;
    if (g->total_ns == 0)
        g->total_ns = now_ns - g->creation_ns;
    g->open = STATE_NOT_EXIST;
}

static void enter(struct summary_builder *b, struct summary_row *g, const struct event *event)
{
    enum event_state to = event->transition.to;
    if (to == STATE_NOT_EXIST) {
        close_goroutine(b, g, event->time_ns);
        return;
    }
    if (to == STATE_WAITING) {
        uint32_t reason = event->transition.reason;
        bool forever = reasons_kind(&b->reasons, reason) == REASON_FOREVER;
        if (forever || reason != g->reason)
            summary_row_note_waits(b, event->slot, g);
        if (forever) {
            g->reason = 0; /* goroutine_quick() looks for no other forever */
            close_goroutine(b, g, event->time_ns);
            return;
        }
        g->reason = reason;
    }
    if (to == STATE_RUNNING && g->start_ns == SUMMARY_UNKNOWN_NS)
        g->start_ns = event->time_ns;
    if (to == STATE_SYSCALL) {
        g->syscall_p = event->p;
        struct proc *proc = proc_at(b, proc_add(b, event->p));
        if (proc != NULL)
            proc->syscall_g = (struct someone){g->id, event->slot};
    }
    g->open = (uint8_t)to;
    g->since_ns = event->time_ns;
}

static void goroutine_transition(struct summary_builder *b, const struct event *event)
{
    enum event_state from = event->transition.from, to = event->transition.to;
    if (from == to)
        return;
    struct summary_row *g = summary_row_at(b, event->slot);
    if (from == STATE_NOT_EXIST) {
        g = summary_row_begin(b, event, event->time_ns);
        g->parent = event->g;
        g->reusable = to == STATE_SYSCALL; /* only callbacks from C come to life in one */
    } else if (from == STATE_UNDETERMINED || g == NULL) {
        g = summary_row_begin(b, event, b->sync_ns);
        charge_before(b, g, event);
    } else {
        leave(b, g, from, event->time_ns);
    }
    if (g->name == 0)
        g->name = summary_start_function(b->symbols, event->transition.stack);
    enter(b, g, event);
    if (to == STATE_NOT_EXIST) {
        g->reusable |= from == STATE_SYSCALL;
        summary_row_end(b, event->slot, g);
    }
}

/* The row of someone, NULL when that is nobody any more. */
static struct summary_row *find(const struct summary_builder *b, const struct someone *someone)
{
    if (someone->id == EVENT_NO_ID)
        return NULL;
    struct summary_row *g = summary_row_at(b, someone->slot);
    return g != NULL && g->id == someone->id ? g : NULL;
}

static void proc_transition(struct summary_builder *b, const struct event *event)
{
    struct proc *proc = proc_at(b, proc_add(b, event->transition.id));
    if (proc == NULL || event->transition.from == event->transition.to ||
        event->transition.to != STATE_IDLE)
        return;
    struct summary_row *g = find(b, &proc->syscall_g);
    if (g != NULL)
        g->p_lost_ns = event->time_ns;
    proc->syscall_g = nobody;
}

/* The goroutine that a range is charged to; nobody for none. A range of a P counts for the
 * goroutine that is on it at both ends. */
static struct someone range_goroutine(struct summary_builder *b, const struct event *event)
{
    if (event->range.scope == RESOURCE_GOROUTINE)
        return (struct someone){event->range.id, event->slot};
    if (event->range.scope != RESOURCE_PROC)
        return nobody;

    struct someone now = {event->g, event->g_slot};
    if (summary_row_at(b, now.slot) == NULL)
        now = nobody;
    struct proc *proc = proc_at(b, proc_add(b, event->range.id));
    if (proc == NULL)
        return nobody;
    struct someone *at_begin = &proc->range_g[event->range.range];
    if (event->kind != EVENT_RANGE_END) {
        if (now.id != EVENT_NO_ID)
            *at_begin = now;
        return now;
    }
    struct someone before = *at_begin;
    *at_begin = nobody;
    return before.id == now.id ? now : nobody;
}

static void range_event(struct summary_builder *b, const struct event *event)
{
    struct someone charged = range_goroutine(b, event);
    struct summary_row *g = find(b, &charged);
    if (g == NULL)
        return;
    struct tally_entry *entry = tally_at(&b->range, charged.slot, &g->range, event->range.name);
    if (event->kind == EVENT_RANGE_BEGIN) {
        entry->since_ns = event->time_ns;
        return;
    }
    int64_t until_ns = event->kind == EVENT_RANGE_ACTIVE ? b->sync_ns : event->time_ns;
    tally_close(entry, until_ns);
    if (event->kind == EVENT_RANGE_ACTIVE)
        entry->since_ns = b->sync_ns;
}

static void metric_event(struct summary_builder *b, const struct event *event)
{
    uint64_t value = event->metric.value;
    if (event->metric.metric == METRIC_GOMAXPROCS) {
        struct summary_gomaxprocs row = {event->time_ns, value};
        g_array_append_val(b->gomaxprocs, row);
    } else if (event->metric.metric == METRIC_HEAP_GOAL) {
        b->heap_goal_max_bytes = MAX(b->heap_goal_max_bytes, value);
    } else {
        b->heap_min_bytes = b->has_live ? MIN(b->heap_min_bytes, value) : value;
        b->heap_max_bytes = MAX(b->heap_max_bytes, value);
        b->has_live = true;
    }
}

/* Threads and Ps count when they are seen. */
static inline void place_add(struct summary_builder *b, int64_t m, int64_t p)
{
    int64_t *recent_m = &b->recent_threads[(uint64_t)m % SUMMARY_N_RECENT];
    if (*recent_m != m && m != EVENT_NO_ID)
        roster_add(&b->m_numbers, *recent_m = m);
    int64_t *recent_p = &b->recent_procs[(uint64_t)p % SUMMARY_N_RECENT];
    if (*recent_p != p)
        proc_add(b, *recent_p = p);
}

static inline bool is_simple(unsigned state)
{
    return state == STATE_RUNNING || state == STATE_RUNNABLE || state == STATE_WAITING;
}

/* What goroutine_transition() does for the changes that traces consist of; false: that has to. */
static inline bool goroutine_quick(struct summary_builder *b, const struct event *event)
{
    unsigned from = event->transition.from, to = event->transition.to;
    struct summary_row *g = summary_row_at(b, event->slot);
    if (g == NULL || g->open != from || from == to || !is_simple(from) || !is_simple(to) ||
        g->name == 0 || g->start_ns == SUMMARY_UNKNOWN_NS ||
        (to == STATE_WAITING && event->transition.reason != g->reason))
        return false;
    g->ns[from] += event->time_ns - g->since_ns;
    g->since_ns = event->time_ns;
    g->open = (uint8_t)to;
    return true;
}

static void see_slowly(struct summary_builder *b, const struct event *event)
{
    switch (event->kind) {
    case EVENT_SYNC:
        b->sync_ns = event->time_ns;
        break;
    case EVENT_METRIC:
        metric_event(b, event);
        break;
    case EVENT_RANGE_BEGIN:
    case EVENT_RANGE_ACTIVE:
    case EVENT_RANGE_END:
        range_event(b, event);
        break;
    case EVENT_STATE_TRANSITION:
        if (event->transition.resource == RESOURCE_GOROUTINE)
            goroutine_transition(b, event);
        else if (event->transition.resource == RESOURCE_PROC)
            proc_transition(b, event);
        break;
    default:
        break;
    }
}

static inline void see(struct summary_builder *b, const struct event *event)
{
    place_add(b, event->m, event->p);
    b->last_ns = event->time_ns;
    if (event->kind != EVENT_STATE_TRANSITION || event->transition.resource != RESOURCE_GOROUTINE ||
        !goroutine_quick(b, event))
        see_slowly(b, event);
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

struct sink summary_builder_sink(struct summary_builder *b)
{
    return (struct sink){.event = see_one, .events = see_all, .self = b};
}

struct summary *summary_builder_finish(const struct summary_builder *b)
{
    struct summary *summary = g_new0(struct summary, 1);
    summary_rows_finish(b, summary);
    summary->gomaxprocs = g_array_copy(b->gomaxprocs);
    summary->n_procs = b->p_numbers.n;
    summary->n_threads = b->m_numbers.n;
    summary->heap_min_bytes = b->heap_min_bytes;
    summary->heap_max_bytes = b->heap_max_bytes;
    summary->heap_goal_max_bytes = b->heap_goal_max_bytes;
    return summary;
}

void summary_free(struct summary *summary)
{
    if (summary == NULL)
        return;
    summary_rows_free(summary->goroutines);
    groups_free(summary->groups);
    g_array_unref(summary->gomaxprocs);
    g_free(summary);
}
