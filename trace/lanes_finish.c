/* What the builder of lanes has so far becomes lanes that stay. */
#include <stdlib.h>
#include <string.h>

#include "trace/lane_pieces.h"
#include "trace/lane_rows.h"

struct row {
    int64_t id;
    uint32_t number;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* The numbers of one kind's lanes, by id. The id is the writer's neighbour in all three kinds. */
static struct row *rows_sorted(const struct lanes_builder *b, enum lane_kind kind, size_t n)
{
    struct row *rows = g_new(struct row, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        rows[i].number = i;
        rows[i].id = kind == LANE_GOROUTINE ? goroutine_at(b, i)->id
                     : kind == LANE_PROC    ? proc_at(b, i)->id
                                            : thread_at(b, i)->id;
    }
    qsort(rows, n, sizeof *rows, compare_rows);
    return rows;
}

/* What is still open, as the last piece of a lane; NULL when nothing is. */
static const struct spans_piece *tail_of(const struct lanes_builder *b, enum lane_kind kind,
                                         uint32_t number, const uint32_t *thread_g,
                                         struct spans_piece *piece)
{
    uint32_t of = kind == LANE_GOROUTINE ? number
                  : kind == LANE_PROC    ? proc_at(b, number)->g
                                         : thread_g[number];
    if (of == ROSTER_NONE)
        return kind == LANE_PROC && sweep_open(proc_at(b, number), b->last_ns, piece) ? piece
                                                                                      : NULL;
    const struct goroutine *g = goroutine_at(b, of);
    if (!piece_open(b, g, b->last_ns, piece))
        return NULL;
    if (kind != LANE_GOROUTINE)
        make_proc_piece(g, piece);
    if (kind == LANE_THREAD)
        make_thread_piece(g, piece);
    return piece;
}

/* Which goroutine each thread carries now, by the threads' numbers. */
static uint32_t *thread_goroutines(const struct lanes_builder *b)
{
    uint32_t *carried = g_new(uint32_t, b->threads->len + 1);
    memset(carried, 0xff, (b->threads->len + 1) * sizeof *carried);
    for (guint i = 0; i < b->goroutines->len; i++) {
        const struct goroutine *g = goroutine_at(b, i);
        if (on_thread(g) && g->m != EVENT_NO_ID)
            carried[g->m_number] = i;
    }
    return carried;
}

static struct spans_writer *writer_of(const struct lanes_builder *b, enum lane_kind kind,
                                      uint32_t number)
{
    return kind == LANE_GOROUTINE ? &goroutine_at(b, number)->spans
           : kind == LANE_PROC    ? &proc_at(b, number)->spans
                                  : &thread_at(b, number)->spans;
}

static void finish_kind(const struct lanes_builder *b, bool for_good, struct lanes *lanes,
                        enum lane_kind kind, const uint32_t *carried)
{
    size_t n = b->numbers[kind].n;
    g_autofree struct row *rows = rows_sorted(b, kind, n);
    lanes->n[kind] = n;
    lanes->lanes[kind] = g_new0(struct lane, n);
    lanes->spans[kind] = g_new0(struct lane_spans, n);
    for (size_t i = 0; i < n; i++) {
        struct lane *lane = &lanes->lanes[kind][i];
        uint32_t number = rows[i].number;
        lane->kind = kind;
        lane->id = rows[i].id;
        lane->name = kind == LANE_GOROUTINE ? goroutine_at(b, number)->name : 0;
        struct spans_piece piece;
        spans_finish(writer_of(b, kind, number), for_good, &lanes->store,
                     tail_of(b, kind, number, carried, &piece), lane, &lanes->spans[kind][i]);
    }
}

static struct lanes *finish(struct lanes_builder *b, bool for_good)
{
    struct lanes *lanes = g_new0(struct lanes, 1);
    for (guint i = 0; i < b->procs->len; i++)
        share_end(b, proc_at(b, i));
    spans_store_init(&lanes->store);
    spans_store_share(&lanes->store, &b->store);
    g_autofree uint32_t *carried = thread_goroutines(b);
    for (int kind = 0; kind < LANE_N_KINDS; kind++)
        finish_kind(b, for_good, lanes, (enum lane_kind)kind, carried);
    return lanes;
}

struct lanes *lanes_builder_finish(struct lanes_builder *b)
{
    return finish(b, false);
}

struct lanes *lanes_builder_close(struct lanes_builder *b)
{
    struct lanes *lanes = finish(b, true);
    lanes_builder_free(b);
    return lanes;
}
