/* A window shows exactly what adding up all spans one by one gives. */
#include <glib.h>
#include <string.h>

#include "tests/random_lane.h"
#include "trace/window.h"

static const enum span_state by_rank[SPAN_N_STATES] = {
    SPAN_STW, SPAN_GC, SPAN_RUNNING, SPAN_SYSCALL, SPAN_RUNNABLE, SPAN_WAITING, SPAN_NONE,
};

static struct window_cell brute_force(const GArray *spans, int64_t from_ns, int64_t to_ns)
{
    struct window_cell cell = {.g = EVENT_NO_ID, .p = EVENT_NO_ID};
    int64_t in_ns[SPAN_N_STATES] = {0}, longest_ns = 0;
    unsigned touching = 0;
    in_ns[SPAN_NONE] = to_ns - from_ns;
    for (guint i = 0; i < spans->len; i++) {
        const struct span *span = &g_array_index(spans, struct span, i);
        int64_t ns = MIN(span->end_ns, to_ns) - MAX(span->start_ns, from_ns);
        if (ns <= 0)
            continue;
        touching++;
        in_ns[span->state] += ns;
        in_ns[SPAN_NONE] -= ns;
        cell.begins |= span->start_ns >= from_ns;
        if (ns > longest_ns) {
            longest_ns = ns;
            cell.g = span->g;
            cell.p = span->p;
            cell.reason = span->reason;
        }
    }
    cell.many = touching > 1;
    cell.state = by_rank[0];
    for (int i = 1; i < SPAN_N_STATES; i++)
        if (in_ns[by_rank[i]] > in_ns[cell.state])
            cell.state = by_rank[i];
    cell.busy = by_rank[0];
    for (int i = 1; by_rank[i] != SPAN_NONE; i++)
        if (in_ns[by_rank[i]] > in_ns[cell.busy])
            cell.busy = by_rank[i];
    cell.busy_share =
        (uint8_t)((double)(to_ns - from_ns - in_ns[SPAN_NONE]) / (double)(to_ns - from_ns) * 255 +
                  0.5);
    cell.share = (uint8_t)((double)in_ns[cell.state] / (double)(to_ns - from_ns) * 255 + 0.5);
    return cell;
}

static void assert_window(const struct random_lane *random, int64_t from_ns, int64_t to_ns,
                          size_t n)
{
    g_autofree struct window_cell *cells = g_new0(struct window_cell, n);
    window_fill(&random->lane, from_ns, to_ns, n, cells);
    for (size_t i = 0; i < n; i++) {
        int64_t begin = from_ns + (int64_t)((__int128)(to_ns - from_ns) * i / n);
        int64_t end = from_ns + (int64_t)((__int128)(to_ns - from_ns) * (i + 1) / n);
        struct window_cell expected = brute_force(random->spans, begin, MAX(end, begin + 1));
        g_assert_cmpint(cells[i].state, ==, expected.state);
        g_assert_cmpint(cells[i].share, ==, expected.share);
        g_assert_cmpint(cells[i].busy, ==, expected.busy);
        g_assert_cmpint(cells[i].busy_share, ==, expected.busy_share);
        g_assert_cmpint(cells[i].many, ==, expected.many);
        g_assert_cmpint(cells[i].begins, ==, expected.begins);
        g_assert_cmpint(cells[i].g, ==, expected.g);
        g_assert_cmpint(cells[i].p, ==, expected.p);
        g_assert_cmpuint(cells[i].reason, ==, expected.reason);
    }
}

static int64_t random_between(GRand *rand, int64_t low, int64_t high)
{
    return low + (int64_t)(g_rand_double(rand) * (double)(high - low));
}

static void test_random(void)
{
    static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 128, 129, 300, 5000};
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);
    for (size_t i = 0; i < 3 * G_N_ELEMENTS(sizes); i++) {
        struct random_lane random;
        random_lane_init(&random, rand, (enum lane_kind)(i % LANE_N_KINDS),
                         sizes[i % G_N_ELEMENTS(sizes)]);
        int64_t end_ns = MAX(random.lane.end_ns, 1000);
        assert_window(&random, 0, end_ns, 1);
        assert_window(&random, 0, end_ns, 160);
        assert_window(&random, -end_ns, 2 * end_ns, 77);
        assert_window(&random, end_ns, end_ns + 100, 10);
        for (int zoom = 0; zoom < 20; zoom++) {
            int64_t from_ns = random_between(rand, 0, end_ns - 1);
            int64_t to_ns = from_ns + 1 + ((end_ns - from_ns) >> (2 * zoom));
            assert_window(&random, from_ns, to_ns, 1 + (size_t)g_rand_int_range(rand, 0, 90));
        }
        random_lane_clear(&random);
    }
}

/* Equal shares: the busy state is named. */
static void test_tie(void)
{
    struct spans_store store;
    struct spans_writer writer = {0};
    spans_store_init(&store);
    const struct spans_piece waits = {0, 50, 2, 3, 0, 0, SPAN_WAITING};
    const struct spans_piece runs = {50, 100, 4, 3, 0, 0, SPAN_RUNNING};
    spans_append(&writer, &store, LANE_GOROUTINE, &waits);
    struct lane lane = {.kind = LANE_GOROUTINE, .id = 1};
    struct lane_spans packed;
    spans_finish(&writer, false, &store, &runs, &lane, &packed);
    struct window_cell cell;
    window_fill(&lane, 0, 100, 1, &cell);
    g_assert_cmpint(cell.state, ==, SPAN_RUNNING);
    g_assert_cmpint(cell.share, ==, 128);
    g_assert_cmpint(cell.busy, ==, SPAN_RUNNING);
    g_assert_cmpint(cell.busy_share, ==, 255);
    g_assert_true(cell.many);
    lane_spans_clear(&packed);
    spans_writer_clear(&writer);
    spans_store_clear(&store);
}

/* The whole range of times does not overflow. */
static void test_extremes(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    struct random_lane random;
    random_lane_init(&random, rand, LANE_PROC, 500);
    assert_window(&random, -INT64_MAX / 2, INT64_MAX / 2, 160);
    assert_window(&random, 0, INT64_MAX, 200);
    random_lane_clear(&random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/window/random", test_random);
    g_test_add_func("/window/tie", test_tie);
    g_test_add_func("/window/extremes", test_extremes);
    return g_test_run();
}
