/* complete: false, what was lost, and why. */
#include "tui/damage.h"

#include "tui/text.h"

#define MAX_LINES 3
/* At the end of the last line, when there are more. */
#define MORE " ..."
#define MORE_WIDTH ((int)sizeof MORE)
/* On a page this low, what was read is worth more than that some was not. */
#define MIN_HEIGHT 8

static char **damage_lines(const struct trace *trace, int width)
{
    g_autofree char *lost = text_bytes(trace->info.lost_bytes);
    g_autofree char *amount = trace->info.lost_bytes > 0
                                  ? g_strdup_printf(", %s at the end were not read", lost)
                                  : g_strdup("");
    g_autofree char *text = g_strdup_printf("complete: false%s: %s", amount, trace_damage_words(trace));
    return text_wrap(text, MAX(width - 2, 1));
}

int damage_height(const struct trace *trace, int width, int height)
{
    if (!trace->damage || height < MIN_HEIGHT)
        return 0;
    g_auto(GStrv) lines = damage_lines(trace, width);
    return MIN((int)g_strv_length(lines), MAX_LINES);
}

void damage_draw(const struct trace *trace, struct canvas *canvas)
{
    int height = damage_height(trace, canvas->width, canvas->height);
    if (height == 0)
        return;
    g_auto(GStrv) lines = damage_lines(trace, canvas->width);
    for (int y = 0; y < height; y++)
        canvas_put(canvas, 1, y, -1, STYLE_WARNING, lines[y]);
    /* The summary has all of it. */
    if (lines[height] != NULL)
        canvas_put(canvas, canvas->width - MORE_WIDTH, height - 1, -1, STYLE_WARNING, MORE);
}
