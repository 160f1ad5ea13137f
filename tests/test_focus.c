/* The stretch of time on the screen: columns, panning, zooming and the way back. */
#include "tui/focus.h"

static void check(const struct focus *focus, int64_t from_ns, int64_t to_ns, int64_t cursor_ns)
{
    g_assert_cmpint(focus->from_ns, ==, from_ns);
    g_assert_cmpint(focus->to_ns, ==, to_ns);
    g_assert_cmpint(focus->cursor_ns, ==, cursor_ns);
}

static void test_columns(void)
{
    struct focus focus;
    focus_init(&focus, 9999);
    check(&focus, 0, 10000, 0);
    g_assert_cmpint(focus_column_ns(&focus, 0, 3), ==, 0);
    g_assert_cmpint(focus_column_ns(&focus, 1, 3), ==, 3333);
    g_assert_cmpint(focus_column_ns(&focus, 2, 3), ==, 6666);
    g_assert_cmpint(focus_column_ns(&focus, 3, 3), ==, 10000);
    g_assert_cmpint(focus_column(&focus, 3332, 3), ==, 0);
    g_assert_cmpint(focus_column(&focus, 3333, 3), ==, 1);
    g_assert_cmpint(focus_column(&focus, 9999, 3), ==, 2);
    g_assert_cmpint(focus_column(&focus, -1, 3), ==, -1);
    g_assert_cmpint(focus_column(&focus, 10000, 3), ==, 3);
    focus_clear(&focus);
}

/* Times from a damaged file can be as large as the type. */
static void test_huge(void)
{
    struct focus focus;
    focus_init(&focus, INT64_MAX);
    g_assert_cmpint(focus_column(&focus, INT64_MAX - 1, 300), ==, 299);
    g_assert_cmpint(focus_column_ns(&focus, 300, 300), ==, INT64_MAX);
    focus_go(&focus, INT64_MAX);
    for (int i = 0; i < 80; i++)
        focus_zoom_in(&focus);
    g_assert_cmpint(focus.to_ns - focus.from_ns, ==, FOCUS_MIN_NS);
    focus_pan(&focus, 8);
    focus_move(&focus, 1000, 80);
    g_assert_cmpint(focus.to_ns, ==, INT64_MAX);
    while (focus_zoom_out(&focus))
        ;
    g_assert_true(focus_is_whole(&focus));
    focus_clear(&focus);
}

static void test_one_event(void)
{
    struct focus focus;
    focus_init(&focus, 0);
    check(&focus, 0, FOCUS_MIN_NS, 0);
    g_assert_false(focus_zoom_in(&focus));
    g_assert_false(focus_zoom_out(&focus));
    g_assert_false(focus_fit(&focus));
    g_assert_false(focus_back(&focus));
    focus_pan(&focus, -8);
    check(&focus, 0, FOCUS_MIN_NS, 0);
    focus_clear(&focus);
}

static void test_move(void)
{
    struct focus focus;
    focus_init(&focus, 99999);
    focus_move(&focus, -1, 100);
    check(&focus, 0, 100000, 0);
    focus_move(&focus, 10, 100);
    check(&focus, 0, 100000, 10000);
    focus_zoom_in(&focus);
    check(&focus, 5000, 55000, 10000);
    /* At the border the stretch follows by as much as the cursor would have gone out of it. */
    focus_move(&focus, -11, 100);
    check(&focus, 4500, 54500, 4500);
    focus_move(&focus, -100, 100);
    check(&focus, 0, 50000, 0);
    focus_move(&focus, 99, 100);
    focus_move(&focus, 1, 100);
    check(&focus, 500, 50500, 50499);
    focus_clear(&focus);
}

static void test_pan(void)
{
    struct focus focus;
    focus_init(&focus, 99999);
    focus_move(&focus, 50, 100);
    focus_zoom_in(&focus);
    check(&focus, 25000, 75000, 50000);
    focus_pan(&focus, 2);
    check(&focus, 37500, 87500, 62500);
    focus_pan(&focus, 2);
    check(&focus, 50000, 100000, 75000);
    focus_pan(&focus, 2);
    check(&focus, 50000, 100000, 99999);
    focus_pan(&focus, -8);
    check(&focus, 0, 50000, 49999);
    focus_clear(&focus);
}

static void test_zoom_and_back(void)
{
    struct focus focus;
    focus_init(&focus, 99999);
    focus_go(&focus, 80000);
    focus_zoom_in(&focus);
    check(&focus, 40000, 90000, 80000);
    focus_zoom_to(&focus, 60000, 68000);
    check(&focus, 59000, 69000, 60000);
    g_assert_true(focus_back(&focus));
    check(&focus, 40000, 90000, 80000);
    g_assert_true(focus_back(&focus));
    check(&focus, 0, 100000, 80000);
    g_assert_false(focus_back(&focus));
    focus_zoom_to(&focus, 10, 11);
    check(&focus, 0, FOCUS_MIN_NS, 10);
    g_assert_true(focus_fit(&focus));
    focus_zoom_to(&focus, 0, 100000);
    g_assert_true(focus_is_whole(&focus));
    focus_clear(&focus);
}

static void test_go(void)
{
    struct focus focus;
    focus_init(&focus, 99999);
    focus_zoom_in(&focus);
    check(&focus, 0, 50000, 0);
    focus_go(&focus, 49999);
    check(&focus, 0, 50000, 49999);
    focus_go(&focus, 60000);
    check(&focus, 35000, 85000, 60000);
    focus_go(&focus, 200000);
    check(&focus, 50000, 100000, 99999);
    focus_clear(&focus);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/focus/columns", test_columns);
    g_test_add_func("/focus/huge", test_huge);
    g_test_add_func("/focus/one-event", test_one_event);
    g_test_add_func("/focus/move", test_move);
    g_test_add_func("/focus/pan", test_pan);
    g_test_add_func("/focus/zoom-and-back", test_zoom_and_back);
    g_test_add_func("/focus/go", test_go);
    return g_test_run();
}
