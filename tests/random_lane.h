/* A lane of random spans, both packed and as a plain array. */
#ifndef TESTS_RANDOM_LANE_H
#define TESTS_RANDOM_LANE_H

#include <glib.h>

#include "trace/spans.h"

struct random_lane {
    GArray *spans; /* of struct span */
    struct lane lane;
    struct spans_store store;
    struct lane_spans packed;
};

void random_lane_init(struct random_lane *random, GRand *rand, enum lane_kind kind, size_t n);
void random_lane_clear(struct random_lane *random);

#endif
