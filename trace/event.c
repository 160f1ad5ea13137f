/* Names of kinds and states, sizes of kinds. */
#include "trace/event.h"

#include <glib.h>

static const char *const kind_names[EVENT_N_KINDS] = {
#define EVENT(constant, name) [constant] = name,
#include "trace/event.def"
#undef EVENT
};

static const char *const state_names[STATE_N] = {
    [STATE_UNDETERMINED] = "Undetermined", [STATE_NOT_EXIST] = "NotExist",
    [STATE_RUNNING] = "Running",           [STATE_IDLE] = "Idle",
    [STATE_RUNNABLE] = "Runnable",         [STATE_WAITING] = "Waiting",
    [STATE_SYSCALL] = "Syscall",
};

const uint8_t event_bytes[EVENT_N_KINDS] = {
    [EVENT_BAD] = offsetof(struct event, sync),
    [EVENT_SYNC] = EVENT_UP_TO(sync),
    [EVENT_METRIC] = EVENT_UP_TO(metric),
    [EVENT_LABEL] = EVENT_UP_TO(label),
    [EVENT_STACK_SAMPLE] = offsetof(struct event, sync),
    [EVENT_RANGE_BEGIN] = EVENT_UP_TO(range),
    [EVENT_RANGE_ACTIVE] = EVENT_UP_TO(range),
    [EVENT_RANGE_END] = EVENT_UP_TO(range),
    [EVENT_TASK_BEGIN] = EVENT_UP_TO(task),
    [EVENT_TASK_END] = EVENT_UP_TO(task),
    [EVENT_REGION_BEGIN] = EVENT_UP_TO(region),
    [EVENT_REGION_END] = EVENT_UP_TO(region),
    [EVENT_LOG] = EVENT_UP_TO(log),
    [EVENT_STATE_TRANSITION] = EVENT_UP_TO(transition),
    [EVENT_EXPERIMENTAL] = EVENT_UP_TO(experimental),
};

const char *event_kind_name(enum event_kind kind)
{
    g_assert(kind < EVENT_N_KINDS);
    return kind_names[kind];
}

const char *event_state_name(enum event_state state)
{
    g_assert(state < STATE_N);
    return state_names[state];
}
