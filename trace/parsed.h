/* Events as text, line for line what `go tool trace -d=parsed` of Go 1.26 and 1.27 prints. */
#ifndef TRACE_PARSED_H
#define TRACE_PARSED_H

#include <glib.h>

#include "trace/event.h"
#include "trace/symbols.h"

/* Appends one event with its stacks, and the newline behind it. `start_ns` is the raw trace time
 * of time_ns 0. */
void parsed_append(GString *line, const struct symbols *symbols, const struct event *event,
                   int64_t start_ns);

#endif
