/* Time by state of a column: the spans at its two ends one by one, the blocks between by their
 * sums. Each block is decoded at most twice in a row of columns. */
#include "trace/window.h"

#include <string.h>

#include "trace/spans.h"

/* A block that was decoded last: the next column usually begins in it. */
struct decoded {
    size_t block;
    size_t n;
    struct span spans[SPANS_PER_BLOCK];
};

/* One column while it is added up. */
struct column {
    int64_t from_ns, to_ns;
    int64_t in_ns[SPAN_N_STATES];
    int64_t longest_ns;
    struct span longest;
    size_t n_spans; /* that touch it; whole blocks count as two */
    bool begins;
};

/* Which state is named when several take equally much: the first. */
static const enum span_state by_rank[SPAN_N_STATES] = {
    SPAN_STW, SPAN_GC, SPAN_RUNNING, SPAN_SYSCALL, SPAN_RUNNABLE, SPAN_WAITING, SPAN_NONE,
};

static const struct decoded *decoded_at(const struct lane *lane, size_t block, struct decoded *last)
{
    if (last->block != block) {
        last->n = spans_decode(lane, block, last->spans);
        last->block = block;
    }
    return last;
}

static void column_longest(struct column *column, const struct span *span, int64_t ns)
{
    if (ns > column->longest_ns ||
        (ns == column->longest_ns && span->start_ns < column->longest.start_ns)) {
        column->longest_ns = ns;
        column->longest = *span;
    }
}

static void column_add(struct column *column, const struct decoded *block)
{
    for (size_t i = 0; i < block->n; i++) {
        const struct span *span = &block->spans[i];
        if (span->end_ns <= column->from_ns)
            continue;
        if (span->start_ns >= column->to_ns)
            break;
        int64_t ns = MIN(span->end_ns, column->to_ns) - MAX(span->start_ns, column->from_ns);
        column->in_ns[span->state] += ns;
        column->n_spans++;
        column->begins |= span->start_ns >= column->from_ns;
        column_longest(column, span, ns);
    }
}

/* Adds the blocks in [from, to), all of which lie inside the column. */
static void column_add_whole(struct column *column, const struct lane *lane, size_t from, size_t to,
                             struct decoded *scratch)
{
    spans_add_up(lane, from, to, column->in_ns);
    column->n_spans += 2;
    column->begins = true;

    size_t best = spans_longest_block(lane, from, to);
    if (spans_longest_ns(lane, best) < column->longest_ns)
        return;
    const struct decoded *block = decoded_at(lane, best, scratch);
    for (size_t i = 0; i < block->n; i++)
        column_longest(column, &block->spans[i], block->spans[i].end_ns - block->spans[i].start_ns);
}

static void column_fill(struct column *column, const struct lane *lane, struct decoded *edge,
                        struct decoded *scratch)
{
    size_t last = spans_block_at(lane, column->to_ns - 1);
    if (last == SPANS_NO_BLOCK)
        return;
    size_t first = spans_block_at(lane, column->from_ns);
    if (first == SPANS_NO_BLOCK)
        first = 0;
    column_add(column, decoded_at(lane, first, edge));
    if (last > first + 1)
        column_add_whole(column, lane, first + 1, last, scratch);
    if (last > first)
        column_add(column, decoded_at(lane, last, edge));
}

static uint8_t share_of(int64_t part_ns, int64_t width_ns)
{
    return (uint8_t)((double)part_ns / (double)width_ns * 255 + 0.5);
}

/* The state that takes the most of a column, of the first n by rank. */
static enum span_state most_of(const struct column *column, int n)
{
    enum span_state most = by_rank[0];
    for (int i = 1; i < n; i++)
        if (column->in_ns[by_rank[i]] > column->in_ns[most])
            most = by_rank[i];
    return most;
}

static struct window_cell column_cell(struct column *column)
{
    int64_t width_ns = column->to_ns - column->from_ns, known_ns = 0;
    for (int state = 0; state < SPAN_N_STATES; state++)
        known_ns += column->in_ns[state];
    column->in_ns[SPAN_NONE] += width_ns - known_ns;

    enum span_state most = most_of(column, SPAN_N_STATES);
    struct window_cell cell = {
        .state = most,
        .share = share_of(column->in_ns[most], width_ns),
        .busy = most_of(column, SPAN_N_STATES - 1), /* idleness is the last one */
        .busy_share = share_of(width_ns - column->in_ns[SPAN_NONE], width_ns),
        .many = column->n_spans > 1,
        .begins = column->begins,
        .g = EVENT_NO_ID,
        .p = EVENT_NO_ID,
    };
    if (column->n_spans > 0) {
        cell.g = column->longest.g;
        cell.p = column->longest.p;
        cell.reason = column->longest.reason;
    }
    return cell;
}

/* Where column i of n begins, without overflow for any times. */
static int64_t edge_ns(int64_t from_ns, int64_t width_ns, size_t i, size_t n)
{
    int64_t whole = width_ns / (int64_t)n, rest = width_ns % (int64_t)n;
    return from_ns + whole * (int64_t)i + rest * (int64_t)i / (int64_t)n;
}

void window_fill(const struct lane *lane, int64_t from_ns, int64_t to_ns, size_t n,
                 struct window_cell *cells)
{
    g_assert(to_ns > from_ns && n > 0);
    struct decoded edge, scratch;
    edge.block = scratch.block = SPANS_NO_BLOCK;
    int64_t width_ns = to_ns - from_ns;
    for (size_t i = 0; i < n; i++) {
        struct column column = {.from_ns = edge_ns(from_ns, width_ns, i, n),
                                .to_ns = edge_ns(from_ns, width_ns, i + 1, n)};
        /* More columns than nanoseconds: a column is never less than one. */
        column.to_ns = MAX(column.to_ns, column.from_ns + 1);
        column_fill(&column, lane, &edge, &scratch);
        cells[i] = column_cell(&column);
    }
}
