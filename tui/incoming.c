#include "tui/incoming.h"

#include "tui/file_name.h"
#include "tui/text.h"

char *incoming_file(const char *pod, const char *container, const char *folder)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *time = g_date_time_format(now, "%Y%m%d-%H%M%S");
    GString *name = g_string_new(NULL);
    file_name_append(name, pod);
    if (container) {
        g_string_append_c(name, '-');
        file_name_append(name, container);
    }
    g_string_append_printf(name, "-%s", time);
    g_autofree char *begin = g_string_free(name, FALSE);
    char *file = NULL;
    for (int n = 1; n < 100; n++) {
        g_autofree char *number = n > 1 ? g_strdup_printf("-%d", n) : g_strdup("");
        g_autofree char *base = g_strconcat(begin, number, ".trace", NULL);
        g_free(file);
        file = folder ? g_build_filename(folder, base, NULL) : g_strdup(base);
        if (!g_file_test(file, G_FILE_TEST_EXISTS))
            break;
    }
    return file;
}

int incoming_put_field(struct canvas *canvas, int y, const char *label, const char *text)
{
    g_autofree char *clean = text_sanitise(text, -1);
    g_autofree char *shortened = text_shorten(clean, canvas->width - 12, canvas->ascii);
    canvas_put(canvas, 2, y, -1, STYLE_DIM, label);
    canvas_put(canvas, 10, y, -1, STYLE_NORMAL, shortened);
    return y + 1;
}

double incoming_part(uint64_t bytes, int64_t size_bytes)
{
    return size_bytes > 0 ? MIN((double)bytes / (double)size_bytes, 1) : -1;
}

void incoming_put_bar(struct canvas *canvas, int x, int y, int width, double part)
{
    for (int i = 0; i < width; i++)
        canvas_put(canvas, x + i, y, 1, STYLE_DIM, canvas->ascii ? "." : "─");
    canvas_fill(canvas, x, y, (int)(CLAMP(part, 0, 1) * width), 1, STYLE_PROGRESS);
}

int incoming_put_progress(struct canvas *canvas, int y, double part, const char *text)
{
    if (part >= 0)
        incoming_put_bar(canvas, 2, y, canvas->width - 4, part);
    canvas_put(canvas, 2, y + 1, -1, STYLE_NORMAL, text);
    return y + 3;
}

void incoming_put_wrapped(struct canvas *canvas, int *y, enum style style, const char *text)
{
    g_auto(GStrv) lines = text_wrap(text, canvas->width - 4);
    for (size_t i = 0; lines[i]; i++)
        canvas_put(canvas, 2, (*y)++, -1, style, lines[i]);
}
