/* The timeline screen: what its keys do. Its picture is made in timeline.c. */
#include "trace/window.h"
#include "tui/handover.h"
#include "tui/lane_text.h"
#include "tui/session.h"
#include "tui/timeline.h"
#include "tui/view_trace.h"

static struct timeline *timeline_of(struct view *view)
{
    return (struct timeline *)view;
}

static struct focus *focus_of(struct view *view)
{
    return &timeline_of(view)->base.bench->focus;
}

static void left(struct view *view, struct session *session)
{
    focus_move(focus_of(view), -1, timeline_columns(timeline_of(view)));
    session_redraw(session);
}

static void right(struct view *view, struct session *session)
{
    focus_move(focus_of(view), 1, timeline_columns(timeline_of(view)));
    session_redraw(session);
}

static void pan_left(struct view *view, struct session *session)
{
    focus_pan(focus_of(view), -2);
    session_redraw(session);
}

static void pan_right(struct view *view, struct session *session)
{
    focus_pan(focus_of(view), 2);
    session_redraw(session);
}

static void go_begin(struct view *view, struct session *session)
{
    focus_go(focus_of(view), 0);
    session_redraw(session);
}

static void go_end(struct view *view, struct session *session)
{
    focus_go(focus_of(view), focus_of(view)->end_ns - 1);
    session_redraw(session);
}

static void zoom_in(struct view *view, struct session *session)
{
    if (!focus_zoom_in(focus_of(view)))
        session_say(session, STYLE_NORMAL, "nearer than this there is nothing to see");
    session_redraw(session);
}

static void zoom_out(struct view *view, struct session *session)
{
    if (!focus_zoom_out(focus_of(view)))
        session_say(session, STYLE_NORMAL, "this is the whole trace");
    session_redraw(session);
}

static void zoom_fit(struct view *view, struct session *session)
{
    if (!focus_fit(focus_of(view)))
        session_say(session, STYLE_NORMAL, "this is the whole trace");
    session_redraw(session);
}

static void zoom_back(struct view *view, struct session *session)
{
    if (!focus_back(focus_of(view)))
        session_say(session, STYLE_NORMAL, "no earlier zoom to go back to");
    session_redraw(session);
}

static bool span_here(struct view *view, const struct lane **lane, struct span *span)
{
    *lane = timeline_lane(timeline_of(view));
    return *lane && lane_span_at(*lane, focus_of(view)->cursor_ns, span) &&
           span->state != SPAN_NONE;
}

static void zoom_span(struct view *view, struct session *session)
{
    const struct lane *lane;
    struct span span;
    if (span_here(view, &lane, &span))
        focus_zoom_to(focus_of(view), span.start_ns, span.end_ns);
    else
        session_say(session, STYLE_NORMAL, "no span under the cursor: n goes to the next");
    session_redraw(session);
}

static void next_span(struct view *view, struct session *session)
{
    const struct lane *lane = timeline_lane(timeline_of(view));
    struct span span = {.start_ns = focus_of(view)->cursor_ns};
    bool found;
    do
        found = lane && lane_span_after(lane, span.start_ns, &span);
    while (found && span.state == SPAN_NONE);
    if (found)
        focus_go(focus_of(view), span.start_ns);
    else
        session_say(session, STYLE_NORMAL, "no later span in this row");
    session_redraw(session);
}

static void previous_span(struct view *view, struct session *session)
{
    const struct lane *lane;
    struct span span;
    bool found = span_here(view, &lane, &span);
    /* As a cursor goes back by words: first to the begin of the one that it is in. */
    if (!found || span.start_ns == focus_of(view)->cursor_ns) {
        span.start_ns = focus_of(view)->cursor_ns;
        do
            found = lane && lane_span_before(lane, span.start_ns, &span);
        while (found && span.state == SPAN_NONE);
    }
    if (found)
        focus_go(focus_of(view), span.start_ns);
    else
        session_say(session, STYLE_NORMAL, "no earlier span in this row");
    session_redraw(session);
}

static void move_rows(struct view *view, struct session *session, int rows)
{
    timeline_select(timeline_of(view), timeline_of(view)->selected + rows);
    session_redraw(session);
}

static void up(struct view *view, struct session *session)
{
    move_rows(view, session, -1);
}

static void down(struct view *view, struct session *session)
{
    move_rows(view, session, 1);
}

static void page_up(struct view *view, struct session *session)
{
    move_rows(view, session, -timeline_page(timeline_of(view)));
}

