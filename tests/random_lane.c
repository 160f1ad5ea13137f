/* Some spans follow without a gap, some repeat the one before, some are very long, some ids are
 * unknown. */
#include "tests/random_lane.h"

static int64_t random_ns(GRand *rand)
{
    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        return 1 + g_rand_int_range(rand, 0, 3);
    case 1:
        return 64 * (1 + (int64_t)g_rand_int_range(rand, 0, 50));
    case 2:
        return 1 + g_rand_int_range(rand, 0, 10000);
    default:
        return 1 + ((int64_t)g_rand_int_range(rand, 0, 1000000) << g_rand_int_range(rand, 0, 12));
    }
}

static int64_t random_id(GRand *rand)
{
    if (g_rand_boolean(rand))
        return g_rand_int_range(rand, -1, 4);
    return (int64_t)g_rand_int(rand) << g_rand_int_range(rand, 0, 31);
}

static struct span random_span(GRand *rand, enum lane_kind kind, int64_t id,
                               const struct span *last)
{
    struct span span = {0};
    if (last != NULL && g_rand_boolean(rand))
        span = *last;
    else
        span = (struct span){0,
                             0,
                             (enum span_state)g_rand_int_range(rand, 1, SPAN_N_STATES),
                             random_id(rand),
                             random_id(rand),
                             random_id(rand),
                             g_rand_int(rand) >> 8 * g_rand_int_range(rand, 0, 4),
                             g_rand_int(rand) >> 8 * g_rand_int_range(rand, 0, 4)};
    *(kind == LANE_PROC ? &span.p : kind == LANE_GOROUTINE ? &span.g : &span.m) = id;
    span.start_ns = last == NULL ? g_rand_int_range(rand, 0, 1000) : last->end_ns;
    if (g_rand_int_range(rand, 0, 3) == 0)
        span.start_ns += random_ns(rand);
    span.end_ns = span.start_ns + random_ns(rand);
    return span;
}

static struct spans_piece piece_of(enum lane_kind kind, const struct span *span)
{
    return (struct spans_piece){.start_ns = span->start_ns,
                                .end_ns = span->end_ns,
                                .who = kind == LANE_GOROUTINE ? span->p : span->g,
                                .where = kind == LANE_THREAD ? span->p : span->m,
                                .reason = span->reason,
                                .stack = span->stack,
                                .state = span->state};
}

void random_lane_init(struct random_lane *random, GRand *rand, enum lane_kind kind, size_t n)
{
    random->spans = g_array_new(FALSE, FALSE, sizeof(struct span));
    random->lane = (struct lane){.kind = kind, .id = random_id(rand)};
    struct spans_writer writer = {0};
    struct spans_store store;
    spans_store_init(&store);
    const struct span *last = NULL;
    struct spans_piece piece;
    for (size_t i = 0; i < n; i++) {
        struct span span = random_span(rand, kind, random->lane.id, last);
        g_array_append_val(random->spans, span);
        last = &g_array_index(random->spans, struct span, i);
        piece = piece_of(kind, &span);
        if (i + 1 < n)
            spans_append(&writer, &store, kind, &piece);
        if (g_rand_int_range(rand, 0, 200) == 0)
            spans_seal(&writer, &store, kind);
    }
    spans_store_init(&random->store);
    spans_store_share(&random->store, &store);
    /* The last one comes as the open tail. */
    spans_finish(&writer, false, &random->store, n == 0 ? NULL : &piece, &random->lane,
                 &random->packed);
    spans_writer_clear(&writer);
    spans_store_clear(&store);
}

void random_lane_clear(struct random_lane *random)
{
    g_array_unref(random->spans);
    lane_spans_clear(&random->packed);
    spans_store_clear(&random->store);
}
