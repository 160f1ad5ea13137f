/* Names of lanes, states and spans. */
#include "tui/lane_text.h"

#include <string.h>

#include "tui/text.h"

static const struct {
    char letter;
    const char *name;
} kinds[LANE_N_KINDS] = {
    [LANE_PROC] = {'P', "P"},
    [LANE_GOROUTINE] = {'G', "goroutine"},
    [LANE_THREAD] = {'M', "thread"},
};

static const struct {
    enum style style, part_style;
    const char *name;
} states[SPAN_N_STATES] = {
    [SPAN_NONE] = {STYLE_NORMAL, STYLE_NORMAL, "idle"},
    [SPAN_RUNNING] = {STYLE_RUNNING, STYLE_RUNNING_PART, "running"},
    [SPAN_SYSCALL] = {STYLE_SYSCALL, STYLE_SYSCALL_PART, "syscall"},
    [SPAN_RUNNABLE] = {STYLE_RUNNABLE, STYLE_RUNNABLE_PART, "runnable"},
    [SPAN_WAITING] = {STYLE_WAITING, STYLE_WAITING_PART, "waiting"},
    [SPAN_GC] = {STYLE_GC, STYLE_GC_PART, "GC"},
    [SPAN_STW] = {STYLE_STW, STYLE_STW_PART, "STW"},
};

char lane_letter(enum lane_kind kind)
{
    g_assert(kind < LANE_N_KINDS);
    return kinds[kind].letter;
}

const char *lane_kind_name(enum lane_kind kind)
{
    g_assert(kind < LANE_N_KINDS);
    return kinds[kind].name;
}

enum style span_style(enum span_state state)
{
    g_assert(state < SPAN_N_STATES);
    return states[state].style;
}

enum style span_part_style(enum span_state state)
{
    g_assert(state < SPAN_N_STATES);
    return states[state].part_style;
}

const char *span_state_name(enum span_state state)
{
    g_assert(state < SPAN_N_STATES);
    return states[state].name;
}

const char *function_short(const char *name)
{
    /* Type arguments have paths of their own, and those are not what is to be cut off. */
    const char *slash = g_strrstr_len(name, (gssize)strcspn(name, "["), "/");
    return slash ? slash + 1 : name;
}

char *lane_name(const struct trace *trace, const struct lane *lane)
{
    const char *name = function_short(symbols_string(trace->symbols, lane->name).at);
    return g_strdup_printf("%c%" G_GINT64_FORMAT "%s%s", lane_letter(lane->kind), lane->id,
                           *name ? " " : "", name);
}

char *goroutine_name(const struct trace *trace, int64_t g)
{
    const struct lane *lane = lanes_find(trace->lanes, LANE_GOROUTINE, g);
    return lane ? lane_name(trace, lane) : g_strdup_printf("G%" G_GINT64_FORMAT, g);
}

char *span_what(const struct trace *trace, const struct span *span)
{
    const char *reason = symbols_string(trace->symbols, span->reason).at;
    if (!*reason)
        return g_strdup(span_state_name(span->state));
    return g_strdup_printf("%s: %s", span_state_name(span->state), reason);
}

char *span_where(const struct trace *trace, const struct lane *lane, const struct span *span)
{
    GString *text = g_string_new(NULL);
    if (span->g != EVENT_NO_ID && lane->kind != LANE_GOROUTINE) {
        g_autofree char *name = goroutine_name(trace, span->g);
        g_string_append(text, name);
    }
    if (span->p != EVENT_NO_ID && lane->kind != LANE_PROC)
        g_string_append_printf(text, "%son P%" G_GINT64_FORMAT, text->len ? " " : "", span->p);
    if (span->m != EVENT_NO_ID && lane->kind != LANE_THREAD)
        g_string_append_printf(text, "%s thread %" G_GINT64_FORMAT, text->len ? "," : "on",
                               span->m);
    return g_string_free(text, FALSE);
}

char *span_label(const struct trace *trace, enum lane_kind kind, enum span_state state, int64_t g,
                 int64_t p, uint32_t reason, int width)
{
    if (state == SPAN_NONE)
        return NULL;
    g_autofree char *id = NULL, *full = NULL;
    const char *why = symbols_string(trace->symbols, reason).at;
    if (kind != LANE_GOROUTINE && g != EVENT_NO_ID && state != SPAN_STW) {
        id = g_strdup_printf("G%" G_GINT64_FORMAT, g);
        full = goroutine_name(trace, g);
    } else if (*why) {
        full = g_strdup(why);
    } else if (p != EVENT_NO_ID && kind != LANE_PROC) {
        full = g_strdup_printf("P%" G_GINT64_FORMAT, p);
    } else {
        full = g_strdup(span_state_name(state));
    }
    /* A name cut after some letters still says more than none; an id cut says something wrong. */
    if (text_width(full) <= width)
        return g_steal_pointer(&full);
    int id_width = id ? (int)strlen(id) : 0;
    if (width >= id_width + 5)
        return g_steal_pointer(&full);
    return id && id_width <= width ? g_steal_pointer(&id) : NULL;
}
