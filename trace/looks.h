/* What a file is that is no trace. */
#ifndef TRACE_LOOKS_H
#define TRACE_LOOKS_H

#include <stdint.h>

#include <glib.h>

/* Bytes from the beginning of a file that are enough to name it. */
#define LOOKS_BYTES ((size_t)512)

/* Says what the file looks like whose beginning this is, such as "a tar file: unpack it first" or
 * "text, \"its first line\""; NULL when it looks like nothing that is known. Owned by the
 * caller. */
char *looks_like(const uint8_t *bytes, size_t len);

#endif
