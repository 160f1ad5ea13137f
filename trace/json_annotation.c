/* A row for each name, and in those of regions one for each place that they begin at. */
#include "config.h"

#include "trace/json_annotation.h"

#include "trace/json_number.h"
#include "trace/json_slice.h"

static void set_durations(json_t *row, const struct annotation_group *group)
{
    const struct {
        const char *key;
        int64_t ns;
    } times[] = {{"p50_ns", group->p50_ns},
                 {"p95_ns", group->p95_ns},
                 {"p99_ns", group->p99_ns},
                 {"max_ns", group->max_ns}};
    json_object_set_new(row, "count", json_count(group->n));
    json_object_set_new(row, "complete", json_count(group->n_complete));
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++)
        json_object_set_new(row, times[i].key,
                            group->n_complete == 0 ? json_null() : json_integer(times[i].ns));
    json_t *histogram = json_array();
    for (guint i = 0; i < group->histogram->len; i++) {
        const struct durations_bar *bar = &g_array_index(group->histogram, struct durations_bar, i);
        json_t *pair = json_array();
        json_array_append_new(pair, json_integer(durations_bucket_ns(bar->bucket)));
        json_array_append_new(pair, json_count(bar->count));
        json_array_append_new(histogram, pair);
    }
    json_object_set_new(row, "histogram", histogram);
}

static json_t *tasks_array(const struct trace *trace)
{
    json_t *array = json_array();
    const GArray *tasks = trace->annotations->tasks;
    for (guint i = 0; i < tasks->len; i++) {
        const struct annotation_group *group = &g_array_index(tasks, struct annotation_group, i);
        json_t *row = json_object();
        json_object_set_new(row, "type", json_slice(symbols_string(trace->symbols, group->name)));
        set_durations(row, group);
        json_array_append_new(array, row);
    }
    return array;
}

static json_t *site_object(const struct symbols *symbols, const struct annotation_group *group)
{
    json_t *row = json_object();
    json_object_set_new(row, "func", json_slice(symbols_string(symbols, group->site.func)));
    json_object_set_new(row, "file", json_slice(symbols_string(symbols, group->site.file)));
    json_object_set_new(row, "line", json_count(group->site.line));
    set_durations(row, group);
    return row;
}

/* The places of each name, by its id. */
static GHashTable *sites_by_name(const struct trace *trace)
{
    GHashTable *by_name = g_hash_table_new(NULL, NULL);
    const GArray *sites = trace->annotations->sites;
    for (guint i = 0; i < sites->len; i++) {
        const struct annotation_group *group = &g_array_index(sites, struct annotation_group, i);
        json_t *array = g_hash_table_lookup(by_name, GUINT_TO_POINTER(group->name));
        if (array == NULL) {
            array = json_array();
            g_hash_table_insert(by_name, GUINT_TO_POINTER(group->name), array);
        }
        json_array_append_new(array, site_object(trace->symbols, group));
    }
    return by_name;
}

static json_t *regions_array(const struct trace *trace)
{
    json_t *array = json_array();
    g_autoptr(GHashTable) sites = sites_by_name(trace);
    const GArray *regions = trace->annotations->regions;
    for (guint i = 0; i < regions->len; i++) {
        const struct annotation_group *group = &g_array_index(regions, struct annotation_group, i);
        json_t *row = json_object();
        struct slice name = symbols_string(trace->symbols, group->name);
        /* What a task calls its type is a region's name in Go; both words are found. */
        json_object_set_new(row, "name", json_slice(name));
        json_object_set_new(row, "type", json_slice(name));
        set_durations(row, group);
        json_object_set_new(row, "sites",
                            g_hash_table_lookup(sites, GUINT_TO_POINTER(group->name)));
        json_array_append_new(array, row);
    }
    return array;
}

void json_annotations_add(json_t *root, const struct trace *trace)
{
    json_object_set_new(root, "tasks", tasks_array(trace));
    json_object_set_new(root, "regions", regions_array(trace));
    json_object_set_new(root, "logs", json_count(trace->annotations->n_logs));
}
