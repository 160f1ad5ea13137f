/* Keys are made valid first, for jansson takes no others. */
#include "trace/json_times.h"

#include "trace/json_slice.h"
#include "trace/sum.h"

/* Names that become equal as UTF-8 are added up. */
static json_t *under_names(const struct symbols *symbols, const GArray *times)
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

void json_times_set(json_t *object, const struct symbols *symbols,
                    const struct summary_times *times)
{
    json_object_set_new(object, "total_ns", json_integer(times->total_ns));
    json_object_set_new(object, "exec_ns", json_integer(times->exec_ns));
    json_object_set_new(object, "sched_wait_ns", json_integer(times->sched_wait_ns));
    json_object_set_new(object, "syscall_ns", json_integer(times->syscall_ns));
    json_object_set_new(object, "syscall_block_ns", json_integer(times->syscall_block_ns));
    json_object_set_new(object, "block_ns", under_names(symbols, times->block));
    json_object_set_new(object, "range_ns", under_names(symbols, times->range));
}

json_t *json_time_point(int64_t ns)
{
    return ns == SUMMARY_UNKNOWN_NS ? json_null() : json_integer(ns);
}
