/* A bounded reader over bytes from outside, in the spirit of OpenSSL's PACKET.
 *
 * Reading behind the end, or a number that is none, makes the cursor bad: it stays so, it is then
 * empty, and every further read gives 0. So a record is read field by field and checked once. */
#ifndef TRACE_CURSOR_H
#define TRACE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#endif
