/* Utilisation curves, their minimum over windows and its distribution. */
#include <glib.h>
#include <math.h>

#include "trace/mmu.h"

struct fixture {
    struct gc gc;
    struct utilization *utilization;
};

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->gc.changes = g_array_new(FALSE, FALSE, sizeof(struct gc_change));
    f->gc.knows_sweeps = true;
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    utilization_free(f->utilization);
    g_array_unref(f->gc.changes);
}

static void change(struct fixture *f, int64_t time_ns, enum gc_change_kind kind, uint32_t p,
                   bool ends)
{
    struct gc_change row = {time_ns, p, (uint8_t)kind, ends};
    g_array_append_val(f->gc.changes, row);
    f->gc.end_ns = time_ns;
}

static const struct utilization *make(struct fixture *f, unsigned flags)
{
    utilization_free(f->utilization);
    f->utilization = utilization_new(&f->gc, flags);
    g_assert_nonnull(f->utilization);
    return f->utilization;
}

/* "time=share ..." of a curve. */
static void assert_curve(struct fixture *f, guint i, const char *expected)
{
    g_assert_cmpuint(i, <, f->utilization->curves->len);
    const GArray *curve = g_ptr_array_index(f->utilization->curves, i);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint j = 0; j < curve->len; j++) {
        const struct utilization_point *point = &g_array_index(curve, struct utilization_point, j);
        g_string_append_printf(text, "%s%d=%g", j > 0 ? " " : "", (int)point->time_ns,
                               point->share);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void test_flags(struct fixture *f, gconstpointer data)
{
    (void)data;
    change(f, 100, GC_PROCS, 4, false);
    change(f, 200, GC_SWEEP, 0, false);
    change(f, 300, GC_ASSIST, 1, false);
    change(f, 400, GC_ASSIST, 0, false);
    change(f, 500, GC_SWEEP, 0, true);
    change(f, 600, GC_ASSIST, 0, true);
    change(f, 700, GC_STW, 0, false);
    change(f, 800, GC_STW, 0, true);
    change(f, 900, GC_ASSIST, 1, true);
    change(f, 1000, GC_MARK, 2, false);
    change(f, 1100, GC_DEDICATED, 3, false);
    change(f, 1200, GC_MARK, 2, true);
    change(f, 1300, GC_DEDICATED, 3, true);
    f->gc.end_ns = 1400;
    make(f, UTILIZATION_STW);
    assert_curve(f, 0, "0=1 700=0 800=1 1400=0");
    make(f, UTILIZATION_ASSIST);
    assert_curve(f, 0, "0=1 300=0.75 400=0.5 600=0.75 900=1 1400=0");
    make(f, UTILIZATION_SWEEP);
    assert_curve(f, 0, "0=1 200=0.75 500=1 1400=0");
    make(f, UTILIZATION_BACKGROUND);
    assert_curve(f, 0, "0=1 1000=0.75 1100=0.5 1200=0.75 1300=1 1400=0");
    /* a P that does two things at a time counts once */
    make(f, UTILIZATION_DEFAULT | UTILIZATION_SWEEP);
    assert_curve(f, 0,
                 "0=1 200=0.75 300=0.5 600=0.75 700=0 800=0.75 900=1 1000=0.75 1100=0.5 1200=0.75 "
                 "1300=1 1400=0");
    make(f, UTILIZATION_DEFAULT | UTILIZATION_PER_P);
    g_assert_cmpuint(f->utilization->curves->len, ==, 4);
    assert_curve(f, 0, "0=1 400=0 600=1 700=0 800=1 1400=0");
    assert_curve(f, 1, "0=1 300=0 900=1 1400=0");
    assert_curve(f, 2, "0=1 700=0 800=1 1000=0 1200=1 1400=0");
    assert_curve(f, 3, "0=1 700=0 800=1 1400=0");
}

/* GOMAXPROCS changes: a P that is gone does nothing, and has a new curve when it comes again. */
static void test_procs(struct fixture *f, gconstpointer data)
{
    (void)data;
    change(f, 0, GC_PROCS, 2, false);
    change(f, 10, GC_ASSIST, 1, false);
    change(f, 20, GC_PROCS, 1, false);
    change(f, 30, GC_ASSIST, 1, true);
    change(f, 40, GC_PROCS, 4, false);
    change(f, 50, GC_ASSIST, 3, false);
    change(f, 60, GC_ASSIST, 3, true);
    change(f, 70, GC_ASSIST, 1, false);
    change(f, 80, GC_ASSIST, 1, true);
    f->gc.end_ns = 100;
    make(f, UTILIZATION_ASSIST);
    assert_curve(f, 0, "0=1 10=0.5 20=1 50=0.75 60=1 70=0.75 80=1 100=0");
    make(f, UTILIZATION_ASSIST | UTILIZATION_PER_P);
    g_assert_cmpuint(f->utilization->curves->len, ==, 5);
    assert_curve(f, 0, "0=1 100=0");
    assert_curve(f, 1, "0=1 10=0 20=0");
    assert_curve(f, 2, "40=1 70=0 80=1 100=0");
    assert_curve(f, 3, "40=1 100=0");
    assert_curve(f, 4, "40=1 50=0 60=1 100=0");
}

static void test_unknown(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_null(utilization_new(&f->gc, UTILIZATION_DEFAULT));
    change(f, 10, GC_STW, 0, false);
    change(f, 20, GC_STW, 0, true);
    g_assert_null(utilization_new(&f->gc, UTILIZATION_DEFAULT));
    /* Sweeps that are not known are no curve. */
    change(f, 25, GC_PROCS, 1, false);
    f->gc.knows_sweeps = false;
    g_assert_null(utilization_new(&f->gc, UTILIZATION_SWEEP));
    g_array_set_size(f->gc.changes, 2);
    /* What is told of late holds from the beginning. */
    change(f, 30, GC_PROCS, 1, false);
    make(f, UTILIZATION_DEFAULT);
    assert_curve(f, 0, "0=1 10=0 20=1 30=0");
    /* Ends without a begin, Ps that there are not: nothing. */
    change(f, 40, GC_STW, 0, true);
    change(f, 50, GC_ASSIST, 0, true);
    change(f, 60, GC_ASSIST, 9, false);
    change(f, 70, GC_PROCS, 0, false);
    change(f, 80, GC_STW, 0, false);
    change(f, 90, GC_PROCS, 1, false);
    make(f, UTILIZATION_DEFAULT);
    assert_curve(f, 0, "0=1 10=0 20=1 90=0");
}

/* A file can ask for many Ps and take them away again; that has an end. */
static void test_too_much(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int64_t i = 0; i < 20000; i++)
        change(f, i, GC_PROCS, i % 2 == 0 ? 1 : 65535, false);
    g_assert_null(utilization_new(&f->gc, UTILIZATION_DEFAULT));
    g_assert_null(utilization_new(&f->gc, UTILIZATION_DEFAULT | UTILIZATION_PER_P));
}

