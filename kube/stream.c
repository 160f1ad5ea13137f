#include "kube/stream.h"

#include <string.h>

#include <gio/gio.h>

#define FINE_BLOCK_BYTES 512
#define INFLATE_BYTES (64u << 10)

/* A reader whose connection is lost would hang at its full stdout for ever. So a second process
 * waits for stdin to end, and kills the reader. All are waited for: pid 1 of a container may never
 * do so for an orphan. 137, the status of what was killed, is that of an end which may pass. */
#define GUARDED(reader)                                    \
    "exec 3<&0\n" reader " & p=$!\n"                       \
    "{ read x <&3; kill -9 $p; } >/dev/null 2>&1 & w=$!\n" \
    "wait $p; s=$?; kill -9 $w 2>/dev/null; wait 2>/dev/null; exit $s"

const char stream_gzip_script[] = GUARDED("$0 tail -c +\"$2\" \"$1\" | $0 gzip -c -\"$3\"");
const char stream_guard_script[] = GUARDED("\"$@\"");

struct stream {
    struct exec *exec;
    uint64_t skip_bytes; /* of what comes, before what was asked for */
    uint64_t wire_bytes;
    GConverter *inflater; /* NULL: not compressed */
    bool inflated;        /* its end has come */
    bool busy, over;      /* inside of on_output(): free it there */
    struct stream_calls calls;
    void *data;
    uint8_t buffer[INFLATE_BYTES];
};

static void stream_free(struct stream *stream)
{
    g_clear_object(&stream->inflater);
    g_free(stream);
}

bool stream_can_sample(const struct toolbox *box)
{
    return toolbox_has(box, TOOL_DD);
}

bool stream_can_compress(const struct toolbox *box)
{
    return box->shell && toolbox_has(box, TOOL_TAIL) && toolbox_has(box, TOOL_GZIP);
}

uint64_t stream_wire_bytes(const struct stream *stream)
{
    return stream->wire_bytes;
}

/* It begins at a block and, for a sample, ends at one. */
static char **dd_argv(const struct stream_ask *ask, uint64_t *skip_bytes)
{
    g_autofree char *file = g_strconcat("if=", ask->path, NULL);
    unsigned block = ask->fine ? FINE_BLOCK_BYTES : STREAM_BLOCK_BYTES;
    g_autofree char *size = g_strdup_printf("bs=%u", block);
    g_autofree char *skip = g_strdup_printf("skip=%" G_GUINT64_FORMAT, ask->offset / block);
    uint64_t blocks = (ask->offset % block + ask->max_bytes + block - 1) / block;
    g_autofree char *count =
        ask->max_bytes > 0 ? g_strdup_printf("count=%" G_GUINT64_FORMAT, blocks) : NULL;

    *skip_bytes = ask->offset % block;
    return toolbox_argv(ask->box, TOOL_DD, file, size, skip, count, NULL);
}

/* The words that read, and how many bytes too many come first. dd goes before tail, for that of
 * busybox takes twice the time. (A sample is by dd only.) */
static char **reader_argv(const struct stream_ask *ask, uint64_t *skip_bytes)
{
    const struct toolbox *box = ask->box;
    bool tail = toolbox_has(box, TOOL_TAIL) && ask->max_bytes == 0;
    g_autofree char *from = g_strdup_printf("%" G_GUINT64_FORMAT, ask->offset + 1);

    *skip_bytes = 0;
    if (ask->offset == 0 && ask->max_bytes == 0 && toolbox_has(box, TOOL_CAT))
        return toolbox_argv(box, TOOL_CAT, ask->path, NULL);
    if (toolbox_has(box, TOOL_DD) && !(ask->fine && tail))
        return dd_argv(ask, skip_bytes);
    if (tail) {
        g_autofree char *plus = g_strconcat("+", from, NULL);

        return toolbox_argv(box, TOOL_TAIL, "-c", plus, ask->path, NULL);
    }
    *skip_bytes = ask->offset;
    return toolbox_argv(box, TOOL_CAT, ask->path, NULL);
}

