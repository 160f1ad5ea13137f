/* The rows of goroutines by slot, those that ended, and the groups that others were folded into. */
#include "trace/summary_rows.h"

#include <string.h>

#include "trace/sum.h"

static void times_clear(struct summary_times *times)
{
    g_array_unref(times->block);
    g_array_unref(times->range);
}

int64_t summary_times_block_ns(const struct summary_times *times)
{
    int64_t ns = 0;
    for (guint i = 0; i < times->block->len; i++)
        ns = sum_ns(ns, g_array_index(times->block, struct summary_time, i).ns);
    return ns;
}

void summary_rows_free(GArray *rows)
{
    for (guint i = 0; i < rows->len; i++)
        times_clear(&g_array_index(rows, struct summary_goroutine, i).times);
    g_array_unref(rows);
}

static void lists_drop(struct summary_builder *b, struct summary_row *g)
{
    tally_drop(&b->block, g->block);
    tally_drop(&b->range, g->range);
}

/* The lists stay, but the slot is no longer theirs. */
static void lists_seal(struct summary_builder *b, uint32_t slot, const struct summary_row *g)
{
    tally_seal(&b->block, slot, g->block);
    tally_seal(&b->range, slot, g->range);
}

/* Begins a goroutine's record; an id that comes again (C threads reuse theirs) loses its old one,
 * as in Go's tool. */
struct summary_row *summary_row_begin(struct summary_builder *b, const struct event *event,
                                      int64_t creation_ns)
{
    uint32_t slot = event->slot;
    if (slot >= b->n_goroutines) {
        size_t n = MAX(2 * b->n_goroutines, (size_t)slot + 1);
        b->goroutines = g_renew(struct summary_row, b->goroutines, n);
        memset(b->goroutines + b->n_goroutines, 0, (n - b->n_goroutines) * sizeof *b->goroutines);
        b->n_goroutines = n;
    }
    struct summary_row *g = &b->goroutines[slot];
    if (g->known) {
        lists_seal(b, slot, g);
        lists_drop(b, g);
        b->n_known--;
    }
    uint32_t number = roster_find(&b->ended_numbers, event->transition.id);
    if (number != ROSTER_NONE) {
        struct summary_row *old = &g_array_index(b->ended, struct summary_row, number);
        lists_drop(b, old);
        old->known = false;
        roster_remove(&b->ended_numbers, event->transition.id);
    }
    b->n_known++;
    *g = (struct summary_row){.id = event->transition.id,
                              .known = true,
                              .parent = EVENT_NO_ID,
                              .creation_ns = creation_ns,
                              .start_ns = SUMMARY_UNKNOWN_NS,
                              .end_ns = SUMMARY_UNKNOWN_NS,
                              .p_lost_ns = SUMMARY_UNKNOWN_NS,
                              .open = STATE_NOT_EXIST};
    return g;
}

/* A goroutine as it would be if the trace ended at that time. */
static struct summary_goroutine goroutine_finish(const struct summary_builder *b,
                                                 const struct summary_row *g, int64_t now_ns)
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
        if (g->p_lost_ns != SUMMARY_UNKNOWN_NS)
            row.times.sched_wait_ns = sum_ns(row.times.sched_wait_ns, now_ns - g->p_lost_ns);
    }
    return row;
}

static bool is_longer(int64_t exec_ns, int64_t id, const struct summary_goroutine *than)
{
    return exec_ns != than->times.exec_ns ? exec_ns > than->times.exec_ns : id < than->id;
}

/* Remembers a goroutine that is folded, if it is among the longest running ones. */
static void keep_if_long(struct summary_builder *b, const struct summary_row *g)
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
void summary_row_note_waits(struct summary_builder *b, uint32_t slot, struct summary_row *g)
{
    if (g->ns[STATE_WAITING] != 0)
        tally_at(&b->block, slot, &g->block, g->reason)->ns += g->ns[STATE_WAITING];
    g->ns[STATE_WAITING] = 0;
}

/* Frees the row of one that has ended, for the next one of its slot. */
void summary_row_end(struct summary_builder *b, uint32_t slot, struct summary_row *g)
{
    summary_row_note_waits(b, slot, g);
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
        g_array_index(b->ended, struct summary_row, number) = *g;
    }
    g->known = false;
    b->n_known--;
}

/* The row of a goroutine, of one that has ended too; NULL when it is not known. */
static const struct summary_row *row_find(const struct summary_builder *b, uint32_t slot,
                                          int64_t id)
{
    const struct summary_row *g = summary_row_at(b, slot);
    if (g != NULL && g->id == id)
        return g;
    uint32_t number = roster_find(&b->ended_numbers, id);
    return number == ROSTER_NONE ? NULL : &g_array_index(b->ended, struct summary_row, number);
}

struct summary_times *summary_builder_times(const struct summary_builder *b, uint32_t slot,
                                            int64_t id, int64_t now_ns, bool ends)
{
    g_assert(!b->folds);
    struct summary_times *times = g_new0(struct summary_times, 1);
    const struct summary_row *g = row_find(b, slot, id);
    if (g == NULL) {
        times->block = g_array_ref(b->none);
        times->range = g_array_ref(b->none);
        return times;
    }
    *times = goroutine_finish(b, g, now_ns).times;
    if (ends && g->open == STATE_SYSCALL && g->p_lost_ns != SUMMARY_UNKNOWN_NS) {
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

static void rows_add(const struct summary_builder *b, GArray *rows, const struct summary_row *gs,
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
void summary_rows_finish(const struct summary_builder *b, struct summary *summary)
{
    GArray *rows = g_array_sized_new(FALSE, FALSE, sizeof(struct summary_goroutine),
                                     (guint)(b->n_known + b->ended_numbers.n));
    rows_add(b, rows, b->goroutines, b->n_goroutines);
    rows_add(b, rows, (const struct summary_row *)(void *)b->ended->data, b->ended->len);
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
