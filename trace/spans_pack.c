/* Blocks are written and read from front to back. */
#include "trace/spans_pack.h"

#include <string.h>

#include "trace/varint.h"

/* Head, gap, duration, two ids of at most 10 bytes, one more, two string or stack ids of at most 5.
 */
#define SPAN_MAX_BYTES 52

enum head {
    HEAD_STATE = 0x07,
    HEAD_GAP = 0x08,
    HEAD_WHO = 0x10,
    HEAD_WHERE = 0x20,
    HEAD_REASON = 0x40,
    HEAD_STACK = 0x80,
};

/* Beside the number of spans in the first byte of a block: its sums follow. */
#define HAS_SUMS 0x80

static const struct spans_detail no_detail = {EVENT_NO_ID, EVENT_NO_ID, 0, 0};

/* --- times and details --- */

/* Trace clocks tick in 64 ns on Linux, and events of the same tick are a nanosecond apart: most
 * durations are at most one off a number of ticks. */
static uint64_t ticks_pack(int64_t ns)
{
    uint64_t u = (uint64_t)ns, ticks = (u + 32) / 64, rest = u + 1 - 64 * ticks;
    return rest <= 2 ? (3 * ticks + rest) << 1 : u << 1 | 1;
}

static int64_t ticks_unpack(uint64_t packed)
{
    uint64_t ticks = (packed >> 1) / 3, rest = (packed >> 1) % 3;
    return (int64_t)(packed & 1 ? packed >> 1 : 64 * ticks + rest - 1);
}

static void seen_clear(struct spans_seen *seen)
{
    memset(seen->who, 0xff, sizeof seen->who); /* EVENT_NO_ID */
    memset(seen->stack, 0, sizeof seen->stack);
}

static unsigned seen_place(int64_t who)
{
    return (unsigned)((uint64_t)who % SPANS_N_SEEN);
}

/* Goroutines that were seen are named by their place, others by how far they are from the last. */
static uint8_t *who_put(uint8_t *at, const struct spans_seen *seen, int64_t who, int64_t last)
{
    if (seen->who[seen_place(who)] == who)
        return varint_put(at, (uint64_t)seen_place(who) << 1);
    *at++ = 1;
    return varint_put_signed(at, (uint64_t)who - (uint64_t)last);
}

static int64_t who_get(const uint8_t **at, const struct spans_seen *seen, int64_t last)
{
    unsigned first = *(*at)++;
    return first != 1 ? seen->who[first >> 1] : (int64_t)((uint64_t)last + varint_get_signed(at));
}

static uint32_t expected_stack(const struct spans_seen *seen, enum lane_kind kind, int64_t who,
                               uint32_t last_stack)
{
    unsigned place = seen_place(who);
    return kind == LANE_PROC && seen->who[place] == who ? seen->stack[place] : last_stack;
}

static void seen_note(struct spans_seen *seen, int64_t who, uint32_t stack)
{
    seen->who[seen_place(who)] = who;
    seen->stack[seen_place(who)] = stack;
}

static struct spans_detail detail_of(enum lane_kind kind, const struct span *span)
{
    struct spans_detail detail = {span->g, span->m, span->reason, span->stack};
    if (kind == LANE_GOROUTINE)
        detail.who = span->p;
    else if (kind == LANE_THREAD)
        detail.where = span->p;
    return detail;
}

static void detail_to(const struct spans_detail *detail, enum lane_kind kind, int64_t id,
                      struct span *span)
{
    span->g = kind == LANE_GOROUTINE ? id : detail->who;
    span->p = kind == LANE_PROC ? id : kind == LANE_GOROUTINE ? detail->who : detail->where;
    span->m = kind == LANE_THREAD ? id : detail->where;
    span->reason = detail->reason;
    span->stack = detail->stack;
}

/* --- writing --- */

struct spans_pen *spans_pen_new(void)
{
    struct spans_pen *pen = g_new0(struct spans_pen, 1);
    pen->cap = 2 * SPAN_MAX_BYTES;
    pen->bytes = g_malloc(pen->cap);
    return pen;
}

void spans_pen_free(struct spans_pen *pen)
{
    if (pen == NULL)
        return;
    g_free(pen->bytes);
    g_free(pen);
}

void spans_pen_begin(struct spans_pen *pen, int64_t start_ns)
{
    pen->len = pen->n = 0;
    pen->start_ns = pen->end_ns = start_ns;
    pen->longest_ns = 0;
    memset(pen->in_ns, 0, sizeof pen->in_ns);
    for (int i = 0; i < SPAN_N_STATES; i++)
        pen->last[i] = no_detail;
    seen_clear(&pen->seen);
}

