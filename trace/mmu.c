/* The mean over a window is, as the window moves, a line with bends where one of its edges meets a
 * point of the curve. So it is walked from bend to bend: the minimum is at one of them, and between
 * two bends all means from one to the other come equally often. */
#include "config.h"

#include "trace/mmu.h"

#include <string.h>

/* A window on its way over a curve. */
struct walk {
    const struct utilization_point *points;
    guint n;
    guint left, right; /* the last points that are not behind the edges */
    int64_t window_ns; /* cut to the curve */
    int64_t at_ns;     /* the left edge */
    int64_t end_ns;    /* the last place of the left edge */
};

/* Integral of the share from the beginning to a time at or behind a point. */
static double sum_at(const struct utilization_point *point, int64_t time_ns)
{
    return point->sum + point->share * (double)(time_ns - point->time_ns);
}

/* False when the curve has no length. */
static bool walk_init(struct walk *walk, const GArray *curve, int64_t window_ns)
{
    memset(walk, 0, sizeof *walk);
    walk->points = (const struct utilization_point *)(void *)curve->data;
    walk->n = curve->len;
    int64_t first_ns = walk->points[0].time_ns, last_ns = walk->points[walk->n - 1].time_ns;
    walk->window_ns = MIN(window_ns, last_ns - first_ns);
    walk->at_ns = first_ns;
    walk->end_ns = last_ns - walk->window_ns;
    return walk->window_ns > 0;
}

/* Mean share of the window where it is now. */
static double walk_mean(struct walk *walk)
{
    int64_t right_ns = walk->at_ns + walk->window_ns;
    while (walk->left + 1 < walk->n && walk->points[walk->left + 1].time_ns <= walk->at_ns)
        walk->left++;
    while (walk->right + 1 < walk->n && walk->points[walk->right + 1].time_ns <= right_ns)
        walk->right++;
    double sum = sum_at(&walk->points[walk->right], right_ns) -
                 sum_at(&walk->points[walk->left], walk->at_ns);
    return CLAMP(sum / (double)walk->window_ns, 0, 1);
}

/* On to the next bend; false at the end. */
static bool walk_on(struct walk *walk)
{
    if (walk->at_ns >= walk->end_ns)
        return false;
    int64_t next_ns = walk->end_ns;
    if (walk->left + 1 < walk->n)
        next_ns = MIN(next_ns, walk->points[walk->left + 1].time_ns);
    if (walk->right + 1 < walk->n)
        next_ns = MIN(next_ns, walk->points[walk->right + 1].time_ns - walk->window_ns);
    walk->at_ns = next_ns;
    return true;
}

double mmu_minimum(const struct utilization *utilization, int64_t window_ns, int64_t *when_ns)
{
    double minimum = 1;
    if (when_ns != NULL)
        *when_ns = 0;
    for (guint i = 0; i < utilization->curves->len; i++) {
        struct walk walk;
        if (!walk_init(&walk, g_ptr_array_index(utilization->curves, i), window_ns))
            continue;
        do {
            double mean = walk_mean(&walk);
            if (mean >= minimum)
                continue;
            minimum = mean;
            if (when_ns != NULL)
                *when_ns = walk.at_ns;
        } while (walk_on(&walk));
    }
    return minimum;
}

/* --- distribution --- */

#define N_BINS 1024

/* Means between two bends: all from low to high, equally often, for `ns` altogether. */
struct stretch {
    double low, high;
    double ns;
};

/* A change of how much time there is at a share. */
struct edge {
    double share;
    double density; /* of time over the shares from here on */
    double ns;      /* time at exactly this share */
};

