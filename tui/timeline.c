/* The picture of the timeline, from top to bottom: a line about damage when there is some, the
 * axis, the rows, the legend, and what is under the cursor. */
#include "tui/timeline.h"

#include "trace/window.h"
#include "tui/axis.h"
#include "tui/bar.h"
#include "tui/damage.h"
#include "tui/lane_text.h"
#include "tui/span_card.h"
#include "tui/text.h"

/* Room for "123.456 ms" and some blank, so that the eye finds which mark a label is at. */
#define AXIS_LABEL_COLUMNS 12

/* How the height is shared out; every part has its place at 80x24, the rows most of it. */
struct layout {
    int axis_y;
    int rows_y, n_rows;
    int legend_y; /* -1: no room */
    int card_y, card_height;
    int bar_x, bar_width;
};

static struct layout layout_of(const struct timeline *timeline, int width, int height)
{
    const struct bench *bench = timeline->base.bench;
    struct layout layout = {.legend_y = -1};
    layout.axis_y = damage_height(bench->trace, width, height);
    layout.rows_y = layout.axis_y + 1;
    layout.card_height = height >= 30 ? 8 : height >= 16 ? 5 : height >= 10 ? 2 : 0;
    layout.card_y = height - layout.card_height;
    if (height >= 8)
        layout.legend_y = layout.card_y - 1;
    int rows_end = layout.legend_y >= 0 ? layout.legend_y : layout.card_y;
    layout.n_rows = MAX(rows_end - layout.rows_y, 0);
    int gutter = bench->kind == LANE_GOROUTINE ? CLAMP(width / 4, 14, 36) : 12;
    layout.bar_x = MIN(gutter, width);
    layout.bar_width = width - layout.bar_x;
    return layout;
}

struct rows *timeline_rows(const struct timeline *timeline)
{
    return timeline->rows[timeline->base.bench->kind];
}

const struct lane *timeline_lane(const struct timeline *timeline)
{
    const struct rows *rows = timeline_rows(timeline);
    return rows_n(rows) > 0 ? rows_at(rows, timeline->selected) : NULL;
}

int timeline_page(const struct timeline *timeline)
{
    const struct view *view = &timeline->base.view;
    return MAX(layout_of(timeline, view->width, view->height).n_rows, 1);
}

int timeline_columns(const struct timeline *timeline)
{
    const struct view *view = &timeline->base.view;
    return MAX(layout_of(timeline, view->width, view->height).bar_width, 1);
}

void timeline_select(struct timeline *timeline, int index)
{
    const struct rows *rows = timeline_rows(timeline);
    int n = rows_n(rows), page = timeline_page(timeline);
    timeline->selected = CLAMP(index, 0, MAX(n - 1, 0));
    timeline->top = CLAMP(timeline->top, timeline->selected - page + 1, timeline->selected);
    timeline->top = CLAMP(timeline->top, 0, MAX(n - page, 0));
    const struct lane *lane = timeline_lane(timeline);
    if (lane)
        bench_select(timeline->base.bench, lane->kind, lane->id);
}

void timeline_find_selected(struct timeline *timeline)
{
    const struct bench *bench = timeline->base.bench;
    int index = rows_find(timeline_rows(timeline), bench->selected_id[bench->kind]);
    if (index < 0) {
        /* It is filtered away: the choice is kept for when the filter goes. */
        timeline->selected = timeline->top = 0;
        return;
    }
    timeline_select(timeline, index);
}

void timeline_set_kind(struct timeline *timeline, enum lane_kind kind)
{
    struct bench *bench = timeline->base.bench;
    bench->kind = kind;
    if (!timeline->rows[kind])
        timeline->rows[kind] = rows_new(bench->trace, kind);
    timeline_find_selected(timeline);
}

static void draw_axis(const struct timeline *timeline, const struct layout *layout,
                      struct canvas *canvas)
{
    const struct focus *focus = &timeline->base.bench->focus;
    struct axis axis;
    axis_init(&axis, focus->from_ns, focus->to_ns, layout->bar_width, AXIS_LABEL_COLUMNS);
    g_autofree char *base = axis_base(&axis);
    if (base)
        canvas_put_right(canvas, 0, layout->axis_y, layout->bar_x - 1, STYLE_DIM, base);
    int cursor = focus_column(focus, focus->cursor_ns, layout->bar_width);
    for (int64_t time_ns = axis.first_ns; time_ns < focus->to_ns; time_ns += axis.step_ns) {
        int column = focus_column(focus, time_ns, layout->bar_width);
        g_autofree char *label = axis_label(&axis, time_ns);
        int label_width = text_width(label);
        bool whole = column + 1 + label_width <= layout->bar_width &&
                     (cursor <= column || cursor > column + label_width);
        int x = layout->bar_x + column;
        canvas_put(canvas, x, layout->axis_y, 1, STYLE_DIM, canvas->ascii ? "|" : "\xe2\x94\x9c");
        /* Half a number would be a wrong one. */
        if (whole)
            canvas_put(canvas, x + 1, layout->axis_y, -1, STYLE_DIM, label);
        if (time_ns > INT64_MAX - axis.step_ns)
            break;
    }
}

