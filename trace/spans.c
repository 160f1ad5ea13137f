/* Lanes that grow, and lookups by block. */
#include "trace/spans.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "trace/spans_pack.h"

/* The chunks of small lanes. Big ones have pages that are as big as the machine has them: to get
 * them one by one takes as long as to fill them. */
#define CHUNK_BYTES ((size_t)64 << 10)
#define BIG_CHUNK_BYTES ((size_t)2 << 20)
#define N_SMALL_CHUNKS 64

struct spans_chunk {
    gatomicrefcount n_holders;
    uint8_t bytes[];
};

struct spans_index {
    GArray *blocks;     /* of struct span_block */
    GArray *longest_ns; /* of the longest span of each */
    GArray *sums;       /* of struct span_sums */
    struct span_sums all;
};

/* --- store and pens --- */

static struct spans_chunk *chunk_new(size_t bytes)
{
    struct spans_chunk *chunk = NULL;
    if (posix_memalign((void **)&chunk, bytes == BIG_CHUNK_BYTES ? bytes : 64, bytes) != 0)
        g_error("no memory for %zu bytes of spans", bytes);
    if (bytes == BIG_CHUNK_BYTES)
        madvise(chunk, bytes, MADV_HUGEPAGE); /* where there is no such thing, it is slower */
    g_atomic_ref_count_init(&chunk->n_holders);
    return chunk;
}

static void chunk_release(gpointer data)
{
    struct spans_chunk *chunk = data;
    if (g_atomic_ref_count_dec(&chunk->n_holders))
        free(chunk);
}

void spans_store_init(struct spans_store *store)
{
    store->chunks = g_ptr_array_new_with_free_func(chunk_release);
    store->used = store->size = 0;
    store->pens = g_ptr_array_new();
}

void spans_store_clear(struct spans_store *store)
{
    g_ptr_array_unref(store->chunks);
    for (guint i = 0; i < store->pens->len; i++)
        spans_pen_free(g_ptr_array_index(store->pens, i));
    g_ptr_array_unref(store->pens);
}

void spans_store_share(struct spans_store *to, const struct spans_store *from)
{
    for (guint i = 0; i < from->chunks->len; i++) {
        struct spans_chunk *chunk = g_ptr_array_index(from->chunks, i);
        g_atomic_ref_count_inc(&chunk->n_holders);
        g_ptr_array_add(to->chunks, chunk);
    }
    to->used = to->size = 0; /* those are the other's to fill */
}

/* Room for a block and VARINT_SLACK bytes behind it. */
static uint8_t *store_room(struct spans_store *store, size_t size)
{
    if (size + VARINT_SLACK > store->size - store->used) {
        size_t bytes = store->chunks->len < N_SMALL_CHUNKS ? CHUNK_BYTES : BIG_CHUNK_BYTES;
        g_ptr_array_add(store->chunks, chunk_new(bytes));
        store->used = 0;
        store->size = bytes - offsetof(struct spans_chunk, bytes);
    }
    struct spans_chunk *chunk = g_ptr_array_index(store->chunks, store->chunks->len - 1);
    uint8_t *room = chunk->bytes + store->used;
    store->used += size;
    return room;
}

static struct spans_pen *pen_take(struct spans_store *store)
{
    if (store->pens->len == 0)
        return spans_pen_new();
    return g_ptr_array_steal_index_fast(store->pens, store->pens->len - 1);
}

/* The block of a pen, moved to where it stays. */
static const uint8_t *pen_store(const struct spans_pen *pen, struct spans_store *store,
                                const struct spans_manner *manner)
{
    uint8_t front[SPANS_FRONT_MAX_BYTES];
    size_t front_len = spans_pen_front(pen, manner, front), size = front_len + pen->len;
    uint8_t *block = store_room(store, size);
    memcpy(block, front, front_len);
    memcpy(block + front_len, pen->bytes, pen->len);
    return block;
}

/* --- the growing lane --- */

/* Adds a block behind the others; its times are in `in_ns`. */
static void index_add(struct spans_index *index, int64_t start_ns, const uint8_t *bytes,
                      int64_t longest_ns, const int64_t in_ns[SPAN_N_STATES])
{
    if (index->blocks->len % SPANS_BLOCKS_PER_SUMS == 0)
        g_array_append_val(index->sums, index->all);
    struct span_block block = {start_ns, bytes};
    g_array_append_val(index->blocks, block);
    g_array_append_val(index->longest_ns, longest_ns);
    for (int i = 0; i < SPAN_N_STATES; i++)
        index->all.in_ns[i] += in_ns[i];
}

static void index_free(struct spans_index *index)
{
    if (index == NULL)
        return;
    g_array_unref(index->blocks);
    g_array_unref(index->longest_ns);
    g_array_unref(index->sums);
    g_free(index);
}

