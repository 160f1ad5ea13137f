/* The size of the heap over time, in a fixed number of pieces however long the trace is.
 *
 * All pieces are equally long. When the last one is full, neighbours are joined and pieces are
 * twice as long from then on, so that what is lost is where in a piece an extreme was. */
#ifndef TRACE_HEAP_H
#define TRACE_HEAP_H

#include <stddef.h>
#include <stdint.h>

#define HEAP_MAX_PIECES 512

/* What was reported in a piece; a count of 0: nothing. */
struct heap_piece {
    uint64_t n_live, live_min_bytes, live_max_bytes, live_last_bytes;
    uint64_t n_goal, goal_last_bytes;
};

struct heap {
    int64_t piece_ns; /* piece i is from i * piece_ns on */
    size_t n;         /* pieces up to the last that says something */
    struct heap_piece pieces[HEAP_MAX_PIECES];
};

void heap_init(struct heap *heap);

/* Times are not negative and do not go back. */
void heap_add_live(struct heap *heap, int64_t time_ns, uint64_t bytes);
void heap_add_goal(struct heap *heap, int64_t time_ns, uint64_t bytes);

#endif
