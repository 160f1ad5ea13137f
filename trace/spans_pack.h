/* The packing of spans into blocks.
 *
 * A block: the number of its spans (1 byte); its longest span and the time in each state that
 * occurs, which short lanes do without; then for each span a head byte, its duration, and what is
 * not as in the last span of the same state in this block; a goroutine in a loop so costs two or
 * three bytes a span. On a P a stack is expected to be the last one of the same goroutine. Which of
 * g, p and m is the lane's own id is not written at all. */
#ifndef TRACE_SPANS_PACK_H
#define TRACE_SPANS_PACK_H

#include "trace/spans.h"

/* At most, of what stands before the spans: how many, the longest, which states, how long each. */
#define SPANS_FRONT_MAX_BYTES (1 + 10 + 1 + 10 * SPAN_N_STATES)

/* What a span does not share with its lane. */
struct spans_detail {
    int64_t who, where;
    uint32_t reason, stack;
};

/* The goroutines that a block of a P or thread told of last, and what stacks they had. */
#define SPANS_N_SEEN 32

struct spans_seen {
    int64_t who[SPANS_N_SEEN]; /* by the end of their ids */
    uint32_t stack[SPANS_N_SEEN];
};

/* A block that is being filled. */
struct spans_pen {
    uint8_t *bytes;
    size_t len, cap;
    unsigned n;
    int64_t start_ns, end_ns, longest_ns;
    int64_t in_ns[SPAN_N_STATES];
    struct spans_detail last[SPAN_N_STATES];
    struct spans_seen seen;
};

struct spans_pen *spans_pen_new(void);
void spans_pen_free(struct spans_pen *pen);
/* A pen as this one (or NULL: a fresh one, from start_ns on) with room for one more span. */
struct spans_pen *spans_pen_copy(const struct spans_pen *pen, int64_t start_ns);

/* Empties it. */
void spans_pen_begin(struct spans_pen *pen, int64_t start_ns);
void spans_pen_write(struct spans_pen *pen, enum lane_kind kind, const struct span *span);

/* What stands before pen->bytes in the block; returns its length. */
size_t spans_pen_front(const struct spans_pen *pen, bool with_sums,
                       uint8_t front[SPANS_FRONT_MAX_BYTES]);

/* Reads a block; returns the number of its spans. */
size_t spans_block_read(const uint8_t *at, int64_t start_ns, enum lane_kind kind, int64_t id,
                        struct span spans[SPANS_PER_BLOCK]);
/* Its longest span, and how long each state takes in it (added to in_ns). */
int64_t spans_block_add_up(const uint8_t *at, int64_t in_ns[SPAN_N_STATES]);
/* Its longest span alone. */
int64_t spans_block_longest(const uint8_t *at);

#endif