static void page_down(struct view *view, struct session *session)
{
    move_rows(view, session, timeline_page(timeline_of(view)));
}

static void first_row(struct view *view, struct session *session)
{
    timeline_select(timeline_of(view), 0);
    session_redraw(session);
}

static void last_row(struct view *view, struct session *session)
{
    timeline_select(timeline_of(view), G_MAXINT);
    session_redraw(session);
}

static void show_kind(struct view *view, struct session *session, enum lane_kind kind)
{
    timeline_set_kind(timeline_of(view), kind);
    session_redraw(session);
}

static void by_proc(struct view *view, struct session *session)
{
    show_kind(view, session, LANE_PROC);
}

static void by_goroutine(struct view *view, struct session *session)
{
    show_kind(view, session, LANE_GOROUTINE);
}

static void by_thread(struct view *view, struct session *session)
{
    show_kind(view, session, LANE_THREAD);
}

static void next_kind(struct view *view, struct session *session)
{
    show_kind(view, session, (timeline_of(view)->base.bench->kind + 1) % LANE_N_KINDS);
}

/* To a row by its id, at the same time; takes a filter away that hides it. */
static void go_to_row(struct view *view, struct session *session, enum lane_kind kind, int64_t id)
{
    struct timeline *timeline = timeline_of(view);
    if (!lanes_find(timeline->base.bench->trace->lanes, kind, id)) {
        session_say(session, STYLE_NORMAL, "there is no row of %c%" G_GINT64_FORMAT,
                    lane_letter(kind), id);
        return;
    }
    bench_select(timeline->base.bench, kind, id);
    timeline_set_kind(timeline, kind);
    if (rows_find(timeline_rows(timeline), id) < 0) {
        rows_set_filter(timeline_rows(timeline), "");
        timeline_find_selected(timeline);
    }
    session_redraw(session);
}

static void follow(struct view *view, struct session *session)
{
    const struct lane *lane;
    struct span span;
    if (!span_here(view, &lane, &span)) {
        session_say(session, STYLE_NORMAL, "no span under the cursor: n goes to the next");
        return;
    }
    if (lane->kind != LANE_GOROUTINE && span.g != EVENT_NO_ID)
        go_to_row(view, session, LANE_GOROUTINE, span.g);
    else if (lane->kind != LANE_PROC && span.p != EVENT_NO_ID)
        go_to_row(view, session, LANE_PROC, span.p);
    else
        session_say(session, STYLE_NORMAL, "this span is tied to no other row");
}

static void next_order(struct view *view, struct session *session)
{
    struct timeline *timeline = timeline_of(view);
    struct rows *rows = timeline_rows(timeline);
    rows_set_order(rows, (rows->order + 1) % ROWS_N_ORDERS);
    timeline_find_selected(timeline);
    session_say(session, STYLE_NORMAL, "rows by %s", rows_order_name(rows->order));
    session_redraw(session);
}

static void filter_changed(const char *text, struct view *view, struct session *session)
{
    struct timeline *timeline = timeline_of(view);
    rows_set_filter(timeline_rows(timeline), text);
    timeline_find_selected(timeline);
    session_redraw(session);
}

static void filter_done(const char *text, struct view *view, struct session *session)
{
    filter_changed(text ? text : timeline_of(view)->filter_before, view, session);
    g_clear_pointer(&timeline_of(view)->filter_before, g_free);
}

static void filter(struct view *view, struct session *session)
{
    struct timeline *timeline = timeline_of(view);
    g_free(timeline->filter_before);
    timeline->filter_before = g_strdup(timeline_rows(timeline)->filter);
    session_prompt_live(session, "/", timeline->filter_before, filter_changed, filter_done);
}

/* Esc leaves one thing at a time: the filter, then the screen. */
static void leave(struct view *view, struct session *session)
{
    if (*timeline_rows(timeline_of(view))->filter)
        filter_changed("", view, session);
    else
        session_pop(session);
}

static void open_summary(struct view *view, struct session *session)
{
    bench_switch(view, session, view_summary_new);
}

static void open_goroutines(struct view *view, struct session *session)
{
    bench_switch(view, session, view_goroutines_new);
}

