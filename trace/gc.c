/* Ranges, labels and metrics are few; of the many transitions only those of goroutines that work
 * for the collector matter, which one byte a goroutine tells. Most of the time there are none. */
#include "config.h"

#include "trace/gc.h"

#include <string.h>

#include "trace/sum.h"

/* What a goroutine is doing, in one byte of builder->bits. */
enum {
    RUNS = 1 << 0,      /* on a thread: running or in a syscall; known only while it WORKS */
    ASSISTS = 1 << 1,   /* in a mark assist */
    MARKS = 1 << 2,     /* a mark worker, from its label until it stops */
    DEDICATED = 1 << 3, /* likewise */
    STOPS = 1 << 4,     /* has the world stopped */
    WORKS = ASSISTS | MARKS | DEDICATED,
};

struct goroutine {
    int64_t assist_ns; /* since when it assists */
    int64_t p;         /* that is counted as busy with it while RUNS and any of WORKS are set */
    uint32_t stw;      /* its row in stws, plus 1, while STOPS */
};

struct gc_builder {
    const struct symbols *symbols;
    uint8_t *bits; /* by slot, likewise the rows below */
    struct goroutine *goroutines;
    uint32_t n_slots;
    uint32_t n_marked; /* goroutines with any bit set */
    struct roster p_numbers;
    GArray *sweeps_ns; /* by number of a P: since when it sweeps, GC_OPEN_NS: it does not */
    GArray *marks, *stws, *changes;
    GArray *sweep_changes; /* NULL: they were too many */
    struct gc_work assists, sweeps;
    uint64_t swept_bytes, reclaimed_bytes;
    int64_t sync_ns, last_ns;
    struct heap heap;
};

struct gc_builder *gc_builder_new(const struct symbols *symbols)
{
    struct gc_builder *b = g_new0(struct gc_builder, 1);
    b->symbols = symbols;
    roster_init(&b->p_numbers);
    b->sweeps_ns = g_array_new(FALSE, FALSE, sizeof(int64_t));
    b->marks = g_array_new(FALSE, FALSE, sizeof(struct gc_mark));
    b->stws = g_array_new(FALSE, FALSE, sizeof(struct gc_stw));
    b->changes = g_array_new(FALSE, FALSE, sizeof(struct gc_change));
    b->sweep_changes = g_array_new(FALSE, FALSE, sizeof(struct gc_change));
    heap_init(&b->heap);
    return b;
}

void gc_builder_free(struct gc_builder *b)
{
    if (b == NULL)
        return;
    roster_clear(&b->p_numbers);
    g_free(b->bits);
    g_free(b->goroutines);
    g_array_unref(b->sweeps_ns);
    g_array_unref(b->marks);
    g_array_unref(b->stws);
    g_array_unref(b->changes);
    g_clear_pointer(&b->sweep_changes, g_array_unref);
    g_free(b);
}

/* Makes room for the rows of a slot. */
static void reserve(struct gc_builder *b, uint32_t slot)
{
    if (slot < b->n_slots)
        return;
    uint32_t n = MAX(64, MAX(slot + 1, b->n_slots + b->n_slots / 2));
    b->bits = g_renew(uint8_t, b->bits, n);
    b->goroutines = g_renew(struct goroutine, b->goroutines, n);
    memset(b->bits + b->n_slots, 0, n - b->n_slots);
    b->n_slots = n;
}

static void change(struct gc_builder *b, enum gc_change_kind kind, int64_t time_ns, int64_t p,
                   bool ends)
{
    if (p < 0 || p >= GC_MAX_PROCS)
        return;
    struct gc_change row = {time_ns, (uint32_t)p, (uint8_t)kind, ends};
    if (kind != GC_SWEEP)
        g_array_append_val(b->changes, row);
    else if (b->sweep_changes != NULL && b->sweep_changes->len < GC_MAX_SWEEP_CHANGES)
        g_array_append_val(b->sweep_changes, row);
    else
        g_clear_pointer(&b->sweep_changes, g_array_unref);
}

/* A P begins or ends to run a goroutine in each of these kinds of work, of which there can be two:
 * the runtime labels goroutines too that a P runs before or after its worker, and they assist. */
static void work_changes(struct gc_builder *b, unsigned kinds, int64_t time_ns, int64_t p,
                         bool ends)
{
    if (kinds & ASSISTS)
        change(b, GC_ASSIST, time_ns, p, ends);
    if (kinds & MARKS)
        change(b, GC_MARK, time_ns, p, ends);
    if (kinds & DEDICATED)
        change(b, GC_DEDICATED, time_ns, p, ends);
}

