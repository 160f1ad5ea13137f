/* One event as a JSON object on a line. */
#include "trace/event_json.h"

#include <jansson.h>

#include "trace/json_slice.h"

/* The fields of one kind of event. */
typedef void fields_fn(json_t *object, const struct symbols *symbols, const struct event *event);

static void set_string(json_t *object, const char *key, const struct symbols *symbols, uint32_t id)
{
    json_object_set_new(object, key, json_slice(symbols_string(symbols, id)));
}

static void set_id(json_t *object, const char *key, int64_t id)
{
    json_object_set_new(object, key, id == EVENT_NO_ID ? json_null() : json_integer(id));
}

/* Integers of JSON are signed here; what does not fit becomes the largest one. */
static void set_count(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)MIN(value, (uint64_t)INT64_MAX)));
}

static void set_name(json_t *object, const char *key, const char *name)
{
    json_object_set_new(object, key, json_string(name));
}

static void set_resource(json_t *object, enum event_resource resource, int64_t id)
{
    static const char *const names[] = {
        [RESOURCE_NONE] = NULL,
        [RESOURCE_GOROUTINE] = "goroutine",
        [RESOURCE_PROC] = "proc",
        [RESOURCE_THREAD] = "thread",
    };
    if (resource == RESOURCE_NONE)
        return;
    set_name(object, "resource", names[resource]);
    set_id(object, "id", id);
}

static void set_stack(json_t *object, const char *key, const struct symbols *symbols, uint32_t id)
{
    struct stack stack = symbols_stack(symbols, id);
    if (id == 0)
        return;
    json_t *frames = json_array();
    for (size_t i = 0; i < stack.n; i++) {
        json_t *frame = json_object();
        set_string(frame, "func", symbols, stack.frames[i].func);
        set_string(frame, "file", symbols, stack.frames[i].file);
        set_count(frame, "line", stack.frames[i].line);
        json_array_append_new(frames, frame);
    }
    json_object_set_new(object, key, frames);
}

static void sync_fields(json_t *object, const struct symbols *symbols, const struct event *event)
{
    (void)symbols;
    set_count(object, "n", event->sync.n);
    if (!event->sync.has_clock)
        return;
    json_object_set_new(object, "trace_ns", json_integer(event->sync.trace_ns));
    json_object_set_new(object, "mono_ns", json_integer(event->sync.mono_ns));
    json_object_set_new(object, "wall_s", json_integer(event->sync.wall_s));
    json_object_set_new(object, "wall_ns", json_integer(event->sync.wall_ns));
}

static void metric_fields(json_t *object, const struct symbols *symbols, const struct event *event)
{
    static const char *const names[] = {
        [METRIC_GOMAXPROCS] = "gomaxprocs",
        [METRIC_HEAP_LIVE] = "heap_live_bytes",
        [METRIC_HEAP_GOAL] = "heap_goal_bytes",
    };
    (void)symbols;
    set_name(object, "metric", names[event->metric.metric]);
    set_count(object, "value", event->metric.value);
}

static void label_fields(json_t *object, const struct symbols *symbols, const struct event *event)
{
    set_string(object, "label", symbols, event->label.label);
    set_resource(object, event->label.resource, event->label.id);
}

static void range_fields(json_t *object, const struct symbols *symbols, const struct event *event)
{
    set_string(object, "range", symbols, event->range.name);
    set_resource(object, event->range.scope, event->range.id);
    if (event->range.has_swept) {
        set_count(object, "swept_bytes", event->range.swept_bytes);
        set_count(object, "reclaimed_bytes", event->range.reclaimed_bytes);
    }
}

static void task_fields(json_t *object, const struct symbols *symbols, const struct event *event)
{
    set_count(object, "task", event->task.id);
    if (event->task.parent == UINT64_MAX)
        json_object_set_new(object, "parent", json_null());
    else
        set_count(object, "parent", event->task.parent);
    set_string(object, "type", symbols, event->task.type);
}

static void region_fields(json_t *object, const struct symbols *symbols, const struct event *event)
{
    set_count(object, "task", event->region.task);
    set_string(object, "type", symbols, event->region.type);
}

static void log_fields(json_t *object, const struct symbols *symbols, const struct event *event)
{
    set_count(object, "task", event->log.task);
    set_string(object, "category", symbols, event->log.category);
    json_object_set_new(object, "message", json_slice(event->log.message));
}

static void transition_fields(json_t *object, const struct symbols *symbols,
                              const struct event *event)
{
    set_resource(object, event->transition.resource, event->transition.id);
    set_name(object, "from", event_state_name(event->transition.from));
    set_name(object, "to", event_state_name(event->transition.to));
    if (event->transition.reason)
        set_string(object, "reason", symbols, event->transition.reason);
    set_stack(object, "transition_stack", symbols, event->transition.stack);
}

static void experimental_fields(json_t *object, const struct symbols *symbols,
                                const struct event *event)
{
    json_t *args = json_object();
    set_string(object, "experiment", symbols, event->experimental.experiment);
    set_string(object, "name", symbols, event->experimental.name);
    for (uint32_t i = 0; i < event->experimental.n_args; i++) {
        g_autofree char *name =
            json_slice_key(symbols_string(symbols, event->experimental.arg_names[i]));
        set_count(args, name, event->experimental.args[i]);
    }
    json_object_set_new(object, "args", args);
}

static fields_fn *const fields[EVENT_N_KINDS] = {
    [EVENT_SYNC] = sync_fields,
    [EVENT_METRIC] = metric_fields,
    [EVENT_LABEL] = label_fields,
    [EVENT_RANGE_BEGIN] = range_fields,
    [EVENT_RANGE_ACTIVE] = range_fields,
    [EVENT_RANGE_END] = range_fields,
    [EVENT_TASK_BEGIN] = task_fields,
    [EVENT_TASK_END] = task_fields,
    [EVENT_REGION_BEGIN] = region_fields,
    [EVENT_REGION_END] = region_fields,
    [EVENT_LOG] = log_fields,
    [EVENT_STATE_TRANSITION] = transition_fields,
    [EVENT_EXPERIMENTAL] = experimental_fields,
};

static int append(const char *text, size_t len, void *data)
{
    g_string_append_len(data, text, (gssize)len);
    return 0;
}

void event_json_append(GString *line, const struct symbols *symbols, const struct event *event,
                       int64_t start_ns)
{
    json_t *object = json_object();

    (void)start_ns; /* times are relative here */
    json_object_set_new(object, "time_ns", json_integer(event->time_ns));
    set_id(object, "m", event->m);
    set_id(object, "p", event->p);
    set_id(object, "g", event->g);
    set_name(object, "kind", event_kind_name(event->kind));
    if (fields[event->kind])
        fields[event->kind](object, symbols, event);
    set_stack(object, "stack", symbols, event->stack);
    json_dump_callback(object, append, line, JSON_COMPACT);
    g_string_append_c(line, '\n');
    json_decref(object);
}
