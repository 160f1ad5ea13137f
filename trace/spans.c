/* The packing, and lookups by block.
 *
 * A block: the number of its spans (1 byte); its longest span and the time in each state that
 * occurs, which short lanes do without; then for each span a head byte, its duration, and what is
 * not as in the last span of the same state in this block; a goroutine in a loop so costs two or
 * three bytes a span. On a P a stack is expected to be the last one of the same goroutine. Which of
 * g, p and m is the lane's own id is not written at all. */
#include "trace/spans.h"

#include <string.h>

#include "trace/varint.h"

#define CHUNK_BYTES 65536
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
/* At most: the longest, which states occur, how long each took. */
#define SUMS_MAX_BYTES (10 + 1 + 10 * SPAN_N_STATES)

/* What a span does not share with its lane. */
struct detail {
    int64_t who, where;
    uint32_t reason, stack;
};

/* The goroutines that a block of a P or thread told of last, and what stacks they had. */
#define N_SEEN 32

struct seen {
    int64_t who[N_SEEN]; /* by the end of their ids */
    uint32_t stack[N_SEEN];
};

struct spans_pen {
    uint8_t *bytes;
    size_t len, cap;
    unsigned n;
    int64_t start_ns, end_ns, longest_ns;
    int64_t in_ns[SPAN_N_STATES];
    struct detail last[SPAN_N_STATES];
    struct seen seen;
};

struct spans_index {
    GArray *blocks; /* of struct span_block */
    GArray *sums;   /* of struct span_sums */
    struct span_sums all;
};

static const struct detail no_detail = {EVENT_NO_ID, EVENT_NO_ID, 0, 0};

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

static void seen_clear(struct seen *seen)
{
    memset(seen->who, 0xff, sizeof seen->who); /* EVENT_NO_ID */
    memset(seen->stack, 0, sizeof seen->stack);
}

static unsigned seen_place(int64_t who)
{
    return (unsigned)((uint64_t)who % N_SEEN);
}

/* Goroutines that were seen are named by their place, others by how far they are from the last. */
static uint8_t *who_put(uint8_t *at, const struct seen *seen, int64_t who, int64_t last)
{
    if (seen->who[seen_place(who)] == who)
        return varint_put(at, (uint64_t)seen_place(who) << 1);
    *at++ = 1;
    return varint_put_signed(at, (uint64_t)who - (uint64_t)last);
}

static int64_t who_get(const uint8_t **at, const struct seen *seen, int64_t last)
{
    unsigned first = *(*at)++;
    return first != 1 ? seen->who[first >> 1] : (int64_t)((uint64_t)last + varint_get_signed(at));
}

static uint32_t expected_stack(const struct seen *seen, enum lane_kind kind, int64_t who,
                               uint32_t last_stack)
{
    unsigned place = seen_place(who);
    return kind == LANE_PROC && seen->who[place] == who ? seen->stack[place] : last_stack;
}

static void seen_note(struct seen *seen, int64_t who, uint32_t stack)
{
    seen->who[seen_place(who)] = who;
    seen->stack[seen_place(who)] = stack;
}

static struct detail detail_of(enum lane_kind kind, const struct span *span)
{
    struct detail detail = {span->g, span->m, span->reason, span->stack};
    if (kind == LANE_GOROUTINE)
        detail.who = span->p;
    else if (kind == LANE_THREAD)
        detail.where = span->p;
    return detail;
}

static void detail_to(const struct detail *detail, enum lane_kind kind, int64_t id,
                      struct span *span)
{
    span->g = kind == LANE_GOROUTINE ? id : detail->who;
    span->p = kind == LANE_PROC ? id : kind == LANE_GOROUTINE ? detail->who : detail->where;
    span->m = kind == LANE_THREAD ? id : detail->where;
    span->reason = detail->reason;
    span->stack = detail->stack;
}

/* --- store and pens --- */

static void chunk_release(gpointer chunk)
{
    g_atomic_rc_box_release(chunk);
}

void spans_store_init(struct spans_store *store)
{
    store->chunks = g_ptr_array_new_with_free_func(chunk_release);
    store->used = CHUNK_BYTES;
    store->pens = g_ptr_array_new();
}

static void pen_free(struct spans_pen *pen)
{
    if (pen == NULL)
        return;
    g_free(pen->bytes);
    g_free(pen);
}

void spans_store_clear(struct spans_store *store)
{
    g_ptr_array_unref(store->chunks);
    for (guint i = 0; i < store->pens->len; i++)
        pen_free(g_ptr_array_index(store->pens, i));
    g_ptr_array_unref(store->pens);
}