static bool executes(enum event_state state)
{
    return state == STATE_RUNNING || state == STATE_SYSCALL;
}

static void work_add(struct gc_work *work, int64_t ns)
{
    work->count++;
    work->ns = sum_ns(work->ns, ns);
    work->longest_ns = MAX(work->longest_ns, ns);
}

static void set_bits(struct gc_builder *b, uint32_t slot, unsigned bits)
{
    b->n_marked += (bits != 0) - (b->bits[slot] != 0);
    b->bits[slot] = (uint8_t)bits;
}

/* What becomes of a goroutine that works for the collector. */
static void working_transition(struct gc_builder *b, const struct event *event)
{
    uint32_t slot = event->slot;
    unsigned bits = b->bits[slot];
    bool runs = executes(event->transition.to);
    if (bits & WORKS && runs != ((bits & RUNS) != 0)) {
        if (runs)
            b->goroutines[slot].p = event->p;
        work_changes(b, bits, event->time_ns, b->goroutines[slot].p, !runs);
        if (!runs) {
            /* A worker says at each start anew what it works as. */
            bits &= ~(unsigned)(MARKS | DEDICATED);
        }
    }
    if (event->transition.to == STATE_NOT_EXIST) {
        if (bits & ASSISTS)
            work_add(&b->assists, event->time_ns - b->goroutines[slot].assist_ns);
        bits = 0;
    }
    bits &= ~(unsigned)RUNS;
    set_bits(b, slot, bits & WORKS && runs ? bits | RUNS : bits);
}

static inline void transition(struct gc_builder *b, const struct event *event)
{
    if (b->n_marked > 0 && event->slot < b->n_slots && b->bits[event->slot] != 0)
        working_transition(b, event);
}

static bool slice_is(struct slice slice, const char *word)
{
    return slice.len == strlen(word) && memcmp(slice.at, word, slice.len) == 0;
}

static bool slice_has(struct slice slice, const char *word)
{
    return memmem(slice.at, slice.len, word, strlen(word)) != NULL;
}

static void label(struct gc_builder *b, const struct event *event)
{
    struct slice text = symbols_string(b->symbols, event->label.label);
    if (event->g_slot == EVENT_NO_SLOT || text.len < 3 || memcmp(text.at, "GC ", 3) != 0 ||
        slice_is(text, "GC (idle)"))
        return;
    reserve(b, event->g_slot);
    unsigned bits = b->bits[event->g_slot];
    if (bits & (MARKS | DEDICATED))
        return;
    unsigned kind = slice_is(text, "GC (dedicated)") ? DEDICATED : MARKS;
    set_bits(b, event->g_slot, bits | RUNS | kind);
    b->goroutines[event->g_slot].p = event->p;
    work_changes(b, kind, event->time_ns, event->p, false);
}

static void mark_event(struct gc_builder *b, const struct event *event)
{
    struct gc_mark *last =
        b->marks->len == 0 ? NULL : &g_array_index(b->marks, struct gc_mark, b->marks->len - 1);
    bool open = last != NULL && last->end_ns == GC_OPEN_NS;
    if (event->kind == EVENT_RANGE_END) {
        if (open)
            last->end_ns = event->time_ns;
    } else if (!open) {
        bool active = event->kind == EVENT_RANGE_ACTIVE;
        struct gc_mark mark = {active ? b->sync_ns : event->time_ns, GC_OPEN_NS};
        g_array_append_val(b->marks, mark);
    }
}

static void stw_begin(struct gc_builder *b, const struct event *event, int64_t start_ns)
{
    bool nested = b->bits[event->slot] & STOPS;
    struct gc_stw stw = {.name = event->range.name,
                         .start_ns = start_ns,
                         .end_ns = GC_OPEN_NS,
                         .goroutine = event->range.id,
                         .outer = nested ? b->goroutines[event->slot].stw : 0};
    g_array_append_val(b->stws, stw);
    b->goroutines[event->slot].stw = b->stws->len;
    set_bits(b, event->slot, b->bits[event->slot] | STOPS);
}

static void stw_end(struct gc_builder *b, const struct event *event)
{
    if (!(b->bits[event->slot] & STOPS))
        return;
    uint32_t *at = &b->goroutines[event->slot].stw;
    struct gc_stw *stw = &g_array_index(b->stws, struct gc_stw, *at - 1);
    stw->end_ns = event->time_ns;
    *at = stw->outer;
    if (*at == 0)
        set_bits(b, event->slot, b->bits[event->slot] & ~(unsigned)STOPS);
}