static void assert_minimum(const struct utilization *utilization, int64_t window_ns,
                           double expected, int64_t when_ns)
{
    int64_t when;
    g_assert_cmpfloat_with_epsilon(mmu_minimum(utilization, window_ns, &when), expected, 1e-12);
    g_assert_cmpint(when, ==, when_ns);
}

static void test_minimum(struct fixture *f, gconstpointer data)
{
    (void)data;
    change(f, 0, GC_PROCS, 2, false);
    change(f, 100, GC_STW, 0, false);
    change(f, 110, GC_STW, 0, true);
    change(f, 150, GC_STW, 0, false);
    change(f, 160, GC_STW, 0, true);
    change(f, 500, GC_ASSIST, 1, false);
    change(f, 900, GC_ASSIST, 1, true);
    f->gc.end_ns = 1000;
    const struct utilization *utilization = make(f, UTILIZATION_DEFAULT);
    assert_minimum(utilization, 1, 0, 100);
    assert_minimum(utilization, 10, 0, 100);
    assert_minimum(utilization, 20, 0.5, 90);
    assert_minimum(utilization, 60, 0.5, 500);
    assert_minimum(utilization, 400, 0.5, 500);
    assert_minimum(utilization, 500, 0.6, 400);
    assert_minimum(utilization, 1000, 1 - 0.22, 0);
    /* longer than the trace: all of it */
    assert_minimum(utilization, 100000, 1 - 0.22, 0);
    assert_minimum(utilization, INT64_MAX, 1 - 0.22, 0);
    g_assert_cmpfloat(mmu_minimum(utilization, 0, NULL), ==, 1);
}

