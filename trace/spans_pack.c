/* Blocks are written and read from front to back. */
#include "trace/spans_pack.h"

#include <string.h>

/* Head, gap, duration, three ids, two string or stack ids of at most 5. */
#define SPAN_MAX_BYTES (1 + 5 * VARINT_MAX_BYTES + 2 * 5 + VARINT_SLACK)
#define PEN_BYTES 128

enum head {
    HEAD_STATE = 0x07,
    HEAD_GAP = 0x08,
    HEAD_WHO = 0x10,
    HEAD_WHERE = 0x20,
    HEAD_REASON = 0x40,
    HEAD_STACK = 0x80,
};

/* The first byte of a block: the number of spans but one, and ... */
enum front {
    FRONT_N = 0x3f,
    FRONT_SEEN = 0x40, /* whether goroutines are named by a table */
    FRONT_SUMS = 0x80, /* whether sums follow */
};

/* Beside the states that occur: which P a thread shares the block with follows. */
#define STATES_SHARED 0x80

/* --- times and goroutines --- */

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

/* In the place of a goroutine's: a number of 64 bits follows. */
#define SEEN_FAR ((uint64_t)SPANS_N_SEEN << 1)

/* Goroutines that were seen are named by their place, others by how far they are from the last. */
static uint8_t *seen_put(uint8_t *at, const struct spans_seen *seen, int64_t who, int64_t last)
{
    uint64_t place = seen_place(who), far = varint_fold((uint64_t)who - (uint64_t)last);
    if (seen->who[place] == who)
        return varint_put(at, place << 1);
    if (far <= UINT64_MAX >> 1)
        return varint_put(at, far << 1 | 1);
    return varint_put(varint_put(at, SEEN_FAR), far);
}

static int64_t seen_get(const uint8_t **at, const struct spans_seen *seen, int64_t last)
{
    uint64_t first = varint_get(at);
    if (first % 2 == 0 && first != SEEN_FAR)
        return seen->who[first >> 1];
    uint64_t far = first == SEEN_FAR ? varint_get(at) : first >> 1;
    return (int64_t)((uint64_t)last + varint_unfold(far));
}

static uint32_t expected_stack(const struct spans_seen *seen, int64_t who, uint32_t last_stack)
{
    unsigned place = seen_place(who);
    return seen->who[place] == who ? seen->stack[place] : last_stack;
}

static void seen_note(struct spans_seen *seen, int64_t who, uint32_t stack)
{
    seen->who[seen_place(who)] = who;
    seen->stack[seen_place(who)] = stack;
}

/* --- writing --- */

struct spans_pen *spans_pen_new(void)
{
    struct spans_pen *pen = g_new0(struct spans_pen, 1);
    pen->cap = PEN_BYTES;
    pen->bytes = g_malloc(pen->cap);
    return pen;
}

void spans_pen_free(struct spans_pen *pen)
{
    if (pen == NULL)
        return;
    g_free(pen->seen);
    g_free(pen->bytes);
    g_free(pen);
}

void spans_pen_begin(struct spans_pen *pen, enum lane_kind kind, int64_t start_ns)
{
    pen->len = pen->n = 0;
    pen->start_ns = pen->end_ns = start_ns;
    pen->longest_ns = 0;
    for (int i = 0; i < SPAN_N_STATES; i++)
        pen->last[i] = (struct spans_last){0, EVENT_NO_ID, EVENT_NO_ID, 0, 0};
    if (kind == LANE_GOROUTINE)
        return;
    if (pen->seen == NULL)
        pen->seen = g_new(struct spans_seen, 1);
    seen_clear(pen->seen);
}

static void pen_grow(struct spans_pen *pen)
{
    pen->cap = 2 * pen->cap;
    pen->bytes = g_realloc(pen->bytes, pen->cap);
}

/* Who a piece is about, where that is not as before. */
static inline uint8_t *who_put(uint8_t *at, const struct spans_pen *pen, enum lane_kind kind,
                               int64_t who, int64_t last)
{
    if (kind != LANE_GOROUTINE)
        return seen_put(at, pen->seen, who, last);
    return varint_put(at, varint_fold((uint64_t)who - (uint64_t)last));
}

/* What of a piece is not as in the last one of its state, which it then becomes. */
static inline __attribute__((always_inline)) uint8_t *
details_put(uint8_t *at, struct spans_pen *pen, enum lane_kind kind,
            const struct spans_piece *piece, unsigned *head)
{
    struct spans_last *last = &pen->last[piece->state];
    if (piece->who != last->who) {
        *head |= HEAD_WHO;
        at = who_put(at, pen, kind, piece->who, last->who);
        last->who = piece->who;
    }
    if (piece->where != last->where) {
        *head |= HEAD_WHERE;
        at = varint_put(at, varint_fold((uint64_t)piece->where - (uint64_t)last->where));
        last->where = piece->where;
    }
    if (piece->reason != last->reason) {
        *head |= HEAD_REASON;
        at = varint_put(at, piece->reason);
        last->reason = piece->reason;
    }
    if (kind == LANE_PROC)
        last->stack = expected_stack(pen->seen, piece->who, last->stack);
    if (piece->stack != last->stack) {
        *head |= HEAD_STACK;
        at = varint_put(at, piece->stack);
        last->stack = piece->stack;
    }
    return at;
}

