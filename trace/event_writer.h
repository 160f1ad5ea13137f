/* Events as lines on a stream, in whatever format. */
#ifndef TRACE_EVENT_WRITER_H
#define TRACE_EVENT_WRITER_H

#include <gio/gio.h>

#include "trace/reader.h"

/* Appends one event and the newline behind it: parsed_append(), event_json_append(). `start_ns` is
 * the raw trace time of time_ns 0. */
typedef void event_format_fn(GString *line, const struct symbols *symbols,
                             const struct event *event, int64_t start_ns);

struct event_writer;

/* Stream and symbols are borrowed. Buffers, so finish it. */
struct event_writer *event_writer_new(const struct symbols *symbols, event_format_fn *format,
                                      GOutputStream *out);
void event_writer_free(struct event_writer *writer);

/* When a write fails, this is cancelled: whoever reads the trace can stop. Borrowed; may be NULL.
 */
void event_writer_set_cancellable(struct event_writer *writer, GCancellable *cancellable);

/* Its sink. After a failed write it drops what follows; event_writer_finish() reports that. */
struct sink event_writer_sink(struct event_writer *writer);

/* Writes what is left. Returns false with the error (G_IO_ERROR) of the first failed write. */
bool event_writer_finish(struct event_writer *writer, GError **error);

#endif
