/* What the reader makes of some bytes, as text. */
#ifndef TESTS_READOUT_H
#define TESTS_READOUT_H

#include "trace/reader.h"

struct readout {
    struct reader_info info;
    GString *text; /* of all events, as `tracetui events` prints them */
    GError *error; /* NULL: all was read */
    struct symbols *symbols;
};

/* Reads a copy of the bytes that is no longer than they are. */
struct readout readout_take(const uint8_t *bytes, size_t len, bool salvage);
void readout_clear(struct readout *readout);

#endif
