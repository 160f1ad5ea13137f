/* Marks at round times, and moments as exactly as a zoom shows them. */
#include <glib.h>

#include "tui/axis.h"

/* All labels of a stretch in a line, the base before them. */
static void check(int64_t from_ns, int64_t to_ns, int n, const char *expected)
{
    struct axis axis;
    axis_init(&axis, from_ns, to_ns, n, 12);
    g_autofree char *base = axis_base(&axis);
    GString *text = g_string_new(base ? base : "");
    for (int64_t at_ns = axis.first_ns; at_ns < to_ns; at_ns += axis.step_ns) {
        g_autofree char *label = axis_label(&axis, at_ns);
        g_string_append_printf(text, "%s%s", text->len ? " | " : "", label);
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static void test_marks(void)
{
    check(0, 100000000, 60, "0 ms | 20 ms | 40 ms | 60 ms | 80 ms");
    check(0, 1000, 60, "0 ns | 200 ns | 400 ns | 600 ns | 800 ns");
    check(0, 4000000000, 60, "0 s | 1 s | 2 s | 3 s");
    check(0, 1700000, 60, "0.0 ms | 0.5 ms | 1.0 ms | 1.5 ms");
    check(0, 90000000000, 60, "0 s | 20 s | 40 s | 60 s | 80 s");
}

static void test_base(void)
{
    check(1234567890, 1234667890, 60, "1.234 s + | 580 us | 600 us | 620 us | 640 us | 660 us");
    check(5100000, 5200000, 36, "5 ms + | 100 us | 150 us");
    check(1230000000, 1330000000, 36, "1 s + | 250 ms | 300 ms");
}

static void check_moment(int64_t time_ns, int64_t column_ns, const char *expected)
{
    g_autofree char *moment = axis_moment(time_ns, column_ns);
    g_assert_cmpstr(moment, ==, expected);
}

static void test_moment(void)
{
    check_moment(1234567890, 1, "1.234567890 s");
    check_moment(1234567890, 123, "1.2345678 s");
    check_moment(1234567890, 2000000000, "1 s");
    check_moment(12345, 100, "12.3 us");
    check_moment(0, 1, "0 ns");
    check_moment(INT64_MAX, 1, "9223372036.854775807 s");
}

static void test_extremes(void)
{
    struct axis axis;
    axis_init(&axis, 0, INT64_MAX, 1, 12);
    g_assert_cmpint(axis.step_ns, >, 0);
    axis_init(&axis, INT64_MAX - 1000, INT64_MAX, 300, 12);
    g_assert_cmpint(axis.first_ns, >=, INT64_MAX - 1000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/axis/marks", test_marks);
    g_test_add_func("/axis/base", test_base);
    g_test_add_func("/axis/moment", test_moment);
    g_test_add_func("/axis/extremes", test_extremes);
    return g_test_run();
}