/* Drawn over what is there, so that the colours and letters below stay seen. */
static void draw_cursor(const struct timeline *timeline, const struct layout *layout, int n_drawn,
                        struct canvas *canvas)
{
    const struct focus *focus = &timeline->base.bench->focus;
    int x = layout->bar_x + focus_column(focus, focus->cursor_ns, layout->bar_width);
    canvas_put(canvas, x, layout->axis_y, 1, STYLE_CURSOR, canvas->ascii ? "v" : "\xe2\x96\xbc");
    for (int y = layout->rows_y; y < layout->rows_y + n_drawn; y++) {
        struct cell below = canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
        bool here = y - layout->rows_y == timeline->selected - timeline->top;
        if (below.character == ' ')
            canvas_put(canvas, x, y, 1, below.style, canvas->ascii ? "|" : "\xe2\x94\x82");
        if (here || below.character != ' ')
            canvas_restyle(canvas, x, y, 1, STYLE_CURSOR);
    }
}

static void draw_gutter(const struct timeline *timeline, const struct layout *layout, int y,
                        const struct lane *lane, bool selected, struct canvas *canvas)
{
    const struct trace *trace = timeline->base.bench->trace;
    enum style style = selected ? STYLE_SELECTED : STYLE_NORMAL;
    int width = layout->bar_x - 1;
    /* Ps are few and their rows look alike: how busy they are tells them apart. */
    int share_width = lane->kind == LANE_PROC ? 5 : 0;
    g_autofree char *name = lane_name(trace, lane);
    g_autofree char *clean = text_sanitise(name, -1);
    g_autofree char *text = text_shorten(clean, width - 1 - share_width, canvas->ascii);
    canvas_fill(canvas, 0, y, width, 1, style);
    canvas_put(canvas, 0, y, 1, style, selected ? ">" : " ");
    canvas_put(canvas, 1, y, width - 1, style, text);
    double share = (double)lane->busy_ns / (double)timeline->base.bench->focus.end_ns;
    if (share_width)
        canvas_printf(canvas, width - 4, y, 4, style, "%3.0f%%", 100 * share);
}

static int draw_rows(const struct timeline *timeline, const struct layout *layout,
                     struct canvas *canvas)
{
    const struct bench *bench = timeline->base.bench;
    const struct rows *rows = timeline_rows(timeline);
    int n = MIN(layout->n_rows, rows_n(rows) - timeline->top);
    g_autofree struct window_cell *cells =
        g_new(struct window_cell, (size_t)MAX(layout->bar_width, 1));
    for (int i = 0; i < n; i++) {
        const struct lane *lane = rows_at(rows, timeline->top + i);
        bool selected = timeline->top + i == timeline->selected;
        draw_gutter(timeline, layout, layout->rows_y + i, lane, selected, canvas);
        bar_draw(canvas, layout->bar_x, layout->rows_y + i, layout->bar_width, bench->trace, lane,
                 &bench->focus, cells);
    }
    if (rows_n(rows) == 0 && *rows->filter)
        canvas_printf(canvas, 1, layout->rows_y, -1, STYLE_WARNING,
                      "no %s matches \"%s\": Esc takes the filter away",
                      lane_kind_name(bench->kind), rows->filter);
    else if (rows_n(rows) == 0)
        canvas_printf(canvas, 1, layout->rows_y, -1, STYLE_DIM, "the trace shows no %s",
                      lane_kind_name(bench->kind));
    return MAX(n, 0);
}

static void draw_legend(const struct timeline *timeline, const struct layout *layout,
                        struct canvas *canvas)
{
    const struct rows *rows = timeline_rows(timeline);
    int x = 1;
    for (enum span_state state = SPAN_RUNNING; state < SPAN_N_STATES; state++) {
        canvas_fill(canvas, x, layout->legend_y, 2, 1, span_style(state));
        x += 3 + canvas_put(canvas, x + 3, layout->legend_y, -1, STYLE_DIM, span_state_name(state));
        x += 1;
    }
    x += canvas_put(canvas, x, layout->legend_y, -1, STYLE_RUNNING_PART,
                    bar_part_mark(canvas->ascii));
    x += 2 + canvas_put(canvas, x + 1, layout->legend_y, -1, STYLE_DIM, "part");
    x += canvas_put(canvas, x, layout->legend_y, -1, STYLE_DIM, bar_short_mark(canvas->ascii));
    canvas_put(canvas, x + 1, layout->legend_y, -1, STYLE_DIM, "short");
    if (rows_n(rows) > 0) {
        g_autofree char *where = g_strdup_printf("  %d/%d", timeline->selected + 1, rows_n(rows));
        canvas_put_right(canvas, 0, layout->legend_y, canvas->width, STYLE_NORMAL, where);
    }
}

void timeline_draw(const struct timeline *timeline, struct canvas *canvas)
{
    const struct bench *bench = timeline->base.bench;
    struct layout layout = layout_of(timeline, canvas->width, canvas->height);
    damage_draw(bench->trace, canvas);
    if (layout.bar_width > 0) {
        draw_axis(timeline, &layout, canvas);
        int n_drawn = draw_rows(timeline, &layout, canvas);
        draw_cursor(timeline, &layout, n_drawn, canvas);
    }
    if (layout.legend_y >= 0)
        draw_legend(timeline, &layout, canvas);
    const struct lane *lane = timeline_lane(timeline);
    if (lane && layout.card_height > 0)
        span_card_draw(canvas, layout.card_y, layout.card_height, bench->trace, lane, &bench->focus,
                       layout.bar_width);
}