/* A curve that is not longer than the window has one place for it, and so no stretch. */
static GArray *stretches_new(const struct utilization *utilization, int64_t window_ns)
{
    GArray *stretches = g_array_new(FALSE, FALSE, sizeof(struct stretch));
    for (guint i = 0; i < utilization->curves->len; i++) {
        struct walk walk;
        if (!walk_init(&walk, g_ptr_array_index(utilization->curves, i), window_ns))
            continue;
        double before = walk_mean(&walk);
        int64_t before_ns = walk.at_ns;
        while (walk_on(&walk)) {
            double mean = walk_mean(&walk);
            struct stretch stretch = {MIN(before, mean), MAX(before, mean),
                                      (double)(walk.at_ns - before_ns)};
            g_array_append_val(stretches, stretch);
            before = mean;
            before_ns = walk.at_ns;
        }
    }
    return stretches;
}

static size_t bin_of(double share)
{
    return MIN((size_t)(share * N_BINS), N_BINS - 1);
}

/* The part of a stretch that lies in a bin; false when there is none. */
static bool stretch_cut(const struct stretch *stretch, size_t bin, struct stretch *part)
{
    size_t first = bin_of(stretch->low), last = bin_of(stretch->high);
    if (bin < first || bin > last)
        return false;
    *part = *stretch;
    if (first == last)
        return true;
    part->low = bin == first ? stretch->low : (double)bin / N_BINS;
    part->high = bin == last ? stretch->high : (double)(bin + 1) / N_BINS;
    part->ns = stretch->ns * (part->high - part->low) / (stretch->high - stretch->low);
    return true;
}

static int compare_edges(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    return x->share < y->share ? -1 : x->share > y->share;
}

static GArray *edges_new(const GArray *stretches, size_t bin)
{
    GArray *edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
    for (guint i = 0; i < stretches->len; i++) {
        struct stretch part;
        if (!stretch_cut(&g_array_index(stretches, struct stretch, i), bin, &part))
            continue;
        if (part.high == part.low) {
            struct edge edge = {part.low, 0, part.ns};
            g_array_append_val(edges, edge);
            continue;
        }
        double density = part.ns / (part.high - part.low);
        struct edge pair[] = {{part.low, density, 0}, {part.high, -density, 0}};
        g_array_append_vals(edges, pair, 2);
    }
    qsort(edges->data, edges->len, sizeof(struct edge), compare_edges);
    return edges;
}

/* The share up to which there are `ns` in a bin. */
static double share_in_bin(const GArray *stretches, size_t bin, double ns)
{
    g_autoptr(GArray) edges = edges_new(stretches, bin);
    double sum = 0, density = 0, before = 0;
    for (guint i = 0; i < edges->len; i++) {
        const struct edge *edge = &g_array_index(edges, struct edge, i);
        double grown = sum + (edge->share - before) * density;
        if (grown >= ns)
            return density == 0 ? edge->share : before + (ns - sum) / density;
        grown += edge->ns;
        if (grown >= ns)
            return edge->share;
        sum = grown;
        before = edge->share;
        density += edge->density;
    }
    return before;
}

void mmu_quantiles(const struct utilization *utilization, int64_t window_ns,
                   const double *quantiles, size_t n, double *shares)
{
    g_autoptr(GArray) stretches = stretches_new(utilization, window_ns);
    double bins[N_BINS] = {0}, total_ns = 0;
    for (guint i = 0; i < stretches->len; i++) {
        const struct stretch *stretch = &g_array_index(stretches, struct stretch, i);
        struct stretch part;
        for (size_t bin = bin_of(stretch->low); bin <= bin_of(stretch->high); bin++)
            if (stretch_cut(stretch, bin, &part))
                bins[bin] += part.ns;
        total_ns += stretch->ns;
    }
    for (size_t i = 0; i < n; i++) {
        shares[i] = 1;
        if (stretches->len == 0) {
            shares[i] = mmu_minimum(utilization, window_ns, NULL);
            continue;
        }
        double below_ns = 0, wanted_ns = total_ns * quantiles[i];
        size_t bin = 0, last = 0;
        for (size_t j = 0; j < N_BINS; j++)
            last = bins[j] > 0 ? j : last;
        while (bin < last && (bins[bin] == 0 || below_ns + bins[bin] < wanted_ns))
            below_ns += bins[bin++];
        shares[i] = share_in_bin(stretches, bin, wanted_ns - below_ns);
    }
}
