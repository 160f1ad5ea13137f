/* Records of the wire format of Go 1.5 to 1.21. */
#include "trace/wire1.h"

#include <string.h>

/* Go 1.26 takes no longer record from the headers that it reads. */
#define MAX_RECORD_BYTES ((uint64_t)2048)

/* The most numbers that stand in a record but a stack's: sequence, time, arguments, stack. */
#define MAX_VALUES (2 + WIRE1_MAX_ARGS + 1)

const struct wire1_spec wire1_specs[WIRE1_N_TYPES] = {
#define WIRE1(number, constant, label, first, whose, n, ...) \
    [number] = {.name = label, .since = first, .owner = whose, .n_args = n, __VA_ARGS__},
#include "trace/wire1.def"
#undef WIRE1
};

const char *const wire1_stw_kinds[WIRE1_N_STW_KINDS] = {
    "",
    "GC mark termination",
    "GC sweep termination",
    "write heap dump",
    "goroutine profile",
    "goroutine profile cleanup",
    "all goroutine stack trace",
    "read mem stats",
    "AllThreadsSyscall",
    "GOMAXPROCS",
    "start trace",
    "stop trace",
    "CountPagesInUse (test)",
    "ReadMetricsSlow (test)",
    "ReadMemStatsSlow (test)",
    "PageCachePagesLeaked (test)",
    "ResetDebugLog (test)",
};

void wire1_format_init(struct wire1_format *format, int go_minor)
{
    memset(format, 0, sizeof *format);
    format->go_minor = go_minor;
    format->has_seq = go_minor < 7;
    format->max_record_bytes = go_minor < 11 ? UINT64_MAX : MAX_RECORD_BYTES;
    uint8_t *n = format->n_values;
    for (int type = 0; type < WIRE1_N_TYPES; type++) {
        const struct wire1_spec *spec = &wire1_specs[type];
        format->is_event[type] = spec->name != NULL && spec->since <= go_minor;
        if (format->is_event[type])
            n[type] = (uint8_t)(1 + format->has_seq + spec->n_args + spec->has_stack);
    }
    n[WIRE1_BATCH] = 2 + format->has_seq;
    n[WIRE1_FREQUENCY] = 1 + format->has_seq; /* the second is not used */
    n[WIRE1_TIMER_GOROUTINE] = 1 + format->has_seq;
    n[WIRE1_STACK] = 2;
    n[WIRE1_STRING] = go_minor < 7 ? 0 : 1;
    if (go_minor < 7) {
        n[WIRE1_GC_START]--;
        n[WIRE1_GO_START]--;
        n[WIRE1_GO_UNBLOCK]--;
    }
    if (go_minor < 9)
        n[WIRE1_GC_SWEEP_DONE] -= 2;
    if (go_minor < 10)
        n[WIRE1_STW_START]--;
    for (int type = 0; type < WIRE1_N_TYPES; type++) {
        unsigned n_args = n[type] - 1u - wire1_specs[type].has_stack;
        if (format->is_event[type] && type < WIRE1_USER_LOG && !format->has_seq)
            format->shape[type] =
                (uint8_t)(((1u << n_args) - 1) | (wire1_specs[type].has_stack ? 8 : 0) | 16 |
                          wire1_specs[type].owner << WIRE1_OWNER_SHIFT);
    }
}

static bool bad_number(const struct cursor *cursor, const char **why)
{
    *why = cursor->cut ? "the file ends in the middle of a record"
                       : "a number in a record has more than 64 bits";
    return false;
}

/* The bytes of a record that says its length. */
static bool read_body(struct cursor *cursor, const struct wire1_format *format, struct cursor *body,
                      const char **why)
{
    uint64_t len = cursor_uvarint(cursor);
    if (!cursor->bad && len > format->max_record_bytes) {
        *why = "a record claims more than 2048 bytes";
        return false;
    }
    struct slice bytes = cursor_bytes(cursor, len);
    *body = cursor_init((const uint8_t *)bytes.at, bytes.len);
    return !cursor->bad || bad_number(cursor, why);
}

static bool wrong_count(const char **why)
{
    *why = "a record has a wrong number of arguments";
    return false;
}

static bool inner_number(const char **why)
{
    *why = "a number in a record is longer than the record, or than 64 bits";
    return false;
}

/* Reads the numbers of a record that says its length. */
static bool read_long(struct cursor *cursor, const struct wire1_format *format, uint64_t *values,
                      unsigned n, const char **why)
{
    struct cursor body;
    if (!read_body(cursor, format, &body, why))
        return false;
    for (unsigned i = 0; i < n; i++) {
        if (cursor_left(&body) == 0)
            return wrong_count(why);
        values[i] = cursor_uvarint(&body);
    }
    if (body.bad)
        return inner_number(why);
    return cursor_left(&body) == 0 || wrong_count(why);
}

