/* The inside of finished lanes, for the builder that fills them. */
#ifndef TRACE_LANE_ROWS_H
#define TRACE_LANE_ROWS_H

#include "trace/lanes.h"
#include "trace/spans.h"

/* All arrays are sorted by the id of the lane. */
struct lanes {
    struct spans_store store;
    size_t n[LANE_N_KINDS];
    struct lane *lanes[LANE_N_KINDS];
    struct lane_spans *spans[LANE_N_KINDS]; /* of the lane at the same place */
};

#endif
