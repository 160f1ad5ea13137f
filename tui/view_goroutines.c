/* Goroutines in a table: those of a start function in one line, and from there one by one. */
#include <math.h>

#include "trace/quantity.h"
#include "tui/axis.h"
#include "tui/damage.h"
#include "tui/handover.h"
#include "tui/lane_text.h"
#include "tui/session.h"
#include "tui/table.h"
#include "tui/text.h"
#include "tui/view_trace.h"

struct goroutines_view {
    struct bench_view base;
    bool one_group; /* the goroutines of `name`; else the groups */
    uint32_t name;  /* string id of the start function, 0: not known */
    struct table *table;
    char *filter_before; /* while the filter is typed */
};

static struct goroutines_view *of(struct view *view)
{
    return (struct goroutines_view *)view;
}

/* --- the rows --- */

/* The first column is the one that tells rows apart; these are the same in both tables. */
#define TIME_COLUMNS                                                                              \
    {.title = "RUNNING", .right = true}, {.title = "RUNNABLE", .right = true, .optional = true},  \
        {.title = "SYSCALL", .right = true, .optional = true},                                    \
        {.title = "WAITING", .right = true}, {.title = "TOTAL", .right = true, .optional = true}, \
    {                                                                                             \
        .title = "WAITED MOST FOR", .optional = true                                              \
    }

enum { N_TIME_COLUMNS = 6, N_COLUMNS = 2 + N_TIME_COLUMNS };

static const struct table_column group_columns[N_COLUMNS] = {
    {.title = "START FUNCTION", .shrinks = true},
    {.title = "COUNT", .right = true},
    TIME_COLUMNS,
};

static const struct table_column goroutine_columns[N_COLUMNS] = {
    {.title = "GOROUTINE", .right = true},
    {.title = "FIRST SEEN", .right = true},
    TIME_COLUMNS,
};

/* As the summary counts: a syscall that lost its P is still a syscall. */
static int64_t syscall_ns(const struct summary_times *times)
{
    return times->syscall_ns + times->syscall_block_ns;
}

static int64_t waiting_ns(const struct summary_times *times)
{
    int64_t sum_ns = 0;
    for (guint i = 0; i < times->block->len; i++)
        sum_ns += g_array_index(times->block, struct summary_time, i).ns;
    return sum_ns;
}

static const char *waited_most_for(const struct trace *trace, const struct summary_times *times)
{
    if (times->block->len == 0)
        return "-";
    const struct summary_time *first = &g_array_index(times->block, struct summary_time, 0);
    return symbols_string(trace->symbols, first->name).at;
}

static const char *name_of(const struct trace *trace, uint32_t name)
{
    const char *text = symbols_string(trace->symbols, name).at;
    return *text ? text : "(start function not known)";
}

/* A row whose first two cells are given. */
static void add_row(struct goroutines_view *goroutines, const char *id, const char *first,
                    double first_order, const char *second, double second_order,
                    const struct summary_times *times)
{
    const int64_t ns[] = {times->exec_ns, times->sched_wait_ns, syscall_ns(times),
                          waiting_ns(times), times->total_ns};
    const char *cells[N_COLUMNS] = {first, second};
    double order[N_COLUMNS] = {first_order, second_order};
    char *texts[G_N_ELEMENTS(ns)];
    for (size_t i = 0; i < G_N_ELEMENTS(ns); i++) {
        cells[2 + i] = texts[i] = quantity_time(ns[i]);
        order[2 + i] = (double)ns[i];
    }
    cells[N_COLUMNS - 1] = waited_most_for(goroutines->base.bench->trace, times);
    order[N_COLUMNS - 1] = (double)NAN;
    table_add(goroutines->table, id, STYLE_NORMAL, cells, order);
    for (size_t i = 0; i < G_N_ELEMENTS(ns); i++)
        g_free(texts[i]);
}

static void add_groups(struct goroutines_view *goroutines)
{
    const struct trace *trace = goroutines->base.bench->trace;
    for (guint i = 0; i < trace->summary->groups->len; i++) {
        const struct summary_group *group =
            &g_array_index(trace->summary->groups, struct summary_group, i);
        g_autofree char *id = g_strdup_printf("%u", group->name);
        g_autofree char *count = g_strdup_printf("%zu", group->count);
        add_row(goroutines, id, name_of(trace, group->name), (double)NAN, count,
                (double)group->count, &group->times);
    }
}