static void test_quantiles(struct fixture *f, gconstpointer data)
{
    (void)data;
    change(f, 0, GC_PROCS, 1, false);
    change(f, 400, GC_STW, 0, false);
    change(f, 600, GC_STW, 0, true);
    f->gc.end_ns = 1000;
    const struct utilization *utilization = make(f, UTILIZATION_DEFAULT);
    /* Windows of 200 begin at 0..800: 200 of them whole, down to 0 within 200, up again, whole. */
    static const double quantiles[] = {0, 0.125, 0.25, 0.375, 0.5, 0.75, 1};
    static const double expected[] = {0, 0.25, 0.5, 0.75, 1, 1, 1};
    double shares[G_N_ELEMENTS(quantiles)];
    mmu_quantiles(utilization, 200, quantiles, G_N_ELEMENTS(quantiles), shares);
    for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++)
        g_assert_cmpfloat_with_epsilon(shares[i], expected[i], 1e-9);
    /* A window of the trace's length is there once. */
    mmu_quantiles(utilization, 1000, quantiles, G_N_ELEMENTS(quantiles), shares);
    for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++)
        g_assert_cmpfloat_with_epsilon(shares[i], 0.8, 1e-12);
}

/* A curve that is shorter than the window has no share in the distribution, while others are. */
static void test_short_curves(struct fixture *f, gconstpointer data)
{
    (void)data;
    change(f, 0, GC_PROCS, 1, false);
    change(f, 900, GC_PROCS, 2, false);
    change(f, 900, GC_ASSIST, 1, false);
    f->gc.end_ns = 1000;
    const struct utilization *utilization = make(f, UTILIZATION_ASSIST | UTILIZATION_PER_P);
    static const double quantiles[] = {0, 0.05};
    double shares[2];
    mmu_quantiles(utilization, 50, quantiles, 2, shares);
    g_assert_cmpfloat(shares[0], ==, 0);
    g_assert_cmpfloat(shares[1], ==, 0);
    mmu_quantiles(utilization, 500, quantiles, 2, shares);
    g_assert_cmpfloat(shares[0], ==, 1);
    g_assert_cmpfloat(mmu_minimum(utilization, 500, NULL), ==, 0);
}

/* The mean over a window by adding up nanosecond after nanosecond. */
static double plain_mean(const GArray *curve, int64_t from_ns, int64_t window_ns)
{
    double sum = 0;
    for (int64_t ns = from_ns; ns < from_ns + window_ns; ns++) {
        guint i = 0;
        while (i + 1 < curve->len &&
               g_array_index(curve, struct utilization_point, i + 1).time_ns <= ns)
            i++;
        sum += g_array_index(curve, struct utilization_point, i).share;
    }
    return sum / (double)window_ns;
}

/* Random curves: the minimum is that of all places, and the part of all places with a mean up to a
 * quantile is about what the quantile says. */
static void test_random(struct fixture *f, gconstpointer data)
{
    (void)data;
    for (int round = 0; round < 20; round++) {
        g_array_set_size(f->gc.changes, 0);
        change(f, 0, GC_PROCS, 3, false);
        for (int64_t at = 1; at < 400; at += g_test_rand_int_range(1, 20))
            change(f, at, GC_ASSIST, (uint32_t)g_test_rand_int_range(0, 3), g_test_rand_bit());
        f->gc.end_ns = 400;
        const struct utilization *utilization = make(f, UTILIZATION_ASSIST);
        const GArray *curve = g_ptr_array_index(utilization->curves, 0);
        static const int64_t windows[] = {1, 7, 50, 399};
        for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
            double minimum = 1;
            for (int64_t at = 0; at + windows[i] <= 400; at++)
                minimum = MIN(minimum, plain_mean(curve, at, windows[i]));
            g_assert_cmpfloat_with_epsilon(mmu_minimum(utilization, windows[i], NULL), minimum,
                                           1e-9);
        }
        static const double quantiles[] = {0.1, 0.5, 0.9};
        double shares[3];
        mmu_quantiles(utilization, 50, quantiles, 3, shares);
        for (size_t i = 0; i < 3; i++) {
            int below = 0, upto = 0;
            for (int64_t at = 0; at <= 350; at++) {
                double mean = plain_mean(curve, at, 50);
                below += mean < shares[i] - 0.02;
                upto += mean <= shares[i] + 0.02;
            }
            g_assert_cmpfloat(below / 351.0, <=, quantiles[i] + 0.01);
            g_assert_cmpfloat(upto / 351.0, >=, quantiles[i] - 0.01);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const struct {
        const char *path;
        void (*test)(struct fixture *, gconstpointer);
    } tests[] = {
        {"/mmu/flags", test_flags},
        {"/mmu/procs", test_procs},
        {"/mmu/unknown", test_unknown},
        {"/mmu/too-much", test_too_much},
        {"/mmu/minimum", test_minimum},
        {"/mmu/quantiles", test_quantiles},
        {"/mmu/short-curves", test_short_curves},
        {"/mmu/random", test_random},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, setup, tests[i].test, teardown);
    return g_test_run();
}
