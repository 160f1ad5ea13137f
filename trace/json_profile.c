/* One object a stack. */
#include "trace/json_profile.h"

#include <jansson.h>

#include "trace/json_slice.h"
#include "trace/json_write.h"

static json_t *unsigned_integer(uint64_t value)
{
    return json_integer((json_int_t)MIN(value, (uint64_t)INT64_MAX));
}

static json_t *stack_object(const struct symbols *symbols, const struct profile_record *record)
{
    json_t *object = json_object(), *frames = json_array();
    json_object_set_new(object, "count", unsigned_integer(record->count));
    json_object_set_new(object, "delay_ns", json_integer(record->delay_ns));
    struct stack stack = symbols_stack(symbols, record->stack);
    for (size_t i = 0; i < stack.n; i++) {
        json_t *frame = json_object();
        json_object_set_new(frame, "func",
                            json_slice(symbols_string(symbols, stack.frames[i].func)));
        json_object_set_new(frame, "file",
                            json_slice(symbols_string(symbols, stack.frames[i].file)));
        json_object_set_new(frame, "line", unsigned_integer(stack.frames[i].line));
        json_array_append_new(frames, frame);
    }
    json_object_set_new(object, "frames", frames);
    return object;
}

bool json_profile_write(const struct profile *profile, const struct symbols *symbols,
                        GOutputStream *out, GCancellable *cancellable, GError **error)
{
    json_t *stacks = json_array();
    for (guint i = 0; i < profile->records->len; i++)
        json_array_append_new(
            stacks,
            stack_object(symbols, &g_array_index(profile->records, struct profile_record, i)));
    json_t *root = json_object();
    json_object_set_new(root, "kind", json_string(profile_kind_name(profile->kind)));
    json_object_set_new(root, "count", unsigned_integer(profile->count));
    json_object_set_new(root, "delay_ns", json_integer(profile->delay_ns));
    json_object_set_new(root, "stacks", stacks);
    return json_write(root, out, cancellable, error);
}
