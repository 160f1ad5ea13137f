/* Distributions: exact while there are few values, close when there are many. */
#include <glib.h>

#include "trace/histogram.h"

static void test_few(void)
{
    struct histogram h = {0};
    g_assert_cmpint(histogram_quantile(&h, 500), ==, 0);
    const int64_t values[] = {50, 10, -3, 40, 1000000007};
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
        histogram_add(&h, values[i]);
    struct histogram_stats stats = histogram_stats(&h);
    g_assert_cmpuint(stats.count, ==, 5);
    g_assert_cmpint(stats.total_ns, ==, 1000000107);
    g_assert_cmpint(stats.p50_ns, ==, 40);
    g_assert_cmpint(stats.p95_ns, ==, 1000000007);
    g_assert_cmpint(stats.max_ns, ==, 1000000007);
    g_assert_cmpint(histogram_quantile(&h, 200), ==, 0);
    g_assert_cmpint(histogram_quantile(&h, 201), ==, 10);
    g_assert_cmpint(h.min_ns, ==, 0);
    histogram_clear(&h);
}

/* 1, 2, ... n times a factor: the rank is the value. */
static void assert_close(const struct histogram *h, int64_t n, int64_t factor)
{
    static const unsigned thousandths[] = {1, 10, 250, 500, 900, 950, 990, 999};
    for (size_t i = 0; i < G_N_ELEMENTS(thousandths); i++) {
        int64_t rank = (n * thousandths[i] + 999) / 1000;
        int64_t want = rank * factor, got = histogram_quantile(h, thousandths[i]);
        g_assert_cmpint(ABS(got - want), <=, want / 125);
    }
    g_assert_cmpint(histogram_quantile(h, 1000), ==, n * factor);
}

static void test_many(void)
{
    for (int64_t factor = 1; factor < INT64_C(1) << 44; factor *= 37) {
        struct histogram h = {0};
        for (int64_t i = 100000; i > 0; i--)
            histogram_add(&h, i * factor);
        g_assert_cmpuint(h.count, ==, 100000);
        g_assert_cmpint(h.min_ns, ==, factor);
        assert_close(&h, 100000, factor);
        histogram_clear(&h);
    }
}

/* The last value that is kept as it is, and the first that is not. */
static void test_edge(void)
{
    struct histogram h = {0};
    for (int64_t i = 1; i <= HISTOGRAM_EXACT; i++)
        histogram_add(&h, 1000 * i);
    g_assert_null(h.octaves);
    g_assert_cmpint(histogram_quantile(&h, 500), ==, 32000);
    histogram_add(&h, 65000);
    g_assert_nonnull(h.octaves);
    g_assert_null(h.values);
    /* 33000 is in the bucket from 32768 to 33279 */
    g_assert_cmpint(histogram_quantile(&h, 500), ==, 33024);
    g_assert_cmpint(h.max_ns, ==, 65000);
    histogram_clear(&h);
}

static void test_extremes(void)
{
    struct histogram h = {0};
    for (int i = 0; i < 100; i++)
        histogram_add(&h, i < 50 ? INT64_MIN : INT64_MAX);
    g_assert_cmpint(h.total_ns, ==, INT64_MAX);
    g_assert_cmpint(histogram_quantile(&h, 500), ==, 0);
    g_assert_cmpint(histogram_quantile(&h, 510), >, INT64_MAX / 100 * 99);
    histogram_clear(&h);
}

static void test_merge(void)
{
    struct histogram whole = {0}, few = {0}, many = {0}, sum = {0};
    for (int64_t i = 1; i <= 5000; i++) {
        histogram_add(&whole, i * i);
        histogram_add(i % 100 == 0 ? &few : &many, i * i);
    }
    histogram_merge(&sum, &few);
    g_assert_null(sum.octaves);
    histogram_merge(&sum, &many);
    g_assert_cmpuint(sum.count, ==, whole.count);
    g_assert_cmpint(sum.total_ns, ==, whole.total_ns);
    g_assert_cmpint(sum.min_ns, ==, whole.min_ns);
    g_assert_cmpint(sum.max_ns, ==, whole.max_ns);
    for (unsigned q = 1; q <= 1000; q++)
        g_assert_cmpint(histogram_quantile(&sum, q), ==, histogram_quantile(&whole, q));
    histogram_clear(&whole);
    histogram_clear(&few);
    histogram_clear(&many);
    histogram_clear(&sum);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/histogram/few", test_few);
    g_test_add_func("/histogram/many", test_many);
    g_test_add_func("/histogram/edge", test_edge);
    g_test_add_func("/histogram/extremes", test_extremes);
    g_test_add_func("/histogram/merge", test_merge);
    return g_test_run();
}