static void add_goroutines(struct goroutines_view *goroutines)
{
    const struct trace *trace = goroutines->base.bench->trace;
    int64_t step_ns = MAX(trace->info.end_ns / 10000, 1);
    for (guint i = 0; i < trace->summary->goroutines->len; i++) {
        const struct summary_goroutine *goroutine =
            &g_array_index(trace->summary->goroutines, struct summary_goroutine, i);
        if (goroutine->name != goroutines->name)
            continue;
        int64_t first_ns = goroutine->creation_ns != SUMMARY_UNKNOWN_NS ? goroutine->creation_ns
                           : goroutine->start_ns != SUMMARY_UNKNOWN_NS  ? goroutine->start_ns
                                                                        : 0;
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, goroutine->id);
        g_autofree char *first = axis_moment(first_ns, step_ns);
        add_row(goroutines, id, id, (double)goroutine->id, first, (double)first_ns,
                &goroutine->times);
    }
}

static void fill(struct goroutines_view *goroutines)
{
    table_set_columns(goroutines->table, goroutines->one_group ? goroutine_columns : group_columns,
                      N_COLUMNS);
    table_begin(goroutines->table);
    if (goroutines->one_group)
        add_goroutines(goroutines);
    else
        add_groups(goroutines);
    table_end(goroutines->table);
}

/* --- keys --- */

static struct view *view_group_new(struct bench *bench, uint32_t name);

static void move(struct view *view, struct session *session, enum table_move to)
{
    table_move(of(view)->table, to);
    session_redraw(session);
}

static void up(struct view *view, struct session *session)
{
    move(view, session, TABLE_UP);
}

static void down(struct view *view, struct session *session)
{
    move(view, session, TABLE_DOWN);
}

static void page_up(struct view *view, struct session *session)
{
    move(view, session, TABLE_PAGE_UP);
}

static void page_down(struct view *view, struct session *session)
{
    move(view, session, TABLE_PAGE_DOWN);
}

static void first(struct view *view, struct session *session)
{
    move(view, session, TABLE_HOME);
}

static void last(struct view *view, struct session *session)
{
    move(view, session, TABLE_END);
}

static void sort_next(struct view *view, struct session *session)
{
    table_sort_next(of(view)->table);
    session_redraw(session);
}

static void sort_reverse(struct view *view, struct session *session)
{
    table_sort_reverse(of(view)->table);
    session_redraw(session);
}

/* A group opens its goroutines; a goroutine is shown in a timeline at the time that was looked at
 * before, and Esc comes back to the list. */
static void enter(struct view *view, struct session *session)
{
    struct goroutines_view *goroutines = of(view);
    struct bench *bench = goroutines->base.bench;
    const char *id = table_selected(goroutines->table);
    if (!id) {
        session_say(session, STYLE_NORMAL, "no row to open");
        return;
    }
    gint64 number = g_ascii_strtoll(id, NULL, 10);
    if (!goroutines->one_group) {
        session_push(session, view_group_new(bench, (uint32_t)number));
        return;
    }
    bench_select(bench, LANE_GOROUTINE, number);
    bench->kind = LANE_GOROUTINE;
    session_push(session, view_timeline_new(bench));
}

static void leave(struct view *view, struct session *session)
{
    if (*table_filter(of(view)->table)) {
        table_set_filter(of(view)->table, "");
        session_redraw(session);
    } else {
        session_pop(session);
    }
}

static void open_summary(struct view *view, struct session *session)
{
    bench_switch(view, session, view_summary_new);
}

static void open_timeline(struct view *view, struct session *session)
{
    bench_switch(view, session, NULL);
}

static void filter_changed(const char *text, struct view *view, struct session *session)
{
    table_set_filter(of(view)->table, text);
    session_redraw(session);
}

static void filter_done(const char *text, struct view *view, struct session *session)
{
    filter_changed(text ? text : of(view)->filter_before, view, session);
    g_clear_pointer(&of(view)->filter_before, g_free);
}

