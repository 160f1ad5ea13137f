/* Writing the numbers of trace files: seven bits a byte, the lowest first. */
#ifndef TESTS_UVARINT_H
#define TESTS_UVARINT_H

#include <glib.h>
#include <stdint.h>

static inline void uvarint_put(GByteArray *out, uint64_t value)
{
    do {
        uint8_t byte = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        g_byte_array_append(out, &byte, 1);
        value >>= 7;
    } while (value > 0);
}

#endif
