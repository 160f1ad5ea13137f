/* A list at first, then buckets like those of HdrHistogram. */
#include "trace/histogram.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#define N_SUB HISTOGRAM_N_SUB
#define N_OCTAVES (63 - HISTOGRAM_SUB_BITS + 1)

void histogram_clear(struct histogram *h)
{
    for (int i = 0; h->octaves != NULL && i < N_OCTAVES; i++)
        g_free(h->octaves[i]);
    g_free(h->octaves);
    g_free(h->values);
    memset(h, 0, sizeof *h);
}

static void count_in(struct histogram *h, int64_t ns, uint64_t times)
{
    int top = histogram_octave((uint64_t)ns);
    if (G_UNLIKELY(h->octaves[top] == NULL))
        h->octaves[top] = g_new0(uint64_t, N_SUB);
    h->octaves[top][histogram_sub((uint64_t)ns, top)] += times;
}

/* The middle of a bucket. */
static int64_t bucket_ns(int top, int sub)
{
    if (top == 0)
        return sub;
    uint64_t width = UINT64_C(1) << (top - 1);
    return (int64_t)((uint64_t)(N_SUB + sub) * width + width / 2);
}

static void to_buckets(struct histogram *h)
{
    h->octaves = g_new0(uint64_t *, N_OCTAVES);
    for (uint64_t i = 0; i < h->count; i++)
        count_in(h, h->values[i], 1);
    g_clear_pointer(&h->values, g_free);
    h->n_values = 0;
}

static void keep(struct histogram *h, int64_t ns)
{
    if (h->count == h->n_values) {
        h->n_values = h->n_values == 0 ? 4 : 2 * h->n_values;
        h->values = g_renew(int64_t, h->values, h->n_values);
    }
    h->values[h->count] = ns;
}

void histogram_add_slowly(struct histogram *h, int64_t ns)
{
    if (ns < 0)
        ns = 0;
    if (h->octaves != NULL) {
        count_in(h, ns, 1);
    } else if (h->count < HISTOGRAM_EXACT) {
        keep(h, ns);
    } else {
        to_buckets(h);
        count_in(h, ns, 1);
    }
    h->min_ns = h->count == 0 ? ns : MIN(h->min_ns, ns);
    h->max_ns = MAX(h->max_ns, ns);
    h->total_ns = sum_ns(h->total_ns, ns);
    h->count++;
}

void histogram_merge(struct histogram *h, const struct histogram *other)
{
    if (other->octaves == NULL) {
        for (uint64_t i = 0; i < other->count; i++)
            histogram_add(h, other->values[i]);
        return;
    }
    if (h->octaves == NULL)
        to_buckets(h);
    for (int top = 0; top < N_OCTAVES; top++)
        for (int sub = 0; other->octaves[top] != NULL && sub < N_SUB; sub++)
            if (other->octaves[top][sub] > 0)
                count_in(h, bucket_ns(top, sub), other->octaves[top][sub]);
    h->min_ns = h->count == 0 ? other->min_ns : MIN(h->min_ns, other->min_ns);
    h->max_ns = MAX(h->max_ns, other->max_ns);
    h->total_ns = sum_ns(h->total_ns, other->total_ns);
    h->count += other->count;
}

static int compare_ns(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static int64_t exact_at(const struct histogram *h, uint64_t rank)
{
    int64_t sorted[HISTOGRAM_EXACT];
    memcpy(sorted, h->values, h->count * sizeof *sorted);
    qsort(sorted, h->count, sizeof *sorted, compare_ns);
    return sorted[rank - 1];
}

int64_t histogram_quantile(const struct histogram *h, unsigned thousandths)
{
    if (h->count == 0)
        return 0;
    /* in two parts, for the product could be too large */
    uint64_t rank = h->count / 1000 * thousandths + (h->count % 1000 * thousandths + 999) / 1000;
    rank = CLAMP(rank, 1, h->count);
    if (h->octaves == NULL)
        return exact_at(h, rank);
    if (rank == h->count)
        return h->max_ns;
    for (int top = 0; top < N_OCTAVES; top++) {
        for (int sub = 0; h->octaves[top] != NULL && sub < N_SUB; sub++) {
            if (rank <= h->octaves[top][sub])
                return CLAMP(bucket_ns(top, sub), h->min_ns, h->max_ns);
            rank -= h->octaves[top][sub];
        }
    }
    return h->max_ns;
}

struct histogram_stats histogram_stats(const struct histogram *h)
{
    return (struct histogram_stats){.count = h->count,
                                    .total_ns = h->total_ns,
                                    .p50_ns = histogram_quantile(h, 500),
                                    .p95_ns = histogram_quantile(h, 950),
                                    .p99_ns = histogram_quantile(h, 990),
                                    .max_ns = h->max_ns};
}
