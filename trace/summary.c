/* Follows every goroutine through its states and adds up where its time went.
 *
 * Go's definitions have quirks that are kept, because the numbers must agree: a syscall whose P
 * was taken away and that is still open at the end counts as syscall time as a whole and, since
 * the loss, as scheduling wait too; only the first P that the syscall began with is watched. */
#include "trace/summary.h"

#include <string.h>

#include "trace/groups.h"
#include "trace/roster.h"
#include "trace/sum.h"
#include "trace/tally.h"

#define UNKNOWN SUMMARY_UNKNOWN_NS

struct goroutine {
    int64_t id, parent;
    int64_t creation_ns, start_ns, end_ns;
    int64_t total_ns; /* 0 until it ended */
    int64_t exec_ns, sched_wait_ns, syscall_ns, syscall_block_ns;
    int64_t since_ns;  /* when the open state began */
    int64_t p_lost_ns; /* when the P left it in its syscall */
    int64_t syscall_p; /* with which it entered that */
    uint32_t name;
    uint32_t reason;       /* of the open wait */
    uint32_t block, range; /* heads of its lists */
    uint8_t open;          /* enum event_state; STATE_NOT_EXIST when nothing is open */
};

struct proc {
    uint32_t syscall_g; /* number of the goroutine that is in a syscall with it, or ROSTER_NONE */
    uint32_t range_g[RANGE_STW + 1]; /* the one that a range of this P is charged to, likewise */
};

struct summary_builder {
    const struct symbols *symbols;
    struct roster g_numbers, p_numbers, m_numbers;
    GArray *goroutines, *procs;
    struct tally block, range;
    GArray *gomaxprocs;
    int64_t sync_ns, last_ns, last_m, last_p;
    bool has_live;
    uint64_t heap_min_bytes, heap_max_bytes, heap_goal_max_bytes;
};

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
    roster_init(&b->g_numbers);
    roster_init(&b->p_numbers);
    roster_init(&b->m_numbers);
    tally_init(&b->block);
    tally_init(&b->range);
    b->goroutines = g_array_new(FALSE, FALSE, sizeof(struct goroutine));
    b->procs = g_array_new(FALSE, FALSE, sizeof(struct proc));
    b->gomaxprocs = g_array_new(FALSE, FALSE, sizeof(struct summary_gomaxprocs));
    b->last_m = b->last_p = EVENT_NO_ID;
    return b;
}

void summary_builder_free(struct summary_builder *b)
{
    if (b == NULL)
        return;
    roster_clear(&b->g_numbers);
    roster_clear(&b->p_numbers);
    roster_clear(&b->m_numbers);
    tally_clear(&b->block);
    tally_clear(&b->range);
    g_array_unref(b->goroutines);
    g_array_unref(b->procs);
    g_array_unref(b->gomaxprocs);
    g_free(b);
}

static struct goroutine *goroutine_at(const struct summary_builder *b, uint32_t number)
{
    return &g_array_index(b->goroutines, struct goroutine, number);
}

/* Its number, ROSTER_NONE for no P. */
static uint32_t proc_add(struct summary_builder *b, int64_t id)
{
    if (id == EVENT_NO_ID)
        return ROSTER_NONE;
    uint32_t number = roster_add(&b->p_numbers, id);
    if (number == b->procs->len) {
        struct proc proc = {.syscall_g = ROSTER_NONE};
        for (size_t i = 0; i < G_N_ELEMENTS(proc.range_g); i++)
            proc.range_g[i] = ROSTER_NONE;
        g_array_append_val(b->procs, proc);
    }
    return number;
}

static struct proc *proc_at(const struct summary_builder *b, uint32_t number)
{
    return number == ROSTER_NONE ? NULL : &g_array_index(b->procs, struct proc, number);
}

/* Begins a goroutine's record; an id that comes again (C threads reuse theirs) loses its old one,
 * as in Go's tool. */
