/* Compressed bytes become plain ones, a piece at a time. */
#ifndef TRACE_UNPACK_H
#define TRACE_UNPACK_H

#include <stdbool.h>
#include <stdint.h>

#include <gio/gio.h>

/* Bytes of a file that are enough to tell how it is compressed. */
#define UNPACK_MAGIC_BYTES ((size_t)4)

enum unpack_kind { UNPACK_NONE, UNPACK_GZIP, UNPACK_ZSTD };

/* By the first bytes of a file. */
enum unpack_kind unpack_kind_of(const uint8_t *bytes, size_t len);

/* "gzip", "zstd", or NULL; static. */
const char *unpack_kind_name(enum unpack_kind kind);

struct unpack;

/* UNPACK_NONE copies. */
struct unpack *unpack_new(enum unpack_kind kind);
void unpack_free(struct unpack *unpack);

/* One piece: where it comes from and where it goes; both are moved on by what was done. */
struct unpack_piece {
    const uint8_t *in;
    size_t n_in;
    uint8_t *out;
    size_t n_out;
};

/* Does some of it, until there is no input left or no room for output. Files of several
 * compressed parts are read through. What was made before an error is there and counted. Errors:
 * TRACE_ERROR_DAMAGED when the input makes no sense. */
bool unpack_some(struct unpack *unpack, struct unpack_piece *piece, GError **error);

/* Whether the input may end here; else TRACE_ERROR_TRUNCATED. */
bool unpack_end(const struct unpack *unpack, GError **error);

#endif
