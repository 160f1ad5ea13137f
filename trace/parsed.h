/* Events as text, line for line what `go tool trace -d=parsed` of Go 1.26 and 1.27 prints. */
#ifndef TRACE_PARSED_H
#define TRACE_PARSED_H

#include <gio/gio.h>

#include "trace/reader.h"

struct parsed;

/* Writes to a stream, which is borrowed, as the symbols are; buffers, so finish it. */
struct parsed *parsed_new(const struct symbols *symbols, GOutputStream *out);
void parsed_free(struct parsed *parsed);

/* Its sink. After a failed write it drops what follows; parsed_finish() reports that. */
struct sink parsed_sink(struct parsed *parsed);

/* Writes what is left. Returns false with the error (G_IO_ERROR) of the first failed write. */
bool parsed_finish(struct parsed *parsed, GError **error);

/* Appends one event with its stacks, and the newline behind it. `start_ns` is the raw trace time
 * of time_ns 0. */
void parsed_append(GString *line, const struct symbols *symbols, const struct event *event,
                   int64_t start_ns);

#endif
