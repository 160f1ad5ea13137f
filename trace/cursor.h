/* A bounded reader over bytes from outside, in the spirit of OpenSSL's PACKET.
 *
 * Reading behind the end, or a number that is none, makes the cursor bad: it stays so, it is then
 * empty, and every further read gives 0. So a record is read field by field and checked once. */
#ifndef TRACE_CURSOR_H
#define TRACE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

#include "trace/event.h"

struct cursor {
    const uint8_t *at, *end; /* borrowed */
    bool bad;
    bool cut; /* why it is bad: the bytes ended too early */
};

static inline struct cursor cursor_init(const uint8_t *at, size_t len)
{
    return (struct cursor){.at = at, .end = at + len};
}

static inline size_t cursor_left(const struct cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

/* Makes the cursor bad by hand. */
void cursor_spoil(struct cursor *cursor, bool cut);

/* The part of cursor_uvarint() for numbers of more than two bytes. */
uint64_t cursor_uvarint_long(struct cursor *cursor);

static inline uint8_t cursor_u8(struct cursor *cursor)
{
    if (cursor->at == cursor->end) {
        cursor_spoil(cursor, true);
        return 0;
    }
    return *cursor->at++;
}

/* A number in groups of seven bits, the lowest first: at most ten bytes and 64 bits. */
static inline uint64_t cursor_uvarint(struct cursor *cursor)
{
    const uint8_t *at = cursor->at;
    if (at < cursor->end && at[0] < 0x80) {
        cursor->at = at + 1;
        return at[0];
    }
    if (cursor->end - at >= 2 && at[1] < 0x80) {
        cursor->at = at + 2;
        return (uint64_t)(at[0] & 0x7f) | (uint64_t)at[1] << 7;
    }
    return cursor_uvarint_long(cursor);
}

/* The next `len` bytes, borrowed; empty when there are not so many. */
struct slice cursor_bytes(struct cursor *cursor, uint64_t len);

/* The part of cursor_peel() for numbers of more than two bytes. */
static inline uint64_t cursor_peel_long(const uint8_t **at)
{
    uint64_t byte = *(*at)++;
    uint64_t value = byte & 0x7f;
    for (unsigned shift = 7; byte >= 0x80 && shift < 70; shift += 7) {
        byte = *(*at)++;
        value |= (byte & 0x7f) << shift;
    }
    return value;
}

/* The number at *at, which is moved behind it, for bytes that were read before and found good. Ten
 * bytes must be there. */
static inline uint64_t cursor_peel(const uint8_t **at)
{
    uint64_t low = (*at)[0];
    if (low < 0x80) {
        ++*at;
        return low;
    }
    uint64_t high = (*at)[1];
    if (G_UNLIKELY(high >= 0x80))
        return cursor_peel_long(at);
    *at += 2;
    return (low & 0x7f) | high << 7;
}

/* A bit for each of 8 bytes, the highest of the byte, where a number ends. */
static inline uint64_t cursor_ends(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return ~GUINT64_FROM_LE(word) & UINT64_C(0x8080808080808080);
}

/* How many bytes the next n numbers take, n from 1 to 4; 0: more than 8. Eight bytes must be there.
 */
static inline size_t cursor_measure(const uint8_t *at, unsigned n)
{
    uint64_t ends = cursor_ends(at);
    for (; n > 1; n--)
        ends &= ends - 1;
    return ends == 0 ? 0 : (size_t)__builtin_ctzll(ends) / 8 + 1;
}

/* How many numbers fill `len` bytes, up to 16; 0: they do not fill them. Sixteen bytes must be
 * there. */
static inline unsigned cursor_count(const uint8_t *at, size_t len)
{
    if (len == 0 || at[len - 1] >= 0x80)
        return 0;
    uint64_t low = cursor_ends(at), high = cursor_ends(at + 8);
    low = len < 8 ? low & ((UINT64_C(1) << 8 * len) - 1) : low;
    high = len <= 8 ? 0 : len < 16 ? high & ((UINT64_C(1) << 8 * (len - 8)) - 1) : high;
    return (unsigned)(__builtin_popcountll(low) + __builtin_popcountll(high));
}

#endif