static void filter(struct view *view, struct session *session)
{
    g_free(of(view)->filter_before);
    of(view)->filter_before = g_strdup(table_filter(of(view)->table));
    session_prompt_live(session, "/", of(view)->filter_before, filter_changed, filter_done);
}

static const struct command commands[] = {
    {"open", "enter", "open", "its goroutines, or its row in the timeline", enter},
    {"up", "up k", NULL, "the row above", up},
    {"down", "down j", NULL, "the row below", down},
    {"page-up", "pgup", NULL, "a page up", page_up},
    {"page-down", "pgdn", NULL, "a page down", page_down},
    {"first", "home", NULL, "the first row", first},
    {"last", "end", NULL, "the last row", last},
    {"sort", "o", "sort", "by the next column", sort_next},
    {"reverse", "O", NULL, "the other way round", sort_reverse},
    {"filter", "/", "filter", "only rows with these letters", filter},
    {"timeline", "t", "timeline", "the timeline at the time that was looked at", open_timeline},
    {"summary", "s", "summary", "the trace in words and numbers", open_summary},
    HANDOVER_COMMANDS,
    {"clear-filter", "esc left h backspace", NULL, "take the filter away, else go back", leave},
    {0},
};

/* --- the picture --- */

static char *title(const struct view *view)
{
    const struct goroutines_view *goroutines = (const struct goroutines_view *)view;
    const struct bench *bench = goroutines->base.bench;
    g_autofree char *where = bench_title(bench);
    GString *text = g_string_new(where);
    if (goroutines->one_group)
        g_string_append_printf(text, "  goroutines of %s\t",
                               function_short(name_of(bench->trace, goroutines->name)));
    else
        g_string_append(text, "  goroutines by start function\t");
    const char *filter = table_filter(goroutines->table);
    if (*filter)
        g_string_append_printf(text, "/%s  %zu of ", filter, table_n_shown(goroutines->table));
    g_string_append_printf(text, "%zu %s", table_n_rows(goroutines->table),
                           goroutines->one_group ? "goroutines" : "functions");
    return g_string_free(text, FALSE);
}

static void draw(const struct view *view, struct canvas *canvas)
{
    const struct goroutines_view *goroutines = (const struct goroutines_view *)view;
    const struct trace *trace = goroutines->base.bench->trace;
    int y = damage_height(trace, canvas->width, canvas->height);
    damage_draw(trace, canvas);
    table_draw(goroutines->table, canvas, 1, y, canvas->width - 2, canvas->height - y);
    if (table_n_shown(goroutines->table) == 0)
        canvas_put(canvas, 1, y + 1, -1, STYLE_WARNING,
                   table_n_rows(goroutines->table) > 0
                       ? "nothing matches: Esc takes the filter away"
                       : "the trace shows no goroutine");
}

static void shown(struct view *view, struct session *session)
{
    (void)session;
    const struct trace *trace = of(view)->base.bench->trace;
    int lost = damage_height(trace, view->width, view->height);
    table_set_height(of(view)->table, MAX(view->height - lost, 0));
}

static void goroutines_free(struct view *view)
{
    table_free(of(view)->table);
    g_free(of(view)->filter_before);
    bench_unref(of(view)->base.bench);
    g_free(view);
}

static const struct view_type goroutines_type = {
    .name = "goroutines",
    .title = title,
    .draw = draw,
    .commands = commands,
    .shown = shown,
    .free = goroutines_free,
};

static struct goroutines_view *new_view(struct bench *bench, bool one_group, uint32_t name)
{
    struct goroutines_view *goroutines = g_new0(struct goroutines_view, 1);
    goroutines->base.view.type = &goroutines_type;
    goroutines->base.bench = bench_ref(bench);
    goroutines->base.above = one_group ? 2 : 1;
    goroutines->one_group = one_group;
    goroutines->name = name;
    goroutines->table = table_new();
    fill(goroutines);
    return goroutines;
}

static struct view *view_group_new(struct bench *bench, uint32_t name)
{
    return &new_view(bench, true, name)->base.view;
}

struct view *view_goroutines_new(struct bench *bench)
{
    return &new_view(bench, false, 0)->base.view;
}
