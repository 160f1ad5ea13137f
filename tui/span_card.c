/* A span: what, when, how long, where, why, and the stack. */
#include "tui/span_card.h"

#include "trace/quantity.h"
#include "tui/axis.h"
#include "tui/lane_text.h"
#include "tui/text.h"

static void draw_stack(struct canvas *canvas, int y, int height, const struct trace *trace,
                       const struct lane *lane, const struct span *span)
{
    if (lane->kind == LANE_THREAD) {
        canvas_put(canvas, 1, y, -1, STYLE_DIM, "Enter goes to the goroutine and its stack");
        return;
    }
    struct stack stack = symbols_stack(trace->symbols, span->stack);
    if (stack.n == 0) {
        canvas_put(canvas, 1, y, -1, STYLE_DIM, "no stack is known");
        return;
    }
    for (int i = 0; i < height && (size_t)i < stack.n; i++) {
        const struct frame *frame = &stack.frames[i];
        bool last_line = i == height - 1 && (size_t)i + 1 < stack.n;
        g_autofree char *rest =
            last_line ? g_strdup_printf("  (%zu more)", stack.n - (size_t)i - 1) : g_strdup("");
        const char *file = symbols_string(trace->symbols, frame->file).at;
        const char *func = symbols_string(trace->symbols, frame->func).at;
        g_autofree char *base = g_path_get_basename(*file ? file : "?");
        canvas_printf(canvas, 1, y + i, canvas->width - 1, STYLE_NORMAL,
                      "%s %s  %s:%" G_GUINT64_FORMAT "%s", i == 0 ? "at" : "by",
                      function_short(func), base, frame->line, rest);
    }
}

/* Nothing is known at the cursor: where the next thing is. */
static void draw_nothing(struct canvas *canvas, int y, int height, const struct lane *lane,
                         const struct focus *focus, int64_t step_ns)
{
    struct span next;
    const char *what = lane->kind == LANE_GOROUTINE ? "nothing is known of it here" : "idle";
    if (lane->kind == LANE_GOROUTINE && focus->cursor_ns < lane->start_ns)
        what = "not created yet";
    if (lane->kind == LANE_GOROUTINE && focus->cursor_ns >= lane->end_ns)
        what = "ended";
    canvas_put(canvas, 1, y, -1, STYLE_DIM, what);
    if (height < 2)
        return;
    if (lane_span_after(lane, focus->cursor_ns, &next)) {
        g_autofree char *at = axis_moment(next.start_ns, step_ns);
        canvas_printf(canvas, 1, y + 1, -1, STYLE_DIM, "the next span begins at %s: n goes there",
                      at);
    } else if (lane_span_before(lane, focus->cursor_ns, &next)) {
        g_autofree char *at = axis_moment(next.end_ns, step_ns);
        canvas_printf(canvas, 1, y + 1, -1, STYLE_DIM, "the last span ended at %s: N goes there",
                      at);
    }
}

void span_card_draw(struct canvas *canvas, int y, int height, const struct trace *trace,
                    const struct lane *lane, const struct focus *focus, int columns)
{
    /* Finer than the columns: spans begin and end between them. */
    int64_t step_ns = MAX((focus->to_ns - focus->from_ns) / MAX(columns, 1) / 100, 1);
    g_autofree char *name = lane_name(trace, lane);
    g_autofree char *now = axis_moment(focus->cursor_ns, step_ns);
    g_autofree char *right = g_strdup_printf("  cursor at %s", now);
    int name_width = canvas->width - text_width(right) - 2;
    struct span span;
    bool found = lane_span_at(lane, focus->cursor_ns, &span) && span.state != SPAN_NONE;
    g_autofree char *what = found ? span_what(trace, &span) : NULL;
    g_autofree char *first = found ? g_strdup_printf("%s  %s", name, what) : g_strdup(name);
    canvas_put(canvas, 1, y, name_width, STYLE_TITLE, first);
    canvas_put_right(canvas, 0, y, canvas->width - 1, STYLE_TITLE, right);
    if (!found) {
        draw_nothing(canvas, y + 1, height - 1, lane, focus, step_ns);
        return;
    }
    g_autofree char *where = span_where(trace, lane, &span);
    g_autofree char *from = axis_moment(span.start_ns, step_ns);
    g_autofree char *to = axis_moment(span.end_ns, step_ns);
    g_autofree char *duration = quantity_time(span.end_ns - span.start_ns);
    canvas_printf(canvas, 1, y + 1, canvas->width - 1, STYLE_NORMAL, "for %s, from %s to %s%s%s",
                  duration, from, to, *where ? "; " : "", where);
    if (height > 2)
        draw_stack(canvas, y + 2, height - 2, trace, lane, &span);
}
