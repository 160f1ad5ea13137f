/* Collects lines and writes them in large pieces. */
#include "trace/event_writer.h"

/* How much text is collected before it is written. */
#define BUFFER_BYTES ((size_t)64 * 1024)

struct event_writer {
    const struct symbols *symbols;
    event_format_fn *format;
    GOutputStream *out;
    GCancellable *cancellable;
    GString *buffer;
    GError *failure;
    int64_t start_ns; /* known from the first event, which is a Sync */
};

struct event_writer *event_writer_new(const struct symbols *symbols, event_format_fn *format,
                                      GOutputStream *out)
{
    struct event_writer *writer = g_new0(struct event_writer, 1);
    writer->symbols = symbols;
    writer->format = format;
    writer->out = out;
    writer->buffer = g_string_sized_new(BUFFER_BYTES + 4096);
    return writer;
}

void event_writer_free(struct event_writer *writer)
{
    if (writer == NULL)
        return;
    g_string_free(writer->buffer, TRUE);
    g_clear_error(&writer->failure);
    g_free(writer);
}

void event_writer_set_cancellable(struct event_writer *writer, GCancellable *cancellable)
{
    writer->cancellable = cancellable;
}

static void write_buffer(struct event_writer *writer)
{
    if (writer->failure == NULL &&
        !g_output_stream_write_all(writer->out, writer->buffer->str, writer->buffer->len, NULL,
                                   NULL, &writer->failure) &&
        writer->cancellable != NULL)
        g_cancellable_cancel(writer->cancellable);
    g_string_truncate(writer->buffer, 0);
}

static void see(void *self, const struct event *event)
{
    struct event_writer *writer = self;
    if (writer->failure != NULL)
        return;
    if (event->kind == EVENT_SYNC)
        writer->start_ns = event->sync.raw_ns - event->time_ns;
    writer->format(writer->buffer, writer->symbols, event, writer->start_ns);
    if (writer->buffer->len >= BUFFER_BYTES)
        write_buffer(writer);
}

struct sink event_writer_sink(struct event_writer *writer)
{
    return (struct sink){.event = see, .self = writer};
}

bool event_writer_finish(struct event_writer *writer, GError **error)
{
    write_buffer(writer);
    if (writer->failure == NULL)
        return true;
    g_propagate_error(error, g_steal_pointer(&writer->failure));
    return false;
}
