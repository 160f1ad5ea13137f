/* Batches and records of the wire format of Go 1.22 and newer. */
#include "trace/wire2.h"

const struct wire2_spec wire2_specs[256] = {
#define WIRE2(number, constant, label, first, event_kind, need, handler, ...) \
    [number] = {.name = label, .kind = event_kind, .since = first, __VA_ARGS__},
#include "trace/wire2.def"
#undef WIRE2
};

enum wire2_item wire2_next_item(const uint8_t *bytes, size_t len, size_t *offset,
                                struct wire2_batch *batch, const char **why)
{
    if (*offset == len)
        return WIRE2_ITEM_END;
    struct cursor cursor = cursor_init(bytes + *offset, len - *offset);
    uint8_t type = cursor_u8(&cursor);
    if (type == WIRE2_END_OF_GENERATION) {
        (*offset)++;
        return WIRE2_ITEM_END_OF_GENERATION;
    }
    if (type != WIRE2_EVENT_BATCH && type != WIRE2_EXPERIMENTAL_BATCH) {
        *why = "no batch begins here";
        return WIRE2_ITEM_DAMAGED;
    }
    batch->experiment = type == WIRE2_EXPERIMENTAL_BATCH ? cursor_u8(&cursor) : 0;
    batch->generation = cursor_uvarint(&cursor);
    batch->m = (int64_t)cursor_uvarint(&cursor);
    batch->time = cursor_uvarint(&cursor);
    uint64_t size = cursor_uvarint(&cursor);
    if (cursor.bad && !cursor.cut) {
        *why = "a number in a batch header has more than 64 bits";
        return WIRE2_ITEM_DAMAGED;
    }
    if (!cursor.bad && size > WIRE2_MAX_BATCH_BYTES) {
        *why = "a batch claims more than 65536 bytes";
        return WIRE2_ITEM_DAMAGED;
    }
    batch->at = (size_t)(cursor.at - bytes);
    batch->len = cursor_left(&cursor);
    batch->type = batch->len > 0 && size > 0 ? *cursor.at : 0;
    struct slice data = cursor_bytes(&cursor, size);
    if (cursor.bad) {
        *why = "the file ends in the middle of a batch";
        return WIRE2_ITEM_CUT;
    }
    batch->len = data.len;
    *offset = (size_t)(cursor.at - bytes);
    return WIRE2_ITEM_BATCH;
}

bool wire2_record_read(struct cursor *cursor, struct wire2_record *record, uint64_t *delta,
                       const char **why)
{
    record->type = cursor_u8(cursor);
    const struct wire2_spec *spec = &wire2_specs[record->type];
    if (spec->name == NULL) {
        *why = "no event has this number";
        return false;
    }
    *delta = cursor_uvarint(cursor);
    for (unsigned i = 0; i < spec->n_args; i++)
        record->args[i] = cursor_uvarint(cursor);
    if (cursor->bad)
        *why = cursor->cut ? "a record is longer than its batch"
                           : "a number in a record has more than 64 bits";
    return !cursor->bad;
}
