/* Events as JSON, one object on each line.
 *
 * {"time_ns", "m", "p", "g", "kind", "stack": [{"func", "file", "line"}], ...}: m, p and g are null
 * where there is none, stack is left out when there is none; what follows depends on the kind and
 * is named as in struct event. Strings are UTF-8, with U+FFFD for each byte that is not. */
#ifndef TRACE_EVENT_JSON_H
#define TRACE_EVENT_JSON_H

#include <gio/gio.h>

#include "trace/reader.h"

struct event_json;

/* Writes to a stream, which is borrowed, as the symbols are; buffers, so finish it. */
struct event_json *event_json_new(const struct symbols *symbols, GOutputStream *out);
void event_json_free(struct event_json *event_json);

/* Its sink. After a failed write it drops what follows; event_json_finish() reports that. */
struct sink event_json_sink(struct event_json *event_json);

/* Writes what is left. Returns false with the error (G_IO_ERROR) of the first failed write. */
bool event_json_finish(struct event_json *event_json, GError **error);

#endif