static inline __attribute__((always_inline)) unsigned
pen_write(struct spans_pen *pen, enum lane_kind kind, const struct spans_piece *piece)
{
    int64_t start_ns = MAX(piece->start_ns, pen->end_ns), gap_ns = start_ns - pen->end_ns;
    int64_t duration_ns = piece->end_ns - start_ns;
    if (G_UNLIKELY(start_ns >= piece->end_ns))
        return pen->n;
    if (G_UNLIKELY(pen->cap - pen->len < SPAN_MAX_BYTES))
        pen_grow(pen);
    uint8_t *start = pen->bytes + pen->len, *at = start + 1;
    unsigned head = (unsigned)piece->state;
    if (gap_ns != 0) {
        head |= HEAD_GAP;
        at = varint_put(at, ticks_pack(gap_ns));
    }
    at = varint_put(at, ticks_pack(duration_ns));
    at = details_put(at, pen, kind, piece, &head);
    *start = (uint8_t)head;
    if (kind != LANE_GOROUTINE)
        seen_note(pen->seen, piece->who, piece->stack);
    pen->len = (uint32_t)(at - pen->bytes);
    pen->end_ns = piece->end_ns;
    pen->last[piece->state].in_ns += duration_ns;
    pen->longest_ns = MAX(pen->longest_ns, duration_ns);
    return ++pen->n;
}

bool spans_pen_repeat(struct spans_pen *pen, enum span_state state, int64_t start_ns,
                      int64_t end_ns, uint32_t reason, uint32_t stack)
{
    struct spans_last *last = &pen->last[state];
    int64_t duration_ns = end_ns - start_ns;
    bool same = (start_ns == pen->end_ns) & (last->reason == reason) & (last->stack == stack) &
                ((last->who & last->where) == EVENT_NO_ID);
    if (!same || pen->n == SPANS_PER_BLOCK - 1 || pen->cap - pen->len < SPAN_MAX_BYTES ||
        duration_ns <= 0)
        return false;
    uint8_t *at = pen->bytes + pen->len;
    *at = (uint8_t)state;
    at = varint_put(at + 1, ticks_pack(duration_ns));
    pen->len = (uint32_t)(at - pen->bytes);
    pen->n++;
    pen->end_ns = end_ns;
    last->in_ns += duration_ns;
    pen->longest_ns = MAX(pen->longest_ns, duration_ns);
    return true;
}

/* One for each kind, so that none asks for each span what only others need. */
unsigned spans_pen_write(struct spans_pen *pen, enum lane_kind kind,
                         const struct spans_piece *piece)
{
    switch (kind) {
    case LANE_GOROUTINE:
        return pen_write(pen, LANE_GOROUTINE, piece);
    case LANE_PROC:
        return pen_write(pen, LANE_PROC, piece);
    default:
        return pen_write(pen, LANE_THREAD, piece);
    }
}

struct spans_pen *spans_pen_copy(const struct spans_pen *pen)
{
    struct spans_pen *copy = g_memdup2(pen, sizeof *pen);
    copy->seen = g_memdup2(pen->seen, sizeof *pen->seen);
    copy->cap = pen->len + SPAN_MAX_BYTES;
    copy->bytes = g_malloc(copy->cap);
    memcpy(copy->bytes, pen->bytes, pen->len);
    return copy;
}

/* What stands before the spans of a block with sums. */
static uint8_t *sums_put(uint8_t *at, const struct spans_pen *pen,
                         const struct spans_manner *manner)
{
    at = varint_put(at, ticks_pack(pen->longest_ns));
    uint8_t *states = at++;
    unsigned occur = manner->is_shared ? STATES_SHARED : 0;
    for (int i = 0; i < SPAN_N_STATES; i++) {
        if (pen->last[i].in_ns == 0)
            continue;
        occur |= 1U << i;
        at = varint_put(at, ticks_pack(pen->last[i].in_ns));
    }
    *states = (uint8_t)occur;
    return manner->is_shared ? varint_put(at, varint_fold((uint64_t)manner->p)) : at;
}

size_t spans_pen_front(const struct spans_pen *pen, const struct spans_manner *manner,
                       uint8_t front[SPANS_FRONT_MAX_BYTES])
{
    front[0] = (uint8_t)((pen->n - 1) | (manner->kind != LANE_GOROUTINE ? FRONT_SEEN : 0) |
                         (manner->with_sums ? FRONT_SUMS : 0));
    return manner->with_sums ? (size_t)(sums_put(front + 1, pen, manner) - front) : 1;
}

/* --- reading --- */

