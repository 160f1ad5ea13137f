/* Adds up goroutines of equal name; the times by reason go through a tally, as the builder's do. */
#include "trace/groups.h"

#include "trace/sum.h"

struct heads {
    uint32_t block, range;
};

void groups_init(struct groups *groups)
{
    groups->rows = g_array_new(FALSE, FALSE, sizeof(struct summary_group));
    groups->heads = g_array_new(FALSE, TRUE, sizeof(struct heads));
    roster_init(&groups->numbers);
    tally_init(&groups->block);
    tally_init(&groups->range);
}

void groups_clear(struct groups *groups)
{
    g_array_unref(groups->rows);
    g_array_unref(groups->heads);
    roster_clear(&groups->numbers);
    tally_clear(&groups->block);
    tally_clear(&groups->range);
}

static struct heads *heads_at(const struct groups *groups, uint32_t number)
{
    return &g_array_index(groups->heads, struct heads, number);
}

uint32_t groups_add(struct groups *groups, uint32_t name, size_t count,
                    const struct summary_times *times)
{
    uint32_t number = roster_add(&groups->numbers, name);
    if (number == groups->rows->len) {
        struct summary_group fresh = {.name = name};
        g_array_append_val(groups->rows, fresh);
        g_array_set_size(groups->heads, number + 1);
    }
    struct summary_group *group = &g_array_index(groups->rows, struct summary_group, number);
    struct summary_times *to = &group->times;
    group->count += count;
    to->total_ns = sum_ns(to->total_ns, times->total_ns);
    to->exec_ns = sum_ns(to->exec_ns, times->exec_ns);
    to->sched_wait_ns = sum_ns(to->sched_wait_ns, times->sched_wait_ns);
    to->syscall_ns = sum_ns(to->syscall_ns, times->syscall_ns);
    to->syscall_block_ns = sum_ns(to->syscall_block_ns, times->syscall_block_ns);
    return number;
}

static void add_ns(struct tally *tally, uint32_t owner, uint32_t *head, uint32_t name, int64_t ns)
{
    struct tally_entry *entry = tally_at(tally, owner, head, name);
    entry->ns = sum_ns(entry->ns, ns);
}

static void add_list(struct tally *tally, uint32_t owner, uint32_t *head, const struct tally *from,
                     uint32_t at)
{
    const struct tally_entry *entry;
    for (; (entry = tally_follow(from, at)) != NULL; at = entry->next)
        add_ns(tally, owner, head, entry->name, entry->ns);
}

void groups_add_lists(struct groups *groups, uint32_t number, const struct tally *block,
                      uint32_t block_head, const struct tally *range, uint32_t range_head)
{
    struct heads *heads = heads_at(groups, number);
    add_list(&groups->block, number, &heads->block, block, block_head);
    add_list(&groups->range, number, &heads->range, range, range_head);
}

static void add_times(struct tally *tally, uint32_t owner, uint32_t *head, const GArray *times)
{
    for (guint i = 0; i < times->len; i++) {
        const struct summary_time *time = &g_array_index(times, struct summary_time, i);
        add_ns(tally, owner, head, time->name, time->ns);
    }
}

void groups_add_goroutine(struct groups *groups, const struct summary_goroutine *goroutine)
{
    const struct summary_times *times = &goroutine->times;
    uint32_t number = groups_add(groups, goroutine->name, 1, times);
    struct heads *heads = heads_at(groups, number);
    add_times(&groups->block, number, &heads->block, times->block);
    add_times(&groups->range, number, &heads->range, times->range);
}

void groups_add_all(struct groups *groups, const struct groups *from)
{
    for (guint i = 0; i < from->rows->len; i++) {
        const struct summary_group *row = &g_array_index(from->rows, struct summary_group, i);
        const struct heads *heads = heads_at(from, i);
        uint32_t number = groups_add(groups, row->name, row->count, &row->times);
        groups_add_lists(groups, number, &from->block, heads->block, &from->range, heads->range);
    }
}

static int compare_groups(const void *a, const void *b)
{
    const struct summary_group *x = a, *y = b;
    if (x->times.exec_ns != y->times.exec_ns)
        return x->times.exec_ns < y->times.exec_ns ? 1 : -1;
    if (x->times.total_ns != y->times.total_ns)
        return x->times.total_ns < y->times.total_ns ? 1 : -1;
    return x->name < y->name ? -1 : x->name > y->name;
}

GArray *groups_finish(const struct groups *groups)
{
    GArray *finished = g_array_copy(groups->rows);
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(struct summary_time));
    for (guint i = 0; i < finished->len; i++) {
        struct summary_times *times = &g_array_index(finished, struct summary_group, i).times;
        const struct heads *heads = heads_at(groups, i);
        times->block = tally_times(&groups->block, heads->block, 0, none);
        times->range = tally_times(&groups->range, heads->range, 0, none);
    }
    g_array_sort(finished, compare_groups);
    return finished;
}

void groups_free(GArray *finished)
{
    for (guint i = 0; i < finished->len; i++) {
        struct summary_times *times = &g_array_index(finished, struct summary_group, i).times;
        g_array_unref(times->block);
        g_array_unref(times->range);
    }
    g_array_unref(finished);
}