void spans_pen_write(struct spans_pen *pen, enum lane_kind kind, const struct span *span)
{
    if (pen->cap - pen->len < SPAN_MAX_BYTES) {
        pen->cap = 2 * pen->cap;
        pen->bytes = g_realloc(pen->bytes, pen->cap);
    }
    struct spans_detail *last = &pen->last[span->state], now = detail_of(kind, span);
    uint8_t *head = pen->bytes + pen->len, *at = head + 1;
    int64_t duration_ns = span->end_ns - span->start_ns;
    *head = (uint8_t)span->state;
    if (span->start_ns != pen->end_ns) {
        *head |= HEAD_GAP;
        at = varint_put(at, ticks_pack(span->start_ns - pen->end_ns));
    }
    at = varint_put(at, ticks_pack(duration_ns));
    if (now.who != last->who) {
        *head |= HEAD_WHO;
        at = who_put(at, &pen->seen, now.who, last->who);
    }
    if (now.where != last->where) {
        *head |= HEAD_WHERE;
        at = varint_put_signed(at, (uint64_t)now.where - (uint64_t)last->where);
    }
    if (now.reason != last->reason) {
        *head |= HEAD_REASON;
        at = varint_put(at, now.reason);
    }
    if (now.stack != expected_stack(&pen->seen, kind, now.who, last->stack)) {
        *head |= HEAD_STACK;
        at = varint_put(at, now.stack);
    }
    seen_note(&pen->seen, now.who, now.stack);
    *last = now;
    pen->len = (size_t)(at - pen->bytes);
    pen->n++;
    pen->end_ns = span->end_ns;
    pen->in_ns[span->state] += duration_ns;
    pen->longest_ns = MAX(pen->longest_ns, duration_ns);
}

struct spans_pen *spans_pen_copy(const struct spans_pen *pen, int64_t start_ns)
{
    struct spans_pen *copy = g_new0(struct spans_pen, 1);
    if (pen == NULL) {
        spans_pen_begin(copy, start_ns);
        copy->cap = SPAN_MAX_BYTES;
        copy->bytes = g_malloc(copy->cap);
        return copy;
    }
    *copy = *pen;
    copy->cap = pen->len + SPAN_MAX_BYTES;
    copy->bytes = g_malloc(copy->cap);
    memcpy(copy->bytes, pen->bytes, pen->len);
    return copy;
}

/* What stands before the spans of a block with sums. */
static uint8_t *sums_put(uint8_t *at, const struct spans_pen *pen)
{
    at = varint_put(at, ticks_pack(pen->longest_ns));
    uint8_t *states = at++;
    *states = 0;
    for (int i = 0; i < SPAN_N_STATES; i++) {
        if (pen->in_ns[i] == 0)
            continue;
        *states |= (uint8_t)(1 << i);
        at = varint_put(at, ticks_pack(pen->in_ns[i]));
    }
    return at;
}

size_t spans_pen_front(const struct spans_pen *pen, bool with_sums,
                       uint8_t front[SPANS_FRONT_MAX_BYTES])
{
    front[0] = (uint8_t)(pen->n | (with_sums ? HAS_SUMS : 0));
    return with_sums ? (size_t)(sums_put(front + 1, pen) - front) : 1;
}

/* --- reading --- */

/* Where the spans of a block begin. */
static const uint8_t *sums_skip(const uint8_t *at)
{
    if ((*at++ & HAS_SUMS) == 0)
        return at;
    varint_get(&at);
    for (unsigned states = *at++; states != 0; states &= states - 1)
        varint_get(&at);
    return at;
}

size_t spans_block_read(const uint8_t *at, int64_t start_ns, enum lane_kind kind, int64_t id,
                        struct span spans[SPANS_PER_BLOCK])
{
    struct spans_detail last[SPAN_N_STATES];
    for (int i = 0; i < SPAN_N_STATES; i++)
        last[i] = no_detail;
    struct spans_seen seen;
    seen_clear(&seen);
    size_t n = *at & ~HAS_SUMS;
    at = sums_skip(at);
    for (size_t i = 0; i < n; i++) {
        unsigned head = *at++;
        struct span *span = &spans[i];
        span->state = (enum span_state)(head & HEAD_STATE);
        struct spans_detail *detail = &last[span->state];
        if (head & HEAD_GAP)
            start_ns += ticks_unpack(varint_get(&at));
        span->start_ns = start_ns;
        span->end_ns = start_ns += ticks_unpack(varint_get(&at));
        if (head & HEAD_WHO)
            detail->who = who_get(&at, &seen, detail->who);
        if (head & HEAD_WHERE)
            detail->where = (int64_t)((uint64_t)detail->where + varint_get_signed(&at));
        if (head & HEAD_REASON)
            detail->reason = (uint32_t)varint_get(&at);
        detail->stack = expected_stack(&seen, kind, detail->who, detail->stack);
        if (head & HEAD_STACK)
            detail->stack = (uint32_t)varint_get(&at);
        seen_note(&seen, detail->who, detail->stack);
        detail_to(detail, kind, id, span);
    }
    return n;
}

/* The longest span of a block, and how long each state takes in it (added to in_ns). */
int64_t spans_block_add_up(const uint8_t *at, int64_t in_ns[SPAN_N_STATES])
{
    int64_t longest_ns = 0;
    if ((*at & HAS_SUMS) == 0) {
        struct span spans[SPANS_PER_BLOCK];
        size_t n = spans_block_read(at, 0, LANE_GOROUTINE, 0, spans);
        for (size_t i = 0; i < n; i++) {
            int64_t ns = spans[i].end_ns - spans[i].start_ns;
            in_ns[spans[i].state] += ns;
            longest_ns = MAX(longest_ns, ns);
        }
        return longest_ns;
    }
    at++;
    longest_ns = ticks_unpack(varint_get(&at));
    unsigned states = *at++;
    for (int i = 0; states >> i != 0; i++)
        if (states >> i & 1)
            in_ns[i] += ticks_unpack(varint_get(&at));
    return longest_ns;
}

int64_t spans_block_longest(const uint8_t *at)
{
    int64_t in_ns[SPAN_N_STATES] = {0};
    if ((*at++ & HAS_SUMS) == 0)
        return spans_block_add_up(at - 1, in_ns);
    return ticks_unpack(varint_get(&at));
}
