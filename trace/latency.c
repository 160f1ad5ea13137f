/* A few histograms for each group; those of the whole program are their sums. */
#include "trace/latency.h"

#include <string.h>

static struct histogram *block_of(const struct latency_group *group, unsigned why)
{
    return group->block == NULL ? NULL : group->block[why];
}

static void group_free(struct latency_group *group)
{
    if (group == NULL)
        return;
    histogram_clear(&group->sched);
    histogram_clear(&group->run);
    histogram_clear(&group->syscall);
    for (unsigned why = 0; why < FOLLOW_N_WHY; why++) {
        struct histogram *block = block_of(group, why);
        if (block != NULL)
            histogram_clear(block);
        g_free(block);
    }
    g_free(group->block);
    g_free(group);
}

struct latency_builder *latency_builder_new(void)
{
    return g_new0(struct latency_builder, 1);
}

void latency_builder_free(struct latency_builder *b)
{
    if (b == NULL)
        return;
    for (uint32_t i = 0; i < b->n_groups; i++)
        group_free(b->groups[i]);
    g_free(b->groups);
    g_free(b);
}

struct latency_group *latency_builder_group_add(struct latency_builder *b, uint32_t number)
{
    if (number >= b->n_groups) {
        uint32_t n = MAX(number + 1, 2 * b->n_groups);
        b->groups = g_renew(struct latency_group *, b->groups, n);
        memset(b->groups + b->n_groups, 0, (n - b->n_groups) * sizeof *b->groups);
        b->n_groups = n;
    }
    if (b->groups[number] == NULL)
        b->groups[number] = g_new0(struct latency_group, 1);
    return b->groups[number];
}

static struct histogram *block_at(struct latency_group *group, unsigned why)
{
    if (G_UNLIKELY(group->block == NULL))
        group->block = g_new0(struct histogram *, FOLLOW_N_WHY);
    if (G_UNLIKELY(group->block[why] == NULL))
        group->block[why] = g_new0(struct histogram, 1);
    return group->block[why];
}

void latency_builder_add(struct latency_builder *b, const struct stretch *stretch)
{
    if (!stretch->began || !stretch->ended)
        return;
    struct latency_group *group = latency_builder_group(b, stretch->group);
    int64_t ns = stretch->to_ns - stretch->from_ns;
    if (stretch->state == STATE_RUNNING)
        histogram_add(&group->run, ns);
    else if (stretch->state == STATE_SYSCALL)
        histogram_add(&group->syscall, ns);
    else if (stretch->state == STATE_WAITING && stretch->next == STATE_NOT_EXIST)
        histogram_add(block_at(group, stretch->why), ns);
    else if (stretch->state == STATE_RUNNABLE && stretch->next == STATE_RUNNING)
        histogram_add(&group->sched, ns);
}

void latency_builder_add_waits(struct latency_builder *b, uint32_t group, unsigned why,
                               const struct histogram *waits)
{
    if (waits->count > 0)
        histogram_merge(block_at(latency_builder_group(b, group), why), waits);
}

/* --- what came of it --- */

static int compare_blocks(const void *a, const void *b)
{
    const struct latency_block *x = a, *y = b;
    if (x->stats.total_ns != y->stats.total_ns)
        return x->stats.total_ns < y->stats.total_ns ? 1 : -1;
    return (x->reason > y->reason) - (x->reason < y->reason);
}

static int compare_rows(const void *a, const void *b)
{
    const struct latency_row *x = a, *y = b;
    if (x->run.total_ns != y->run.total_ns)
        return x->run.total_ns < y->run.total_ns ? 1 : -1;
    return (x->name > y->name) - (x->name < y->name);
}

static struct latency_row row_of(const struct latency_group *group, uint32_t name,
                                 const struct follow *follow)
{
    struct latency_row row = {.name = name,
                              .sched = histogram_stats(&group->sched),
                              .run = histogram_stats(&group->run),
                              .syscall = histogram_stats(&group->syscall),
                              .block = g_array_new(FALSE, FALSE, sizeof(struct latency_block))};
    for (unsigned why = 0; why < FOLLOW_N_WHY; why++) {
        const struct histogram *waits = block_of(group, why);
        if (waits == NULL)
            continue;
        struct latency_block block = {follow->reasons[why], histogram_stats(waits)};
        g_array_append_val(row.block, block);
    }
    g_array_sort(row.block, compare_blocks);
    return row;
}

static void merge(struct latency_group *all, const struct latency_group *group)
{
    histogram_merge(&all->sched, &group->sched);
    histogram_merge(&all->run, &group->run);
    histogram_merge(&all->syscall, &group->syscall);
    for (unsigned why = 0; why < FOLLOW_N_WHY; why++)
        if (block_of(group, why) != NULL)
            histogram_merge(block_at(all, why), block_of(group, why));
}

struct latency *latency_builder_finish(const struct latency_builder *b, const struct follow *follow)
{
    struct latency *latency = g_new0(struct latency, 1);
    struct latency_group *all = g_new0(struct latency_group, 1);
    latency->groups = g_array_new(FALSE, FALSE, sizeof(struct latency_row));
    for (uint32_t i = 0; i < b->n_groups; i++) {
        const struct latency_group *group = b->groups[i];
        if (group == NULL)
            continue;
        struct latency_row row = row_of(group, g_array_index(follow->groups, uint32_t, i), follow);
        g_array_append_val(latency->groups, row);
        merge(all, group);
    }
    g_array_sort(latency->groups, compare_rows);
    latency->all = row_of(all, 0, follow);
    group_free(all);
    return latency;
}

void latency_free(struct latency *latency)
{
    if (latency == NULL)
        return;
    for (guint i = 0; i < latency->groups->len; i++)
        g_array_unref(g_array_index(latency->groups, struct latency_row, i).block);
    g_array_unref(latency->groups);
    g_array_unref(latency->all.block);
    g_free(latency);
}
