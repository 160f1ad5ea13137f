/* Lines of text under a window that scrolls. */
#ifndef TUI_PAGER_H
#define TUI_PAGER_H

#include "tui/canvas.h"

struct pager {
    GPtrArray *lines; /* of char *, without line ends */
    int top;          /* the first line on the screen */
    int left;         /* the first column */
};

void pager_init(struct pager *pager);
void pager_clear(struct pager *pager);
/* Replaces the text; the place in it stays as far as it goes. */
void pager_set(struct pager *pager, const char *text);
/* Scrolls by lines (< 0: up); `height` is that of the window. */
void pager_scroll(struct pager *pager, int lines, int height);
/* Scrolls sideways, as far as the longest line reaches. */
void pager_shift(struct pager *pager, int columns, int width);
/* From row y to the bottom of the canvas, with a mark at the right where there is more. The
 * first word of a line without a blank at its begin stands out, a line without a gap as a whole. */
void pager_draw(const struct pager *pager, struct canvas *canvas, int y);

#endif
