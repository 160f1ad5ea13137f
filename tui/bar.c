/* Cells of a window to cells of a canvas. Wide runs of coloured spaces are what costs a slow line
 * least, so that nothing else is drawn where a space says enough. */
#include "tui/bar.h"

#include "trace/window.h"
#include "tui/lane_text.h"

/* From a quarter of a column on, what went on in it is worth more than a dot: a P that is busy for
 * a third of the time shall not look like an idle one. */
#define PART_SHARE 64

/* Narrower runs have no room for an id and the space before it. */
#define MIN_LABEL_WIDTH 4

const char *bar_short_mark(bool ascii)
{
    return ascii ? ":" : "\xc2\xb7";
}

const char *bar_part_mark(bool ascii)
{
    return ascii ? "+" : "\xe2\x96\x84";
}

/* Two cells show the same thing: what is the same depends on what the row itself says already. */
static bool same_thing(enum lane_kind kind, const struct window_cell *a,
                       const struct window_cell *b)
{
    if (a->state == SPAN_NONE && b->state == SPAN_NONE)
        return true;
    if (a->state != b->state || a->reason != b->reason)
        return false;
    if (kind != LANE_GOROUTINE && a->g != b->g)
        return false;
    return kind == LANE_PROC || a->p == b->p;
}

/* The end of the run of cells that begins at `begin`. */
static int run_end(enum lane_kind kind, const struct window_cell *cells, int begin, int width)
{
    int end = begin + 1;
    while (end < width && same_thing(kind, &cells[begin], &cells[end]) &&
           !(cells[end].begins && cells[end].state != SPAN_NONE))
        end++;
    return end;
}

static void draw_idle(struct canvas *canvas, int x, int y, int width,
                      const struct window_cell *cells)
{
    for (int i = 0; i < width; i++)
        if (cells[i].busy_share >= PART_SHARE)
            canvas_put(canvas, x + i, y, 1, span_part_style(cells[i].busy),
                       bar_part_mark(canvas->ascii));
        else if (cells[i].many || cells[i].begins)
            canvas_put(canvas, x + i, y, 1, STYLE_DIM, bar_short_mark(canvas->ascii));
}

void bar_draw(struct canvas *canvas, int x, int y, int width, const struct trace *trace,
              const struct lane *lane, const struct focus *focus, struct window_cell *cells)
{
    window_fill(lane, focus->from_ns, focus->to_ns, (size_t)width, cells);
    for (int begin = 0, end; begin < width; begin = end) {
        const struct window_cell *cell = &cells[begin];
        end = run_end(lane->kind, cells, begin, width);
        if (cell->state == SPAN_NONE) {
            draw_idle(canvas, x + begin, y, end - begin, cells + begin);
            continue;
        }
        enum style style = span_style(cell->state);
        canvas_fill(canvas, x + begin, y, end - begin, 1, style);
        if (end - begin < MIN_LABEL_WIDTH)
            continue;
        /* Side by side in one colour, two spans would be seen as one. */
        if (begin > 0 && cells[begin - 1].state == cell->state)
            canvas_put(canvas, x + begin, y, 1, style, canvas->ascii ? "|" : "\xe2\x94\x82");
        g_autofree char *label = span_label(trace, lane->kind, cell->state, cell->g, cell->p,
                                            cell->reason, end - begin - 2);
        if (label)
            canvas_put(canvas, x + begin + 1, y, end - begin - 2, style, label);
    }
}
