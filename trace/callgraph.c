/* Two walks over all stacks: the first weighs the functions, the second draws the edges between
 * those that are heavy enough to be shown. */
#include "trace/callgraph.h"

#include <string.h>

#include "trace/sum.h"

/* While the graph is made. */
struct making {
    struct callgraph *graph;
    const struct symbols *symbols;
    struct roster node_of; /* function -> node */
    struct roster edge_of; /* caller, callee -> edge */
    GArray *node_seen_in;  /* per node: the last record that counted it, plus 1 */
    GArray *edge_seen_in;  /* likewise */
};

static struct callgraph_node *node_at(const struct making *making, uint32_t number)
{
    return &g_array_index(making->graph->nodes, struct callgraph_node, number);
}

static uint32_t node_add(struct making *making, uint32_t func)
{
    uint32_t number = roster_add(&making->node_of, func);
    if (number == making->graph->nodes->len) {
        struct callgraph_node node = {.func = func};
        g_array_append_val(making->graph->nodes, node);
        g_array_set_size(making->node_seen_in, number + 1);
    }
    return number;
}

/* Is this the first time that record number `record` asks? */
static bool first_time(GArray *seen_in, uint32_t number, guint record)
{
    guint *last = &g_array_index(seen_in, guint, number);
    if (*last == record + 1)
        return false;
    *last = record + 1;
    return true;
}

static void add_to(int64_t *sum, int64_t ns)
{
    *sum = sum_ns(*sum, ns);
}

/* Samples have no time. */
static int64_t weight_of(const struct making *making, const struct profile_record *record)
{
    return making->graph->samples ? (int64_t)MIN(record->count, (uint64_t)INT64_MAX)
                                  : record->delay_ns;
}

static void weigh(struct making *making, const struct profile_record *record, guint number)
{
    struct stack stack = symbols_stack(making->symbols, record->stack);
    /* A wait without a stack is a node of its own. */
    int64_t weight = weight_of(making, record);
    uint32_t leaf = node_add(making, stack.n == 0 ? 0 : stack.frames[0].func);
    add_to(&node_at(making, leaf)->flat_ns, weight);
    if (stack.n == 0)
        add_to(&node_at(making, leaf)->cum_ns, weight);
    for (size_t i = 0; i < stack.n; i++) {
        uint32_t node = node_add(making, stack.frames[i].func);
        if (first_time(making->node_seen_in, node, number))
            add_to(&node_at(making, node)->cum_ns, weight);
    }
}

static void connect(struct making *making, uint32_t caller, uint32_t callee, bool direct,
                    int64_t ns, guint record)
{
    uint32_t number = roster_add(&making->edge_of, (int64_t)((uint64_t)caller << 32 | callee));
    GArray *edges = making->graph->edges;
    if (number == edges->len) {
        struct callgraph_edge edge = {.caller = caller, .callee = callee};
        g_array_append_val(edges, edge);
        g_array_set_size(making->edge_seen_in, number + 1);
    }
    struct callgraph_edge *edge = &g_array_index(edges, struct callgraph_edge, number);
    edge->direct |= direct;
    if (first_time(making->edge_seen_in, number, record))
        add_to(&edge->ns, ns);
}

static void draw(struct making *making, const struct profile_record *record, guint number)
{
    struct stack stack = symbols_stack(making->symbols, record->stack);
    uint32_t callee = ROSTER_NONE;
    bool direct = true;
    for (size_t i = 0; i < stack.n; i++) {
        uint32_t node = roster_find(&making->node_of, stack.frames[i].func);
        if (!node_at(making, node)->shown) {
            direct = false;
            continue;
        }
        if (callee != ROSTER_NONE)
            connect(making, node, callee, direct, weight_of(making, record), number);
        callee = node;
        direct = true;
    }
}

static int compare_cum(const void *a, const void *b)
{
    const struct callgraph_node *const *x = a, *const *y = b;
    if ((*x)->cum_ns != (*y)->cum_ns)
        return (*x)->cum_ns < (*y)->cum_ns ? 1 : -1;
    return (*x)->func < (*y)->func ? -1 : (*x)->func > (*y)->func;
}

static void choose(struct making *making, double min_share, size_t max_nodes)
{
    size_t n = making->graph->nodes->len;
    g_autofree struct callgraph_node **heaviest = g_new(struct callgraph_node *, n + 1);
    for (uint32_t i = 0; i < n; i++)
        heaviest[i] = node_at(making, i);
    qsort(heaviest, n, sizeof *heaviest, compare_cum);
    double min_ns = min_share * (double)making->graph->total_ns;
    size_t shown = 0;
    while (shown < MIN(n, max_nodes) && (double)heaviest[shown]->cum_ns >= min_ns)
        heaviest[shown++]->shown = true;
    making->graph->n_hidden = n - shown;
}

struct callgraph *callgraph_new(const struct profile *profile, const struct symbols *symbols,
                                double min_share, size_t max_nodes)
{
    struct callgraph *graph = g_new0(struct callgraph, 1);
    graph->nodes = g_array_new(FALSE, FALSE, sizeof(struct callgraph_node));
    graph->edges = g_array_new(FALSE, FALSE, sizeof(struct callgraph_edge));
    graph->samples = profile->kind == PROFILE_CPU;
    graph->total_ns =
        graph->samples ? (int64_t)MIN(profile->count, (uint64_t)INT64_MAX) : profile->delay_ns;
    struct making making = {.graph = graph, .symbols = symbols};
    roster_init(&making.node_of);
    roster_init(&making.edge_of);
    making.node_seen_in = g_array_new(FALSE, TRUE, sizeof(guint));
    making.edge_seen_in = g_array_new(FALSE, TRUE, sizeof(guint));

    const GArray *records = profile->records;
    for (guint i = 0; i < records->len; i++)
        weigh(&making, &g_array_index(records, struct profile_record, i), i);
    choose(&making, min_share, max_nodes);
    for (guint i = 0; i < records->len; i++)
        draw(&making, &g_array_index(records, struct profile_record, i), i);

    roster_clear(&making.node_of);
    roster_clear(&making.edge_of);
    g_array_unref(making.node_seen_in);
    g_array_unref(making.edge_seen_in);
    return graph;
}

void callgraph_free(struct callgraph *graph)
{
    if (graph == NULL)
        return;
    g_array_unref(graph->nodes);
    g_array_unref(graph->edges);
    g_free(graph);
}
