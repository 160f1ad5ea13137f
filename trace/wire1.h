/* The wire format of Go 1.5 to 1.21: a flat run of records, cut into batches by some of them.
 *
 * Sources: internal/trace/internal/tracev1 of Go 1.26 for headers from 1.11 on, internal/trace of
 * Go 1.8 to 1.15 for older ones. */
#ifndef TRACE_WIRE1_H
#define TRACE_WIRE1_H

#include "trace/cursor.h"

#define WIRE1_MAX_STRING_BYTES ((uint64_t)1000000)
#define WIRE1_MAX_FRAMES ((uint64_t)1000)
#define WIRE1_MAX_ARGS 3

/* The batches of no P have this one. */
#define WIRE1_NO_P UINT64_MAX

/* Structural records; the timed ones are WIRE1_ and the constant of their row in wire1.def. */
enum wire1_type {
    WIRE1_BATCH = 1,
    WIRE1_FREQUENCY = 2,
    WIRE1_STACK = 3,
    WIRE1_TIMER_GOROUTINE = 35,
    WIRE1_STRING = 37,
    WIRE1_N_TYPES = 50,
#define WIRE1(number, constant, ...) WIRE1_##constant = number,
#include "trace/wire1.def"
#undef WIRE1
};

/* Which goroutine a record is about, besides those in its arguments. */
enum wire1_owner {
    WIRE1_OF_CURRENT,  /* the one that runs on the batch's P */
    WIRE1_LEAVES,      /* likewise, and it stops to run there */
    WIRE1_STARTS,      /* the first argument, which begins to run there */
    WIRE1_OF_ARGUMENT, /* the first argument */
};

/* What is known of a timed record; name is NULL where a number is none. */
struct wire1_spec {
    const char *name;
    uint8_t since;  /* Go 1.x: the first header that has it */
    uint8_t owner;  /* enum wire1_owner */
    uint8_t n_args; /* without time and stack */
    bool has_stack;
    const char *args[WIRE1_MAX_ARGS];
};

extern const struct wire1_spec wire1_specs[WIRE1_N_TYPES];

/* Why the world stops, as header 1.21 numbers it; older ones have the second and third only. */
#define WIRE1_N_STW_KINDS 17
extern const char *const wire1_stw_kinds[WIRE1_N_STW_KINDS];

/* How the records of one header look. */
struct wire1_format {
    int go_minor;
    bool has_seq;                    /* every event has a sequence number before its time */
    uint64_t max_record_bytes;       /* of a record that says its length */
    uint8_t n_values[WIRE1_N_TYPES]; /* numbers in a record; 0: there is no such record */
    bool is_event[WIRE1_N_TYPES];
    uint8_t shape[64]; /* for wire1_peel(): a bit for each argument, 8 for a stack, 16 and the
                          owner above; 0: it does not take these */
};

void wire1_format_init(struct wire1_format *format, int go_minor);

/* A record as it stands in the file. */
struct wire1_record {
    uint8_t type;
    uint64_t seq, time; /* what was added to those of the record before; a batch sets them */
    uint64_t args[WIRE1_MAX_ARGS]; /* Batch: P. Frequency, TimerGoroutine: their number. String:
                                      its id. Stack: its id and the number of frames. */
    uint64_t stack;                /* id, 0: none */
    struct slice bytes; /* of a String or the message of a UserLog; of a Stack: its frames, as
                           numbers; borrowed from the file */
};

/* Reads the record at the cursor. Returns false when the bytes are none, with *why set to a static
 * text; cursor->cut tells then whether more bytes could have made it right. */
bool wire1_read(struct cursor *cursor, const struct wire1_format *format,
                struct wire1_record *record, const char **why);

/* Passes over a string that stands before the first batch: such strings name nothing, but their
 * bytes must be there. False likewise. */
bool wire1_skip_string(struct cursor *cursor, const char **why);

/* Passes over an event that is as short as nearly all are. False, and nothing has moved: whatever
 * stands there is to be read. */
static inline bool wire1_skip(struct cursor *cursor, const struct wire1_format *format,
                              uint8_t *type)
{
    if (cursor_left(cursor) < 2 + 16)
        return false;
    uint8_t head = cursor->at[0];
    *type = head & 0x3f;
    if (*type >= WIRE1_N_TYPES || !format->is_event[*type] || *type >= WIRE1_USER_LOG)
        return false;
    unsigned n = format->n_values[*type];
    if (head < 0xc0) {
        size_t len = cursor_measure(cursor->at + 1, n);
        if ((head >> 6) + 1u + format->has_seq != n || len == 0)
            return false;
        cursor->at += 1 + len;
        return true;
    }
    size_t len = cursor->at[1];
    if (len > 16 || len > n + 8u || cursor_count(cursor->at + 2, len) != n)
        return false;
    cursor->at += 2 + len;
    return true;
}

/* The most bytes of an event of five numbers, its length and type. */
#define WIRE1_MAX_EVENT_BYTES ((size_t)64)

#define WIRE1_OWNER_SHIFT 5

/* Reads again an event that wire1_read() or wire1_skip() has found good and that has this shape,
 * not 0; WIRE1_MAX_EVENT_BYTES must be there. */
static inline void wire1_peel(struct cursor *cursor, unsigned shape, struct wire1_record *record)
{
    const uint8_t *at = cursor->at;
    uint8_t head = *at;
    at++;
    if (head >= 0xc0)
        cursor_peel(&at); /* its length */
    record->type = head & 0x3f;
    record->time = cursor_peel(&at);
    record->args[0] = shape & 1 ? cursor_peel(&at) : 0;
    record->args[1] = shape & 2 ? cursor_peel(&at) : 0;
    record->args[2] = shape & 4 ? cursor_peel(&at) : 0;
    record->stack = shape & 8 ? (uint32_t)cursor_peel(&at) : 0;
    cursor->at = at;
}

/* Reads again any record that was found good. False only if the bytes have changed. */
static inline bool wire1_take(struct cursor *cursor, const struct wire1_format *format,
                              struct wire1_record *record)
{
    const char *why;
    if (cursor_left(cursor) < WIRE1_MAX_EVENT_BYTES)
        return wire1_read(cursor, format, record, &why);
    unsigned shape = format->shape[cursor->at[0] & 0x3f];
    if (shape == 0)
        return wire1_read(cursor, format, record, &why);
    wire1_peel(cursor, shape, record);
    return true;
}

#endif
