/* Builds the object with jansson. */
#include "config.h"

#include "trace/export_json.h"

#include <string.h>

#include <jansson.h>

#include "trace/json_annotation.h"
#include "trace/json_gc.h"
#include "trace/json_insight.h"
#include "trace/json_slice.h"
#include "trace/json_times.h"
#include "trace/json_write.h"

static json_t *integer(uint64_t value)
{
    return json_integer((json_int_t)MIN(value, (uint64_t)INT64_MAX));
}

static json_t *text(const char *at)
{
    return at == NULL ? json_null() : json_slice((struct slice){at, strlen(at)});
}

static json_t *wall_clock(const struct reader_info *info)
{
    if (!info->has_wall)
        return json_null();
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(info->wall_s);
    g_autofree char *second = utc == NULL ? NULL : g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S");
    if (second == NULL)
        return json_null();
    g_autofree char *wall = g_strdup_printf("%s.%09dZ", second, (int)info->wall_ns);
    return json_string(wall);
}

static json_t *counts_object(const struct trace *trace)
{
    const struct reader_info *info = &trace->info;
    json_t *counts = json_object();
    json_object_set_new(counts, "events", integer(info->n_events));
    json_object_set_new(counts, "goroutines", integer(trace->summary->n_goroutines));
    json_object_set_new(counts, "procs", integer(trace->summary->n_procs));
    json_object_set_new(counts, "threads", integer(trace->summary->n_threads));
    json_object_set_new(counts, "stacks", integer(info->n_stacks));
    json_object_set_new(counts, "strings", integer(info->n_strings));
    json_object_set_new(counts, "batches", integer(info->n_batches));
    return counts;
}

static json_t *events_object(const struct reader_info *info)
{
    json_t *events = json_object();
    for (int kind = 0; kind < EVENT_N_KINDS; kind++)
        if (info->n_kind[kind] > 0)
            json_object_set_new(events, event_kind_name((enum event_kind)kind),
                                integer(info->n_kind[kind]));
    return events;
}

static json_t *gomaxprocs_array(const GArray *series)
{
    json_t *array = json_array();
    for (guint i = 0; i < series->len; i++) {
        const struct summary_gomaxprocs *row = &g_array_index(series, struct summary_gomaxprocs, i);
        json_t *pair = json_array();
        json_array_append_new(pair, json_integer(row->time_ns));
        json_array_append_new(pair, integer(row->n));
        json_array_append_new(array, pair);
    }
    return array;
}

static json_t *heap_object(const struct trace *trace)
{
    const struct summary *summary = trace->summary;
    json_t *heap = json_object();
    json_object_set_new(heap, "min_bytes", integer(summary->heap_min_bytes));
    json_object_set_new(heap, "max_bytes", integer(summary->heap_max_bytes));
    json_object_set_new(heap, "goal_max_bytes", integer(summary->heap_goal_max_bytes));
    if (trace->gc != NULL)
        json_object_set_new(heap, "series", json_heap_series(trace->gc->heap));
    return heap;
}

static json_t *group_object(const struct symbols *symbols, const struct summary_group *group)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", json_slice(symbols_string(symbols, group->name)));
    json_object_set_new(object, "count", integer(group->count));
    json_times_set(object, symbols, &group->times);
    return object;
}

static json_t *groups_array(const struct trace *trace)
{
    json_t *array = json_array();
    for (guint i = 0; i < trace->summary->groups->len; i++)
        json_array_append_new(
            array, group_object(trace->symbols,
                                &g_array_index(trace->summary->groups, struct summary_group, i)));
    return array;
}

static json_t *summary_object(const struct trace *trace)
{
    const struct reader_info *info = &trace->info;
    g_autofree char *go = g_strdup_printf("1.%d", info->go_minor);
    json_t *root = json_object();
    json_object_set_new(root, "tracetui", json_string(PACKAGE_VERSION));
    json_t *file = json_object();
    json_object_set_new(file, "path", text(trace->path));
    json_object_set_new(file, "bytes", integer(trace->bytes));
    json_object_set_new(file, "compression", text(trace->compression));
    json_object_set_new(root, "file", file);
    json_object_set_new(root, "format", json_pack("{s:s, s:i}", "go", go, "wire", info->wire));
    json_t *clock = json_object();
    json_object_set_new(clock, "start", json_integer(info->start_ns));
    json_object_set_new(clock, "duration_ns", json_integer(info->end_ns));
    json_object_set_new(clock, "wall", wall_clock(info));
    json_object_set_new(root, "clock", clock);
    json_object_set_new(root, "complete", json_boolean(info->complete));
    json_object_set_new(root, "lost_bytes", integer(info->lost_bytes));
    json_object_set_new(root, "error", text(trace->damage == NULL ? NULL : trace->damage->message));
    json_object_set_new(root, "generations", integer(info->n_generations));
    json_object_set_new(root, "counts", counts_object(trace));
    json_object_set_new(root, "events", events_object(info));
    json_object_set_new(root, "gomaxprocs", gomaxprocs_array(trace->summary->gomaxprocs));
    json_object_set_new(root, "heap", heap_object(trace));
    json_object_set_new(root, "groups", groups_array(trace));
    if (trace->gc != NULL)
        json_object_set_new(root, "gc", json_gc(trace));
    if (trace->annotations != NULL)
        json_annotations_add(root, trace);
    json_insight_set(root, trace);
    return root;
}

bool export_json(const struct trace *trace, const char *kind, GOutputStream *out,
                 GCancellable *cancellable, GError **error)
{
    (void)kind;
    g_assert(trace->summary != NULL);
    return json_write(summary_object(trace), out, cancellable, error);
}
