/* Adds up goroutines of equal name; the times by reason go through a tally, as the builder's do. */
#include "trace/groups.h"

#include "trace/roster.h"
#include "trace/sum.h"
#include "trace/tally.h"

static void tally_add_all(struct tally *tally, uint32_t owner, uint32_t *head, const GArray *times)
{
    for (guint i = 0; i < times->len; i++) {
        const struct summary_time *time = &g_array_index(times, struct summary_time, i);
        struct tally_entry *entry = tally_at(tally, owner, head, time->name);
        entry->ns = sum_ns(entry->ns, time->ns);
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

/* While groups are added up, these stand where their sorted arrays will. */
struct group_heads {
    uint32_t block, range;
};

static void group_add(struct summary_group *group, const struct summary_times *times)
{
    struct summary_times *to = &group->times;
    group->count++;
    to->total_ns = sum_ns(to->total_ns, times->total_ns);
    to->exec_ns = sum_ns(to->exec_ns, times->exec_ns);
    to->sched_wait_ns = sum_ns(to->sched_wait_ns, times->sched_wait_ns);
    to->syscall_ns = sum_ns(to->syscall_ns, times->syscall_ns);
    to->syscall_block_ns = sum_ns(to->syscall_block_ns, times->syscall_block_ns);
}

GArray *groups_new(const GArray *goroutines)
{
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(struct summary_group));
    GArray *heads = g_array_new(FALSE, TRUE, sizeof(struct group_heads));
    struct roster numbers;
    struct tally block, range;
    roster_init(&numbers);
    tally_init(&block);
    tally_init(&range);
    for (guint i = 0; i < goroutines->len; i++) {
        const struct summary_goroutine *g = &g_array_index(goroutines, struct summary_goroutine, i);
        uint32_t number = roster_add(&numbers, g->name);
        if (number == groups->len) {
            struct summary_group group = {.name = g->name};
            g_array_append_val(groups, group);
            g_array_set_size(heads, number + 1);
        }
        struct group_heads *head = &g_array_index(heads, struct group_heads, number);
        group_add(&g_array_index(groups, struct summary_group, number), &g->times);
        tally_add_all(&block, number, &head->block, g->times.block);
        tally_add_all(&range, number, &head->range, g->times.range);
    }
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(struct summary_time));
    for (guint i = 0; i < groups->len; i++) {
        struct summary_times *times = &g_array_index(groups, struct summary_group, i).times;
        const struct group_heads *head = &g_array_index(heads, struct group_heads, i);
        times->block = tally_times(&block, head->block, 0, none);
        times->range = tally_times(&range, head->range, 0, none);
    }
    g_array_sort(groups, compare_groups);
    roster_clear(&numbers);
    tally_clear(&block);
    tally_clear(&range);
    g_array_unref(heads);
    return groups;
}

void groups_free(GArray *groups)
{
    for (guint i = 0; i < groups->len; i++) {
        struct summary_times *times = &g_array_index(groups, struct summary_group, i).times;
        g_array_unref(times->block);
        g_array_unref(times->range);
    }
    g_array_unref(groups);
}
