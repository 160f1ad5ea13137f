/* Keys are made valid first, for jansson takes no others. */
#include "trace/json_times.h"

#include "trace/json_slice.h"
#include "trace/sum.h"

json_t *json_times(const struct symbols *symbols, const GArray *times)
{
    json_t *object = json_object();
    for (guint i = 0; i < times->len; i++) {
        const struct summary_time *time = &g_array_index(times, struct summary_time, i);
        g_autofree char *key = json_slice_key(symbols_string(symbols, time->name));
        json_int_t before = json_integer_value(json_object_get(object, key));
        json_object_set_new(object, key, json_integer(sum_ns(before, time->ns)));
    }
    return object;
}

json_t *json_time_point(int64_t ns)
{
    return ns == SUMMARY_UNKNOWN_NS ? json_null() : json_integer(ns);
}
