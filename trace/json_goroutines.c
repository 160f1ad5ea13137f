/* One object a goroutine. */
#include "trace/json_goroutines.h"

#include <jansson.h>

#include "trace/json_slice.h"
#include "trace/json_times.h"
#include "trace/json_write.h"

static json_t *goroutine_object(const struct symbols *symbols, const struct summary_goroutine *g)
{
    json_t *object = json_object();
    json_object_set_new(object, "id", json_integer(g->id));
    json_object_set_new(object, "name", json_slice(symbols_string(symbols, g->name)));
    json_object_set_new(object, "parent",
                        g->parent == EVENT_NO_ID ? json_null() : json_integer(g->parent));
    json_object_set_new(object, "creation_ns", json_time_point(g->creation_ns));
    json_object_set_new(object, "start_ns", json_time_point(g->start_ns));
    json_object_set_new(object, "end_ns", json_time_point(g->end_ns));
    json_times_set(object, symbols, &g->times);
    return object;
}

bool json_goroutines_write(const struct trace *trace, const GPtrArray *rows, GOutputStream *out,
                           GCancellable *cancellable, GError **error)
{
    json_t *array = json_array();
    for (guint i = 0; i < rows->len; i++)
        json_array_append_new(array, goroutine_object(trace->symbols, g_ptr_array_index(rows, i)));
    json_t *root = json_object();
    json_object_set_new(root, "goroutines", array);
    return json_write(root, out, cancellable, error);
}
