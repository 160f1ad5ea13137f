/* Follows every goroutine through its states and adds up where its time went.
 *
 * Go's definitions have quirks that are kept, because the numbers must agree: a syscall whose P
 * was taken away and that is still open at the end counts as syscall time as a whole and, since
 * the loss, as scheduling wait too; only the first P that the syscall began with is watched. */
#include "trace/summary.h"

#include <string.h>

#include "trace/groups.h"
#include "trace/reasons.h"
#include "trace/roster.h"
#include "trace/sum.h"
#include "trace/tally.h"

#define UNKNOWN SUMMARY_UNKNOWN_NS
#define N_RECENT 64

struct goroutine {
    int64_t id, parent;
    int64_t creation_ns, start_ns, end_ns;
    int64_t total_ns; /* 0 until it ended */
    int64_t syscall_block_ns;
    int64_t p_lost_ns;     /* when the P left it in its syscall */
    int64_t syscall_p;     /* with which it entered that */
    uint32_t block, range; /* heads of its lists */
    uint32_t name;
    uint32_t reason;     /* of the last wait; its time is in ns[] and not yet in the list */
    int64_t since_ns;    /* when the open state began */
    int64_t ns[STATE_N]; /* in each state */
    uint8_t open;        /* enum event_state; STATE_NOT_EXIST when nothing is open */
    bool known;          /* else the row is free */
    bool reusable;       /* its id may come again */
};

/* A goroutine, if it is still the same; its id is EVENT_NO_ID for none. */
struct someone {
    int64_t id;
    uint32_t slot;
};

struct proc {
    struct someone syscall_g;              /* who is in a syscall with it */
    struct someone range_g[RANGE_STW + 1]; /* whom a range of this P is charged to */
};

struct summary_builder {
    const struct symbols *symbols;
    struct reasons reasons;
    struct goroutine *goroutines; /* by slot */
    size_t n_goroutines;
    size_t n_known; /* of them, those that are no free rows */

    bool folds;
    struct roster ended_numbers; /* by id: those that ended and have a row still, in ... */
    GArray *ended;
    struct groups folded; /* the others, and how many ... */
    size_t n_folded;
    GArray *longest; /* ... and the longest running of them: struct summary_goroutine */

    struct roster p_numbers, m_numbers;
    int64_t recent_threads[N_RECENT], recent_procs[N_RECENT]; /* by the end of their ids */
    GArray *procs;
    struct tally block, range;
    GArray *none; /* an empty list of times */
    GArray *gomaxprocs;
    int64_t sync_ns, last_ns;
    bool has_live;
    uint64_t heap_min_bytes, heap_max_bytes, heap_goal_max_bytes;
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
    b->ended = g_array_new(FALSE, FALSE, sizeof(struct goroutine));
    b->longest = g_array_new(FALSE, FALSE, sizeof(struct summary_goroutine));
    b->procs = g_array_new(FALSE, FALSE, sizeof(struct proc));
    b->none = g_array_new(FALSE, FALSE, sizeof(struct summary_time));
    b->gomaxprocs = g_array_new(FALSE, FALSE, sizeof(struct summary_gomaxprocs));
    memset(b->recent_threads, 0xff, sizeof b->recent_threads);
    memset(b->recent_procs, 0xff, sizeof b->recent_procs);
    return b;
}

static void times_clear(struct summary_times *times)
{
    g_array_unref(times->block);
    g_array_unref(times->range);
}