static uint32_t goroutine_begin(struct summary_builder *b, int64_t id, int64_t creation_ns)
{
    struct goroutine fresh = {.id = id,
                              .parent = EVENT_NO_ID,
                              .creation_ns = creation_ns,
                              .start_ns = UNKNOWN,
                              .end_ns = UNKNOWN,
                              .p_lost_ns = UNKNOWN,
                              .open = STATE_NOT_EXIST};
    uint32_t number = roster_add(&b->g_numbers, id);
    if (number == b->goroutines->len) {
        g_array_append_val(b->goroutines, fresh);
        return number;
    }
    struct goroutine *g = goroutine_at(b, number);
    fresh.block = g->block;
    fresh.range = g->range;
    tally_reset(&b->block, g->block);
    tally_reset(&b->range, g->range);
    *g = fresh;
    return number;
}

/* What is known of a goroutine that was there before the trace: it was in this state since the
 * last Sync. */
static void charge_before(struct summary_builder *b, uint32_t number, const struct event *event)
{
    struct goroutine *g = goroutine_at(b, number);
    int64_t ns = event->time_ns - b->sync_ns;
    switch (event->transition.to) {
    case STATE_RUNNING:
        g->exec_ns += ns;
        break;
    case STATE_RUNNABLE:
        g->sched_wait_ns += ns;
        break;
    case STATE_WAITING:
        tally_at(&b->block, number, &g->block, event->transition.reason)->ns += ns;
        break;
    case STATE_SYSCALL:
        if (event->p == EVENT_NO_ID)
            g->syscall_block_ns += ns;
        else
            g->syscall_ns += ns;
        break;
    default:
        break;
    }
}

static void leave_syscall(struct summary_builder *b, struct goroutine *g, int64_t now_ns)
{
    if (g->p_lost_ns == UNKNOWN) {
        g->syscall_ns += now_ns - g->since_ns;
    } else {
        g->syscall_ns += g->p_lost_ns - g->since_ns;
        g->syscall_block_ns += now_ns - g->p_lost_ns;
    }
    g->p_lost_ns = UNKNOWN;
    /* Whoever is in a syscall with that P now is forgotten too: a quirk of Go's. */
    struct proc *proc = proc_at(b, proc_add(b, g->syscall_p));
    if (proc != NULL)
        proc->syscall_g = ROSTER_NONE;
}

static void leave(struct summary_builder *b, uint32_t number, enum event_state from, int64_t now_ns)
{
    struct goroutine *g = goroutine_at(b, number);
    if (g->open != from)
        return;
    if (from == STATE_RUNNING)
        g->exec_ns += now_ns - g->since_ns;
    else if (from == STATE_RUNNABLE)
        g->sched_wait_ns += now_ns - g->since_ns;
    else if (from == STATE_WAITING)
        tally_close(tally_at(&b->block, number, &g->block, g->reason), now_ns);
    else if (from == STATE_SYSCALL)
        leave_syscall(b, g, now_ns);
    g->open = STATE_NOT_EXIST;
}

/* Nothing that happens later counts, unless the goroutine comes back to life. */
static void close_goroutine(struct summary_builder *b, struct goroutine *g, int64_t now_ns)
{
    struct tally_entry *entry;
    for (uint32_t at = g->range; (entry = tally_follow(&b->range, at)) != NULL; at = entry->next)
        tally_close(entry, now_ns);
    g->end_ns = now_ns;
    if (g->total_ns == 0)
        g->total_ns = now_ns - g->creation_ns;
    g->open = STATE_NOT_EXIST;
}

