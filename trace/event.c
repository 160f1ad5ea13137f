/* Names of kinds and states. */
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
