/* One event as Go's Event.String() has it. */
#include "trace/parsed.h"

#include "trace/quote.h"

static void append_quoted(GString *line, const struct symbols *symbols, uint32_t id)
{
    quote_append(line, symbols_string(symbols, id));
}

static void append_raw(GString *line, const struct symbols *symbols, uint32_t id)
{
    struct slice bytes = symbols_string(symbols, id);
    g_string_append_len(line, bytes.at, (gssize)bytes.len);
}

static void append_resource(GString *line, enum event_resource resource, int64_t id)
{
    static const char *const names[] = {"None", "Goroutine", "Proc", "Thread"};
    g_string_append(line, names[resource]);
    if (resource != RESOURCE_NONE)
        g_string_append_printf(line, "(%" G_GINT64_FORMAT ")", id);
}

static void append_stack(GString *line, const struct symbols *symbols, uint32_t id)
{
    struct stack stack = symbols_stack(symbols, id);
    for (size_t i = 0; i < stack.n; i++) {
        const struct frame *frame = &stack.frames[i];
        g_string_append_c(line, '\t');
        append_raw(line, symbols, frame->func);
        g_string_append_printf(line, " @ 0x%" G_GINT64_MODIFIER "x\n\t\t", frame->pc);
        append_raw(line, symbols, frame->file);
        g_string_append_printf(line, ":%" G_GUINT64_FORMAT "\n", frame->line);
    }
}

/* Any year, as Go prints it: in the local time zone. */
static void append_wall(GString *line, int64_t s, int64_t ns)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_local();
    int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, s);
    int offset = interval < 0 ? 0 : g_time_zone_get_offset(zone, interval);
    const int64_t day_s = 86400;
    int64_t days = s / day_s, rest = s % day_s + offset;
    while (rest < 0) {
        rest += day_s;
        days--;
    }
    while (rest >= day_s) {
        rest -= day_s;
        days++;
    }
    /* Years begin in March here, so that the leap day is the last; eras have 400 of them. */
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    int64_t day = of_year - (153 * month + 2) / 5 + 1;
    month += month < 10 ? 3 : -9;
    year += era * 400 + (month <= 2);
    g_string_append_printf(line, "%04" G_GINT64_FORMAT "-%02d-%02dT%02d:%02d:%02d", year,
                           (int)month, (int)day, (int)(rest / 3600), (int)(rest / 60 % 60),
                           (int)(rest % 60));
    if (ns != 0) {
        g_string_append_printf(line, ".%09d", (int)ns);
        while (line->str[line->len - 1] == '0')
            g_string_truncate(line, line->len - 1);
    }
    if (offset == 0)
        g_string_append_c(line, 'Z');
    else
        g_string_append_printf(line, "%c%02d:%02d", offset < 0 ? '-' : '+', ABS(offset) / 3600,
                               ABS(offset) / 60 % 60);
}

static void append_sync(GString *line, const struct event *event)
{
    g_string_append_printf(line, " N=%u", event->sync.n);
    if (!event->sync.has_clock)
        return;
    g_string_append_printf(line, " Trace=%" G_GINT64_FORMAT " Mono=%" G_GUINT64_FORMAT " Wall=",
                           event->sync.trace_ns, (uint64_t)event->sync.mono_ns);
    append_wall(line, event->sync.wall_s, event->sync.wall_ns);
}

static void append_value(GString *line, uint64_t value)
{
    g_string_append_printf(line, "Value{Uint64(%" G_GUINT64_FORMAT ")}", value);
}

static void append_metric(GString *line, const struct event *event)
{
    static const char *const names[] = {
        [METRIC_GOMAXPROCS] = "/sched/gomaxprocs:threads",
        [METRIC_HEAP_LIVE] = "/memory/classes/heap/objects:bytes",
        [METRIC_HEAP_GOAL] = "/gc/heap/goal:bytes",
    };
    g_string_append_printf(line, " Name=\"%s\" Value=", names[event->metric.metric]);
    append_value(line, event->metric.value);
}

static void append_range(GString *line, const struct symbols *symbols, const struct event *event)
{
    g_string_append(line, " Name=");
    append_quoted(line, symbols, event->range.name);
    g_string_append(line, " Scope=");
    append_resource(line, event->range.scope, event->range.id);
    if (event->kind != EVENT_RANGE_END)
        return;
    g_string_append(line, " Attributes=[");
    if (event->range.has_swept) {
        g_string_append(line, "\"bytes swept\"=");
        append_value(line, event->range.swept_bytes);
        g_string_append(line, " \"bytes reclaimed\"=");
        append_value(line, event->range.reclaimed_bytes);
    }
    g_string_append_c(line, ']');
}

