/* What is the same for every file on its way here: its name, its bar, its words on the screen. */
#ifndef TUI_INCOMING_H
#define TUI_INCOMING_H

#include "tui/canvas.h"

/* POD-CONTAINER-20060102-150405.trace (without -CONTAINER where that is NULL) in the folder (NULL:
 * the current one), with a number behind it when that is taken. Names of a server are only believed
 * as far as they are good as names of a file. g_free() it. */
char *incoming_file(const char *pod, const char *container, const char *folder);

/* "label   text" in a line of its own; the next line's number. */
int incoming_put_field(struct canvas *canvas, int y, const char *label, const char *text);

/* How much of a size so many bytes are, 0 to 1; below 0: the size is not known (0 or less). */
double incoming_part(uint64_t bytes, int64_t size_bytes);

/* A bar of so much of the whole, in one line. */
void incoming_put_bar(struct canvas *canvas, int x, int y, int width, double part);

/* Such a bar (below 0: none) and a text below it; the next free line, with one left out. */
int incoming_put_progress(struct canvas *canvas, int y, double part, const char *text);

/* Foreign text from *y on, in as many lines as it needs. */
void incoming_put_wrapped(struct canvas *canvas, int *y, enum style style, const char *text);

#endif
