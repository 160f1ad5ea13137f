/* Events as JSON, one object on each line.
 *
 * {"time_ns", "m", "p", "g", "kind", "stack": [{"func", "file", "line"}], ...}: m, p and g are null
 * where there is none, stack is left out when there is none; what follows depends on the kind and
 * is named as in struct event. Strings are UTF-8, with U+FFFD for each byte that is not. */
#ifndef TRACE_EVENT_JSON_H
#define TRACE_EVENT_JSON_H

#include <glib.h>

#include "trace/event.h"
#include "trace/symbols.h"

/* Appends one event and the newline behind it. start_ns is not needed: an event_format_fn. */
void event_json_append(GString *line, const struct symbols *symbols, const struct event *event,
                       int64_t start_ns);

#endif
