/* A lane between two times in N columns: what a row of the timeline shows at any zoom. */
#ifndef TRACE_WINDOW_H
#define TRACE_WINDOW_H

#include "trace/lanes.h"

struct window_cell {
    enum span_state state; /* the state that takes the most of this column; busy states win a tie */
    uint8_t share;         /* of the column that the state takes, 0..255 */
    enum span_state busy;  /* of the states that are no idleness, the one that takes the most */
    uint8_t busy_share;    /* of the column that all those take together, 0..255 */
    bool many;             /* more than one span touches the column */
    bool begins;           /* a span begins in this column */
    int64_t g, p;          /* of the span that takes the most, EVENT_NO_ID for none */
    uint32_t reason;       /* likewise */
};

/* Fills cells[0..n): column i covers from_ns + i*(to_ns-from_ns)/n up to the next column's begin.
 * to_ns > from_ns, n > 0. Costs O(n log spans). */
void window_fill(const struct lane *lane, int64_t from_ns, int64_t to_ns, size_t n,
                 struct window_cell *cells);

#endif
