/* Percentiles and histograms, against what a plain sort says. */
#include <glib.h>
#include <math.h>
#include <stdlib.h>

#include "trace/durations.h"

static void test_percentiles(void)
{
    struct durations durations = {0};
    for (int64_t ns = 100; ns >= 1; ns--)
        durations_add(&durations, ns);
    durations_sort(&durations);
    g_assert_cmpint(durations_percentile(&durations, 1), ==, 1);
    g_assert_cmpint(durations_percentile(&durations, 50), ==, 50);
    g_assert_cmpint(durations_percentile(&durations, 99), ==, 99);
    g_assert_cmpint(durations_percentile(&durations, 100), ==, 100);
    /* one more, and the ranks are rounded up */
    durations_add(&durations, 1000);
    durations_sort(&durations);
    g_assert_cmpint(durations_percentile(&durations, 50), ==, 51);
    g_assert_cmpint(durations_percentile(&durations, 99), ==, 100);
    durations_clear(&durations);

    durations_add(&durations, -5);
    g_assert_cmpint(durations_percentile(&durations, 50), ==, 0);
    durations_clear(&durations);
    durations_add(&durations, 7);
    durations_add(&durations, 3);
    durations_sort(&durations);
    g_assert_cmpint(durations_percentile(&durations, 50), ==, 3);
    g_assert_cmpint(durations_percentile(&durations, 95), ==, 7);
    durations_clear(&durations);
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Few and many, short and as long as can be. */
static void test_sort(void)
{
    static const size_t sizes[] = {2, 2047, 2048, 50000};
    static const unsigned bits[] = {1, 11, 12, 33, 63};
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++)
        for (size_t j = 0; j < G_N_ELEMENTS(bits); j++) {
            struct durations durations = {0}, half = {0};
            g_autofree int64_t *plain = g_new(int64_t, sizes[i]);
            for (size_t k = 0; k < sizes[i]; k++) {
                uint64_t random = (uint64_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int();
                plain[k] = (int64_t)(random >> (64 - bits[j]));
                durations_add(k % 2 == 0 ? &durations : &half, plain[k]);
            }
            durations_add_all(&durations, &half);
            durations_sort(&durations);
            qsort(plain, sizes[i], sizeof *plain, compare);
            g_assert_cmpmem(durations.ns, durations.n * sizeof *plain, plain,
                            sizes[i] * sizeof *plain);
            durations_clear(&durations);
            durations_clear(&half);
        }
}

static void test_histogram(void)
{
    static const int64_t ns[] = {0, 1, 1, 2, 10, 11, 15, 16, 1000000, INT64_MAX};
    /* 10 ns is what the logarithms make of it, as in Go's tool: just below its own bucket. */
    static const struct durations_bar expected[] = {{0, 3}, {1, 1},  {4, 1}, {5, 2},
                                                    {6, 1}, {29, 1}, {94, 1}};
    struct durations durations = {0};
    for (size_t i = 0; i < G_N_ELEMENTS(ns); i++)
        durations_add(&durations, ns[i]);
    durations_sort(&durations);
    g_autoptr(GArray) bars = durations_histogram(&durations);
    g_assert_cmpuint(bars->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < bars->len; i++) {
        const struct durations_bar *bar = &g_array_index(bars, struct durations_bar, i);
        g_assert_cmpint(bar->bucket, ==, expected[i].bucket);
        g_assert_cmpuint(bar->count, ==, expected[i].count);
    }
    g_assert_cmpint(durations_bucket_ns(0), ==, 1);
    g_assert_cmpint(durations_bucket_ns(5), ==, 10);
    g_assert_cmpint(durations_bucket_ns(6), ==, 15);
    durations_clear(&durations);

    g_autoptr(GArray) none = durations_histogram(&durations);
    g_assert_cmpuint(none->len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/durations/percentiles", test_percentiles);
    g_test_add_func("/durations/sort", test_sort);
    g_test_add_func("/durations/histogram", test_histogram);
    return g_test_run();
}
