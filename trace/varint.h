/* Numbers of seven bits a byte, in memory that this program wrote itself: no bounds are checked.
 * Foreign bytes go through the cursor.
 *
 * The zeros at the low end of the first byte say how many bytes follow it, so that neither writing
 * nor reading takes a branch that depends on the number. Up to VARINT_SLACK bytes more than a
 * number has are read, and written over, behind its first one. */
#ifndef TRACE_VARINT_H
#define TRACE_VARINT_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

#define VARINT_MAX_BYTES 9
#define VARINT_SLACK 8

/* Writes at most VARINT_MAX_BYTES; returns what comes behind. */
static inline uint8_t *varint_put(uint8_t *at, uint64_t value)
{
    if (G_UNLIKELY(value >> 56 != 0)) {
        *at++ = 0;
        value = GUINT64_TO_LE(value);
        memcpy(at, &value, sizeof value);
        return at + sizeof value;
    }
    /* 37 / 256 is a seventh, as far as 56 bits go. */
    unsigned more = (unsigned)(63 - __builtin_clzll(value | 1)) * 37 >> 8;
    uint64_t bytes = GUINT64_TO_LE((value << 1 | 1) << more);
    memcpy(at, &bytes, sizeof bytes);
    return at + more + 1;
}

static inline uint64_t varint_get(const uint8_t **at)
{
    uint64_t value;
    memcpy(&value, *at, sizeof value);
    value = GUINT64_FROM_LE(value);
    unsigned n = (unsigned)__builtin_ctzll(value | 0x100) + 1;
    if (G_UNLIKELY(n == VARINT_MAX_BYTES)) {
        memcpy(&value, *at + 1, sizeof value);
        *at += VARINT_MAX_BYTES;
        return GUINT64_FROM_LE(value);
    }
    *at += n;
    return value >> n & (((uint64_t)1 << 7 * n) - 1);
}

/* Two's complement numbers that are small either way, as small ones. */
static inline uint64_t varint_fold(uint64_t value)
{
    return value << 1 ^ (value >> 63 == 0 ? 0 : UINT64_MAX);
}

static inline uint64_t varint_unfold(uint64_t value)
{
    return value >> 1 ^ (value % 2 == 0 ? 0 : UINT64_MAX);
}

#endif
