/* Typing a line: keys in, text and cursor out. */
#include <glib.h>

#include "tui/key.h"
#include "tui/prompt.h"

/* Types names of keys, a '|' stands for the cursor in what is expected. */
static void check(const char *initial, const char *keys, const char *expected)
{
    struct prompt *prompt = prompt_new(initial);
    g_auto(GStrv) names = g_strsplit(keys, " ", -1);
    for (size_t i = 0; names[i] && *names[i]; i++) {
        int key = key_parse(names[i]);
        g_assert_cmpint(key, !=, TKEY_NONE);
        g_assert_cmpint(prompt_key(prompt, key), !=, PROMPT_NOT_MINE);
    }
    struct canvas *canvas = canvas_new(20, 1, false);
    prompt_draw(prompt, canvas, 0, 0, 20, STYLE_NORMAL);
    const char *cursor = strchr(expected, '|');
    g_autofree char *text =
        g_strdup_printf("%.*s%s", (int)(cursor - expected), expected, cursor + 1);
    g_assert_cmpstr(prompt_text(prompt), ==, text);
    g_assert_cmpint(canvas->cursor_x, ==, (int)g_utf8_strlen(expected, cursor - expected));
    g_assert_cmpint(canvas->cursor_y, ==, 0);
    canvas_free(canvas);
    prompt_free(prompt);
}

static void test_edit(void)
{
    check("", "a b c", "abc|");
    check("abc", "left left x", "ax|bc");
    check("abc", "^A x", "x|abc");
    check("abc", "home right ^K", "a|");
    check("abc", "left ^U", "|c");
    check("abc", "^A del", "|bc");
    check("abc", "backspace backspace backspace backspace", "|");
    check("abc", "^A left right right ^E ^B ^D", "ab|");
    check("aé", "backspace ö", "aö|");
    check(NULL, "é left ü", "ü|é");
}

static void test_word(void)
{
    check("/tmp/trace_dir/a.out", "^W", "/tmp/trace_dir/|");
    check("/tmp/trace_dir/", "^W", "/tmp/|");
    check("one two  ", "^W", "one |");
    check("", "^W", "|");
}

static void test_not_mine(void)
{
    struct prompt *prompt = prompt_new("a");
    g_assert_cmpint(prompt_key(prompt, TKEY_RETURN), ==, PROMPT_NOT_MINE);
    g_assert_cmpint(prompt_key(prompt, TKEY_ESCAPE), ==, PROMPT_NOT_MINE);
    g_assert_cmpint(prompt_key(prompt, TKEY_UP), ==, PROMPT_NOT_MINE);
    g_assert_cmpint(prompt_key(prompt, TKEY_LEFT), ==, PROMPT_TAKEN);
    g_assert_cmpint(prompt_key(prompt, 'x'), ==, PROMPT_CHANGED);
    g_assert_cmpint(prompt_key(prompt, 0x202e), ==, PROMPT_TAKEN);
    g_assert_cmpint(prompt_key(prompt, 0x9b), ==, PROMPT_TAKEN);
    g_assert_cmpstr(prompt_text(prompt), ==, "xa");
    prompt_free(prompt);
}

static void test_foreign_initial(void)
{
    struct prompt *prompt = prompt_new("a\033[2Jb\xff");
    g_assert_cmpstr(prompt_text(prompt), ==, "a\\x1b[2Jb\\xff");
    prompt_free(prompt);
}

static void test_scrolls(void)
{
    struct canvas *canvas = canvas_new(8, 1, false);
    struct prompt *prompt = prompt_new("0123456789");
    prompt_draw(prompt, canvas, 1, 0, 6, STYLE_NORMAL);
    g_autofree char *end = canvas_text(canvas);
    g_assert_cmpstr(end, ==, " 56789\n");
    g_assert_cmpint(canvas->cursor_x, ==, 6);
    prompt_key(prompt, TKEY_HOME);
    prompt_draw(prompt, canvas, 1, 0, 6, STYLE_NORMAL);
    g_autofree char *begin = canvas_text(canvas);
    g_assert_cmpstr(begin, ==, " 01234…\n");
    g_assert_cmpint(canvas->cursor_x, ==, 1);
    prompt_free(prompt);
    canvas_free(canvas);
}

static void test_bounded(void)
{
    struct prompt *prompt = prompt_new(NULL);
    for (int i = 0; i < 20000; i++)
        prompt_key(prompt, 'x');
    g_assert_cmpuint(strlen(prompt_text(prompt)), ==, 8192);
    prompt_free(prompt);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/prompt/edit", test_edit);
    g_test_add_func("/prompt/word", test_word);
    g_test_add_func("/prompt/not_mine", test_not_mine);
    g_test_add_func("/prompt/foreign_initial", test_foreign_initial);
    g_test_add_func("/prompt/scrolls", test_scrolls);
    g_test_add_func("/prompt/bounded", test_bounded);
    return g_test_run();
}
