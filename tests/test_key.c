/* Keys have names, and the names lead back to them. */
#include <glib.h>

#include "tui/key.h"

static void test_parse(void)
{
    g_assert_cmpint(key_parse("enter"), ==, TKEY_RETURN);
    g_assert_cmpint(key_parse("^L"), ==, 12);
    g_assert_cmpint(key_parse("^"), ==, '^');
    g_assert_cmpint(key_parse("/"), ==, '/');
    g_assert_cmpint(key_parse("space"), ==, ' ');
    g_assert_cmpint(key_parse("日"), ==, 0x65e5);
    g_assert_cmpint(key_parse("pgdn"), ==, TKEY_PAGE_DOWN);
    g_assert_cmpint(key_parse(""), ==, TKEY_NONE);
    g_assert_cmpint(key_parse("nokey"), ==, TKEY_NONE);
    g_assert_cmpint(key_parse("^1"), ==, TKEY_NONE);
    g_assert_cmpint(key_parse("\033"), ==, TKEY_NONE);
    g_assert_cmpint(key_parse("\xe6\x97"), ==, TKEY_NONE);
}

static void test_name_leads_back(void)
{
    for (int key = 1; key <= TKEY_RESIZED; key++) {
        g_autofree char *name = key_text(key);
        int back = key_parse(name);
        g_assert_true(back == key || (back == TKEY_NONE && g_str_has_prefix(name, "key ")));
    }
}

static void test_in(void)
{
    g_assert_true(key_in("up k", 'k'));
    g_assert_true(key_in("up k", TKEY_UP));
    g_assert_false(key_in("up k", 'u'));
    g_assert_false(key_in("", 'u'));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/key/parse", test_parse);
    g_test_add_func("/key/name_leads_back", test_name_leads_back);
    g_test_add_func("/key/in", test_in);
    return g_test_run();
}