/* Where the spans of a block begin, and whether and with which P it is shared. */
static const uint8_t *sums_skip(const uint8_t *at, bool *is_shared, int64_t *p)
{
    *is_shared = false;
    if ((*at++ & FRONT_SUMS) == 0)
        return at;
    varint_get(&at);
    unsigned states = *at++;
    *is_shared = states & STATES_SHARED;
    for (states &= ~(unsigned)STATES_SHARED; states != 0; states &= states - 1)
        varint_get(&at);
    if (*is_shared)
        *p = (int64_t)varint_unfold(varint_get(&at));
    return at;
}

static void last_to(const struct spans_last *last, enum lane_kind kind, int64_t id,
                    struct span *span)
{
    span->g = kind == LANE_GOROUTINE ? id : last->who;
    span->p = kind == LANE_PROC ? id : kind == LANE_GOROUTINE ? last->who : last->where;
    span->m = kind == LANE_THREAD ? id : last->where;
    span->reason = last->reason;
    span->stack = last->stack;
}

/* Reads n spans as they are written on a lane of a kind. */
static void spans_read(const uint8_t *at, size_t n, bool has_seen, int64_t start_ns,
                       enum lane_kind kind, int64_t id, struct span spans[SPANS_PER_BLOCK])
{
    struct spans_last lasts[SPAN_N_STATES];
    for (int i = 0; i < SPAN_N_STATES; i++)
        lasts[i] = (struct spans_last){0, EVENT_NO_ID, EVENT_NO_ID, 0, 0};
    struct spans_seen seen;
    if (has_seen)
        seen_clear(&seen);
    for (size_t i = 0; i < n; i++) {
        unsigned head = *at++;
        struct span *span = &spans[i];
        span->state = (enum span_state)(head & HEAD_STATE);
        struct spans_last *last = &lasts[span->state];
        if (head & HEAD_GAP)
            start_ns += ticks_unpack(varint_get(&at));
        span->start_ns = start_ns;
        span->end_ns = start_ns += ticks_unpack(varint_get(&at));
        if (head & HEAD_WHO)
            last->who = has_seen ? seen_get(&at, &seen, last->who)
                                 : (int64_t)((uint64_t)last->who + varint_unfold(varint_get(&at)));
        if (head & HEAD_WHERE)
            last->where = (int64_t)((uint64_t)last->where + varint_unfold(varint_get(&at)));
        if (head & HEAD_REASON)
            last->reason = (uint32_t)varint_get(&at);
        if (kind == LANE_PROC)
            last->stack = expected_stack(&seen, last->who, last->stack);
        if (head & HEAD_STACK)
            last->stack = (uint32_t)varint_get(&at);
        if (has_seen)
            seen_note(&seen, last->who, last->stack);
        last_to(last, kind, id, span);
    }
}

size_t spans_block_read(const uint8_t *at, int64_t start_ns, enum lane_kind kind, int64_t id,
                        struct span spans[SPANS_PER_BLOCK])
{
    bool has_seen = *at & FRONT_SEEN, is_shared;
    size_t n = (size_t)(*at & FRONT_N) + 1;
    int64_t p;
    at = sums_skip(at, &is_shared, &p);
    if (!is_shared || kind != LANE_THREAD) {
        spans_read(at, n, has_seen, start_ns, kind, id, spans);
        return n;
    }
    spans_read(at, n, has_seen, start_ns, LANE_PROC, p, spans);
    for (size_t i = 0; i < n; i++) {
        spans[i].m = id;
        spans[i].stack = 0; /* threads' spans have none */
    }
    return n;
}

size_t spans_pen_read(const struct spans_pen *pen, enum lane_kind kind, int64_t id,
                      struct span spans[SPANS_PER_BLOCK])
{
    spans_read(pen->bytes, pen->n, kind != LANE_GOROUTINE, pen->start_ns, kind, id, spans);
    return pen->n;
}

int64_t spans_block_add_up(const uint8_t *at, int64_t in_ns[SPAN_N_STATES])
{
    int64_t longest_ns = 0;
    if ((*at & FRONT_SUMS) == 0) {
        struct span spans[SPANS_PER_BLOCK];
        enum lane_kind kind = *at & FRONT_SEEN ? LANE_THREAD : LANE_GOROUTINE;
        size_t n = spans_block_read(at, 0, kind, 0, spans);
        for (size_t i = 0; i < n; i++) {
            int64_t ns = spans[i].end_ns - spans[i].start_ns;
            in_ns[spans[i].state] += ns;
            longest_ns = MAX(longest_ns, ns);
        }
        return longest_ns;
    }
    at++;
    longest_ns = ticks_unpack(varint_get(&at));
    unsigned states = *at++ & ~(unsigned)STATES_SHARED;
    for (int i = 0; states >> i != 0; i++)
        if (states >> i & 1)
            in_ns[i] += ticks_unpack(varint_get(&at));
    return longest_ns;
}

int64_t spans_block_longest(const uint8_t *at)
{
    int64_t in_ns[SPAN_N_STATES] = {0};
    if ((*at++ & FRONT_SUMS) == 0)
        return spans_block_add_up(at - 1, in_ns);
    return ticks_unpack(varint_get(&at));
}
