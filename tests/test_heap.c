/* The heap over time keeps its extremes however often it is folded. */
#include <glib.h>

#include "trace/heap.h"

static void test_pieces(void)
{
    struct heap heap;
    heap_init(&heap);
    g_assert_cmpuint(heap.n, ==, 0);
    heap_add_live(&heap, 10, 500);
    heap_add_live(&heap, 20, 300);
    heap_add_live(&heap, 30, 400);
    heap_add_goal(&heap, 2500, 9000);
    g_assert_cmpint(heap.piece_ns, ==, 1000);
    g_assert_cmpuint(heap.n, ==, 3);
    g_assert_cmpuint(heap.pieces[0].live_min_bytes, ==, 300);
    g_assert_cmpuint(heap.pieces[0].live_max_bytes, ==, 500);
    g_assert_cmpuint(heap.pieces[0].live_last_bytes, ==, 400);
    g_assert_cmpuint(heap.pieces[0].n_goal, ==, 0);
    g_assert_cmpuint(heap.pieces[1].n_live, ==, 0);
    g_assert_cmpuint(heap.pieces[2].goal_last_bytes, ==, 9000);
}

static void test_fold(void)
{
    struct heap heap;
    heap_init(&heap);
    /* a dip and a peak in the midst of a long time */
    for (int64_t i = 0; i < 10000; i++)
        heap_add_live(&heap, i * 777, i == 5000 ? 1 : i == 5001 ? 99999 : (uint64_t)(1000 + i));
    g_assert_cmpint(heap.piece_ns, ==, 16000);
    g_assert_cmpuint(heap.n, ==, 9999 * 777 / 16000 + 1);
    uint64_t n = 0;
    for (size_t i = 0; i < heap.n; i++)
        n += heap.pieces[i].n_live;
    g_assert_cmpuint(n, ==, 10000);
    const struct heap_piece *piece = &heap.pieces[5000 * 777 / 16000];
    g_assert_cmpuint(piece->live_min_bytes, ==, 1);
    g_assert_cmpuint(piece->live_max_bytes, ==, 99999);
    g_assert_cmpuint(heap.pieces[0].live_min_bytes, ==, 1000);
    g_assert_cmpuint(heap.pieces[heap.n - 1].live_last_bytes, ==, 1000 + 9999);
}

static void test_late(void)
{
    struct heap heap;
    heap_init(&heap);
    heap_add_live(&heap, 0, 1);
    heap_add_live(&heap, INT64_MAX, 2);
    g_assert_cmpuint(heap.n, <=, HEAP_MAX_PIECES);
    g_assert_cmpuint(heap.pieces[heap.n - 1].live_last_bytes, ==, 2);
    g_assert_cmpuint(heap.pieces[0].live_last_bytes, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/heap/pieces", test_pieces);
    g_test_add_func("/heap/fold", test_fold);
    g_test_add_func("/heap/late", test_late);
    return g_test_run();
}