static void append_log(GString *line, const struct symbols *symbols, const struct event *event)
{
    g_string_append_printf(line, " Task=%" G_GUINT64_FORMAT " Category=", event->log.task);
    append_quoted(line, symbols, event->log.category);
    g_string_append(line, " Message=");
    quote_append(line, event->log.message);
}

/* Go prints the heading for every created goroutine, even if the stack is empty. */
static bool has_start_stack(const struct event *event)
{
    return event->transition.resource == RESOURCE_GOROUTINE &&
           event->transition.from == STATE_NOT_EXIST && event->transition.to != STATE_SYSCALL;
}

static void append_transition(GString *line, const struct symbols *symbols,
                              const struct event *event)
{
    g_string_append_printf(line, " %s=%" G_GINT64_FORMAT " %s->%s Reason=",
                           event->transition.resource == RESOURCE_PROC ? "ProcID" : "GoID",
                           event->transition.id, event_state_name(event->transition.from),
                           event_state_name(event->transition.to));
    append_quoted(line, symbols, event->transition.reason);
    if (event->transition.stack == 0 && !has_start_stack(event))
        return;
    g_string_append(line, "\nTransitionStack=\n");
    append_stack(line, symbols, event->transition.stack);
}

static void append_experimental(GString *line, const struct symbols *symbols,
                                const struct event *event)
{
    g_string_append(line, " Name=");
    append_raw(line, symbols, event->experimental.name);
    g_string_append(line, " Args=[");
    for (uint32_t i = 0; i < event->experimental.n_args; i++) {
        if (i > 0)
            g_string_append(line, ", ");
        append_raw(line, symbols, event->experimental.arg_names[i]);
        g_string_append_c(line, '=');
        append_value(line, event->experimental.args[i]);
    }
    g_string_append_c(line, ']');
}

static void append_details(GString *line, const struct symbols *symbols, const struct event *event)
{
    switch (event->kind) {
    case EVENT_SYNC:
        append_sync(line, event);
        break;
    case EVENT_METRIC:
        append_metric(line, event);
        break;
    case EVENT_LABEL:
        g_string_append(line, " Label=");
        append_quoted(line, symbols, event->label.label);
        g_string_append(line, " Resource=");
        append_resource(line, event->label.resource, event->label.id);
        break;
    case EVENT_RANGE_BEGIN:
    case EVENT_RANGE_ACTIVE:
    case EVENT_RANGE_END:
        append_range(line, symbols, event);
        break;
    case EVENT_TASK_BEGIN:
    case EVENT_TASK_END:
        g_string_append_printf(line, " ID=%" G_GUINT64_FORMAT " Parent=%" G_GUINT64_FORMAT " Type=",
                               event->task.id, event->task.parent);
        append_quoted(line, symbols, event->task.type);
        break;
    case EVENT_REGION_BEGIN:
    case EVENT_REGION_END:
        g_string_append_printf(line, " Task=%" G_GUINT64_FORMAT " Type=", event->region.task);
        append_quoted(line, symbols, event->region.type);
        break;
    case EVENT_LOG:
        append_log(line, symbols, event);
        break;
    case EVENT_STATE_TRANSITION:
        append_transition(line, symbols, event);
        break;
    case EVENT_EXPERIMENTAL:
        append_experimental(line, symbols, event);
        break;
    default: /* a stack sample is all stack */
        break;
    }
}

void parsed_append(GString *line, const struct symbols *symbols, const struct event *event,
                   int64_t start_ns)
{
    g_string_append_printf(line,
                           "M=%" G_GINT64_FORMAT " P=%" G_GINT64_FORMAT " G=%" G_GINT64_FORMAT
                           " %s Time=%" G_GINT64_FORMAT,
                           event->m, event->p, event->g, event_kind_name(event->kind),
                           event->time_ns + start_ns);
    append_details(line, symbols, event);
    /* A sample has the heading, too, whether or not it has a stack. */
    if (event->stack != 0 || event->kind == EVENT_STACK_SAMPLE) {
        g_string_append(line, "\nStack=\n");
        append_stack(line, symbols, event->stack);
    }
    g_string_append_c(line, '\n');
}