static char **stream_argv(const struct stream_ask *ask, uint64_t *skip_bytes)
{
    g_autoptr(GStrvBuilder) guarded = NULL;
    g_auto(GStrv) reader = NULL, guard = NULL;

    if (ask->level > 0) {
        g_autofree char *from = g_strdup_printf("%" G_GUINT64_FORMAT, ask->offset + 1);
        g_autofree char *level = g_strdup_printf("%u", ask->level);

        *skip_bytes = 0;
        return toolbox_shell(ask->box, stream_gzip_script, ask->path, from, level, NULL);
    }
    reader = reader_argv(ask, skip_bytes);
    if (!ask->box->shell || ask->unguarded)
        return g_steal_pointer(&reader);
    guarded = g_strv_builder_new();
    guard = toolbox_shell(ask->box, stream_guard_script, NULL);
    for (char **word = guard; *word != NULL; word++)
        g_strv_builder_add(guarded, *word);
    for (char **word = reader; *word != NULL; word++)
        g_strv_builder_add(guarded, *word);
    return g_strv_builder_end(guarded);
}

static void give(struct stream *stream, const uint8_t *bytes, size_t len)
{
    size_t skipped = (size_t)MIN(stream->skip_bytes, (uint64_t)len);

    stream->skip_bytes -= skipped;
    if (len > skipped)
        stream->calls.bytes(bytes + skipped, len - skipped, stream->data);
}

/* False: these bytes are not what gzip makes. */
static bool inflate(struct stream *stream, const uint8_t *bytes, size_t len, GError **error)
{
    while (!stream->over && !stream->inflated) {
        gsize read = 0, written = 0;
        GConverterResult result =
            g_converter_convert(stream->inflater, bytes, len, stream->buffer, INFLATE_BYTES,
                                G_CONVERTER_NO_FLAGS, &read, &written, error);

        if (result == G_CONVERTER_ERROR &&
            g_error_matches(*error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)) {
            g_clear_error(error);
            return true;
        }
        if (result == G_CONVERTER_ERROR)
            return false;
        stream->inflated = result == G_CONVERTER_FINISHED;
        bytes += read;
        len -= read;
        if (written > 0)
            give(stream, stream->buffer, written);
        if (len == 0 && written < INFLATE_BYTES)
            return true;
    }
    return true;
}

static void finish(struct stream *stream, const struct exec_result *result, const GError *error)
{
    stream->calls.done(result, error, stream->data);
    stream_free(stream);
}

static void on_output(enum exec_stream which, const uint8_t *bytes, size_t len, void *data)
{
    struct stream *stream = (struct stream *)data;
    g_autoptr(GError) error = NULL;
    struct exec_result none = {.exit_status = -1};
    bool good = true;

    if (which != EXEC_STDOUT)
        return;
    stream->wire_bytes += len;
    stream->busy = true;
    if (stream->inflater == NULL)
        give(stream, bytes, len);
    else
        good = inflate(stream, bytes, len, &error);
    stream->busy = false;
    if (stream->over) {
        stream_free(stream);
    } else if (!good) {
        g_autoptr(GError) bad = g_error_new(
            KUBE_ERROR, KUBE_ERROR_CUT, "what gzip made cannot be inflated: %s", error->message);

        exec_cancel(stream->exec);
        finish(stream, &none, bad);
    }
}

/* A pipe ends as its last command does, so only the end of the compressed bytes says that gzip came
 * to its own. */
static void on_done(const struct exec_result *result, const GError *error, void *data)
{
    finish((struct stream *)data, result, error);
}

struct stream *stream_start(struct client *client, const struct stream_ask *ask,
                            const struct stream_calls *calls, void *data)
{
    static const struct exec_calls exec_calls = {.output = on_output, .done = on_done};
    struct stream *stream = g_new0(struct stream, 1);
    g_auto(GStrv) argv = stream_argv(ask, &stream->skip_bytes);

    if (ask->level > 0)
        stream->inflater = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    stream->calls = *calls;
    stream->data = data;
    stream->exec = exec_start_as(client, &ask->place, (const char *const *)argv,
                                 (ask->v4 ? EXEC_V4 : 0u) |
                                     (ask->box->shell && !ask->unguarded ? EXEC_STDIN : 0u),
                                 &exec_calls, stream);
    return stream;
}

void stream_cancel(struct stream *stream)
{
    exec_cancel(stream->exec);
    stream->over = true;
    if (!stream->busy)
        stream_free(stream);
}