static void rows_free(GArray *rows)
{
    for (guint i = 0; i < rows->len; i++)
        times_clear(&g_array_index(rows, struct summary_goroutine, i).times);
    g_array_unref(rows);
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
    rows_free(b->longest);
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

/* --- goroutines come and go --- */

/* The row of a slot; NULL while nothing is known of its goroutine. */
static inline struct goroutine *goroutine_at(const struct summary_builder *b, uint32_t slot)
{
    return slot < b->n_goroutines && b->goroutines[slot].known ? &b->goroutines[slot] : NULL;
}

static void lists_drop(struct summary_builder *b, struct goroutine *g)
{
    tally_drop(&b->block, g->block);
    tally_drop(&b->range, g->range);
}

/* The lists stay, but the slot is no longer theirs. */
static void lists_seal(struct summary_builder *b, uint32_t slot, const struct goroutine *g)
{
    tally_seal(&b->block, slot, g->block);
    tally_seal(&b->range, slot, g->range);
}

/* Begins a goroutine's record; an id that comes again (C threads reuse theirs) loses its old one,
 * as in Go's tool. */
static struct goroutine *goroutine_begin(struct summary_builder *b, const struct event *event,
                                         int64_t creation_ns)
{
    uint32_t slot = event->slot;
    if (slot >= b->n_goroutines) {
        size_t n = MAX(2 * b->n_goroutines, (size_t)slot + 1);
        b->goroutines = g_renew(struct goroutine, b->goroutines, n);
        memset(b->goroutines + b->n_goroutines, 0, (n - b->n_goroutines) * sizeof *b->goroutines);
        b->n_goroutines = n;
    }
    struct goroutine *g = &b->goroutines[slot];
    if (g->known) {
        lists_seal(b, slot, g);
        lists_drop(b, g);
        b->n_known--;
    }
    uint32_t number = roster_find(&b->ended_numbers, event->transition.id);
    if (number != ROSTER_NONE) {
        struct goroutine *old = &g_array_index(b->ended, struct goroutine, number);
        lists_drop(b, old);
        old->known = false;
        roster_remove(&b->ended_numbers, event->transition.id);
    }
    b->n_known++;
    *g = (struct goroutine){.id = event->transition.id,
                            .known = true,
                            .parent = EVENT_NO_ID,
                            .creation_ns = creation_ns,
                            .start_ns = UNKNOWN,
                            .end_ns = UNKNOWN,
                            .p_lost_ns = UNKNOWN,
                            .open = STATE_NOT_EXIST};
    return g;
}

/* A goroutine as it would be if the trace ended at that time. */
static struct summary_goroutine goroutine_finish(const struct summary_builder *b,
                                                 const struct goroutine *g, int64_t now_ns)
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
                  .exec_ns = g->ns[STATE_RUNNING],
                  .sched_wait_ns = g->ns[STATE_RUNNABLE],
                  .syscall_ns = g->ns[STATE_SYSCALL],
                  .syscall_block_ns = g->syscall_block_ns,
                  .block = tally_times(&b->block, g->block, now_ns, b->none),
                  .range = tally_times(&b->range, g->range, now_ns, b->none)},
    };
    int64_t wait_ns = g->ns[STATE_WAITING] + (g->open == STATE_WAITING ? open_ns : 0);
    if (wait_ns != 0)
        row.times.block = tally_times_add(row.times.block, g->reason, wait_ns);
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

static bool is_longer(int64_t exec_ns, int64_t id, const struct summary_goroutine *than)
{
    return exec_ns != than->times.exec_ns ? exec_ns > than->times.exec_ns : id < than->id;
}

/* Remembers a goroutine that is folded, if it is among the longest running ones. */
static void keep_if_long(struct summary_builder *b, const struct goroutine *g)
{
    guint least = 0;
    for (guint i = 1; i < b->longest->len; i++) {
        const struct summary_goroutine *row =
            &g_array_index(b->longest, struct summary_goroutine, i);
        if (!is_longer(row->times.exec_ns, row->id,
                       &g_array_index(b->longest, struct summary_goroutine, least)))
            least = i;
    }
    if (b->longest->len == SUMMARY_LONGEST) {
        struct summary_goroutine *row = &g_array_index(b->longest, struct summary_goroutine, least);
        if (!is_longer(g->ns[STATE_RUNNING], g->id, row))
            return;
        times_clear(&row->times);
        g_array_remove_index_fast(b->longest, least);
    }
    struct summary_goroutine row = goroutine_finish(b, g, b->last_ns);
    g_array_append_val(b->longest, row);
}

/* Lets the time of its last waits stand in its list. */
static void note_waits(struct summary_builder *b, uint32_t slot, struct goroutine *g)
{
    if (g->ns[STATE_WAITING] != 0)
        tally_at(&b->block, slot, &g->block, g->reason)->ns += g->ns[STATE_WAITING];
    g->ns[STATE_WAITING] = 0;
}

