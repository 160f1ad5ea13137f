/* Edges are found by (source, group, reason), those of late without a hash: there are few. */
#include "trace/wakeups.h"

const char *wakeup_source_name(enum wakeup_source source)
{
    static const char *const names[] = {[WAKEUP_GOROUTINE] = "goroutine",
                                        [WAKEUP_TIMER] = "timer",
                                        [WAKEUP_NETWORK] = "network",
                                        [WAKEUP_RUNTIME] = "runtime"};
    g_assert(source < G_N_ELEMENTS(names));
    return names[source];
}

static void edge_free(void *data)
{
    struct wakeups_edge *edge = data;
    histogram_clear(&edge->waited);
    g_free(edge);
}

struct wakeups_builder *wakeups_builder_new(void)
{
    struct wakeups_builder *b = g_new0(struct wakeups_builder, 1);
    roster_init(&b->numbers);
    roster_init(&b->whom);
    b->edges = g_ptr_array_new_with_free_func(edge_free);
    return b;
}

void wakeups_builder_free(struct wakeups_builder *b)
{
    if (b == NULL)
        return;
    g_ptr_array_unref(b->edges);
    roster_clear(&b->numbers);
    roster_clear(&b->whom);
    g_free(b);
}

struct wakeups_edge *wakeups_builder_edge_add(struct wakeups_builder *b, uint32_t source,
                                              uint32_t group, unsigned why)
{
    uint32_t whom = roster_add(&b->whom, (int64_t)group * FOLLOW_N_WHY + why);
    uint32_t number = roster_add(&b->numbers, (int64_t)((uint64_t)source << 32 | whom));
    if (number == b->edges->len) {
        struct wakeups_edge *edge = g_new0(struct wakeups_edge, 1);
        edge->source = source;
        edge->group = group;
        edge->why = (uint8_t)why;
        g_ptr_array_add(b->edges, edge);
    }
    return b->recent[wakeups_recent(source, group, why)] = g_ptr_array_index(b->edges, number);
}

void wakeups_builder_add(struct wakeups_builder *b, const struct stretch *stretch, uint32_t source)
{
    struct wakeups_edge *edge = wakeups_builder_edge(b, source, stretch->group, stretch->why);
    if (stretch->began)
        histogram_add(&edge->waited, stretch->to_ns - stretch->from_ns);
    else
        edge->n_cut++;
}

static int compare_edges(const void *a, const void *b)
{
    const struct wakeup_edge *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    if (x->waited.total_ns != y->waited.total_ns)
        return x->waited.total_ns < y->waited.total_ns ? 1 : -1;
    if (x->by != y->by)
        return x->by < y->by ? -1 : 1;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    return (x->reason > y->reason) - (x->reason < y->reason);
}

struct wakeups *wakeups_builder_finish(const struct wakeups_builder *b, const struct follow *follow)
{
    struct wakeups *wakeups = g_new0(struct wakeups, 1);
    uint32_t first = wakeups_source_of_group(0);
    wakeups->edges = g_array_sized_new(FALSE, FALSE, sizeof(struct wakeup_edge), b->edges->len);
    for (guint i = 0; i < b->edges->len; i++) {
        const struct wakeups_edge *edge = g_ptr_array_index(b->edges, i);
        struct wakeup_edge row = {.source = (enum wakeup_source)edge->source,
                                  .name = g_array_index(follow->groups, uint32_t, edge->group),
                                  .reason = follow->reasons[edge->why],
                                  .count = edge->n_cut + edge->waited.count,
                                  .waited = histogram_stats(&edge->waited)};
        if (edge->source >= first) {
            row.source = WAKEUP_GOROUTINE;
            row.by = g_array_index(follow->groups, uint32_t, edge->source - first);
        }
        wakeups->count += row.count;
        g_array_append_val(wakeups->edges, row);
    }
    g_array_sort(wakeups->edges, compare_edges);
    return wakeups;
}

void wakeups_free(struct wakeups *wakeups)
{
    if (wakeups == NULL)
        return;
    g_array_unref(wakeups->edges);
    g_free(wakeups);
}