static bool read_string(struct cursor *cursor, struct wire1_record *record, const char **why)
{
    record->args[0] = cursor_uvarint(cursor);
    uint64_t len = cursor_uvarint(cursor);
    if (!cursor->bad && (len == 0 || len > WIRE1_MAX_STRING_BYTES)) {
        *why = "a string has no bytes, or claims more than 1000000";
        return false;
    }
    record->bytes = cursor_bytes(cursor, len);
    return !cursor->bad || bad_number(cursor, why);
}

bool wire1_skip_string(struct cursor *cursor, const char **why)
{
    cursor_uvarint(cursor);
    cursor_bytes(cursor, cursor_uvarint(cursor));
    return !cursor->bad || bad_number(cursor, why);
}

/* Frames are counted here and read where they are wanted. */
static bool read_stack(struct cursor *cursor, const struct wire1_format *format, unsigned n_short,
                       struct wire1_record *record, const char **why)
{
    struct cursor body;
    if (n_short > 0) {
        body = *cursor;
        for (unsigned i = 0; i < n_short; i++)
            cursor_uvarint(cursor);
        if (cursor->bad)
            return bad_number(cursor, why);
        body.end = cursor->at;
    } else if (!read_body(cursor, format, &body, why)) {
        return false;
    }
    if (cursor_left(&body) == 0)
        return wrong_count(why);
    record->args[0] = cursor_uvarint(&body);
    if (cursor_left(&body) == 0 && !body.bad)
        return wrong_count(why);
    record->args[1] = cursor_uvarint(&body);
    record->bytes = (struct slice){(const char *)body.at, cursor_left(&body)};
    uint64_t n = 0;
    for (; cursor_left(&body) > 0; n++)
        cursor_uvarint(&body);
    if (body.bad)
        return inner_number(why);
    if (record->args[1] > WIRE1_MAX_FRAMES) {
        *why = "a stack claims more than 1000 frames";
        return false;
    }
    return n == record->args[1] * (format->has_seq ? 1 : 4) || wrong_count(why);
}

static bool read_message(struct cursor *cursor, struct wire1_record *record, const char **why)
{
    uint64_t len = cursor_uvarint(cursor);
    if (!cursor->bad && len > WIRE1_MAX_STRING_BYTES) {
        *why = "a message claims more than 1000000 bytes";
        return false;
    }
    record->bytes = cursor_bytes(cursor, len);
    return !cursor->bad || bad_number(cursor, why);
}

static bool fill_batch(struct wire1_record *record, const uint64_t *values, bool has_seq,
                       const char **why)
{
    record->args[0] = values[0];
    record->seq = has_seq ? values[1] : 0;
    record->time = values[1 + has_seq];
    if (values[0] == WIRE1_NO_P || values[0] <= INT32_MAX)
        return true;
    *why = "the number of a P has more than 31 bits";
    return false;
}

static void fill_event(struct wire1_record *record, const struct wire1_spec *spec,
                       const uint64_t *values, unsigned n, bool has_seq)
{
    record->seq = has_seq ? values[0] : 0;
    record->time = values[has_seq];
    unsigned first = 1 + has_seq, end = n - spec->has_stack;
    for (unsigned i = 0; i < WIRE1_MAX_ARGS; i++)
        record->args[i] = first + i < end ? values[first + i] : 0;
    record->stack = spec->has_stack ? (uint32_t)values[n - 1] : 0;
}

bool wire1_read(struct cursor *cursor, const struct wire1_format *format,
                struct wire1_record *record, const char **why)
{
    uint8_t head = cursor_u8(cursor);
    uint8_t type = head & 0x3f;
    unsigned n_short = (head >> 6) == 3 ? 0 : (head >> 6) + 1u + format->has_seq;
    unsigned n = type < WIRE1_N_TYPES ? format->n_values[type] : 0;
    record->type = type;
    if (n == 0) {
        *why = cursor->bad ? "the file ends" : "no record of this version has this number";
        return false;
    }
    if (type == WIRE1_STRING)
        return read_string(cursor, record, why);
    if (type == WIRE1_STACK)
        return read_stack(cursor, format, n_short, record, why);
    uint64_t values[MAX_VALUES];
    if (n_short > 0) {
        if (n_short != n)
            return wrong_count(why);
        for (unsigned i = 0; i < n; i++)
            values[i] = cursor_uvarint(cursor);
        if (cursor->bad)
            return bad_number(cursor, why);
    } else if (type == WIRE1_BATCH) {
        return wrong_count(why);
    } else if (!read_long(cursor, format, values, n, why)) {
        return false;
    }
    if (type == WIRE1_BATCH)
        return fill_batch(record, values, format->has_seq, why);
    if (!format->is_event[type]) {
        record->args[0] = values[0];
        return true;
    }
    fill_event(record, &wire1_specs[type], values, n, format->has_seq);
    return type != WIRE1_USER_LOG || read_message(cursor, record, why);
}
