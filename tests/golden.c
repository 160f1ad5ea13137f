#include "tests/golden.h"

void golden_check(const struct canvas *canvas, const char *name)
{
    g_autofree char *page = canvas_text(canvas);
    golden_check_text(page, name);
}

void golden_check_text(const char *page, const char *name)
{
    g_autofree char *base = g_strconcat(name, ".txt", NULL);
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, "golden", base, NULL);
    g_autofree char *expected = NULL;
    g_autoptr(GError) error = NULL;
    if (g_getenv("TRACETUI_GOLDEN_UPDATE")) {
        g_file_set_contents(file, page, -1, &error);
        g_assert_no_error(error);
        return;
    }
    g_file_get_contents(file, &expected, NULL, &error);
    g_assert_no_error(error);
    if (g_strcmp0(page, expected) != 0)
        g_test_message("%s: it is\n%s\nand should be\n%s", name, page, expected);
    g_assert_cmpstr(page, ==, expected);
}