static void stw_event(struct gc_builder *b, const struct event *event)
{
    if (event->kind == EVENT_RANGE_ACTIVE && b->bits[event->slot] & STOPS)
        return;
    int64_t time_ns = event->kind == EVENT_RANGE_ACTIVE ? b->sync_ns : event->time_ns;
    bool ends = event->kind == EVENT_RANGE_END;
    if (ends)
        stw_end(b, event);
    else
        stw_begin(b, event, time_ns);
    if (slice_has(symbols_string(b->symbols, event->range.name), "GC"))
        change(b, GC_STW, time_ns, 0, ends);
}

static void assist_event(struct gc_builder *b, const struct event *event)
{
    uint32_t slot = event->slot;
    unsigned bits = b->bits[slot];
    struct goroutine *g = &b->goroutines[slot];
    if (event->kind == EVENT_RANGE_END) {
        if (!(bits & ASSISTS))
            return;
        if (bits & RUNS)
            work_changes(b, ASSISTS, event->time_ns, g->p, true);
        bits &= ~(unsigned)ASSISTS;
        set_bits(b, slot, bits & WORKS ? bits : bits & ~(unsigned)RUNS);
        work_add(&b->assists, event->time_ns - g->assist_ns);
        return;
    }
    if (bits & ASSISTS)
        return;
    g->assist_ns = event->kind == EVENT_RANGE_ACTIVE ? b->sync_ns : event->time_ns;
    /* Whoever says so of itself runs; of another one it is said while that waits. */
    bool runs = event->slot == event->g_slot;
    set_bits(b, slot, bits | ASSISTS | (runs ? RUNS : 0));
    if (!runs)
        return;
    g->p = event->p;
    work_changes(b, ASSISTS, g->assist_ns, event->p, false);
}

static void sweep_event(struct gc_builder *b, const struct event *event)
{
    uint32_t number = roster_add(&b->p_numbers, event->range.id);
    if (number == b->sweeps_ns->len) {
        int64_t none = GC_OPEN_NS;
        g_array_append_val(b->sweeps_ns, none);
    }
    int64_t *since_ns = &g_array_index(b->sweeps_ns, int64_t, number);
    if (event->kind != EVENT_RANGE_END) {
        if (*since_ns != GC_OPEN_NS)
            return;
        *since_ns = event->kind == EVENT_RANGE_ACTIVE ? b->sync_ns : event->time_ns;
        change(b, GC_SWEEP, *since_ns, event->range.id, false);
        return;
    }
    if (*since_ns == GC_OPEN_NS)
        return;
    work_add(&b->sweeps, event->time_ns - *since_ns);
    *since_ns = GC_OPEN_NS;
    change(b, GC_SWEEP, event->time_ns, event->range.id, true);
    if (event->range.has_swept) {
        b->swept_bytes += event->range.swept_bytes;
        b->reclaimed_bytes += event->range.reclaimed_bytes;
    }
}

static void range_event(struct gc_builder *b, const struct event *event)
{
    bool of_goroutine = event->range.range == RANGE_STW || event->range.range == RANGE_MARK_ASSIST;
    if (of_goroutine && event->slot == EVENT_NO_SLOT)
        return;
    if (of_goroutine)
        reserve(b, event->slot);
    switch (event->range.range) {
    case RANGE_GC_MARK:
        mark_event(b, event);
        break;
    case RANGE_STW:
        stw_event(b, event);
        break;
    case RANGE_MARK_ASSIST:
        assist_event(b, event);
        break;
    case RANGE_GC_SWEEP:
        sweep_event(b, event);
        break;
    }
}

static void metric_event(struct gc_builder *b, const struct event *event)
{
    uint64_t value = event->metric.value;
    if (event->metric.metric == METRIC_HEAP_LIVE)
        heap_add_live(&b->heap, event->time_ns, value);
    else if (event->metric.metric == METRIC_HEAP_GOAL)
        heap_add_goal(&b->heap, event->time_ns, value);
    else if (event->metric.metric == METRIC_GOMAXPROCS)
        change(b, GC_PROCS, event->time_ns, (int64_t)MIN(value, GC_MAX_PROCS - 1), false);
}

static void see_rare(struct gc_builder *b, const struct event *event)
{
    switch (event->kind) {
    case EVENT_SYNC:
        b->sync_ns = event->time_ns;
        break;
    case EVENT_METRIC:
        metric_event(b, event);
        break;
    case EVENT_LABEL:
        label(b, event);
        break;
    case EVENT_RANGE_BEGIN:
    case EVENT_RANGE_ACTIVE:
    case EVENT_RANGE_END:
        range_event(b, event);
        break;
    default:
        break;
    }
}