/* Frees the row of one that has ended, for the next one of its slot. */
static void goroutine_end(struct summary_builder *b, uint32_t slot, struct goroutine *g)
{
    note_waits(b, slot, g);
    lists_seal(b, slot, g);
    if (b->folds && !g->reusable && g->total_ns != 0) {
        keep_if_long(b, g);
        struct summary_times times = {.total_ns = g->total_ns,
                                      .exec_ns = g->ns[STATE_RUNNING],
                                      .sched_wait_ns = g->ns[STATE_RUNNABLE],
                                      .syscall_ns = g->ns[STATE_SYSCALL],
                                      .syscall_block_ns = g->syscall_block_ns};
        uint32_t group = groups_add(&b->folded, g->name, 1, &times);
        groups_add_lists(&b->folded, group, &b->block, g->block, &b->range, g->range);
        lists_drop(b, g);
        b->n_folded++;
    } else {
        uint32_t number = roster_add(&b->ended_numbers, g->id);
        if (number >= b->ended->len)
            g_array_set_size(b->ended, number + 1);
        g_array_index(b->ended, struct goroutine, number) = *g;
    }
    g->known = false;
    b->n_known--;
}

/* --- states --- */

/* What is known of a goroutine that was there before the trace: it was in this state since the
 * last Sync. */
static void charge_before(const struct summary_builder *b, struct goroutine *g,
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

static void leave_syscall(struct summary_builder *b, struct goroutine *g, int64_t now_ns)
{
    if (g->p_lost_ns == UNKNOWN) {
        g->ns[STATE_SYSCALL] += now_ns - g->since_ns;
    } else {
        g->ns[STATE_SYSCALL] += g->p_lost_ns - g->since_ns;
        g->syscall_block_ns += now_ns - g->p_lost_ns;
    }
    g->p_lost_ns = UNKNOWN;
    /* Whoever is in a syscall with that P now is forgotten too: a quirk of Go's. */
    struct proc *proc = proc_at(b, proc_add(b, g->syscall_p));
    if (proc != NULL)
        proc->syscall_g = nobody;
}

static void leave(struct summary_builder *b, struct goroutine *g, enum event_state from,
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

static void enter(struct summary_builder *b, struct goroutine *g, const struct event *event)
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
            note_waits(b, event->slot, g);
        if (forever) {
            g->reason = 0; /* goroutine_quick() looks for no other forever */
            close_goroutine(b, g, event->time_ns);
            return;
        }
        g->reason = reason;
    }
    if (to == STATE_RUNNING && g->start_ns == UNKNOWN)
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
    struct goroutine *g = goroutine_at(b, event->slot);
    if (from == STATE_NOT_EXIST) {
        g = goroutine_begin(b, event, event->time_ns);
        g->parent = event->g;
        g->reusable = to == STATE_SYSCALL; /* only callbacks from C come to life in one */
    } else if (from == STATE_UNDETERMINED || g == NULL) {
        g = goroutine_begin(b, event, b->sync_ns);
        charge_before(b, g, event);
    } else {
        leave(b, g, from, event->time_ns);
    }
    if (g->name == 0)
        g->name = summary_start_function(b->symbols, event->transition.stack);
    enter(b, g, event);
    if (to == STATE_NOT_EXIST) {
        g->reusable |= from == STATE_SYSCALL;
        goroutine_end(b, event->slot, g);
    }
}

/* The row of someone, NULL when that is nobody any more. */
static struct goroutine *find(const struct summary_builder *b, const struct someone *someone)
{
    if (someone->id == EVENT_NO_ID)
        return NULL;
    struct goroutine *g = goroutine_at(b, someone->slot);
    return g != NULL && g->id == someone->id ? g : NULL;
}

