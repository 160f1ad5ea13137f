/* The slow ways of the bounded reader. */
#include "trace/cursor.h"

void cursor_spoil(struct cursor *cursor, bool cut)
{
    if (!cursor->bad)
        cursor->cut = cut;
    cursor->bad = true;
    cursor->at = cursor->end;
}

uint64_t cursor_uvarint_long(struct cursor *cursor)
{
    const uint8_t *at = cursor->at;
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (at == cursor->end) {
            cursor_spoil(cursor, true);
            return 0;
        }
        uint8_t byte = *at++;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            cursor->at = at;
            return value;
        }
    }
    cursor_spoil(cursor, false);
    return 0;
}

struct slice cursor_bytes(struct cursor *cursor, uint64_t len)
{
    if (len > cursor_left(cursor)) {
        cursor_spoil(cursor, true);
        return (struct slice){"", 0};
    }
    struct slice slice = {(const char *)cursor->at, (size_t)len};
    cursor->at += len;
    return slice;
}
