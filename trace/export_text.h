/* The summary of a trace in words and tables, for people. */
#ifndef TRACE_EXPORT_TEXT_H
#define TRACE_EXPORT_TEXT_H

#include "trace/export.h"

/* What the tables need: six numbers and the end of a name. */
#define EXPORT_TEXT_MIN_WIDTH 72

/* Appends the summary as lines of at most `width` cells (or the minimum), each ended by a newline:
 * what a file gets, and what a screen shows. What the trace was not opened with is left out; it
 * needs TRACE_SUMMARY, and TRACE_PROFILES for the stacks that blocked longest. Foreign strings are
 * made printable. */
void export_text_write(const struct trace *trace, int width, GString *out);

/* Appends a row of a table: numbers right-aligned in 8 cells each, then a printable name in what is
 * left of `width`. */
void export_text_row(GString *out, int width, const char *const *cells, size_t n, const char *name);

/* The exporter's row function. */
bool export_text(const struct trace *trace, const char *kind, GOutputStream *out,
                 GCancellable *cancellable, GError **error);

#endif