static void see_all(void *self, const struct event *event, size_t n)
{
    struct gc_builder *b = self;
    for (size_t i = 0; i < n; i++, event = event_next(event)) {
        b->last_ns = event->time_ns;
        if (event->kind == EVENT_STATE_TRANSITION)
            transition(b, event);
        else
            see_rare(b, event);
    }
}

static void see_one(void *self, const struct event *event)
{
    see_all(self, event, 1);
}

struct sink gc_builder_sink(struct gc_builder *b)
{
    return (struct sink){.event = see_one, .events = see_all, .self = b};
}

static int compare_changes(const void *a, const void *b)
{
    const struct gc_change *x = a, *y = b;
    return x->time_ns < y->time_ns ? -1 : x->time_ns > y->time_ns;
}

/* All changes in time: those of sweeps, which have a list of their own, between the others. What
 * was told of late makes a list unordered, which is rare. */
static GArray *changes_new(const struct gc_builder *b)
{
    const struct gc_change *rows = (const struct gc_change *)(void *)b->changes->data;
    const struct gc_change *sweeps = NULL;
    guint n = b->changes->len, n_sweeps = 0;
    if (b->sweep_changes != NULL) {
        sweeps = (const struct gc_change *)(void *)b->sweep_changes->data;
        n_sweeps = b->sweep_changes->len;
    }
    GArray *changes = g_array_sized_new(FALSE, FALSE, sizeof(struct gc_change), n + n_sweeps);
    bool ordered = true;
    int64_t last_ns = INT64_MIN;
    for (guint i = 0, j = 0; i < n || j < n_sweeps;) {
        bool sweep = i == n || (j < n_sweeps && sweeps[j].time_ns < rows[i].time_ns);
        const struct gc_change *next = sweep ? &sweeps[j++] : &rows[i++];
        ordered = ordered && last_ns <= next->time_ns;
        last_ns = next->time_ns;
        g_array_append_val(changes, *next);
    }
    if (!ordered)
        g_array_sort(changes, compare_changes);
    return changes;
}

/* The sum of what is over and of what is still going on. */
static void add_open(const struct gc_builder *b, struct gc *gc)
{
    for (uint32_t slot = 0; slot < b->n_slots; slot++)
        if (b->bits[slot] & ASSISTS)
            work_add(&gc->assists, b->last_ns - b->goroutines[slot].assist_ns);
    for (guint i = 0; i < b->sweeps_ns->len; i++) {
        int64_t since_ns = g_array_index(b->sweeps_ns, int64_t, i);
        if (since_ns != GC_OPEN_NS)
            work_add(&gc->sweeps, b->last_ns - since_ns);
    }
    for (guint i = 0; i < gc->marks->len; i++) {
        const struct gc_mark *mark = &g_array_index(gc->marks, struct gc_mark, i);
        int64_t end_ns = mark->end_ns == GC_OPEN_NS ? b->last_ns : mark->end_ns;
        gc->mark_ns = sum_ns(gc->mark_ns, end_ns - mark->start_ns);
    }
    for (guint i = 0; i < gc->stws->len; i++) {
        const struct gc_stw *stw = &g_array_index(gc->stws, struct gc_stw, i);
        int64_t end_ns = stw->end_ns == GC_OPEN_NS ? b->last_ns : stw->end_ns;
        gc->stw_ns = sum_ns(gc->stw_ns, end_ns - stw->start_ns);
    }
}

struct gc *gc_builder_finish(const struct gc_builder *b)
{
    struct gc *gc = g_new0(struct gc, 1);
    gc->marks = g_array_copy(b->marks);
    gc->stws = g_array_copy(b->stws);
    gc->changes = changes_new(b);
    gc->knows_sweeps = b->sweep_changes != NULL;
    gc->assists = b->assists;
    gc->sweeps = b->sweeps;
    gc->swept_bytes = b->swept_bytes;
    gc->reclaimed_bytes = b->reclaimed_bytes;
    gc->heap = g_memdup2(&b->heap, sizeof b->heap);
    gc->end_ns = b->last_ns;
    add_open(b, gc);
    return gc;
}

void gc_free(struct gc *gc)
{
    if (gc == NULL)
        return;
    g_array_unref(gc->marks);
    g_array_unref(gc->stws);
    g_array_unref(gc->changes);
    g_free(gc->heap);
    g_free(gc);
}
