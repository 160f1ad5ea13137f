/* Lookups in finished lanes. */
#include "trace/lane_rows.h"

void lanes_free(struct lanes *lanes)
{
    if (lanes == NULL)
        return;
    for (int kind = 0; kind < LANE_N_KINDS; kind++) {
        for (size_t i = 0; i < lanes->n[kind]; i++)
            lane_spans_clear(&lanes->spans[kind][i]);
        g_free(lanes->lanes[kind]);
        g_free(lanes->spans[kind]);
    }
    spans_store_clear(&lanes->store);
    g_free(lanes);
}

size_t lanes_n(const struct lanes *lanes, enum lane_kind kind)
{
    return lanes->n[kind];
}

const struct lane *lanes_at(const struct lanes *lanes, enum lane_kind kind, size_t index)
{
    g_assert(index < lanes->n[kind]);
    return &lanes->lanes[kind][index];
}

const struct lane *lanes_find(const struct lanes *lanes, enum lane_kind kind, int64_t id)
{
    size_t low = 0, high = lanes->n[kind];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lanes->lanes[kind][middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < lanes->n[kind] && lanes->lanes[kind][low].id == id;
    return found ? &lanes->lanes[kind][low] : NULL;
}

bool lane_span_at(const struct lane *lane, int64_t time_ns, struct span *span)
{
    size_t block = spans_block_at(lane, time_ns);
    if (block == SPANS_NO_BLOCK)
        return false;
    struct span spans[SPANS_PER_BLOCK];
    size_t n = spans_decode(lane, block, spans);
    for (size_t i = 0; i < n; i++)
        if (spans[i].start_ns <= time_ns && time_ns < spans[i].end_ns) {
            *span = spans[i];
            return true;
        }
    return false;
}

bool lane_span_after(const struct lane *lane, int64_t time_ns, struct span *span)
{
    struct span spans[SPANS_PER_BLOCK];
    size_t block = spans_block_at(lane, time_ns);
    if (block != SPANS_NO_BLOCK) {
        size_t n = spans_decode(lane, block, spans);
        for (size_t i = 0; i < n; i++)
            if (spans[i].start_ns > time_ns) {
                *span = spans[i];
                return true;
            }
    }
    /* Then it is the first of the block behind. */
    block = block == SPANS_NO_BLOCK ? 0 : block + 1;
    if (block >= lane->spans->n_blocks)
        return false;
    spans_decode(lane, block, spans);
    *span = spans[0];
    return true;
}

bool lane_span_before(const struct lane *lane, int64_t time_ns, struct span *span)
{
    size_t block = spans_block_at(lane, time_ns);
    if (block == SPANS_NO_BLOCK)
        return false;
    struct span spans[SPANS_PER_BLOCK];
    for (size_t i = spans_decode(lane, block, spans); i > 0; i--)
        if (spans[i - 1].end_ns <= time_ns) {
            *span = spans[i - 1];
            return true;
        }
    if (block == 0)
        return false;
    size_t n = spans_decode(lane, block - 1, spans);
    *span = spans[n - 1];
    return true;
}
