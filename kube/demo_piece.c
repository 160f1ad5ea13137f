#include "kube/demo_piece.h"

#include <string.h>

/* As much is counted at a time before the connection is looked after again. */
#define DIGEST_STEP_BYTES (4 << 20)

struct demo_piece *demo_piece_new(enum demo_piece_kind kind, char *text)
{
    struct demo_piece *piece = g_new0(struct demo_piece, 1);
    piece->kind = kind;
    piece->text = text;
    piece->end = text != NULL ? strlen(text) : 0;
    return piece;
}

struct demo_piece *demo_piece_new_range(enum demo_piece_kind kind, const struct demo_file *file,
                                        uint64_t at, uint64_t end)
{
    struct demo_piece *piece = demo_piece_new(kind, NULL);
    piece->file = file;
    piece->at = at;
    piece->end = end;
    if (kind == PIECE_GZIP)
        piece->deflater = G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1));
    return piece;
}

struct demo_piece *demo_piece_new_digest(const char *tool, const struct demo_file *file,
                                         const char *before, char *behind)
{
    struct demo_piece *piece = demo_piece_new_range(PIECE_DIGEST, file, 0, UINT64_MAX);
    if (strcmp(tool, "cksum") != 0)
        piece->checksum =
            g_checksum_new(strcmp(tool, "md5sum") == 0 ? G_CHECKSUM_MD5 : G_CHECKSUM_SHA256);
    piece->before = g_strdup(before);
    piece->behind = behind;
    return piece;
}

void demo_piece_free(void *data)
{
    struct demo_piece *piece = data;
    g_free(piece->text);
    g_clear_pointer(&piece->checksum, g_checksum_free);
    g_clear_object(&piece->deflater);
    g_free(piece->before);
    g_free(piece->behind);
    g_free(piece);
}

static size_t read_range(struct demo_piece *piece, uint8_t *buffer, size_t max)
{
    if (piece->at >= piece->end)
        return 0;
    size_t n = demo_file_read(piece->file, piece->at, buffer,
                              (size_t)MIN((uint64_t)max, piece->end - piece->at));
    piece->at += n;
    return n;
}

static size_t read_text(struct demo_piece *piece, uint8_t *buffer, size_t max)
{
    size_t n = (size_t)MIN((uint64_t)max, piece->end - piece->at);
    memcpy(buffer, piece->text + piece->at, n);
    piece->at += n;
    return n;
}

/* gzip may take much in before it gives anything out. */
static size_t read_deflated(struct demo_piece *piece, uint8_t *buffer, size_t max)
{
    while (!piece->deflated) {
        uint8_t plain[32768];
        uint64_t began = piece->at;
        size_t n = read_range(piece, plain, sizeof plain);
        gsize taken = 0, given = 0;
        g_autoptr(GError) error = NULL;
        GConverterResult result = g_converter_convert(
            piece->deflater, plain, n, buffer, max,
            n == 0 ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &taken, &given, &error);
        piece->at = began + taken;
        piece->deflated = result == G_CONVERTER_FINISHED;
        /* No room for even a little: it is asked again. */
        if (given > 0 || result == G_CONVERTER_ERROR)
            return given;
    }
    return 0;
}

size_t demo_piece_read(struct demo_piece *piece, uint8_t *buffer, size_t max)
{
    switch (piece->kind) {
    case PIECE_FILE:
        return read_range(piece, buffer, max);
    case PIECE_GZIP:
        return read_deflated(piece, buffer, max);
    default:
        return read_text(piece, buffer, max);
    }
}

static void add(struct demo_piece *piece, const uint8_t *bytes, size_t len)
{
    if (piece->checksum != NULL)
        g_checksum_update(piece->checksum, bytes, (gssize)len);
    else
        cksum_add(&piece->cksum, bytes, len);
}

void demo_piece_count(struct demo_piece *piece)
{
    uint8_t buffer[65536];
    uint64_t until = piece->at + DIGEST_STEP_BYTES;
    while (piece->at < until) {
        size_t n = read_range(piece, buffer, sizeof buffer);
        if (n == 0)
            break;
        add(piece, buffer, n);
    }
    if (piece->at >= until)
        return;
    g_autofree char *value = piece->checksum != NULL
                                 ? g_strdup(g_checksum_get_string(piece->checksum))
                                 : g_strdup_printf("%u %" G_GUINT64_FORMAT,
                                                   cksum_value(&piece->cksum), piece->cksum.bytes);
    if (piece->wrong)
        *value = *value == '7' ? '8' : '7';
    piece->text = g_strconcat(piece->before, value, piece->behind, NULL);
    piece->kind = PIECE_OUT;
    piece->at = 0;
    piece->end = strlen(piece->text);
}
