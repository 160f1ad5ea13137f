/* One row of the timeline: coloured spaces for its spans, with names in those that have room. */
#ifndef TUI_BAR_H
#define TUI_BAR_H

#include "trace/trace.h"
#include "tui/canvas.h"
#include "tui/focus.h"

/* What stands for a time so short that an idle column hides it. */
const char *bar_short_mark(bool ascii);
const char *bar_part_mark(bool ascii);

/* `cells` is room for `width` cells, so that a page of rows needs one. */
struct window_cell;
void bar_draw(struct canvas *canvas, int x, int y, int width, const struct trace *trace,
              const struct lane *lane, const struct focus *focus, struct window_cell *cells);

#endif
