/* The wire format of Go 1.22 and newer: batches, and the records inside them.
 *
 * Source: internal/trace/tracev2 of Go 1.26, which keeps every number that older ones used. Go
 * reads any number that it knows whatever the header says, and so does this. */
#ifndef TRACE_WIRE2_H
#define TRACE_WIRE2_H

#include "trace/cursor.h"

#define WIRE2_MAX_BATCH_BYTES ((uint64_t)64 * 1024)
#define WIRE2_MAX_STRING_BYTES ((uint64_t)1024)
#define WIRE2_MAX_FRAMES ((uint64_t)128)
#define WIRE2_MAX_ARGS 4

/* Structural records; the timed ones are WIRE2_ and the constant of their row in wire2.def. */
enum wire2_type {
    WIRE2_EVENT_BATCH = 1,
    WIRE2_STACKS = 2,
    WIRE2_STACK = 3,
    WIRE2_STRINGS = 4,
    WIRE2_STRING = 5,
    WIRE2_CPU_SAMPLES = 6,
    WIRE2_CPU_SAMPLE = 7,
    WIRE2_FREQUENCY = 8,
    WIRE2_EXPERIMENTAL_BATCH = 49,
    WIRE2_SYNC = 50,
    WIRE2_END_OF_GENERATION = 52,
#define WIRE2(number, constant, ...) WIRE2_##constant = number,
#include "trace/wire2.def"
#undef WIRE2
};

/* What is known of a timed record; name is NULL where a number is none. */
struct wire2_spec {
    const char *name;
    enum event_kind kind;
    uint8_t since; /* Go 1.x: the first header that has it */
    uint8_t n_args;
    const char *args[WIRE2_MAX_ARGS];
    uint8_t stack, start_stack; /* which argument is one, counted from 1; 0: none */
    uint8_t string, message;    /* likewise; a message is a string that need not be kept */
    uint8_t begins;             /* the record that opens this range */
};

extern const struct wire2_spec wire2_specs[256];

/* A timed record as it stands in the file, its time made absolute. */
struct wire2_record {
    int64_t time_ns; /* raw trace time */
    uint8_t type;
    uint64_t args[WIRE2_MAX_ARGS]; /* only the first n_args of its spec are set */
};

struct wire2_batch {
    uint64_t generation, time;
    int64_t m;
    size_t at, len;     /* of the data, in the file */
    uint8_t experiment; /* 0: none */
    uint8_t type;       /* the first byte of the data; 0 when there is none */
};

enum wire2_item {
    WIRE2_ITEM_BATCH,
    WIRE2_ITEM_END_OF_GENERATION,
    WIRE2_ITEM_END,     /* no byte is left */
    WIRE2_ITEM_CUT,     /* more bytes are needed */
    WIRE2_ITEM_DAMAGED, /* no bytes could make it right */
};

/* Reads what stands at *offset of the file at the top level and moves the offset behind it, unless
 * it is cut or damaged: then *why is set to a static text. Of a batch whose header is whole and
 * whose data is cut, *batch is what there is; its len is 0 when not even that is there. */
enum wire2_item wire2_next_item(const uint8_t *bytes, size_t len, size_t *offset,
                                struct wire2_batch *batch, const char **why);

/* Reads a record whose first byte is `type`; the cursor stands behind it. Returns false when
 * the bytes are none, with *why set to a static text. The time is left to the caller: *delta. */
bool wire2_record_read(struct cursor *cursor, struct wire2_record *record, uint64_t *delta,
                       const char **why);

/* A record of up to this many bytes is read the quick way. */
#define WIRE2_QUICK_BYTES (1 + 4 * (1 + WIRE2_MAX_ARGS))

/* A number of at most four bytes, whose end is not looked for. Moves *at behind it, or makes it
 * NULL when it is longer. */
static inline uint32_t wire2_quick_uvarint(const uint8_t **at)
{
    const uint8_t *bytes = *at;
    uint32_t value = bytes[0];
    *at = bytes + 1;
    if (value < 0x80)
        return value;
    value = (value & 0x7f) | (uint32_t)bytes[1] << 7;
    *at = bytes + 2;
    if (bytes[1] < 0x80)
        return value;
    value = (value & 0x3fff) | (uint32_t)bytes[2] << 14;
    *at = bytes + 3;
    if (bytes[2] < 0x80)
        return value;
    *at = bytes[3] < 0x80 ? bytes + 4 : NULL;
    return (value & 0x1fffff) | (uint32_t)bytes[3] << 21;
}

/* Reads an ordinary record as wire2_record_read() does. Returns false, and leaves the cursor where
 * it was, when that has to decide. */
static inline bool wire2_record_quick(struct cursor *cursor, struct wire2_record *record,
                                      uint64_t *delta)
{
    if (cursor_left(cursor) < WIRE2_QUICK_BYTES)
        return false;
    const uint8_t *at = cursor->at;
    const struct wire2_spec *spec = &wire2_specs[*at];
    if (spec->name == NULL)
        return false;
    record->type = *at++;
    *delta = wire2_quick_uvarint(&at);
    for (unsigned i = 0; i < spec->n_args && at != NULL; i++)
        record->args[i] = wire2_quick_uvarint(&at);
    if (at == NULL)
        return false;
    cursor->at = at;
    return true;
}

#endif
