/* Pairs of groups are counted. */
#include "trace/creation.h"

#include "trace/roster.h"

struct edge {
    uint32_t creator; /* a group, plus 1; 0: no goroutine */
    uint32_t created;
    uint64_t count;
};

struct creation_builder {
    struct roster numbers; /* of edges */
    GArray *edges;
    uint64_t count;
};

struct creation_builder *creation_builder_new(void)
{
    struct creation_builder *b = g_new0(struct creation_builder, 1);
    roster_init(&b->numbers);
    b->edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
    return b;
}

void creation_builder_free(struct creation_builder *b)
{
    if (b == NULL)
        return;
    roster_clear(&b->numbers);
    g_array_unref(b->edges);
    g_free(b);
}

void creation_builder_add(struct creation_builder *b, bool has_creator, uint32_t creator,
                          uint32_t created, uint64_t count)
{
    uint32_t from = has_creator ? creator + 1 : 0;
    uint32_t number = roster_add(&b->numbers, (int64_t)((uint64_t)from << 32 | created));
    if (number == b->edges->len) {
        struct edge edge = {from, created, 0};
        g_array_append_val(b->edges, edge);
    }
    g_array_index(b->edges, struct edge, number).count += count;
    b->count += count;
}

static int compare_edges(const void *a, const void *b)
{
    const struct creation_edge *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    if (x->creator != y->creator)
        return x->creator < y->creator ? -1 : 1;
    return (x->created > y->created) - (x->created < y->created);
}

struct creation *creation_builder_finish(const struct creation_builder *b,
                                         const struct follow *follow)
{
    struct creation *creation = g_new0(struct creation, 1);
    creation->count = b->count;
    creation->edges = g_array_sized_new(FALSE, FALSE, sizeof(struct creation_edge), b->edges->len);
    for (guint i = 0; i < b->edges->len; i++) {
        const struct edge *edge = &g_array_index(b->edges, struct edge, i);
        struct creation_edge row = {.created =
                                        g_array_index(follow->groups, uint32_t, edge->created),
                                    .count = edge->count,
                                    .has_creator = edge->creator != 0};
        if (row.has_creator)
            row.creator = g_array_index(follow->groups, uint32_t, edge->creator - 1);
        g_array_append_val(creation->edges, row);
    }
    g_array_sort(creation->edges, compare_edges);
    return creation;
}

void creation_free(struct creation *creation)
{
    if (creation == NULL)
        return;
    g_array_unref(creation->edges);
    g_free(creation);
}
