/* Edges are found by (source, group, reason); each slot remembers the last one, for most goroutines
 * are always woken in the same way. */
#include "trace/wakeups.h"

#include <string.h>

#include "trace/roster.h"

/* The pseudo Ps that wake-ups come from in a trace of Go 1.21 and older. */
#define P_TIMERS 1000001
#define P_NETWORK 1000002

/* A source as one number: the runtime's first, then groups. */
#define SOURCE_OF_GROUP(group) ((group) + 4)

struct edge {
    uint32_t source, group;
    uint8_t why;
    uint64_t count;
    struct histogram waited;
};

/* What the last wake-up of a slot was. */
struct last {
    uint32_t source, group;
    uint32_t edge; /* plus 1; 0: there was none */
    uint8_t why;
};

struct wakeups_builder {
    struct roster numbers; /* of edges */
    struct roster whom;    /* (group, why) as one number */
    GArray *edges;
    struct last *last; /* by slot */
    uint32_t n_last;
    uint64_t count;
};

const char *wakeup_source_name(enum wakeup_source source)
{
    static const char *const names[] = {[WAKEUP_GOROUTINE] = "goroutine",
                                        [WAKEUP_TIMER] = "timer",
                                        [WAKEUP_NETWORK] = "network",
                                        [WAKEUP_RUNTIME] = "runtime"};
    g_assert(source < G_N_ELEMENTS(names));
    return names[source];
}

struct wakeups_builder *wakeups_builder_new(void)
{
    struct wakeups_builder *b = g_new0(struct wakeups_builder, 1);
    roster_init(&b->numbers);
    roster_init(&b->whom);
    b->edges = g_array_new(FALSE, TRUE, sizeof(struct edge));
    return b;
}

void wakeups_builder_free(struct wakeups_builder *b)
{
    if (b == NULL)
        return;
    for (guint i = 0; i < b->edges->len; i++)
        histogram_clear(&g_array_index(b->edges, struct edge, i).waited);
    g_array_unref(b->edges);
    roster_clear(&b->numbers);
    roster_clear(&b->whom);
    g_free(b->last);
    g_free(b);
}

uint32_t wakeups_source_of_group(uint32_t group)
{
    return SOURCE_OF_GROUP(group);
}

uint32_t wakeups_source(const struct follow *follow, const struct stretch *stretch,
                        const struct event *event)
{
    if (event->g != EVENT_NO_ID)
        return SOURCE_OF_GROUP(follow_group(follow, event->g_slot));
    if (event->p == P_TIMERS || stretch->why == FOLLOW_SLEEP)
        return WAKEUP_TIMER;
    if (event->p == P_NETWORK || stretch->why == FOLLOW_NETWORK)
        return WAKEUP_NETWORK;
    return WAKEUP_RUNTIME;
}

static struct last *last_at(struct wakeups_builder *b, uint32_t slot)
{
    if (G_UNLIKELY(slot >= b->n_last)) {
        uint32_t n = MAX(slot + 1, MAX(64, 2 * b->n_last));
        b->last = g_renew(struct last, b->last, n);
        memset(b->last + b->n_last, 0, (n - b->n_last) * sizeof *b->last);
        b->n_last = n;
    }
    return &b->last[slot];
}

static uint32_t edge_add(struct wakeups_builder *b, uint32_t source, uint32_t group, uint8_t why)
{
    uint32_t whom = roster_add(&b->whom, (int64_t)group * FOLLOW_N_WHY + why);
    uint32_t number = roster_add(&b->numbers, (int64_t)((uint64_t)source << 32 | whom));
    if (number == b->edges->len) {
        struct edge edge = {.source = source, .group = group, .why = why};
        g_array_append_val(b->edges, edge);
    }
    return number;
}

void wakeups_builder_add(struct wakeups_builder *b, const struct stretch *stretch, uint32_t source)
{
    struct last *last = last_at(b, stretch->slot);
    if (last->edge == 0 || last->source != source || last->group != stretch->group ||
        last->why != stretch->why) {
        last->source = source;
        last->group = stretch->group;
        last->why = stretch->why;
        last->edge = edge_add(b, source, stretch->group, stretch->why) + 1;
    }
    struct edge *edge = &g_array_index(b->edges, struct edge, last->edge - 1);
    edge->count++;
    if (stretch->began)
        histogram_add(&edge->waited, stretch->to_ns - stretch->from_ns);
    b->count++;
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
    wakeups->count = b->count;
    wakeups->edges = g_array_sized_new(FALSE, FALSE, sizeof(struct wakeup_edge), b->edges->len);
    for (guint i = 0; i < b->edges->len; i++) {
        const struct edge *edge = &g_array_index(b->edges, struct edge, i);
        struct wakeup_edge row = {.source = (enum wakeup_source)edge->source,
                                  .name = g_array_index(follow->groups, uint32_t, edge->group),
                                  .reason = follow->reasons[edge->why],
                                  .count = edge->count,
                                  .waited = histogram_stats(&edge->waited)};
        if (edge->source >= SOURCE_OF_GROUP(0)) {
            row.source = WAKEUP_GOROUTINE;
            row.by = g_array_index(follow->groups, uint32_t, edge->source - SOURCE_OF_GROUP(0));
        }
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