static void enter(struct summary_builder *b, uint32_t number, const struct event *event)
{
    struct goroutine *g = goroutine_at(b, number);
    enum event_state to = event->transition.to;
    if (to == STATE_NOT_EXIST) {
        close_goroutine(b, g, event->time_ns);
        return;
    }
    if (to == STATE_WAITING) {
        struct slice reason = symbols_string(b->symbols, event->transition.reason);
        if (reason.len == strlen("forever") && memcmp(reason.at, "forever", reason.len) == 0) {
            close_goroutine(b, g, event->time_ns);
            return;
        }
        g->reason = event->transition.reason;
        tally_at(&b->block, number, &g->block, g->reason)->since_ns = event->time_ns;
    }
    if (to == STATE_RUNNING && g->start_ns == UNKNOWN)
        g->start_ns = event->time_ns;
    if (to == STATE_SYSCALL) {
        g->syscall_p = event->p;
        struct proc *proc = proc_at(b, proc_add(b, event->p));
        if (proc != NULL)
            proc->syscall_g = number;
    }
    g->open = (uint8_t)to;
    g->since_ns = event->time_ns;
}

static void goroutine_transition(struct summary_builder *b, const struct event *event)
{
    enum event_state from = event->transition.from;
    if (from == event->transition.to)
        return;
    uint32_t number = roster_find(&b->g_numbers, event->transition.id);
    if (from == STATE_NOT_EXIST) {
        number = goroutine_begin(b, event->transition.id, event->time_ns);
        goroutine_at(b, number)->parent = event->g;
    } else if (from == STATE_UNDETERMINED || number == ROSTER_NONE) {
        number = goroutine_begin(b, event->transition.id, b->sync_ns);
        charge_before(b, number, event);
    } else {
        leave(b, number, from, event->time_ns);
    }
    struct goroutine *g = goroutine_at(b, number);
    if (g->name == 0)
        g->name = summary_start_function(b->symbols, event->transition.stack);
    enter(b, number, event);
}

static void proc_transition(struct summary_builder *b, const struct event *event)
{
    struct proc *proc = proc_at(b, proc_add(b, event->transition.id));
    if (proc == NULL || event->transition.from == event->transition.to ||
        event->transition.to != STATE_IDLE)
        return;
    if (proc->syscall_g != ROSTER_NONE)
        goroutine_at(b, proc->syscall_g)->p_lost_ns = event->time_ns;
    proc->syscall_g = ROSTER_NONE;
}

/* The goroutine that a range is charged to. A range of a P counts for the goroutine that is on it
 * at both ends. */
static uint32_t range_goroutine(struct summary_builder *b, const struct event *event)
{
    if (event->range.scope == RESOURCE_GOROUTINE)
        return roster_find(&b->g_numbers, event->range.id);
    if (event->range.scope != RESOURCE_PROC)
        return ROSTER_NONE;

    uint32_t now = roster_find(&b->g_numbers, event->g);
    struct proc *proc = proc_at(b, proc_add(b, event->range.id));
    if (proc == NULL)
        return ROSTER_NONE;
    uint32_t *at_begin = &proc->range_g[event->range.range];
    if (event->kind != EVENT_RANGE_END) {
        if (now != ROSTER_NONE)
            *at_begin = now;
        return now;
    }
    uint32_t before = *at_begin;
    *at_begin = ROSTER_NONE;
    return before == now ? before : ROSTER_NONE;
}

