/* The bounded reader never leaves its bytes, and stays bad. */
#include <glib.h>

#include "trace/cursor.h"

static void test_numbers(void)
{
    static const struct {
        const char *bytes;
        size_t len;
        uint64_t value;
        bool good, cut;
    } rows[] = {
        {"\x00", 1, 0, true, false},
        {"\x7f", 1, 127, true, false},
        {"\x80\x01", 2, 128, true, false},
        {"\x80\x00", 2, 0, true, false},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, UINT64_MAX, true, false},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, 0, false, false},
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11, 0, false, false},
        {"", 0, 0, false, true},
        {"\x80", 1, 0, false, true},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9, 0, false, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct cursor cursor = cursor_init((const uint8_t *)rows[i].bytes, rows[i].len);
        g_assert_cmpuint(cursor_uvarint(&cursor), ==, rows[i].value);
        g_assert_cmpint(cursor.bad, ==, !rows[i].good);
        g_assert_cmpint(cursor.cut, ==, rows[i].cut);
        g_assert_cmpuint(cursor_left(&cursor), ==, 0);
    }
}

static void test_sticky(void)
{
    static const uint8_t bytes[] = {1, 2, 3};
    struct cursor cursor = cursor_init(bytes, sizeof bytes);
    g_assert_cmpuint(cursor_u8(&cursor), ==, 1);
    g_assert_cmpuint(cursor_bytes(&cursor, 3).len, ==, 0);
    g_assert_true(cursor.bad && cursor.cut);
    g_assert_cmpuint(cursor_left(&cursor), ==, 0);
    g_assert_cmpuint(cursor_u8(&cursor), ==, 0);
    g_assert_cmpuint(cursor_uvarint(&cursor), ==, 0);
    cursor_spoil(&cursor, false);
    g_assert_true(cursor.cut); /* the first reason stays */
}

static void test_bytes(void)
{
    static const uint8_t bytes[] = {'a', 'b', 'c'};
    struct cursor cursor = cursor_init(bytes, sizeof bytes);
    struct slice two = cursor_bytes(&cursor, 2);
    g_assert_cmpmem(two.at, two.len, "ab", 2);
    g_assert_cmpuint(cursor_left(&cursor), ==, 1);
    cursor_bytes(&cursor, UINT64_MAX);
    g_assert_true(cursor.bad);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cursor/numbers", test_numbers);
    g_test_add_func("/cursor/sticky", test_sticky);
    g_test_add_func("/cursor/bytes", test_bytes);
    return g_test_run();
}
