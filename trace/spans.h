/* How the spans of a lane are kept: packed into blocks of 64, a few bytes a span.
 *
 * A block is decoded as a whole, which takes less than a microsecond. Each block says when it
 * begins and how long every state takes in it, and every fourth how long each took before, so that
 * the time in each state between any two points is known from the blocks at the ends; a tree over
 * the blocks finds the longest span of a row of them. A lane of one block has none of that. */
#ifndef TRACE_SPANS_H
#define TRACE_SPANS_H

#include "trace/lanes.h"

#define SPANS_PER_BLOCK 64
#define SPANS_NO_BLOCK SIZE_MAX

struct span_block {
    int64_t start_ns; /* of its first span */
    const uint8_t *bytes;
};

/* Time in each state in all blocks before one. */
struct span_sums {
    int64_t in_ns[SPAN_N_STATES];
};
#define SPANS_BLOCKS_PER_SUMS 4

/* The finished spans of a lane. */
struct lane_spans {
    size_t n_blocks;
    const uint8_t *only;       /* of a lane of one block; else NULL and those below are set */
    struct span_block *blocks; /* n_blocks */
    struct span_sums *sums;    /* for each SPANS_BLOCKS_PER_SUMS of them */
    uint32_t *longest;         /* tree of 2 n_blocks: the block with the longest span below */
};

/* --- writing --- */

/* Where the bytes of finished blocks lie: chunks that never move, shared by the builder and by what
 * it handed out. */
struct spans_store {
    GPtrArray *chunks; /* of struct spans_chunk, counted */
    size_t used, size; /* of the last chunk */
    GPtrArray *pens;   /* idle ones, to be used again */
};

struct spans_pen;
struct spans_index;

/* One lane that grows. All zero is an empty one. */
struct spans_writer {
    struct spans_pen *pen; /* the block that is being filled, or NULL; not in what is below */
    int64_t start_ns, end_ns, busy_ns;
    size_t n_spans;
    const uint8_t *first;      /* the block of a lane with no more than that */
    struct spans_index *index; /* of a lane with several blocks */
};

/* A span as a lane has it that is written. */
struct spans_piece {
    int64_t start_ns, end_ns;
    int64_t who;   /* the goroutine; on the lane of one its P */
    int64_t where; /* the thread; on the lane of one its P */
    uint32_t reason, stack;
    enum span_state state;
};

void spans_store_init(struct spans_store *store);
void spans_store_clear(struct spans_store *store);
/* Makes `to` (of an initialised store) hold all chunks of `from` alive too. */
void spans_store_share(struct spans_store *to, const struct spans_store *from);

void spans_writer_clear(struct spans_writer *writer);
/* Adds what of a piece is not before the end of the last one to an open block. Returns how many
 * spans that has now. */
unsigned spans_pen_write(struct spans_pen *pen, enum lane_kind kind,
                         const struct spans_piece *piece);
/* Closes the open block, which is full; or opens one and adds to it. */
void spans_turn(struct spans_writer *writer, struct spans_store *store, enum lane_kind kind,
                const struct spans_piece *piece);

/* Adds a span; what overlaps the last one is cut off, and nothing is added when nothing is left. */
static inline void spans_append(struct spans_writer *writer, struct spans_store *store,
                                enum lane_kind kind, const struct spans_piece *piece)
{
    if (writer->pen == NULL || spans_pen_write(writer->pen, kind, piece) == SPANS_PER_BLOCK)
        spans_turn(writer, store, kind, piece);
}

/* A short way to write a piece without P and thread that follows the last one at once and is as the
 * last one of its state; false, and nothing is written, when it is not, or there is no room. */
bool spans_pen_repeat(struct spans_pen *pen, enum span_state state, int64_t start_ns,
                      int64_t end_ns, uint32_t reason, uint32_t stack);

/* The same for a P and a thread whose lanes are alike from where the P's open block began: they
 * share the blocks, and the open one is the P's alone. */
void spans_append_shared(struct spans_writer *proc, int64_t p, struct spans_writer *thread,
                         struct spans_store *store, const struct spans_piece *piece);
/* They are no longer alike: gives the thread what was in the P's open block alone. */
void spans_unshare(const struct spans_writer *proc, int64_t p, struct spans_writer *thread,
                   struct spans_store *store);
/* Where the last span ends; before any time when there is none. */
int64_t spans_end(const struct spans_writer *writer);
/* Nothing will come for a while: gives back what only a growing lane needs. */
void spans_seal(struct spans_writer *writer, struct spans_store *store, enum lane_kind kind);

/* Fills in the times, the number and `spans` of a lane whose kind and id are set, with what was
 * written so far and `tail` (or NULL) behind it. Bytes that may still change are copied to
 * `store`, which is the lane's; the writer stays as it is, unless this is `for_good`: then it can
 * only be cleared. */
void spans_finish(struct spans_writer *writer, bool for_good, struct spans_store *store,
                  const struct spans_piece *tail, struct lane *lane, struct lane_spans *spans);
void lane_spans_clear(struct lane_spans *spans);

/* --- reading --- */

/* The last block that starts at or before a time; SPANS_NO_BLOCK when there is none. */
size_t spans_block_at(const struct lane *lane, int64_t time_ns);
int64_t spans_block_start(const struct lane *lane, size_t block);
/* Decodes a block; returns the number of spans. */
size_t spans_decode(const struct lane *lane, size_t block, struct span spans[SPANS_PER_BLOCK]);
/* Adds the time in each state in the blocks [from, to) of a lane of several. */
void spans_add_up(const struct lane *lane, size_t from, size_t to, int64_t in_ns[SPAN_N_STATES]);
/* The length of the longest span of a block. */
int64_t spans_longest_ns(const struct lane *lane, size_t block);
/* The block in [from, to) with the longest span, the first of equals; from < to, several blocks. */
size_t spans_longest_block(const struct lane *lane, size_t from, size_t to);

#endif
