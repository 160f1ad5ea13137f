#include "tui/canvas.h"

#include <string.h>

#include "tui/text.h"

static const char plain_characters[STYLE_N] = {
#define STYLE(constant, fg, bg, attributes, plain, character) [constant] = character,
#include "tui/style.def"
#undef STYLE
};

#define ELLIPSIS 0x2026
#define ASCII_ELLIPSIS '~'

struct canvas *canvas_new(int width, int height, bool ascii)
{
    struct canvas *canvas = g_new0(struct canvas, 1);
    canvas->ascii = ascii;
    canvas_resize(canvas, width, height);
    return canvas;
}

void canvas_free(struct canvas *canvas)
{
    if (!canvas)
        return;
    g_free(canvas->cells);
    g_free(canvas);
}

void canvas_resize(struct canvas *canvas, int width, int height)
{
    canvas->width = MAX(width, 0);
    canvas->height = MAX(height, 0);
    g_free(canvas->cells);
    canvas->cells = g_new(struct cell, (size_t)canvas->width * (size_t)canvas->height);
    canvas_erase(canvas);
}

void canvas_erase(struct canvas *canvas)
{
    size_t n = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < n; i++)
        canvas->cells[i] = (struct cell){' ', STYLE_NORMAL};
    canvas->cursor_x = canvas->cursor_y = -1;
}

static struct cell *cell_at(const struct canvas *canvas, int x, int y)
{
    if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
        return NULL;
    return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

/* A wide character that loses one half loses the other. */
static void break_wide(struct canvas *canvas, int x, int y)
{
    struct cell *cell = cell_at(canvas, x, y);
    if (!cell)
        return;
    struct cell *left = cell_at(canvas, x - 1, y), *right = cell_at(canvas, x + 1, y);
    if (cell->character == 0 && left)
        left->character = ' ';
    if (cell->character != 0 && right && right->character == 0)
        right->character = ' ';
    if (cell->character == 0)
        cell->character = ' ';
}

static void set_cell(struct canvas *canvas, int x, int y, enum style style, gunichar c, int width)
{
    struct cell *cell = cell_at(canvas, x, y);
    struct cell *right = width == 2 ? cell_at(canvas, x + 1, y) : NULL;
    if (cell)
        break_wide(canvas, x, y);
    if (right)
        break_wide(canvas, x + 1, y);
    if (width == 2 && (!cell || !right)) { /* half of it is outside */
        if (cell)
            *cell = (struct cell){' ', style};
        if (right)
            *right = (struct cell){' ', style};
        return;
    }
    if (cell)
        *cell = (struct cell){c, style};
    if (right)
        *right = (struct cell){0, style};
}

/* A mark joins the character before it where Unicode has the two as one; a cell has no room for
 * more, and the mark is left out. */
static void put_mark(struct canvas *canvas, int x, int y, gunichar mark)
{
    struct cell *cell = cell_at(canvas, x, y);
    gunichar composed;
    if (cell && cell->character && g_unichar_compose(cell->character, mark, &composed) &&
        text_char_width(composed) == 1)
        cell->character = composed;
}

/* Puts sanitised text; `room` columns are there, of which the text takes at most all. */
static int put_clean(struct canvas *canvas, int x, int y, int room, enum style style,
                     const char *text)
{
    int taken = 0;
    for (; *text; text = text_next(text)) {
        gunichar c = g_utf8_get_char(text);
        int width = text_char_width(c);
        if (width == 0) {
            if (taken > 0 && !canvas->ascii)
                put_mark(canvas, x + taken - 1, y, c);
            continue;
        }
        if (taken + width > room)
            break;
        if (canvas->ascii && c >= 0x80) {
            for (int i = 0; i < width; i++)
                set_cell(canvas, x + taken + i, y, style, '?', 1);
        } else {
            set_cell(canvas, x + taken, y, style, c, width);
        }
        taken += width;
    }
    return taken;
}

/* No row is wider than this many bytes of text are worth looking at: a name of a megabyte costs
 * no more than one that fills the line. Longest UTF-8 sequence with its marks per column. */
static char *clean_for(int room, const char *text)
{
    size_t worth = (size_t)room * 12 + 12;
    size_t len = strnlen(text, worth);
    return text_sanitise(text, (gssize)len);
}

int canvas_put(struct canvas *canvas, int x, int y, int width, enum style style, const char *text)
{
    int room = canvas->width - x;
    if (width >= 0)
        room = MIN(room, width);
    if (room <= 0 || y < 0 || y >= canvas->height)
        return 0;
    g_autofree char *clean = clean_for(room, text);
    if (text_width(clean) <= room)
        return put_clean(canvas, x, y, room, style, clean);
    int taken = put_clean(canvas, x, y, room - 1, style, clean);
    set_cell(canvas, x + taken, y, style, canvas->ascii ? ASCII_ELLIPSIS : ELLIPSIS, 1);
    return taken + 1;
}

int canvas_printf(struct canvas *canvas, int x, int y, int width, enum style style,
                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return canvas_put(canvas, x, y, width, style, text);
}

void canvas_put_right(struct canvas *canvas, int x, int y, int width, enum style style,
                      const char *text)
{
    if (width < 0)
        width = canvas->width - x;
    if (width <= 0)
        return;
    g_autofree char *clean = clean_for(width, text);
    int blank = MAX(width - text_width(clean), 0);
    canvas_put(canvas, x + blank, y, width - blank, style, text);
}

void canvas_fill(struct canvas *canvas, int x, int y, int width, int height, enum style style)
{
    int right = (int)MIN((int64_t)x + width, canvas->width);
    int bottom = (int)MIN((int64_t)y + height, canvas->height);
    for (int row = MAX(y, 0); row < bottom; row++) {
        for (int column = MAX(x, 0); column < right; column++)
            set_cell(canvas, column, row, style, ' ', 1);
    }
}

void canvas_restyle(struct canvas *canvas, int x, int y, int width, enum style style)
{
    int right = (int)MIN((int64_t)x + width, canvas->width);
    for (int column = MAX(x, 0); column < right; column++) {
        struct cell *cell = cell_at(canvas, column, y);
        if (cell)
            cell->style = style;
    }
}

gunichar canvas_plain_character(struct cell cell)
{
    gunichar plain = (gunichar)plain_characters[cell.style];
    return cell.character == ' ' && plain ? plain : cell.character;
}

char *canvas_text(const struct canvas *canvas)
{
    GString *out = g_string_new(NULL);
    const struct cell *cell = canvas->cells;
    for (int y = 0; y < canvas->height; y++) {
        gsize end = out->len;
        for (int x = 0; x < canvas->width; x++, cell++) {
            gunichar c = canvas_plain_character(*cell);
            if (c == 0)
                continue;
            g_string_append_unichar(out, c);
            if (c != ' ')
                end = out->len;
        }
        g_string_truncate(out, end);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}