/* An index that begins with the one block of a lane. */
static struct spans_index *index_new(const struct spans_writer *writer)
{
    struct spans_index *index = g_new0(struct spans_index, 1);
    index->blocks = g_array_new(FALSE, FALSE, sizeof(struct span_block));
    index->longest_ns = g_array_new(FALSE, FALSE, sizeof(int64_t));
    index->sums = g_array_new(FALSE, FALSE, sizeof(struct span_sums));
    int64_t in_ns[SPAN_N_STATES] = {0}, longest_ns = spans_block_add_up(writer->first, in_ns);
    index_add(index, writer->start_ns, writer->first, longest_ns, in_ns);
    return index;
}

static struct spans_index *index_copy(const struct spans_index *index)
{
    struct spans_index *copy = g_memdup2(index, sizeof *index);
    copy->blocks = g_array_copy(index->blocks);
    copy->longest_ns = g_array_copy(index->longest_ns);
    copy->sums = g_array_copy(index->sums);
    return copy;
}

/* Counts what a pen wrote to its lane. */
static void count(struct spans_writer *writer, const struct spans_pen *pen)
{
    if (writer->n_spans == 0)
        writer->start_ns = pen->start_ns;
    writer->n_spans += pen->n;
    writer->end_ns = pen->end_ns;
    writer->busy_ns += pen->last[SPAN_RUNNING].in_ns + pen->last[SPAN_SYSCALL].in_ns +
                       pen->last[SPAN_GC].in_ns + pen->last[SPAN_STW].in_ns;
}

/* Puts the block that a pen wrote behind the others. */
static void block_add(struct spans_writer *writer, const struct spans_pen *pen,
                      const uint8_t *bytes)
{
    bool is_first = writer->first == NULL && writer->index == NULL;
    count(writer, pen);
    if (is_first) {
        writer->first = bytes;
        return;
    }
    if (writer->index == NULL)
        writer->index = index_new(writer);
    writer->first = NULL;
    int64_t in_ns[SPAN_N_STATES];
    for (int i = 0; i < SPAN_N_STATES; i++)
        in_ns[i] = pen->last[i].in_ns;
    index_add(writer->index, pen->start_ns, bytes, pen->longest_ns, in_ns);
}

static void pen_leave(struct spans_writer *writer, struct spans_store *store)
{
    g_ptr_array_add(store->pens, writer->pen);
    writer->pen = NULL;
}

void spans_seal(struct spans_writer *writer, struct spans_store *store, enum lane_kind kind)
{
    const struct spans_pen *pen = writer->pen;
    if (pen == NULL)
        return;
    bool is_short = writer->n_spans == 0 && pen->n < SPANS_PER_BLOCK;
    struct spans_manner manner = {.kind = kind, .with_sums = !is_short};
    block_add(writer, pen, pen_store(pen, store, &manner));
    pen_leave(writer, store);
}

int64_t spans_end(const struct spans_writer *writer)
{
    if (writer->pen != NULL)
        return writer->pen->end_ns;
    return writer->n_spans > 0 ? writer->end_ns : INT64_MIN;
}

/* Opens a block with a piece. */
static void pen_open(struct spans_writer *writer, struct spans_store *store, enum lane_kind kind,
                     const struct spans_piece *piece)
{
    int64_t start_ns = MAX(piece->start_ns, spans_end(writer));
    if (start_ns >= piece->end_ns)
        return;
    writer->pen = pen_take(store);
    spans_pen_begin(writer->pen, kind, start_ns);
    spans_pen_write(writer->pen, kind, piece);
}

/* A lane that filled a block will need the pen again, but maybe not soon. */
void spans_turn(struct spans_writer *writer, struct spans_store *store, enum lane_kind kind,
                const struct spans_piece *piece)
{
    if (writer->pen == NULL)
        pen_open(writer, store, kind, piece);
    else
        spans_seal(writer, store, kind);
}

void spans_append_shared(struct spans_writer *proc, int64_t p, struct spans_writer *thread,
                         struct spans_store *store, const struct spans_piece *piece)
{
    if (proc->pen == NULL) {
        pen_open(proc, store, LANE_PROC, piece);
        return;
    }
    if (spans_pen_write(proc->pen, LANE_PROC, piece) < SPANS_PER_BLOCK)
        return;
    const struct spans_manner manner = {LANE_PROC, .with_sums = true, .is_shared = true, .p = p};
    const uint8_t *bytes = pen_store(proc->pen, store, &manner);
    spans_seal(thread, store, LANE_THREAD); /* what it had before */
    block_add(proc, proc->pen, bytes);
    block_add(thread, proc->pen, bytes);
    pen_leave(proc, store);
}

