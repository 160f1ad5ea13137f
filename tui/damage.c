/* complete: false, what was lost, and why. */
#include "tui/damage.h"

#include <string.h>

#include "tui/text.h"

#define MAX_LINES 3
/* On a page this low, what was read is worth more than that some was not. */
#define MIN_HEIGHT 8

/* The title names the file already. */
static const char *without_path(const struct trace *trace)
{
    const char *text = trace->damage->message;
    size_t len = strlen(trace->path);
    return g_str_has_prefix(text, trace->path) && g_str_has_prefix(text + len, ": ")
               ? text + len + 2
               : text;
}

static char **damage_lines(const struct trace *trace, int width)
{
    g_autofree char *lost = text_bytes(trace->info.lost_bytes);
    g_autofree char *amount = trace->info.lost_bytes > 0
                                  ? g_strdup_printf(", %s at the end were not read", lost)
                                  : g_strdup("");
    g_autofree char *text = g_strdup_printf("complete: false%s: %s", amount, without_path(trace));
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
}