static void proc_transition(struct summary_builder *b, const struct event *event)
{
    struct proc *proc = proc_at(b, proc_add(b, event->transition.id));
    if (proc == NULL || event->transition.from == event->transition.to ||
        event->transition.to != STATE_IDLE)
        return;
    struct goroutine *g = find(b, &proc->syscall_g);
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
    if (goroutine_at(b, now.slot) == NULL)
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
    struct goroutine *g = find(b, &charged);
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
    int64_t *recent_m = &b->recent_threads[(uint64_t)m % N_RECENT];
    if (*recent_m != m && m != EVENT_NO_ID)
        roster_add(&b->m_numbers, *recent_m = m);
    int64_t *recent_p = &b->recent_procs[(uint64_t)p % N_RECENT];
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
    struct goroutine *g = goroutine_at(b, event->slot);
    if (g == NULL || g->open != from || from == to || !is_simple(from) || !is_simple(to) ||
        g->name == 0 || g->start_ns == UNKNOWN ||
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

static void see_one(void *self, const struct event *event)
{
    see(self, event);
}

static void see_all(void *self, const struct event *event, size_t n)
{
    for (size_t i = 0; i < n; i++, event = event_next(event))
        see(self, event);
}

struct sink summary_builder_sink(struct summary_builder *b)
{
    return (struct sink){.event = see_one, .events = see_all, .self = b};
}

/* --- what was seen so far --- */

/* The row of a goroutine, of one that has ended too; NULL when it is not known. */
static const struct goroutine *goroutine_find(const struct summary_builder *b, uint32_t slot,
                                              int64_t id)
{
    const struct goroutine *g = goroutine_at(b, slot);
    if (g != NULL && g->id == id)
        return g;
    uint32_t number = roster_find(&b->ended_numbers, id);
    return number == ROSTER_NONE ? NULL : &g_array_index(b->ended, struct goroutine, number);
}

struct summary_times *summary_builder_times(const struct summary_builder *b, uint32_t slot,
                                            int64_t id, int64_t now_ns, bool ends)
{
    g_assert(!b->folds);
    struct summary_times *times = g_new0(struct summary_times, 1);
    const struct goroutine *g = goroutine_find(b, slot, id);
    if (g == NULL) {
        times->block = g_array_ref(b->none);
        times->range = g_array_ref(b->none);
        return times;
    }
    *times = goroutine_finish(b, g, now_ns).times;
    if (ends && g->open == STATE_SYSCALL && g->p_lost_ns != UNKNOWN) {
        int64_t lost_ns = now_ns - g->p_lost_ns;
        times->syscall_ns -= lost_ns;
        times->syscall_block_ns += lost_ns;
        times->sched_wait_ns -= lost_ns;
    }
    return times;
}

void summary_times_free(struct summary_times *times)
{
    if (times == NULL)
        return;
    times_clear(times);
    g_free(times);
}

static int compare_goroutines(const void *a, const void *b)
{
    const struct summary_goroutine *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void rows_add(const struct summary_builder *b, GArray *rows, const struct goroutine *gs,
                     size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!gs[i].known)
            continue;
        struct summary_goroutine row = goroutine_finish(b, &gs[i], b->last_ns);
        g_array_append_val(rows, row);
    }
}

/* All that have rows still, and the groups of these and of those that were folded. */
static void finish_goroutines(const struct summary_builder *b, struct summary *summary)
{
    GArray *rows = g_array_sized_new(FALSE, FALSE, sizeof(struct summary_goroutine),
                                     (guint)(b->n_known + b->ended_numbers.n));
    rows_add(b, rows, b->goroutines, b->n_goroutines);
    rows_add(b, rows, (const struct goroutine *)(void *)b->ended->data, b->ended->len);
    summary->n_goroutines = rows->len + b->n_folded;

    struct groups groups;
    groups_init(&groups);
    groups_add_all(&groups, &b->folded);
    for (guint i = 0; i < rows->len; i++)
        groups_add_goroutine(&groups, &g_array_index(rows, struct summary_goroutine, i));
    summary->groups = groups_finish(&groups);
    groups_clear(&groups);

    for (guint i = 0; i < b->longest->len; i++) {
        struct summary_goroutine row = g_array_index(b->longest, struct summary_goroutine, i);
        g_array_ref(row.times.block);
        g_array_ref(row.times.range);
        g_array_append_val(rows, row);
    }
    g_array_sort(rows, compare_goroutines);
    summary->goroutines = rows;
}

struct summary *summary_builder_finish(const struct summary_builder *b)
{
    struct summary *summary = g_new0(struct summary, 1);
    finish_goroutines(b, summary);
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
    rows_free(summary->goroutines);
    groups_free(summary->groups);
    g_array_unref(summary->gomaxprocs);
    g_free(summary);
}
