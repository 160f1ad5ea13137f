/* The lines on top of every screen of a trace that could not be read to its end. */
#ifndef TUI_DAMAGE_H
#define TUI_DAMAGE_H

#include "trace/trace.h"
#include "tui/canvas.h"

/* How many lines it takes on a page of this size; 0 when the trace is whole. */
int damage_height(const struct trace *trace, int width, int height);
/* At the top of the canvas. */
void damage_draw(const struct trace *trace, struct canvas *canvas);

#endif
