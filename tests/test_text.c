/* Foreign bytes are harmless after the sanitiser; times, sizes and ages read as people say them. */
#include <string.h>

#include "tui/text.h"

static void test_sanitise(void)
{
    static const struct {
        const char *name, *bytes;
        gssize len;
        const char *clean;
    } rows[] = {
        {"plain", "web-7f9c", -1, "web-7f9c"},
        {"other scripts", "日本 é Ω", -1, "日本 é Ω"},
        {"colour", "\033[31mred", -1, "\\x1b[31mred"},
        {"title", "\033]0;pwned\007", -1, "\\x1b]0;pwned\\x07"},
        {"line breaks", "a\r\nb\tc", -1, "a\\r\\nb\\tc"},
        {"unicode line breaks", "a\u2028b\u2029c\xc2\x85", -1, "a\\u{2028}b\\u{2029}c\\u{85}"},
        {"delete", "a\177b", -1, "a\\x7fb"},
        {"C1 CSI",
         "\xc2\x9b"
         "31m",
         -1, "\\u{9b}31m"},
        {"raw C1 byte",
         "\x9b"
         "31m",
         -1, "\\x9b31m"},
        {"override", "a\u202etxt.exe", -1, "a\\u{202e}txt.exe"},
        {"isolates", "\u2066a\u2069", -1, "\\u{2066}a\\u{2069}"},
        {"marks of direction", "\u200e\u200f\u061c", -1, "\\u{200e}\\u{200f}\\u{61c}"},
        {"invisible", "a\u200bb\ufeff", -1, "a\\u{200b}b\\u{feff}"},
        {"tags", "\U000e0041", -1, "\\u{e0041}"},
        {"private use", "\ue000", -1, "\\u{e000}"},
        {"NUL", "a\0b", 3, "a\\x00b"},
        {"overlong slash", "\xc0\xaf", -1, "\\xc0\\xaf"},
        {"overlong NUL", "\xc0\x80", -1, "\\xc0\\x80"},
        {"surrogate", "\xed\xa0\x80", -1, "\\xed\\xa0\\x80"},
        {"above Unicode", "\xf5\x80\x80\x80", -1, "\\xf5\\x80\\x80\\x80"},
        {"cut short", "a\xe6\x97", -1, "a\\xe6\\x97"},
        {"cut by the length", "日", 2, "\\xe6\\x97"},
        {"marks", "e\u0301\u0302", -1, "e\u0301\u0302"},
        {"flood of marks", "e\u0301\u0301\u0301\u0301z", -1, "e\u0301\u0301\\u{301}\\u{301}z"},
        {"mark on nothing", "\u0301a", -1, "\\u{301}a"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *clean = text_sanitise(rows[i].bytes, rows[i].len);
        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(clean, ==, rows[i].clean);
    }
}

/* Whatever two bytes follow each other. */
static void test_sanitise_all_pairs(void)
{
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        const char bytes[] = {(char)(pair >> 8), (char)(pair & 0xff)};
        g_autofree char *clean = text_sanitise(bytes, 2);
        g_assert_true(g_utf8_validate(clean, -1, NULL));
        for (const char *p = clean; *p; p = text_next(p)) {
            GUnicodeType type = g_unichar_type(g_utf8_get_char(p));
            g_assert_true(type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT);
        }
    }
}

static void check_text(char *text, const char *expected)
{
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

/* Line ends stay, everything else goes that could move the cursor. */
static void test_lines(void)
{
    check_text(text_sanitise_lines("one\r\ntwo\n\nthree", 15), "one\ntwo\n\nthree");
    check_text(text_sanitise_lines("a\rb\n\033[1m\n", 9), "a\\rb\n\\x1b[1m\n");
    check_text(text_sanitise_lines("\n", 1), "\n");
    check_text(text_sanitise_lines("a\nb", 2), "a\n");
    check_text(text_sanitise_lines("", 0), "");
}

static void test_width(void)
{
    g_assert_cmpint(text_width("pod"), ==, 3);
    g_assert_cmpint(text_width("日本"), ==, 4);
    g_assert_cmpint(text_width("e\u0301"), ==, 1);
}

static void test_bytes(void)
{
    check_text(text_bytes(0), "0 B");
    check_text(text_bytes(1023), "1023 B");
    check_text(text_bytes(1536), "1.5 KiB");
    check_text(text_bytes(1024 * 1024 - 1), "1.0 MiB");
    check_text(text_bytes(314572800), "300.0 MiB");
    check_text(text_bytes(UINT64_MAX), "16.0 EiB");
}

static void test_age(void)
{
    check_text(text_age(-5), "0s");
    check_text(text_age(119), "119s");
    check_text(text_age(5 * 60 + 3), "5m3s");
    check_text(text_age(90 * 60), "90m");
    check_text(text_age(5 * 3600 + 12 * 60), "5h12m");
    check_text(text_age(30 * 3600), "30h");
    check_text(text_age(3 * 86400), "3d");
    check_text(text_age(3 * 86400 + 7200), "3d2h");
    check_text(text_age(400 * 86400), "400d");
    check_text(text_age(1000LL * 86400), "2y270d");
    check_text(text_age(INT64_MAX), "292471208677y");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/sanitise", test_sanitise);
    g_test_add_func("/text/sanitise_all_pairs", test_sanitise_all_pairs);
    g_test_add_func("/text/lines", test_lines);
    g_test_add_func("/text/width", test_width);
    g_test_add_func("/text/bytes", test_bytes);
    g_test_add_func("/text/age", test_age);
    return g_test_run();
}
