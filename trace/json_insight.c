/* One function an analysis. */
#include "trace/json_insight.h"

#include "trace/json_slice.h"

static json_t *count_value(uint64_t value)
{
    return json_integer((json_int_t)MIN(value, (uint64_t)INT64_MAX));
}

static json_t *name_value(const struct trace *trace, uint32_t name)
{
    return json_slice(symbols_string(trace->symbols, name));
}

static json_t *stats_object(const struct histogram_stats *stats)
{
    json_t *object = json_object();
    json_object_set_new(object, "count", count_value(stats->count));
    json_object_set_new(object, "total_ns", json_integer(stats->total_ns));
    /* of nothing there are no quantiles */
    bool any = stats->count > 0;
    json_object_set_new(object, "p50_ns", any ? json_integer(stats->p50_ns) : json_null());
    json_object_set_new(object, "p95_ns", any ? json_integer(stats->p95_ns) : json_null());
    json_object_set_new(object, "p99_ns", any ? json_integer(stats->p99_ns) : json_null());
    json_object_set_new(object, "max_ns", any ? json_integer(stats->max_ns) : json_null());
    return object;
}

/* --- latency --- */

static void latency_set(json_t *object, const struct trace *trace, const struct latency_row *row)
{
    json_t *block = json_array();
    json_object_set_new(object, "sched", stats_object(&row->sched));
    json_object_set_new(object, "run", stats_object(&row->run));
    json_object_set_new(object, "syscall", stats_object(&row->syscall));
    for (guint i = 0; i < row->block->len; i++) {
        const struct latency_block *b = &g_array_index(row->block, struct latency_block, i);
        json_t *stats = stats_object(&b->stats);
        json_object_set_new(stats, "reason", name_value(trace, b->reason));
        json_array_append_new(block, stats);
    }
    json_object_set_new(object, "block", block);
}

static json_t *latency_object(const struct trace *trace, const struct latency *latency)
{
    json_t *object = json_object(), *groups = json_array();
    latency_set(object, trace, &latency->all);
    for (guint i = 0; i < latency->groups->len; i++) {
        const struct latency_row *row = &g_array_index(latency->groups, struct latency_row, i);
        json_t *group = json_object();
        json_object_set_new(group, "name", name_value(trace, row->name));
        latency_set(group, trace, row);
        json_array_append_new(groups, group);
    }
    json_object_set_new(object, "groups", groups);
    return object;
}

/* --- graphs --- */

static json_t *wakeups_object(const struct trace *trace, const struct wakeups *wakeups)
{
    json_t *object = json_object(), *edges = json_array();
    json_object_set_new(object, "count", count_value(wakeups->count));
    json_object_set_new(object, "edges_total", count_value(wakeups->edges->len));
    for (guint i = 0; i < MIN(wakeups->edges->len, JSON_INSIGHT_EDGES); i++) {
        const struct wakeup_edge *e = &g_array_index(wakeups->edges, struct wakeup_edge, i);
        json_t *edge = json_object();
        json_object_set_new(edge, "source", json_string(wakeup_source_name(e->source)));
        json_object_set_new(edge, "by",
                            e->source == WAKEUP_GOROUTINE ? name_value(trace, e->by) : json_null());
        json_object_set_new(edge, "name", name_value(trace, e->name));
        json_object_set_new(edge, "reason", name_value(trace, e->reason));
        json_object_set_new(edge, "count", count_value(e->count));
        json_object_set_new(edge, "waited", stats_object(&e->waited));
        json_array_append_new(edges, edge);
    }
    json_object_set_new(object, "edges", edges);
    return object;
}

static json_t *creation_object(const struct trace *trace, const struct creation *creation)
{
    json_t *object = json_object(), *edges = json_array();
    json_object_set_new(object, "count", count_value(creation->count));
    json_object_set_new(object, "edges_total", count_value(creation->edges->len));
    for (guint i = 0; i < MIN(creation->edges->len, JSON_INSIGHT_EDGES); i++) {
        const struct creation_edge *e = &g_array_index(creation->edges, struct creation_edge, i);
        json_t *edge = json_object();
        json_object_set_new(edge, "by",
                            e->has_creator ? name_value(trace, e->creator) : json_null());
        json_object_set_new(edge, "name", name_value(trace, e->created));
        json_object_set_new(edge, "count", count_value(e->count));
        json_array_append_new(edges, edge);
    }
    json_object_set_new(object, "edges", edges);
    return object;
}

/* --- Ps and parallelism --- */

static json_t *procs_object(const struct procs *procs)
{
    json_t *object = json_object(), *rows = json_array();
    json_object_set_new(object, "idle_while_runnable_ns",
                        json_integer(procs->idle_while_runnable_ns));
    for (guint i = 0; i < procs->rows->len; i++) {
        const struct proc_row *p = &g_array_index(procs->rows, struct proc_row, i);
        json_t *row = json_object();
        json_object_set_new(row, "id", json_integer(p->id));
        for (int use = 0; use < PROC_N_USES; use++) {
            g_autofree char *key = g_strconcat(proc_use_name((enum proc_use)use), "_ns", NULL);
            json_object_set_new(row, key, json_integer(p->ns[use]));
        }
        json_array_append_new(rows, row);
    }
    json_object_set_new(object, "rows", rows);
    return object;
}

static json_t *phase_object(const struct trace *trace, const struct parallelism_phase *phase)
{
    json_t *object = json_object(), *who = json_array();
    json_object_set_new(object, "start_ns", json_integer(phase->start_ns));
    json_object_set_new(object, "end_ns", json_integer(phase->end_ns));
    json_object_set_new(object, "ran_ns", json_integer(phase->ran_ns));
    for (size_t i = 0; i < phase->n_who; i++) {
        json_t *one = json_object();
        json_object_set_new(one, "name", name_value(trace, phase->who[i].name));
        json_object_set_new(one, "ns", json_integer(phase->who[i].ns));
        json_array_append_new(who, one);
    }
    json_object_set_new(object, "who", who);
    return object;
}

static json_t *parallelism_object(const struct trace *trace, const struct parallelism *parallelism)
{
    json_t *object = json_object(), *running = json_array(), *serial = json_array();
    for (guint i = 0; i < parallelism->running_ns->len; i++)
        json_array_append_new(running,
                              json_integer(g_array_index(parallelism->running_ns, int64_t, i)));
    for (guint i = 0; i < parallelism->serial->len; i++)
        json_array_append_new(
            serial,
            phase_object(trace, &g_array_index(parallelism->serial, struct parallelism_phase, i)));
    json_object_set_new(object, "running_ns", running);
    json_object_set_new(object, "serial_ns", json_integer(parallelism->serial_ns));
    json_object_set_new(object, "serial_count", count_value(parallelism->n_serial));
    json_object_set_new(object, "serial", serial);
    return object;
}

void json_insight_set(json_t *object, const struct trace *trace)
{
    const struct insight *insight = trace->insight;
    if (insight == NULL || insight->latency == NULL)
        return;
    json_object_set_new(object, "latency", latency_object(trace, insight->latency));
    json_object_set_new(object, "wakeups", wakeups_object(trace, insight->wakeups));
    json_object_set_new(object, "procs", procs_object(insight->procs));
    json_object_set_new(object, "creation", creation_object(trace, insight->creation));
    json_object_set_new(object, "parallelism", parallelism_object(trace, insight->parallelism));
}
