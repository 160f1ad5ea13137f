/* A page of cells with meanings: what a view draws on, without any terminal.
 *
 * This is the one choke point for foreign text on its way to a screen: whatever is put here, no
 * control character, escape sequence or broken UTF-8 comes out. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

enum style {
#define STYLE(constant, fg, bg, attributes, plain, character) constant,
#include "tui/style.def"
#undef STYLE
    STYLE_N
};

struct cell {
    gunichar character; /* 0: the right half of a wide character */
    enum style style;
};

struct canvas {
    int width, height;
    bool ascii;             /* only ASCII may be put: views choose their ornaments by it */
    int cursor_x, cursor_y; /* where the terminal's cursor is to stand; -1: hidden */
    struct cell *cells;     /* row by row */
};

struct canvas *canvas_new(int width, int height, bool ascii);
void canvas_free(struct canvas *canvas);
void canvas_resize(struct canvas *canvas, int width, int height);
void canvas_erase(struct canvas *canvas);

/* Puts text (UTF-8, foreign text welcome) at a place; cut at the right edge of `width` columns
 * from x (-1: of the canvas) with an ellipsis. Returns the columns it took. */
int canvas_put(struct canvas *canvas, int x, int y, int width, enum style style, const char *text);
int canvas_printf(struct canvas *canvas, int x, int y, int width, enum style style,
                  const char *format, ...) G_GNUC_PRINTF(6, 7);
/* The same, flush right in the width. */
void canvas_put_right(struct canvas *canvas, int x, int y, int width, enum style style,
                      const char *text);
void canvas_fill(struct canvas *canvas, int x, int y, int width, int height, enum style style);
/* Changes the style of cells and leaves their characters. */
void canvas_restyle(struct canvas *canvas, int x, int y, int width, enum style style);

/* What a cell shows where there is no colour: a space of a style with a plain character is that. */
gunichar canvas_plain_character(struct cell cell);

/* The page as text, a line each, blanks at the ends cut; styles that have a plain character show
 * it, as a terminal without colour would. g_free() it. */
char *canvas_text(const struct canvas *canvas);

#endif
