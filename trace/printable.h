/* Foreign strings as text that does nothing to the terminal or the file it lands in. */
#ifndef TRACE_PRINTABLE_H
#define TRACE_PRINTABLE_H

#include <glib.h>

#include "trace/event.h"

/* Appends the bytes as UTF-8. What is not valid, or controls something (C0, C1, bidirectional and
 * other format characters, line separators), appears as \xNN or \u{N}, a backslash as two. */
void printable_append(GString *out, struct slice bytes);

/* The same as a new string that the caller owns. */
char *printable_new(struct slice bytes);

/* How many cells of a terminal a printable string takes. */
int printable_width(const char *text);

/* Shortens a printable string to `width` cells: the front goes and "..." says so, because function
 * names are told apart by their ends. Width is at least 4. The caller owns the result. */
char *printable_fit(const char *text, int width);

/* Likewise, but the end goes: names that people give are told apart by their beginnings. */
char *printable_fit_head(const char *text, int width);

#endif
