/* Folded stacks: lines "outermost;caller;leaf N", which flamegraph.pl, speedscope and others read.
 *
 * A blank or ';' inside a name becomes '_', for the format has no escapes; what is not printable is
 * written as in printable.h. */
#ifndef TRACE_FOLDED_H
#define TRACE_FOLDED_H

#include <glib.h>

#include "trace/symbols.h"

struct folded;

struct folded *folded_new(void);
void folded_free(struct folded *folded);

/* Adds to the number of a line, which is copied. Equal lines are one. */
void folded_add(struct folded *folded, const char *line, int64_t n);

/* All lines, the largest number first. */
void folded_print(const struct folded *folded, GString *out);

/* Appends a name, "(unknown)" for 0. */
void folded_name(const struct symbols *symbols, uint32_t name, GString *out);

/* Appends the frames of a stack, outermost first, each followed by ';'. */
void folded_stack(const struct symbols *symbols, uint32_t stack, GString *out);

#endif
