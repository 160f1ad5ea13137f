/* Reads through GLib's converter. */
#include "tests/load.h"

GBytes *load_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GInputStream) in = G_INPUT_STREAM(g_file_read(file, NULL, &error));
    g_assert_no_error(error);
    if (g_str_has_suffix(path, ".gz")) {
        g_autoptr(GConverter) gunzip =
            G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
        GInputStream *packed = in;
        in = g_converter_input_stream_new(packed, gunzip);
        g_object_unref(packed);
    }
    g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
    g_output_stream_splice(out, in, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
    g_assert_no_error(error);
    return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(out));
}
