/* Traces side by side: a column each, in blocks that are no wider than the screen, and which start
 * functions ran how long in each of them. */
#ifndef TUI_SIDE_H
#define TUI_SIDE_H

#include "trace/outline.h"

/* Appends sanitised lines of at most `width` columns, where a label and one column fit. Names that
 * are too long lose their middle to a '~', and go without the folder and the ending that all of
 * them have. `outlines` are struct outline, one at least. */
void side_write(const GPtrArray *outlines, int width, GString *out);

#endif