void spans_unshare(const struct spans_writer *proc, int64_t p, struct spans_writer *thread,
                   struct spans_store *store)
{
    if (proc->pen == NULL)
        return;
    struct span spans[SPANS_PER_BLOCK];
    size_t n = spans_pen_read(proc->pen, LANE_PROC, p, spans);
    for (size_t i = 0; i < n; i++) {
        struct spans_piece piece = {.start_ns = spans[i].start_ns,
                                    .end_ns = spans[i].end_ns,
                                    .who = spans[i].g,
                                    .where = p,
                                    .reason = spans[i].reason,
                                    .state = spans[i].state};
        spans_append(thread, store, LANE_THREAD, &piece);
    }
}

void spans_writer_clear(struct spans_writer *writer)
{
    spans_pen_free(writer->pen);
    index_free(writer->index);
    memset(writer, 0, sizeof *writer);
}

/* --- the finished lane --- */

/* Of two blocks the one with the longer span, or the first. */
static uint32_t longer(int64_t a_ns, int64_t b_ns, uint32_t a, uint32_t b)
{
    return a_ns > b_ns || (a_ns == b_ns && a < b) ? a : b;
}

static uint32_t *tree_new(const int64_t *longest_ns, size_t n)
{
    uint32_t *tree = g_new(uint32_t, 2 * n);
    tree[0] = 0;
    for (size_t i = 0; i < n; i++)
        tree[n + i] = (uint32_t)i;
    for (size_t i = n - 1; i > 0; i--) {
        uint32_t left = tree[2 * i], right = tree[2 * i + 1];
        tree[i] = longer(longest_ns[left], longest_ns[right], left, right);
    }
    return tree;
}

/* An index as it stays. Takes it. */
static void index_finish(struct spans_index *index, struct lane_spans *spans)
{
    gsize n, n_sums;
    spans->longest =
        tree_new((const int64_t *)(const void *)index->longest_ns->data, index->blocks->len);
    spans->blocks = g_array_steal(index->blocks, &n);
    spans->blocks = g_renew(struct span_block, spans->blocks, n);
    spans->n_blocks = n;
    spans->sums = g_array_steal(index->sums, &n_sums);
    spans->sums = g_renew(struct span_sums, spans->sums, n_sums);
    index_free(index);
}

void spans_finish(struct spans_writer *writer, bool for_good, struct spans_store *store,
                  const struct spans_piece *tail, struct lane *lane, struct lane_spans *spans)
{
    struct spans_writer whole = *writer;
    if (for_good)
        writer->index = NULL;
    else if (writer->index != NULL)
        whole.index = index_copy(writer->index);
    if (writer->pen != NULL)
        whole.pen = spans_pen_copy(writer->pen);
    if (tail != NULL)
        spans_append(&whole, store, lane->kind, tail);
    spans_seal(&whole, store, lane->kind);

    lane->start_ns = whole.start_ns;
    lane->end_ns = whole.end_ns;
    lane->busy_ns = whole.busy_ns;
    lane->n_spans = whole.n_spans;
    lane->spans = spans;
    memset(spans, 0, sizeof *spans);
    spans->only = whole.first;
    spans->n_blocks = whole.first != NULL ? 1 : 0;
    if (whole.index != NULL)
        index_finish(whole.index, spans);
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
    return spans_block_read(bytes, spans_block_start(lane, block), lane->kind, lane->id, spans);
}

/* Adds the time in each state in all blocks before one. */
static void add_before(const struct lane_spans *packed, size_t block, int64_t in_ns[SPAN_N_STATES])
{
    const struct span_sums *sums = &packed->sums[block / SPANS_BLOCKS_PER_SUMS];
    for (int state = 0; state < SPAN_N_STATES; state++)
        in_ns[state] += sums->in_ns[state];
    for (size_t i = block / SPANS_BLOCKS_PER_SUMS * SPANS_BLOCKS_PER_SUMS; i < block; i++)
        spans_block_add_up(packed->blocks[i].bytes, in_ns);
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
    return spans_block_longest(lane->spans->blocks[block].bytes);
}

/* Of two blocks of a lane the one with the longer span, or the first. */
static uint32_t longer_block(const struct lane *lane, uint32_t a, uint32_t b)
{
    return longer(spans_longest_ns(lane, a), spans_longest_ns(lane, b), a, b);
}

size_t spans_longest_block(const struct lane *lane, size_t from, size_t to)
{
    const struct lane_spans *packed = lane->spans;
    uint32_t best = (uint32_t)from;
    size_t low = from + packed->n_blocks, high = to + packed->n_blocks;
    for (; low < high; low /= 2, high /= 2) {
        if (low % 2 == 1)
            best = longer_block(lane, best, packed->longest[low++]);
        if (high % 2 == 1)
            best = longer_block(lane, best, packed->longest[--high]);
    }
    return best;
}
