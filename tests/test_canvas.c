/* The page of cells: cutting, wide characters, and that nothing dangerous gets onto it. */
#include <string.h>

#include "tui/canvas.h"

static void check_page(struct canvas *canvas, const char *expected)
{
    g_autofree char *text = canvas_text(canvas);
    g_assert_cmpstr(text, ==, expected);
}

static void test_put(void)
{
    struct canvas *canvas = canvas_new(10, 2, false);
    g_assert_cmpint(canvas_put(canvas, 0, 0, -1, STYLE_NORMAL, "0123456789"), ==, 10);
    g_assert_cmpint(canvas_put(canvas, 2, 1, 4, STYLE_NORMAL, "abcdef"), ==, 4);
    check_page(canvas, "0123456789\n  abc…\n");
    canvas_put(canvas, 0, 0, -1, STYLE_NORMAL, "01234567890");
    canvas_put_right(canvas, 2, 1, 8, STYLE_NORMAL, "12 B");
    check_page(canvas, "012345678…\n  abc…12 B\n");
    canvas_free(canvas);
}

static void test_outside(void)
{
    struct canvas *canvas = canvas_new(4, 1, false);
    g_assert_cmpint(canvas_put(canvas, 4, 0, -1, STYLE_NORMAL, "x"), ==, 0);
    g_assert_cmpint(canvas_put(canvas, 0, 1, -1, STYLE_NORMAL, "x"), ==, 0);
    g_assert_cmpint(canvas_put(canvas, 0, -1, -1, STYLE_NORMAL, "x"), ==, 0);
    g_assert_cmpint(canvas_put(canvas, 0, 0, 0, STYLE_NORMAL, "x"), ==, 0);
    canvas_put(canvas, -2, 0, -1, STYLE_NORMAL, "abcd");
    canvas_fill(canvas, -5, -5, 100, 1, STYLE_NORMAL);
    canvas_restyle(canvas, -5, 7, 100, STYLE_NORMAL);
    check_page(canvas, "cd\n");
    canvas_fill(canvas, -5, -5, G_MAXINT, G_MAXINT, STYLE_RUNNING);
    check_page(canvas, "====\n");
    canvas_resize(canvas, 0, 0);
    canvas_put(canvas, 0, 0, -1, STYLE_NORMAL, "abcd");
    check_page(canvas, "");
    canvas_free(canvas);
}

static void test_wide(void)
{
    struct canvas *canvas = canvas_new(5, 1, false);
    g_assert_cmpint(canvas_put(canvas, 0, 0, -1, STYLE_NORMAL, "日本"), ==, 4);
    check_page(canvas, "日本\n");
    canvas_put(canvas, 1, 0, -1, STYLE_NORMAL, "x");
    check_page(canvas, " x本\n");
    canvas_put(canvas, 2, 0, -1, STYLE_NORMAL, "y");
    check_page(canvas, " xy\n");
    canvas_erase(canvas);
    canvas_put(canvas, 0, 0, -1, STYLE_NORMAL, "日本語");
    check_page(canvas, "日本…\n");
    canvas_erase(canvas);
    g_assert_cmpint(canvas_put(canvas, 0, 0, 4, STYLE_NORMAL, "日本語"), ==, 3);
    check_page(canvas, "日…\n");
    canvas_free(canvas);
}

static void test_marks(void)
{
    struct canvas *canvas = canvas_new(6, 1, false);
    canvas_put(canvas, 0, 0, -1, STYLE_NORMAL, "cafe\u0301!");
    check_page(canvas, "café!\n");
    canvas_free(canvas);
}

static void test_ascii(void)
{
    struct canvas *canvas = canvas_new(6, 1, true);
    canvas_put(canvas, 0, 0, -1, STYLE_NORMAL, "é日x");
    check_page(canvas, "???x\n");
    canvas_put(canvas, 0, 0, -1, STYLE_NORMAL, "0123456789");
    check_page(canvas, "01234~\n");
    canvas_free(canvas);
}

static void test_plain(void)
{
    struct canvas *canvas = canvas_new(8, 1, true);
    canvas_fill(canvas, 1, 0, 3, 1, STYLE_RUNNING);
    canvas_put(canvas, 2, 0, 1, STYLE_RUNNING, "x");
    check_page(canvas, " =x=\n");
    canvas_restyle(canvas, 0, 0, 4, STYLE_NORMAL);
    check_page(canvas, "  x\n");
    canvas_free(canvas);
}

/* Random bytes, with a liking for the bad ones: every cell stays one glyph of known width. */
static void test_nothing_dangerous(void)
{
    static const char bad[] =
        "\033\r\n\t\b\007\x9b\xc2\x85\xe2\x80\xae\xcc\x81\xef\xbb\xbf\xe6\x97\xa5";
    struct canvas *canvas = canvas_new(12, 1, false);
    for (int round = 0; round < 20000; round++) {
        char bytes[32];
        for (size_t i = 0; i < sizeof bytes - 1; i++)
            bytes[i] = g_test_rand_bit() ? bad[g_test_rand_int_range(0, sizeof bad - 1)]
                                         : (char)g_test_rand_int_range(1, 256);
        bytes[sizeof bytes - 1] = '\0';
        canvas_put(canvas, g_test_rand_int_range(-2, 12), 0, g_test_rand_int_range(-1, 14),
                   STYLE_NORMAL, bytes);
        for (int x = 0; x < canvas->width; x++) {
            gunichar c = canvas->cells[x].character;
            if (c == 0) {
                g_assert_true(x > 0 && g_unichar_iswide(canvas->cells[x - 1].character));
                continue;
            }
            g_assert_true(g_unichar_isprint(c) && !g_unichar_iszerowidth(c));
            if (g_unichar_iswide(c))
                g_assert_true(x + 1 < canvas->width && canvas->cells[x + 1].character == 0);
        }
    }
    canvas_free(canvas);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/canvas/put", test_put);
    g_test_add_func("/canvas/outside", test_outside);
    g_test_add_func("/canvas/wide", test_wide);
    g_test_add_func("/canvas/marks", test_marks);
    g_test_add_func("/canvas/ascii", test_ascii);
    g_test_add_func("/canvas/plain", test_plain);
    g_test_add_func("/canvas/nothing_dangerous", test_nothing_dangerous);
    return g_test_run();
}
