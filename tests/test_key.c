/* Keys have names, and the names lead back to them. */
#include <string.h>

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

static int sequence(const char *bytes)
{
    return key_sequence(bytes, strlen(bytes));
}

static void test_sequence(void)
{
    g_assert_cmpint(sequence("[4~"), ==, TKEY_END); /* PuTTY, tmux */
    g_assert_cmpint(sequence("[8~"), ==, TKEY_END); /* rxvt */
    g_assert_cmpint(sequence("OF"), ==, TKEY_END);
    g_assert_cmpint(sequence("[A"), ==, TKEY_UP);
    g_assert_cmpint(sequence("[1;2D"), ==, TKEY_SHIFT_LEFT);
    for (size_t len = 0; len < strlen("[1;2D"); len++)
        g_assert_cmpint(key_sequence("[1;2D", len), ==, TKEY_MORE);
    g_assert_cmpint(sequence(""), ==, TKEY_MORE);
    g_assert_cmpint(sequence("O"), ==, TKEY_MORE);
    g_assert_cmpint(sequence("[999;9"), ==, TKEY_MORE);
    g_assert_cmpint(sequence("[999;9~"), ==, TKEY_NONE);
    g_assert_cmpint(sequence("[<0;12;7M"), ==, TKEY_NONE); /* a mouse that nobody asked for */
    g_assert_cmpint(sequence("[I"), ==, TKEY_NONE);
    g_assert_cmpint(sequence("Ox"), ==, TKEY_NONE);
    g_assert_cmpint(sequence("[1\033"), ==, TKEY_NONE); /* another begins: this one is lost */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/key/parse", test_parse);
    g_test_add_func("/key/name_leads_back", test_name_leads_back);
    g_test_add_func("/key/in", test_in);
    g_test_add_func("/key/sequence", test_sequence);
    return g_test_run();
}
