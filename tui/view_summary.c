/* The summary in words and tables: the same text as the text exporter writes. */
#include "trace/export_text.h"
#include "tui/damage.h"
#include "tui/handover.h"
#include "tui/pager.h"
#include "tui/session.h"
#include "tui/view_trace.h"

struct summary_view {
    struct bench_view base;
    struct pager pager;
    int text_width; /* that the text was made for */
};

static struct summary_view *of(struct view *view)
{
    return (struct summary_view *)view;
}

static int page(const struct view *view)
{
    const struct trace *trace = ((const struct bench_view *)view)->bench->trace;
    return MAX(view->height - damage_height(trace, view->width, view->height), 1);
}

/* Tables get as wide as the screen; made again only when that changes. */
static void make_text(struct summary_view *summary)
{
    int width = MAX(summary->base.view.width - 1, 40);
    if (summary->text_width == width)
        return;
    summary->text_width = width;
    g_autoptr(GString) text = g_string_new(NULL);
    export_text_write(summary->base.bench->trace, width, text);
    pager_set(&summary->pager, text->str);
}

static void scroll(struct view *view, struct session *session, int lines)
{
    pager_scroll(&of(view)->pager, lines, page(view));
    session_redraw(session);
}

static void up(struct view *view, struct session *session)
{
    scroll(view, session, -1);
}

static void down(struct view *view, struct session *session)
{
    scroll(view, session, 1);
}

static void page_up(struct view *view, struct session *session)
{
    scroll(view, session, -page(view));
}

static void page_down(struct view *view, struct session *session)
{
    scroll(view, session, page(view));
}

static void first(struct view *view, struct session *session)
{
    scroll(view, session, -G_MAXINT);
}

static void last(struct view *view, struct session *session)
{
    scroll(view, session, G_MAXINT);
}

static void left(struct view *view, struct session *session)
{
    pager_shift(&of(view)->pager, -8, view->width);
    session_redraw(session);
}

static void right(struct view *view, struct session *session)
{
    pager_shift(&of(view)->pager, 8, view->width);
    session_redraw(session);
}

static void open_timeline(struct view *view, struct session *session)
{
    bench_switch(view, session, NULL);
}

static void open_goroutines(struct view *view, struct session *session)
{
    bench_switch(view, session, view_goroutines_new);
}

static const struct command commands[] = {
    {"up", "up k", NULL, "a line up", up},
    {"down", "down j", NULL, "a line down", down},
    {"page-up", "pgup", "page up", "a page up", page_up},
    {"page-down", "pgdn space", "page down", "a page down", page_down},
    {"first", "home", NULL, "to the begin", first},
    {"last", "end", NULL, "to the end", last},
    {"left", "left h", NULL, "back sideways", left},
    {"right", "right l", NULL, "on sideways, for long lines", right},
    {"timeline", "t", "timeline", "the timeline at the time that was looked at", open_timeline},
    {"goroutines", "G", "goroutines", "table of goroutines by start function", open_goroutines},
    HANDOVER_COMMANDS,
    {0},
};

static char *title(const struct view *view)
{
    const struct bench *bench = ((const struct bench_view *)view)->bench;
    g_autofree char *where = bench_title(bench);
    return g_strdup_printf("%s  summary", where);
}

static void draw(const struct view *view, struct canvas *canvas)
{
    const struct summary_view *summary = (const struct summary_view *)view;
    const struct trace *trace = summary->base.bench->trace;
    damage_draw(trace, canvas);
    pager_draw(&summary->pager, canvas, damage_height(trace, canvas->width, canvas->height));
}

static void shown(struct view *view, struct session *session)
{
    (void)session;
    make_text(of(view));
    pager_scroll(&of(view)->pager, 0, page(view));
}

static void summary_view_free(struct view *view)
{
    pager_clear(&of(view)->pager);
    bench_unref(of(view)->base.bench);
    g_free(view);
}

static const struct view_type type = {
    .name = "summary",
    .title = title,
    .draw = draw,
    .commands = commands,
    .shown = shown,
    .free = summary_view_free,
};

struct view *view_summary_new(struct bench *bench)
{
    struct summary_view *summary = g_new0(struct summary_view, 1);
    summary->base.view.type = &type;
    summary->base.bench = bench_ref(bench);
    summary->base.above = 1;
    pager_init(&summary->pager);
    return &summary->base.view;
}