void spans_store_share(struct spans_store *to, const struct spans_store *from)
{
    for (guint i = 0; i < from->chunks->len; i++)
        g_ptr_array_add(to->chunks, g_atomic_rc_box_acquire(g_ptr_array_index(from->chunks, i)));
    to->used = CHUNK_BYTES; /* those are the other's to fill */
}

static struct spans_pen *pen_take(struct spans_store *store)
{
    if (store->pens->len == 0) {
        struct spans_pen *pen = g_new0(struct spans_pen, 1);
        pen->cap = 2 * SPAN_MAX_BYTES;
        pen->bytes = g_malloc(pen->cap);
        return pen;
    }
    return g_ptr_array_steal_index_fast(store->pens, store->pens->len - 1);
}

static void pen_begin(struct spans_pen *pen, int64_t start_ns)
{
    pen->len = pen->n = 0;
    pen->start_ns = pen->end_ns = start_ns;
    pen->longest_ns = 0;
    memset(pen->in_ns, 0, sizeof pen->in_ns);
    for (int i = 0; i < SPAN_N_STATES; i++)
        pen->last[i] = no_detail;
    seen_clear(&pen->seen);
}

static void pen_write(struct spans_pen *pen, enum lane_kind kind, const struct span *span)
{
    if (pen->cap - pen->len < SPAN_MAX_BYTES) {
        pen->cap = 2 * pen->cap;
        pen->bytes = g_realloc(pen->bytes, pen->cap);
    }
    struct detail *last = &pen->last[span->state], now = detail_of(kind, span);
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

/* The block of a pen, moved to where it stays. */
static const uint8_t *pen_store(const struct spans_pen *pen, struct spans_store *store,
                                bool with_sums)
{
    uint8_t front[1 + SUMS_MAX_BYTES];
    front[0] = (uint8_t)pen->n;
    uint8_t *end = front + 1;
    if (with_sums) {
        front[0] |= HAS_SUMS;
        end = sums_put(end, pen);
    }
    size_t front_len = (size_t)(end - front), size = front_len + pen->len;
    if (size > CHUNK_BYTES - store->used) {
        g_ptr_array_add(store->chunks, g_atomic_rc_box_alloc(CHUNK_BYTES));
        store->used = 0;
    }
    uint8_t *block = g_ptr_array_index(store->chunks, store->chunks->len - 1);
    block += store->used;
    store->used += size;
    memcpy(block, front, front_len);
    memcpy(block + front_len, pen->bytes, pen->len);
    return block;
}

/* --- decoding --- */

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

static size_t decode(const uint8_t *at, int64_t start_ns, enum lane_kind kind, int64_t id,
                     struct span spans[SPANS_PER_BLOCK])
{
    struct detail last[SPAN_N_STATES];
    for (int i = 0; i < SPAN_N_STATES; i++)
        last[i] = no_detail;
    struct seen seen;
    seen_clear(&seen);
    size_t n = *at & ~HAS_SUMS;
    at = sums_skip(at);
    for (size_t i = 0; i < n; i++) {
        unsigned head = *at++;
        struct span *span = &spans[i];
        span->state = (enum span_state)(head & HEAD_STATE);
        struct detail *detail = &last[span->state];
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
static int64_t block_add_up(const uint8_t *at, int64_t in_ns[SPAN_N_STATES])
{
    int64_t longest_ns = 0;
    if ((*at & HAS_SUMS) == 0) {
        struct span spans[SPANS_PER_BLOCK];
        size_t n = decode(at, 0, LANE_GOROUTINE, 0, spans);
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

static int64_t block_longest(const uint8_t *at)
{
    int64_t in_ns[SPAN_N_STATES] = {0};
    if ((*at++ & HAS_SUMS) == 0)
        return block_add_up(at - 1, in_ns);
    return ticks_unpack(varint_get(&at));
}

/* --- the growing lane --- */

/* Adds a block behind the others, the last of which can now be added up. */
static void index_add(struct spans_index *index, int64_t start_ns, const uint8_t *bytes)
{
    guint n = index->blocks->len;
    if (n > 0)
        block_add_up(g_array_index(index->blocks, struct span_block, n - 1).bytes,
                     index->all.in_ns);
    if (n % SPANS_BLOCKS_PER_SUMS == 0)
        g_array_append_val(index->sums, index->all);
    struct span_block block = {start_ns, bytes};
    g_array_append_val(index->blocks, block);
}

static void index_free(struct spans_index *index)
{
    if (index == NULL)
        return;
    g_array_unref(index->blocks);
    g_array_unref(index->sums);
    g_free(index);
}

/* An index that begins with the one block of a lane. */
static struct spans_index *index_new(const struct spans_writer *writer)
{
    struct spans_index *index = g_new0(struct spans_index, 1);
    index->blocks = g_array_new(FALSE, FALSE, sizeof(struct span_block));
    index->sums = g_array_new(FALSE, FALSE, sizeof(struct span_sums));
    if (writer->first != NULL)
        index_add(index, writer->start_ns, writer->first);
    return index;
}

static struct spans_index *index_copy(const struct spans_index *index)
{
    struct spans_index *copy = g_memdup2(index, sizeof *index);
    copy->blocks = g_array_copy(index->blocks);
    copy->sums = g_array_copy(index->sums);
    return copy;
}

/* Puts a pen's block behind the others. */
static void block_add(struct spans_writer *writer, const struct spans_pen *pen,
                      struct spans_store *store)
{
    bool is_first = writer->first == NULL && writer->index == NULL;
    const uint8_t *bytes = pen_store(pen, store, !is_first || pen->n == SPANS_PER_BLOCK);
    if (is_first) {
        writer->first = bytes;
        return;
    }
    if (writer->index == NULL)
        writer->index = index_new(writer);
    writer->first = NULL;
    index_add(writer->index, pen->start_ns, bytes);
}

void spans_seal(struct spans_writer *writer, struct spans_store *store)
{
    if (writer->pen == NULL)
        return;
    block_add(writer, writer->pen, store);
    g_ptr_array_add(store->pens, writer->pen);
    writer->pen = NULL;
}

static void count(struct spans_writer *writer, const struct span *span)
{
    if (writer->n_spans++ == 0)
        writer->start_ns = span->start_ns;
    writer->end_ns = span->end_ns;
    if (span->state == SPAN_RUNNING || span->state == SPAN_SYSCALL || span->state == SPAN_GC ||
        span->state == SPAN_STW)
        writer->busy_ns += span->end_ns - span->start_ns;
}

/* What a lane takes of a span, in `clipped` where that is not all of it; NULL when it is nothing.
 */
static const struct span *clip(const struct spans_writer *writer, const struct span *span,
                               struct span *clipped)
{
    if (writer->n_spans > 0 && span->start_ns < writer->end_ns) {
        *clipped = *span;
        clipped->start_ns = writer->end_ns;
        span = clipped;
    }
    return span->start_ns < span->end_ns ? span : NULL;
}

void spans_append(struct spans_writer *writer, struct spans_store *store, enum lane_kind kind,
                  const struct span *span)
{
    struct span clipped;
    span = clip(writer, span, &clipped);
    if (span == NULL)
        return;
    if (writer->pen == NULL) {
        writer->pen = pen_take(store);
        pen_begin(writer->pen, span->start_ns);
    }
    pen_write(writer->pen, kind, span);
    count(writer, span);
    if (writer->pen->n < SPANS_PER_BLOCK)
        return;
    /* A lane that filled a block will need the pen again. */
    block_add(writer, writer->pen, store);
    struct spans_pen *pen = writer->pen;
    writer->pen = NULL;
    g_ptr_array_add(store->pens, pen);
}

void spans_writer_clear(struct spans_writer *writer)
{
    pen_free(writer->pen);
    index_free(writer->index);
    memset(writer, 0, sizeof *writer);
}

/* --- the finished lane --- */

/* Of two blocks the one with the longer span, or the first. */
static uint32_t longer(const struct span_block *blocks, uint32_t a, uint32_t b)
{
    int64_t a_ns = block_longest(blocks[a].bytes), b_ns = block_longest(blocks[b].bytes);
    return a_ns > b_ns || (a_ns == b_ns && a < b) ? a : b;
}

static uint32_t *tree_new(const struct span_block *blocks, size_t n)
{
    uint32_t *tree = g_new(uint32_t, 2 * n);
    tree[0] = 0;
    for (size_t i = 0; i < n; i++)
        tree[n + i] = (uint32_t)i;
    for (size_t i = n - 1; i > 0; i--)
        tree[i] = longer(blocks, tree[2 * i], tree[2 * i + 1]);
    return tree;
}

/* The pen as it would be with a tail behind it. */
static struct spans_pen *pen_copy(const struct spans_pen *pen, int64_t start_ns)
{
    struct spans_pen *copy = g_new0(struct spans_pen, 1);
    if (pen == NULL) {
        pen_begin(copy, start_ns);
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

void spans_finish(struct spans_writer *writer, bool for_good, struct spans_store *store,
                  const struct span *tail, struct lane *lane, struct lane_spans *spans)
{
    struct spans_writer whole = *writer;
    struct span clipped;
    const struct span *last = tail == NULL ? NULL : clip(writer, tail, &clipped);
    if (for_good)
        writer->index = NULL;
    else
        whole.index = writer->index == NULL ? NULL : index_copy(writer->index);
    whole.pen = NULL;
    if (writer->pen != NULL || last != NULL) {
        struct spans_pen *pen = pen_copy(writer->pen, last != NULL ? last->start_ns : 0);
        if (last != NULL) {
            pen_write(pen, lane->kind, last);
            count(&whole, last);
        }
        block_add(&whole, pen, store);
        pen_free(pen);
    }

    lane->start_ns = whole.start_ns;
    lane->end_ns = whole.end_ns;
    lane->busy_ns = whole.busy_ns;
    lane->n_spans = whole.n_spans;
    lane->spans = spans;
    memset(spans, 0, sizeof *spans);
    spans->only = whole.first;
    spans->n_blocks = whole.first != NULL ? 1 : 0;
    if (whole.index != NULL) {
        gsize n;
        spans->blocks = g_array_steal(whole.index->blocks, &n);
        spans->blocks = g_renew(struct span_block, spans->blocks, n);
        spans->n_blocks = n;
        gsize n_sums;
        spans->sums = g_array_steal(whole.index->sums, &n_sums);
        spans->sums = g_renew(struct span_sums, spans->sums, n_sums);
        spans->longest = tree_new(spans->blocks, n);
        index_free(whole.index);
    }
}

void lane_spans_clear(struct lane_spans *spans)
{
    g_free(spans->blocks);
    g_free(spans->sums);
    g_free(spans->longest);
}

/* --- reading --- */

int64_t spans_block_start(const struct lane *lane, size_t block)
{
    return lane->spans->only != NULL ? lane->start_ns : lane->spans->blocks[block].start_ns;
}

size_t spans_block_at(const struct lane *lane, int64_t time_ns)
{
    size_t low = 0, high = lane->spans->n_blocks;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (spans_block_start(lane, middle) <= time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? SPANS_NO_BLOCK : low - 1;
}

size_t spans_decode(const struct lane *lane, size_t block, struct span spans[SPANS_PER_BLOCK])
{
    const struct lane_spans *packed = lane->spans;
    const uint8_t *bytes = packed->only != NULL ? packed->only : packed->blocks[block].bytes;
    return decode(bytes, spans_block_start(lane, block), lane->kind, lane->id, spans);
}

/* Adds the time in each state in all blocks before one. */
static void add_before(const struct lane_spans *packed, size_t block, int64_t in_ns[SPAN_N_STATES])
{
    const struct span_sums *sums = &packed->sums[block / SPANS_BLOCKS_PER_SUMS];
    for (int state = 0; state < SPAN_N_STATES; state++)
        in_ns[state] += sums->in_ns[state];
    for (size_t i = block / SPANS_BLOCKS_PER_SUMS * SPANS_BLOCKS_PER_SUMS; i < block; i++)
        block_add_up(packed->blocks[i].bytes, in_ns);
}

void spans_add_up(const struct lane *lane, size_t from, size_t to, int64_t in_ns[SPAN_N_STATES])
{
    int64_t before_ns[SPAN_N_STATES] = {0};
    add_before(lane->spans, from, before_ns);
    add_before(lane->spans, to, in_ns);
    for (int state = 0; state < SPAN_N_STATES; state++)
        in_ns[state] -= before_ns[state];
}

int64_t spans_longest_ns(const struct lane *lane, size_t block)
{
    return block_longest(lane->spans->blocks[block].bytes);
}

size_t spans_longest_block(const struct lane *lane, size_t from, size_t to)
{
    const struct lane_spans *packed = lane->spans;
    uint32_t best = (uint32_t)from;
    size_t low = from + packed->n_blocks, high = to + packed->n_blocks;
    for (; low < high; low /= 2, high /= 2) {
        if (low % 2 == 1)
            best = longer(packed->blocks, best, packed->longest[low++]);
        if (high % 2 == 1)
            best = longer(packed->blocks, best, packed->longest[--high]);
    }
    return best;
}
