/* jansson hands out many small pieces, so they are buffered. */
#include "trace/json_write.h"

/* Where jansson's output goes: the first error stops it. */
struct writer {
    GOutputStream *out;
    GCancellable *cancellable;
    GError **error;
    bool failed; /* jansson closes its brackets after an error, too */
};

static int write_piece(const char *bytes, size_t len, void *data)
{
    struct writer *writer = data;
    writer->failed =
        writer->failed || !g_output_stream_write_all(writer->out, bytes, len, NULL,
                                                     writer->cancellable, writer->error);
    return writer->failed ? -1 : 0;
}

static bool write_value(json_t *value, size_t flags, GOutputStream *out, GCancellable *cancellable,
                        GError **error)
{
    g_autoptr(GOutputStream) buffered = g_buffered_output_stream_new_sized(out, 65536);
    g_filter_output_stream_set_close_base_stream(G_FILTER_OUTPUT_STREAM(buffered), FALSE);
    struct writer writer = {buffered, cancellable, error, false};
    bool written = json_dump_callback(value, write_piece, &writer, flags) == 0 &&
                   write_piece("\n", 1, &writer) == 0 &&
                   g_output_stream_flush(buffered, cancellable, error);
    json_decref(value);
    return written;
}

bool json_write(json_t *value, GOutputStream *out, GCancellable *cancellable, GError **error)
{
    return write_value(value, JSON_INDENT(2), out, cancellable, error);
}

bool json_write_line(json_t *value, GOutputStream *out, GCancellable *cancellable, GError **error)
{
    return write_value(value, JSON_COMPACT, out, cancellable, error);
}
