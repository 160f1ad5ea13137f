/* When to compress in the container. */
#include <glib.h>

#include "kube/squeeze.h"

#define MB 1000000
#define S 1000000

static struct squeeze able(enum squeeze_mode mode)
{
    return (struct squeeze){.mode = mode, .can_compress = true, .can_sample = true};
}

/* A sample of 256 KiB that comes in pieces at so many bytes a second. */
static void sample(struct squeeze *squeeze, double per_s)
{
    int64_t now_us = S;

    g_assert_cmpuint(squeeze_plan(squeeze, 100 * MB).max_bytes, ==, 262144);
    for (int i = 0; i < 8; i++) {
        squeeze_sample(squeeze, now_us, 32768);
        now_us += (int64_t)(32768 / per_s * S);
    }
    squeeze_sample_end(squeeze, now_us);
}

static void test_plan(void)
{
    struct squeeze never = able(SQUEEZE_NEVER), always = able(SQUEEZE_ALWAYS);
    struct squeeze unable = {.mode = SQUEEZE_ALWAYS}, auto_ = able(SQUEEZE_AUTO);

    g_assert_cmpuint(squeeze_plan(&never, 100 * MB).level, ==, 0);
    g_assert_cmpuint(squeeze_plan(&unable, 100 * MB).level, ==, 0);
    g_assert_cmpuint(squeeze_plan(&always, 100).level, ==, 6);
    g_assert_cmpuint(squeeze_plan(&always, -1).level, ==, 0);
    g_assert_cmpuint(squeeze_plan(&auto_, 100000).max_bytes, ==, 0); /* too short to measure */
}

static void test_sample(void)
{
    static const struct {
        double per_s;
        unsigned level;
    } rows[] = {{100e6, 0}, {16e6, 0}, {12e6, 1}, {2.5e6, 6}, {1e4, 6}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct squeeze squeeze = able(SQUEEZE_AUTO);

        sample(&squeeze, rows[i].per_s);
        g_assert_cmpuint(squeeze_plan(&squeeze, 100 * MB).max_bytes, ==, 0); /* once only */
        g_assert_cmpuint(squeeze_plan(&squeeze, 100 * MB).level, ==, rows[i].level);
    }
}

/* One part that came fast is enough: the others met a busy machine. */
static void test_hiccup(void)
{
    struct squeeze squeeze = able(SQUEEZE_AUTO);
    int64_t now_us = S;

    squeeze_plan(&squeeze, 100 * MB);
    for (int i = 0; i < 8; i++) {
        squeeze_sample(&squeeze, now_us, 32768);
        now_us += i == 2 || i == 3 ? 300 : 50000;
    }
    squeeze_sample_end(&squeeze, now_us);
    g_assert_cmpuint(squeeze_plan(&squeeze, 100 * MB).level, ==, 0);
}

/* What does not get smaller, or comes no faster, is read plain again, for good. */
static void test_useless(void)
{
    struct squeeze large = able(SQUEEZE_AUTO), slow, good;

    sample(&large, 2.5e6);
    slow = good = large;
    squeeze_begin(&large, 0, 0, 0);
    g_assert_false(squeeze_look(&large, S / 10, MB / 2, MB / 2, 90 * MB, 2.5e6));
    g_assert_true(squeeze_look(&large, S, 2 * MB, 2 * MB, 90 * MB, 2.5e6));
    g_assert_cmpuint(squeeze_plan(&large, 90 * MB).level, ==, 0);

    squeeze_begin(&slow, 0, 0, 0);
    g_assert_false(squeeze_look(&slow, S, MB, MB / 3, 90 * MB, 1e6));
    g_assert_true(squeeze_look(&slow, 4 * S, 4 * MB, MB, 90 * MB, 1e6));

    squeeze_begin(&good, 0, 0, 0);
    g_assert_false(squeeze_look(&good, 4 * S, 30 * MB, 10 * MB, 70 * MB, 7.5e6));
    g_assert_cmpuint(squeeze_plan(&good, 70 * MB).level, ==, 6);
}

/* A link that becomes slow on the way, with enough left to be worth it. */
static void test_slows(void)
{
    struct squeeze squeeze = able(SQUEEZE_AUTO);

    sample(&squeeze, 100e6);
    squeeze_begin(&squeeze, 0, 0, 0);
    g_assert_false(squeeze_look(&squeeze, S, MB, MB, 90 * MB, 1e6)); /* it has just begun */
    g_assert_false(squeeze_look(&squeeze, 9 * S, 9 * MB, 9 * MB, 4 * MB, 1e6)); /* and ends soon */
    g_assert_true(squeeze_look(&squeeze, 9 * S, 9 * MB, 9 * MB, 90 * MB, 1e6));
    g_assert_cmpuint(squeeze_plan(&squeeze, 90 * MB).level, ==, 6);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/squeeze/plan", test_plan);
    g_test_add_func("/squeeze/sample", test_sample);
    g_test_add_func("/squeeze/hiccup", test_hiccup);
    g_test_add_func("/squeeze/useless", test_useless);
    g_test_add_func("/squeeze/slows", test_slows);
    return g_test_run();
}