static void range_event(struct summary_builder *b, const struct event *event)
{
    uint32_t number = range_goroutine(b, event);
    if (number == ROSTER_NONE)
        return;
    struct goroutine *g = goroutine_at(b, number);
    struct tally_entry *entry = tally_at(&b->range, number, &g->range, event->range.name);
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

static void sink_event(void *self, const struct event *event)
{
    struct summary_builder *b = self;
    b->last_ns = event->time_ns;
    if (event->m != b->last_m && event->m != EVENT_NO_ID)
        roster_add(&b->m_numbers, b->last_m = event->m);
    if (event->p != b->last_p && event->p != EVENT_NO_ID)
        proc_add(b, b->last_p = event->p);

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

struct sink summary_builder_sink(struct summary_builder *b)
{
    return (struct sink){.event = sink_event, .self = b};
}

/* --- what was seen so far --- */

/* A goroutine as it would be if the trace ended now. */
static struct summary_goroutine goroutine_finish(const struct summary_builder *b,
                                                 const struct goroutine *g, int64_t now_ns,
                                                 GArray *none)
{
    int64_t open_ns = now_ns - g->since_ns;
    struct summary_goroutine row = {
        .id = g->id,
        .parent = g->parent,
        .name = g->name,
        .creation_ns = g->creation_ns,
        .start_ns = g->start_ns,
        .end_ns = g->end_ns,
        .times = {.total_ns = g->total_ns != 0 ? g->total_ns : now_ns - g->creation_ns,
                  .exec_ns = g->exec_ns,
                  .sched_wait_ns = g->sched_wait_ns,
                  .syscall_ns = g->syscall_ns,
                  .syscall_block_ns = g->syscall_block_ns,
                  .block = tally_times(&b->block, g->block, now_ns, none),
                  .range = tally_times(&b->range, g->range, now_ns, none)},
    };
    if (g->open == STATE_RUNNING) {
        row.times.exec_ns += open_ns;
    } else if (g->open == STATE_RUNNABLE) {
        row.times.sched_wait_ns += open_ns;
    } else if (g->open == STATE_SYSCALL) {
        row.times.syscall_ns += open_ns;
        if (g->p_lost_ns != UNKNOWN)
            row.times.sched_wait_ns = sum_ns(row.times.sched_wait_ns, now_ns - g->p_lost_ns);
    }
    return row;
}

struct summary_times *summary_builder_times(const struct summary_builder *b, int64_t goroutine,
                                            int64_t now_ns, bool ends)
{
    struct summary_times *times = g_new0(struct summary_times, 1);
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(struct summary_time));
    uint32_t number = roster_find(&b->g_numbers, goroutine);
    if (number == ROSTER_NONE) {
        times->block = g_array_ref(none);
        times->range = g_array_ref(none);
        return times;
    }
    const struct goroutine *g = goroutine_at(b, number);
    *times = goroutine_finish(b, g, now_ns, none).times;
    if (ends && g->open == STATE_SYSCALL && g->p_lost_ns != UNKNOWN) {
        int64_t lost_ns = now_ns - g->p_lost_ns;
        times->syscall_ns -= lost_ns;
        times->syscall_block_ns += lost_ns;
        times->sched_wait_ns -= lost_ns;
    }
    return times;
}

static int compare_goroutines(const void *a, const void *b)
{
    const struct summary_goroutine *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

struct summary *summary_builder_finish(const struct summary_builder *b)
{
    struct summary *summary = g_new0(struct summary, 1);
    summary->goroutines =
        g_array_sized_new(FALSE, FALSE, sizeof(struct summary_goroutine), b->goroutines->len);
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(struct summary_time));
    for (guint i = 0; i < b->goroutines->len; i++) {
        struct summary_goroutine row = goroutine_finish(b, goroutine_at(b, i), b->last_ns, none);
        g_array_append_val(summary->goroutines, row);
    }
    g_array_sort(summary->goroutines, compare_goroutines);
    summary->groups = groups_new(summary->goroutines);
    summary->gomaxprocs = g_array_copy(b->gomaxprocs);
    summary->n_procs = b->p_numbers.n;
    summary->n_threads = b->m_numbers.n;
    summary->heap_min_bytes = b->heap_min_bytes;
    summary->heap_max_bytes = b->heap_max_bytes;
    summary->heap_goal_max_bytes = b->heap_goal_max_bytes;
    return summary;
}

static void times_clear(struct summary_times *times)
{
    g_array_unref(times->block);
    g_array_unref(times->range);
}

void summary_times_free(struct summary_times *times)
{
    if (times == NULL)
        return;
    times_clear(times);
    g_free(times);
}

void summary_free(struct summary *summary)
{
    if (summary == NULL)
        return;
    for (guint i = 0; i < summary->goroutines->len; i++)
        times_clear(&g_array_index(summary->goroutines, struct summary_goroutine, i).times);
    g_array_unref(summary->goroutines);
    groups_free(summary->groups);
    g_array_unref(summary->gomaxprocs);
    g_free(summary);
}
