/* Pairs of goroutines are counted; ids get numbers so that a pair is one key. */
#include "trace/related.h"

#include "trace/roster.h"

struct related_builder {
    struct roster numbers; /* of goroutine ids */
    struct roster pairs;
    GArray *edges; /* of struct related_edge, by number in pairs */
};

struct related_builder *related_builder_new(void)
{
    struct related_builder *b = g_new0(struct related_builder, 1);
    roster_init(&b->numbers);
    roster_init(&b->pairs);
    b->edges = g_array_new(FALSE, FALSE, sizeof(struct related_edge));
    return b;
}

void related_builder_free(struct related_builder *b)
{
    if (b == NULL)
        return;
    roster_clear(&b->numbers);
    roster_clear(&b->pairs);
    g_array_unref(b->edges);
    g_free(b);
}

static void sink_event(void *self, const struct event *event)
{
    struct related_builder *b = self;
    if (event->kind != EVENT_STATE_TRANSITION || event->g == EVENT_NO_ID ||
        event->transition.resource != RESOURCE_GOROUTINE ||
        event->transition.from != STATE_WAITING || event->transition.to == STATE_WAITING)
        return;
    uint32_t by = roster_add(&b->numbers, event->g);
    uint32_t of = roster_add(&b->numbers, event->transition.id);
    uint32_t number = roster_add(&b->pairs, (int64_t)((uint64_t)by << 32 | of));
    if (number == b->edges->len) {
        struct related_edge edge = {event->g, event->transition.id, 0};
        g_array_append_val(b->edges, edge);
    }
    g_array_index(b->edges, struct related_edge, number).count++;
}

struct sink related_builder_sink(struct related_builder *b)
{
    return (struct sink){.event = sink_event, .self = b};
}

static int compare_edges(const void *a, const void *b)
{
    const struct related_edge *x = a, *y = b;
    if (x->of != y->of)
        return x->of < y->of ? -1 : 1;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->by > y->by) - (x->by < y->by);
}

struct related *related_builder_finish(const struct related_builder *b)
{
    struct related *related = g_new0(struct related, 1);
    related->edges = g_array_copy(b->edges);
    g_array_sort(related->edges, compare_edges);
    return related;
}

void related_free(struct related *related)
{
    if (related == NULL)
        return;
    g_array_unref(related->edges);
    g_free(related);
}

/* --- questions --- */

/* The first edge of a woken goroutine, or where it would be. */
static guint first_of(const GArray *edges, int64_t id)
{
    guint low = 0, high = edges->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(edges, struct related_edge, middle).of < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int compare_ids(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void add_wakers(const struct related *related, int64_t id, GHashTable *known, GArray *set)
{
    for (guint i = first_of(related->edges, id); i < related->edges->len; i++) {
        struct related_edge *edge = &g_array_index(related->edges, struct related_edge, i);
        if (edge->of != id)
            return;
        if (g_hash_table_add(known, &edge->by))
            g_array_append_val(set, edge->by);
    }
}

GArray *related_of(const struct related *related, int64_t id)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_int64_hash, g_int64_equal);
    GArray *set = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_hash_table_add(known, &id);
    g_array_append_val(set, id);
    guint from = 0;
    for (int round = 0; round < 2; round++) {
        guint until = set->len;
        for (guint i = from; i < until; i++)
            add_wakers(related, g_array_index(set, int64_t, i), known, set);
        from = until;
    }
    g_array_sort(set, compare_ids);
    return set;
}
