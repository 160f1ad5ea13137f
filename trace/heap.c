/* An array of pieces that is folded in two when time runs out of it. */
#include "trace/heap.h"

#include <glib.h>
#include <string.h>

/* A short trace has pieces of about this length, a long one of this times a power of two. */
#define FIRST_PIECE_NS 1000

void heap_init(struct heap *heap)
{
    memset(heap, 0, sizeof *heap);
    heap->piece_ns = FIRST_PIECE_NS;
}

static void piece_add_live(struct heap_piece *piece, uint64_t n, uint64_t min, uint64_t max,
                           uint64_t last)
{
    if (n == 0)
        return;
    piece->live_min_bytes = piece->n_live == 0 ? min : MIN(piece->live_min_bytes, min);
    piece->live_max_bytes = MAX(piece->live_max_bytes, max);
    piece->live_last_bytes = last;
    piece->n_live += n;
}

static void piece_add_goal(struct heap_piece *piece, uint64_t n, uint64_t last)
{
    if (n == 0)
        return;
    piece->goal_last_bytes = last;
    piece->n_goal += n;
}

static void fold(struct heap *heap)
{
    for (size_t i = 0; i < HEAP_MAX_PIECES; i += 2) {
        const struct heap_piece *second = &heap->pieces[i + 1];
        struct heap_piece joined = heap->pieces[i];
        piece_add_live(&joined, second->n_live, second->live_min_bytes, second->live_max_bytes,
                       second->live_last_bytes);
        piece_add_goal(&joined, second->n_goal, second->goal_last_bytes);
        heap->pieces[i / 2] = joined;
    }
    memset(&heap->pieces[HEAP_MAX_PIECES / 2], 0, HEAP_MAX_PIECES / 2 * sizeof(struct heap_piece));
    heap->n = (heap->n + 1) / 2;
    heap->piece_ns *= 2;
}

static struct heap_piece *piece_at(struct heap *heap, int64_t time_ns)
{
    while (time_ns / heap->piece_ns >= HEAP_MAX_PIECES)
        fold(heap);
    size_t i = (size_t)(time_ns / heap->piece_ns);
    heap->n = MAX(heap->n, i + 1);
    return &heap->pieces[i];
}

void heap_add_live(struct heap *heap, int64_t time_ns, uint64_t bytes)
{
    piece_add_live(piece_at(heap, time_ns), 1, bytes, bytes, bytes);
}

void heap_add_goal(struct heap *heap, int64_t time_ns, uint64_t bytes)
{
    piece_add_goal(piece_at(heap, time_ns), 1, bytes);
}
