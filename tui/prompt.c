#include "tui/prompt.h"

#include <string.h>

#include "tui/key.h"
#include "tui/text.h"

/* Longer than any path, short enough that a pasted file does no harm. */
#define MAX_BYTES 8192

#define CTRL(letter) ((letter) - 'A' + 1)

struct prompt {
    GString *text;
    size_t cursor; /* in bytes */
};

struct prompt *prompt_new(const char *initial)
{
    struct prompt *prompt = g_new0(struct prompt, 1);
    prompt->text = g_string_new(NULL);
    prompt_set(prompt, initial ? initial : "");
    return prompt;
}

void prompt_free(struct prompt *prompt)
{
    if (!prompt)
        return;
    g_string_free(prompt->text, TRUE);
    g_free(prompt);
}

const char *prompt_text(const struct prompt *prompt)
{
    return prompt->text->str;
}

void prompt_set(struct prompt *prompt, const char *text)
{
    g_autofree char *clean = text_sanitise(text, -1);
    g_string_assign(prompt->text, clean);
    prompt->cursor = prompt->text->len;
}

static size_t before_cursor(const struct prompt *prompt)
{
    const char *text = prompt->text->str;
    const char *before = g_utf8_find_prev_char(text, text + prompt->cursor);
    return before ? (size_t)(before - text) : 0;
}

static size_t after_cursor(const struct prompt *prompt)
{
    if (prompt->cursor == prompt->text->len)
        return prompt->cursor;
    return (size_t)(text_next(prompt->text->str + prompt->cursor) - prompt->text->str);
}

/* Where the word before the cursor begins, the blanks after it included. */
static size_t word_begin(const struct prompt *prompt)
{
    size_t at = prompt->cursor;
    while (at > 0 && strchr(" /", prompt->text->str[at - 1]))
        at--;
    while (at > 0 && !strchr(" /", prompt->text->str[at - 1]))
        at--;
    return at;
}

static enum prompt_result erase(struct prompt *prompt, size_t from, size_t to)
{
    if (from == to)
        return PROMPT_TAKEN;
    g_string_erase(prompt->text, (gssize)from, (gssize)(to - from));
    prompt->cursor = from;
    return PROMPT_CHANGED;
}

static enum prompt_result move(struct prompt *prompt, size_t to)
{
    prompt->cursor = to;
    return PROMPT_TAKEN;
}

static enum prompt_result insert(struct prompt *prompt, gunichar c)
{
    char utf8[6];
    int len = g_unichar_to_utf8(c, utf8);
    g_autofree char *clean = text_sanitise(utf8, len);
    bool printable = strlen(clean) == (size_t)len && memcmp(clean, utf8, (size_t)len) == 0;
    if (!printable || prompt->text->len + (size_t)len > MAX_BYTES)
        return PROMPT_TAKEN;
    g_string_insert_len(prompt->text, (gssize)prompt->cursor, utf8, len);
    prompt->cursor += (size_t)len;
    return PROMPT_CHANGED;
}

enum prompt_result prompt_key(struct prompt *prompt, int key)
{
    switch (key) {
    case TKEY_LEFT:
    case CTRL('B'):
        return move(prompt, before_cursor(prompt));
    case TKEY_RIGHT:
    case CTRL('F'):
        return move(prompt, after_cursor(prompt));
    case TKEY_HOME:
    case CTRL('A'):
        return move(prompt, 0);
    case TKEY_END:
    case CTRL('E'):
        return move(prompt, prompt->text->len);
    case TKEY_BACKSPACE:
    case CTRL('H'):
        return erase(prompt, before_cursor(prompt), prompt->cursor);
    case TKEY_DELETE:
    case CTRL('D'):
        return erase(prompt, prompt->cursor, after_cursor(prompt));
    case CTRL('U'):
        return erase(prompt, 0, prompt->cursor);
    case CTRL('K'):
        return erase(prompt, prompt->cursor, prompt->text->len);
    case CTRL('W'):
        return erase(prompt, word_begin(prompt), prompt->cursor);
    default:
        if (key < ' ' || key >= TKEY_FIRST_SPECIAL)
            return PROMPT_NOT_MINE;
        return insert(prompt, (gunichar)key);
    }
}

void prompt_draw(const struct prompt *prompt, struct canvas *canvas, int x, int y, int width,
                 enum style style)
{
    if (width < 1)
        return;
    g_autofree char *left = g_strndup(prompt->text->str, prompt->cursor);
    const char *seen = left;
    while (*seen && text_width(seen) > width - 1)
        seen = text_next(seen);
    int taken = canvas_put(canvas, x, y, width, style, seen);
    canvas_put(canvas, x + taken, y, width - taken, style, prompt->text->str + prompt->cursor);
    canvas->cursor_x = x + taken;
    canvas->cursor_y = y;
}
