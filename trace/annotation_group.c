/* Percentiles, histograms and the order of rows. */
#include "config.h"

#include "trace/annotation_group.h"

void annotation_group_measure(struct annotation_group *group, struct durations *whole,
                              struct durations *cut)
{
    durations_sort(whole);
    group->n_complete = whole->n;
    if (whole->n > 0) {
        group->p50_ns = durations_percentile(whole, 50);
        group->p95_ns = durations_percentile(whole, 95);
        group->p99_ns = durations_percentile(whole, 99);
        group->max_ns = whole->ns[whole->n - 1];
    }
    if (cut == NULL || cut->n == 0) {
        group->histogram = durations_histogram(whole);
        return;
    }
    durations_add_all(cut, whole);
    durations_sort(cut);
    group->histogram = durations_histogram(cut);
}

int annotation_compare_sites(const struct frame *a, const struct frame *b)
{
    if (a->pc != b->pc)
        return a->pc < b->pc ? -1 : 1;
    if (a->func != b->func)
        return a->func < b->func ? -1 : 1;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static int compare_groups(const void *a, const void *b)
{
    const struct annotation_group *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    return annotation_compare_sites(&x->site, &y->site);
}

void annotation_groups_sort(GArray *groups)
{
    g_array_sort(groups, compare_groups);
}

void annotation_groups_free(GArray *groups)
{
    for (guint i = 0; i < groups->len; i++)
        g_array_unref(g_array_index(groups, struct annotation_group, i).histogram);
    g_array_unref(groups);
}
