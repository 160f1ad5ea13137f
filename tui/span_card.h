/* What is under the cursor, in some lines of words. */
#ifndef TUI_SPAN_CARD_H
#define TUI_SPAN_CARD_H

#include "trace/trace.h"
#include "tui/canvas.h"
#include "tui/focus.h"

/* At the full width from y on; `columns` is that of the bars, for how exact times are told. */
void span_card_draw(struct canvas *canvas, int y, int height, const struct trace *trace,
                    const struct lane *lane, const struct focus *focus, int columns);

#endif
