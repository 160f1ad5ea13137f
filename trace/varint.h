/* Numbers of seven bits a byte, low bits first, in memory that this program wrote itself: no
 * bounds are checked. Foreign bytes go through the cursor. */
#ifndef TRACE_VARINT_H
#define TRACE_VARINT_H

#include <stdint.h>

/* Writes at most 10 bytes; returns what comes behind. */
static inline uint8_t *varint_put(uint8_t *at, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

static inline uint64_t varint_get(const uint8_t **at)
{
    uint64_t value = 0;
    unsigned shift = 0;
    for (; **at >= 0x80; shift += 7)
        value |= (uint64_t)(*(*at)++ & 0x7f) << shift;
    return value | (uint64_t) * (*at)++ << shift;
}

/* Two's complement numbers that are small either way. */
static inline uint8_t *varint_put_signed(uint8_t *at, uint64_t value)
{
    return varint_put(at, value << 1 ^ (value >> 63 == 0 ? 0 : UINT64_MAX));
}

static inline uint64_t varint_get_signed(const uint8_t **at)
{
    uint64_t value = varint_get(at);
    return value >> 1 ^ (value % 2 == 0 ? 0 : UINT64_MAX);
}

#endif
