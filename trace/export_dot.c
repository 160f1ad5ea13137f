/* Boxes are functions, larger and redder the more of the waiting began in or below them; arrows go
 * from caller to callee. */
#include "trace/export_dot.h"

#include <math.h>
#include <string.h>

#include "trace/callgraph.h"
#include "trace/printable.h"
#include "trace/quantity.h"

/* As much as a person can look at. */
#define MIN_SHARE 0.005
#define MAX_NODES 80

/* Text inside a DOT string: quotes and backslashes must not end it, nor become DOT's escapes. */
static void append_escaped(GString *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
}

static double share(int64_t ns, const struct callgraph *graph)
{
    return graph->total_ns == 0 ? 0 : (double)ns / (double)graph->total_ns;
}

static void write_time(GString *dot, const char *before, int64_t ns, const struct callgraph *graph)
{
    g_autofree char *time = quantity_time(ns);
    g_autofree char *percent = quantity_percent(ns, graph->total_ns);
    g_string_append_printf(dot, "%s%s (%s)", before, time, percent);
}

static void write_title(GString *dot, const struct trace *trace, const struct profile *profile,
                        const struct callgraph *graph)
{
    g_autofree char *base = g_path_get_basename(trace->path);
    g_autofree char *name = printable_new((struct slice){base, strlen(base)});
    g_autofree char *count = quantity_count(profile->count);
    g_autofree char *total = quantity_time(profile->delay_ns);
    g_string_append(dot, "  label=\"");
    append_escaped(dot, name);
    g_string_append_printf(dot, ": %s, %s waits, %s in all", profile_kind_name(profile->kind),
                           count, total);
    if (graph->n_hidden > 0)
        g_string_append_printf(dot, "\\n%zu lighter functions are not shown", graph->n_hidden);
    if (!trace->info.complete)
        g_string_append(dot, "\\nthe trace is damaged: this is what came before");
    g_string_append(dot, "\";\n");
}

/* White over yellow to red in HSV. */
static void write_node(GString *dot, const struct trace *trace, const struct callgraph *graph,
                       guint number)
{
    const struct callgraph_node *node = &g_array_index(graph->nodes, struct callgraph_node, number);
    g_autofree char *name = node->func == 0
                                ? g_strdup("(no stack)")
                                : printable_new(symbols_string(trace->symbols, node->func));
    double weight = share(node->cum_ns, graph), flat = share(node->flat_ns, graph);
    g_string_append_printf(dot, "  n%u [label=\"", number);
    append_escaped(dot, name);
    if (node->flat_ns > 0)
        write_time(dot, "\\n", node->flat_ns, graph);
    if (node->cum_ns != node->flat_ns)
        write_time(dot, node->flat_ns > 0 ? "\\nof " : "\\n", node->cum_ns, graph);
    char hue[G_ASCII_DTOSTR_BUF_SIZE], saturation[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(hue, sizeof hue, "%.3f", 0.15 * (1 - weight));
    g_ascii_formatd(saturation, sizeof saturation, "%.3f", 0.6 * weight);
    g_string_append_printf(dot, "\", fontsize=%d, fillcolor=\"%s %s 1.0\"];\n",
                           10 + (int)(14 * sqrt(flat)), hue, saturation);
}

static void write_edge(GString *dot, const struct callgraph *graph,
                       const struct callgraph_edge *edge)
{
    double weight = share(edge->ns, graph);
    g_autofree char *time = quantity_time(edge->ns);
    g_string_append_printf(dot, "  n%u -> n%u [label=\" %s\", weight=%d, penwidth=%d%s];\n",
                           edge->caller, edge->callee, time, 1 + (int)(99 * weight),
                           1 + (int)(5 * weight), edge->direct ? "" : ", style=dashed");
}

static const struct profile *profile_of(const struct trace *trace, const char *kind, GError **error)
{
    enum profile_kind which = kind == NULL ? PROFILE_SYNC : profile_kind_parse(kind);
    if (which >= PROFILE_N_WAITS) {
        g_set_error(error, TRACE_ERROR, TRACE_ERROR_USAGE,
                    "there is no profile kind \"%s\": use net, sync, syscall or sched", kind);
        return NULL;
    }
    g_assert(trace->profiles[which] != NULL);
    return trace->profiles[which];
}

GString *export_dot_text(const struct trace *trace, const char *kind, GError **error)
{
    const struct profile *profile = profile_of(trace, kind, error);
    if (profile == NULL)
        return NULL;
    struct callgraph *graph = callgraph_new(profile, trace->symbols, MIN_SHARE, MAX_NODES);
    GString *dot = g_string_new("digraph blocking {\n");
    g_string_append(dot, "  labelloc=t; labeljust=l; fontname=\"sans-serif\"; fontsize=16;\n");
    g_string_append(dot, "  node [shape=box, style=filled, fontname=\"sans-serif\"];\n");
    g_string_append(dot, "  edge [fontname=\"sans-serif\", fontsize=10];\n");
    write_title(dot, trace, profile, graph);
    for (guint i = 0; i < graph->nodes->len; i++)
        if (g_array_index(graph->nodes, struct callgraph_node, i).shown)
            write_node(dot, trace, graph, i);
    for (guint i = 0; i < graph->edges->len; i++)
        write_edge(dot, graph, &g_array_index(graph->edges, struct callgraph_edge, i));
    g_string_append(dot, "}\n");
    callgraph_free(graph);
    return dot;
}

bool export_dot(const struct trace *trace, const char *kind, GOutputStream *out,
                GCancellable *cancellable, GError **error)
{
    g_autoptr(GString) dot = export_dot_text(trace, kind, error);
    return dot != NULL &&
           g_output_stream_write_all(out, dot->str, dot->len, NULL, cancellable, error);
}
