/* A scrolling window on lines. */
#include "tui/pager.h"

#include <string.h>

#include "tui/text.h"

void pager_init(struct pager *pager)
{
    *pager = (struct pager){.lines = g_ptr_array_new_with_free_func(g_free)};
}

void pager_clear(struct pager *pager)
{
    g_clear_pointer(&pager->lines, g_ptr_array_unref);
}

void pager_set(struct pager *pager, const char *text)
{
    g_ptr_array_set_size(pager->lines, 0);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint n = g_strv_length(lines);
    if (n > 0 && !*lines[n - 1])
        n--; /* what follows the last line end is no line */
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(pager->lines, text_sanitise(lines[i], -1));
    pager->top = CLAMP(pager->top, 0, MAX((int)n - 1, 0));
}

void pager_scroll(struct pager *pager, int lines, int height)
{
    int last = MAX((int)pager->lines->len - height, 0);
    int64_t wanted = (int64_t)pager->top + lines;
    pager->top = (int)CLAMP(wanted, 0, last);
}

void pager_shift(struct pager *pager, int columns, int width)
{
    int longest = 0;
    for (guint i = 0; i < pager->lines->len; i++)
        longest = MAX(longest, text_width(g_ptr_array_index(pager->lines, i)));
    pager->left = CLAMP(pager->left + columns, 0, MAX(longest - width, 0));
}

/* The part of a line from a column on; a wide character that is cut through goes. */
static const char *from_column(const char *line, int column)
{
    int passed = 0;
    while (*line && passed < column) {
        passed += text_char_width(g_utf8_get_char(line));
        line = text_next(line);
    }
    return line;
}

static void draw_more(const struct pager *pager, struct canvas *canvas, int y, int height)
{
    int x = canvas->width - 1;
    if (pager->top > 0)
        canvas_put(canvas, x, y, 1, STYLE_KEY, canvas->ascii ? "^" : "\xe2\x96\xb2");
    if (pager->top + height < (int)pager->lines->len)
        canvas_put(canvas, x, y + height - 1, 1, STYLE_KEY, canvas->ascii ? "v" : "\xe2\x96\xbc");
}

/* "Heading" and "Word   what is said of it": a line that begins with a blank is neither. */
static void draw_line(struct canvas *canvas, int y, const char *line)
{
    int width = canvas->width - 1;
    canvas_put(canvas, 0, y, width, STYLE_NORMAL, line);
    if (*line == ' ')
        return;
    const char *gap = strstr(line, "  ");
    g_autofree char *word = gap ? g_strndup(line, (gsize)(gap - line)) : g_strdup(line);
    canvas_restyle(canvas, 0, y, MIN(text_width(word), width), STYLE_TITLE);
}

void pager_draw(const struct pager *pager, struct canvas *canvas, int y)
{
    int height = canvas->height - y;
    for (int i = 0; i < height && pager->top + i < (int)pager->lines->len; i++) {
        const char *line = g_ptr_array_index(pager->lines, pager->top + i);
        if (pager->left == 0)
            draw_line(canvas, y + i, line);
        else
            canvas_put(canvas, 0, y + i, canvas->width - 1, STYLE_NORMAL,
                       from_column(line, pager->left));
    }
    draw_more(pager, canvas, y, height);
}
