/* The first 16 bytes of a trace, and what a file is that does not begin with them. */
#ifndef TRACE_HEADER_H
#define TRACE_HEADER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define HEADER_BYTES ((size_t)16)

/* Reads "go 1.NN trace". `len` is all there is of the file so far, at least HEADER_BYTES unless
 * the file has no more. On success *go_minor is NN and *wire the family of the format: 1 or 2.
 * Errors: TRACE_ERROR_NOT_A_TRACE says what the file looks like; TRACE_ERROR_VERSION names the
 * version when it is one that is not read; TRACE_ERROR_TRUNCATED when the file ends inside. For a
 * version that is newer than all known ones, *go_minor and *wire are set all the same. */
bool header_read(const uint8_t *bytes, size_t len, int *go_minor, int *wire, GError **error);

#endif
