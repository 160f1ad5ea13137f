/* The packing of spans into blocks.
 *
 * A block: how many spans it has and what follows (1 byte); its longest span and the time in each
 * state that occurs, which short lanes do without; then for each span a head byte, its duration,
 * and what is not as in the last span of the same state in this block; a goroutine in a loop so
 * costs two or three bytes a span. On a P or thread a goroutine that the block told of is named by
 * its place in a small table, and on a P its stack is expected to be its last one. Which of g, p
 * and m is the lane's own id is not written at all. A block of a P can be one of a thread too: then
 * it says which P it is of. */
#ifndef TRACE_SPANS_PACK_H
#define TRACE_SPANS_PACK_H

#include "trace/spans.h"
#include "trace/varint.h"

/* At most, of what stands before the spans: how many, the longest, which states, how long each. */
#define SPANS_FRONT_MAX_BYTES \
    (1 + VARINT_MAX_BYTES + 1 + VARINT_MAX_BYTES * (SPAN_N_STATES + 1) + VARINT_SLACK)

/* The goroutines that a block of a P or thread told of last, and what stacks they had. */
#define SPANS_N_SEEN 32

struct spans_seen {
    int64_t who[SPANS_N_SEEN]; /* by the end of their ids */
    uint32_t stack[SPANS_N_SEEN];
};

/* The last span of a state, and how long all of that state take. */
struct spans_last {
    int64_t in_ns, who, where;
    uint32_t reason, stack;
};

/* A block that is being filled. */
struct spans_pen {
    uint8_t *bytes;
    uint32_t len, cap;
    unsigned n;
    int64_t start_ns, end_ns, longest_ns;
    struct spans_seen *seen; /* of P's and threads; a pen keeps it once it has it */
    struct spans_last last[SPAN_N_STATES];
};

struct spans_pen *spans_pen_new(void);
void spans_pen_free(struct spans_pen *pen);
/* A pen as this one with room for one more span. */
struct spans_pen *spans_pen_copy(const struct spans_pen *pen);

/* Empties it. */
void spans_pen_begin(struct spans_pen *pen, enum lane_kind kind, int64_t start_ns);
/* How a block is kept. */
struct spans_manner {
    enum lane_kind kind;
    bool with_sums;
    bool is_shared; /* a thread has it too: a P's, with sums */
    int64_t p;      /* the P of one that is shared */
};

/* What stands before pen->bytes in the block; returns its length. */
size_t spans_pen_front(const struct spans_pen *pen, const struct spans_manner *manner,
                       uint8_t front[SPANS_FRONT_MAX_BYTES]);
/* Reads what a pen has written, with VARINT_SLACK bytes behind it. */
size_t spans_pen_read(const struct spans_pen *pen, enum lane_kind kind, int64_t id,
                      struct span spans[SPANS_PER_BLOCK]);

/* Reads a block, behind which VARINT_SLACK bytes can be read; returns the number of its spans. */
size_t spans_block_read(const uint8_t *at, int64_t start_ns, enum lane_kind kind, int64_t id,
                        struct span spans[SPANS_PER_BLOCK]);
/* Its longest span, and how long each state takes in it (added to in_ns). */
int64_t spans_block_add_up(const uint8_t *at, int64_t in_ns[SPAN_N_STATES]);
/* Its longest span alone. */
int64_t spans_block_longest(const uint8_t *at);

#endif
