/* gzip through GLib, zstd through its own library. */
#include "trace/unpack.h"

#include <string.h>

#include <zstd.h>

#include "trace/error.h"

/* What GLib's converter had made in a step that ends in an error is lost, so its steps are small.
 */
#define GZIP_STEP_BYTES ((size_t)1024)

struct unpack {
    enum unpack_kind kind;
    GConverter *gzip;
    ZSTD_DStream *zstd;
    bool inside;  /* of a compressed part that has not ended yet */
    bool pending; /* the last step filled its room, so there may be more without more input */
};

static const struct {
    const char *magic, *name;
} kinds[] = {
    [UNPACK_GZIP] = {"\x1f\x8b", "gzip"},
    [UNPACK_ZSTD] = {"\x28\xb5\x2f\xfd", "zstd"},
};

enum unpack_kind unpack_kind_of(const uint8_t *bytes, size_t len)
{
    for (unsigned kind = UNPACK_GZIP; kind < G_N_ELEMENTS(kinds); kind++) {
        size_t n = strlen(kinds[kind].magic);
        if (len >= n && memcmp(bytes, kinds[kind].magic, n) == 0)
            return (enum unpack_kind)kind;
    }
    return UNPACK_NONE;
}

const char *unpack_kind_name(enum unpack_kind kind)
{
    return kinds[kind].name;
}

struct unpack *unpack_new(enum unpack_kind kind)
{
    struct unpack *unpack = g_new0(struct unpack, 1);
    unpack->kind = kind;
    if (kind == UNPACK_GZIP)
        unpack->gzip = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    if (kind == UNPACK_ZSTD) {
        unpack->zstd = ZSTD_createDStream();
        g_assert(unpack->zstd != NULL);
    }
    return unpack;
}

void unpack_free(struct unpack *unpack)
{
    if (unpack == NULL)
        return;
    g_clear_object(&unpack->gzip);
    ZSTD_freeDStream(unpack->zstd);
    g_free(unpack);
}

static void move_on(struct unpack_piece *piece, size_t used, size_t made)
{
    piece->in += used;
    piece->n_in -= used;
    piece->out += made;
    piece->n_out -= made;
}

static bool copy(struct unpack_piece *piece)
{
    size_t n = MIN(piece->n_in, piece->n_out);
    memcpy(piece->out, piece->in, n);
    move_on(piece, n, n);
    return true;
}

static bool damaged(const struct unpack *unpack, const char *why, GError **error)
{
    g_set_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED, "the %s data is damaged: %s",
                kinds[unpack->kind].name, why);
    return false;
}

static bool step_gzip(struct unpack *unpack, struct unpack_piece *piece, GError **error)
{
    g_autoptr(GError) why = NULL;
    gsize used = 0, made = 0;
    if (!unpack->inside)
        g_converter_reset(unpack->gzip);
    unpack->inside = true;
    GConverterResult result =
        g_converter_convert(unpack->gzip, piece->in, MIN(piece->n_in, GZIP_STEP_BYTES), piece->out,
                            piece->n_out, G_CONVERTER_NO_FLAGS, &used, &made, &why);
    if (g_error_matches(why, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) && piece->n_in == 0)
        made = 0; /* nothing was pending */
    else if (result == G_CONVERTER_ERROR)
        return damaged(unpack, why->message, error);
    unpack->inside = result != G_CONVERTER_FINISHED;
    move_on(piece, used, made);
    return true;
}

static bool step_zstd(struct unpack *unpack, struct unpack_piece *piece, GError **error)
{
    ZSTD_inBuffer in = {piece->in, piece->n_in, 0};
    ZSTD_outBuffer out = {piece->out, piece->n_out, 0};
    size_t left = ZSTD_decompressStream(unpack->zstd, &out, &in);
    unpack->inside = left != 0;
    move_on(piece, in.pos, out.pos);
    return ZSTD_isError(left) ? damaged(unpack, ZSTD_getErrorName(left), error) : true;
}

bool unpack_some(struct unpack *unpack, struct unpack_piece *piece, GError **error)
{
    if (unpack->kind == UNPACK_NONE)
        return copy(piece);
    while (piece->n_out > 0 && (piece->n_in > 0 || unpack->pending)) {
        if (!(unpack->kind == UNPACK_GZIP ? step_gzip : step_zstd)(unpack, piece, error))
            return false;
        unpack->pending = unpack->inside && piece->n_out == 0;
    }
    return true;
}

bool unpack_end(const struct unpack *unpack, GError **error)
{
    if (!unpack->inside)
        return true;
    g_set_error(error, TRACE_ERROR, TRACE_ERROR_TRUNCATED, "the %s data is cut off",
                kinds[unpack->kind].name);
    return false;
}