static const struct command commands[] = {
    {"rows", "tab", "rows", "rows by P, by goroutine, by thread", next_kind},
    {"zoom-in", "+ = i", "zoom", "twice as near, around the cursor", zoom_in},
    {"zoom-out", "- o", NULL, "twice as far, around the cursor", zoom_out},
    {"filter", "/", "filter", "only rows with these letters in their name or id", filter},
    {"follow", "enter", "follow", "to the goroutine of this span, or from it to its P", follow},
    {"summary", "s", "summary", "the trace in words and numbers", open_summary},
    {"goroutines", "G", "goroutines", "table of goroutines by start function", open_goroutines},
    {"fit", "0 f", "fit", "the whole trace", zoom_fit},
    {"next", "n ]", "next", "cursor to the next span of this row", next_span},
    {"previous", "N p [", NULL, "to the begin of this span, then to the one before", previous_span},
    {"zoom-span", "z", NULL, "from begin to end of the span under the cursor", zoom_span},
    {"unzoom", "backspace u", NULL, "the window as it was before the last zoom", zoom_back},
    {"left", "left h", NULL, "cursor back by a column; the window follows", left},
    {"right", "right l", NULL, "cursor on by a column; the window follows", right},
    {"pan-left", "S-left H <", NULL, "window back by a quarter", pan_left},
    {"pan-right", "S-right L >", NULL, "window on by a quarter", pan_right},
    {"begin", "^", NULL, "cursor to the begin of the trace", go_begin},
    {"end", "$", NULL, "cursor to the end of the trace", go_end},
    {"up", "up k", NULL, "the row above", up},
    {"down", "down j", NULL, "the row below", down},
    {"page-up", "pgup ^B", NULL, "a page of rows up", page_up},
    {"page-down", "pgdn ^F space", NULL, "a page of rows down", page_down},
    {"first", "home", NULL, "the first row", first_row},
    {"last", "end", NULL, "the last row", last_row},
    {"procs", "1", NULL, "a row for each P", by_proc},
    {"goroutine-rows", "2", NULL, "a row for each goroutine", by_goroutine},
    {"threads", "3", NULL, "a row for each thread", by_thread},
    {"order", "O", NULL, "sort rows by id, by first event, by busy time", next_order},
    HANDOVER_COMMANDS,
    {"clear-filter", "esc", NULL, "take the filter away, else go back", leave},
    {0},
};

static char *title(const struct view *view)
{
    const struct timeline *timeline = (const struct timeline *)view;
    const struct bench *bench = timeline->base.bench;
    const struct rows *rows = timeline_rows(timeline);
    const char *kind = lane_kind_name(bench->kind);
    g_autofree char *where = bench_title(bench);
    GString *text = g_string_new(where);
    g_string_append_printf(text, "  timeline by %s\t", kind);
    if (rows->order != ROWS_BY_ID)
        g_string_append_printf(text, "by %s  ", rows_order_name(rows->order));
    if (*rows->filter)
        g_string_append_printf(text, "/%s  %d of ", rows->filter, rows_n(rows));
    g_string_append_printf(text, "%zu %ss", lanes_n(bench->trace->lanes, bench->kind), kind);
    return g_string_free(text, FALSE);
}

static void draw(const struct view *view, struct canvas *canvas)
{
    timeline_draw((const struct timeline *)view, canvas);
}

/* Another screen of the same trace may have chosen a row, a resize may have cut the page. */
static void shown(struct view *view, struct session *session)
{
    (void)session;
    struct timeline *timeline = timeline_of(view);
    timeline_set_kind(timeline, timeline->base.bench->kind);
}

static void timeline_free(struct view *view)
{
    struct timeline *timeline = timeline_of(view);
    for (int kind = 0; kind < LANE_N_KINDS; kind++)
        rows_free(timeline->rows[kind]);
    g_free(timeline->filter_before);
    bench_unref(timeline->base.bench);
    g_free(timeline);
}

static const struct view_type timeline_type = {
    .name = "timeline",
    .title = title,
    .draw = draw,
    .commands = commands,
    .shown = shown,
    .free = timeline_free,
};

struct view *view_timeline_new(struct bench *bench)
{
    struct timeline *timeline = g_new0(struct timeline, 1);
    timeline->base.view.type = &timeline_type;
    timeline->base.bench = bench_ref(bench);
    timeline_set_kind(timeline, bench->kind);
    return &timeline->base.view;
}

struct view *view_trace_new(struct trace *trace, const char *origin)
{
    struct bench *bench = bench_new(trace, origin);
    struct view *view = view_timeline_new(bench);
    bench_unref(bench);
    return view;
}
