#include "tui/frame.h"

#include <string.h>

#include "tui/text.h"

#define PROGRAM " tracetui "
#define MAX_MESSAGE_LINES 4

int frame_view_height(int height)
{
    return height - 3;
}

static void draw_title(const struct page_frame *frame, struct canvas *canvas)
{
    g_autofree char *title = frame->view->type->title(frame->view);
    char *tab = strchr(title, '\t');
    g_autofree char *right = text_sanitise(tab ? tab + 1 : "", -1);
    if (tab)
        *tab = '\0';
    canvas_fill(canvas, 0, 0, canvas->width, 1, STYLE_BAR);
    int x = canvas_put(canvas, 0, 0, -1, STYLE_BAR, PROGRAM) + 1;
    /* Counts are short; where there is no room for both, the place loses its middle. */
    int right_width = MIN(text_width(right), (canvas->width - x) / 2);
    int room = canvas->width - x - (right_width ? right_width + 3 : 1);
    g_autofree char *clean = text_sanitise(title, -1);
    g_autofree char *left = text_shorten(clean, room, canvas->ascii);
    canvas_put(canvas, x, 0, room, STYLE_BAR, left);
    canvas_put_right(canvas, canvas->width - right_width - 1, 0, right_width, STYLE_BAR, right);
}

static void draw_view(struct view *view, struct canvas *canvas)
{
    struct canvas *part =
        canvas_new(canvas->width, frame_view_height(canvas->height), canvas->ascii);
    view->type->draw(view, part);
    memcpy(canvas->cells + canvas->width, part->cells,
           sizeof *part->cells * (size_t)part->width * (size_t)part->height);
    if (part->cursor_x >= 0) {
        canvas->cursor_x = part->cursor_x;
        canvas->cursor_y = part->cursor_y + 1;
    }
    canvas_free(part);
}

/* A long message takes lines from the view above rather than losing its end. */
static void draw_message(const struct page_frame *frame, struct canvas *canvas)
{
    g_auto(GStrv) lines = text_wrap(frame->message, canvas->width - 2);
    int n = MIN((int)g_strv_length(lines), MAX_MESSAGE_LINES);
    int y = canvas->height - 1 - n - (frame->prompt ? 1 : 0);
    for (int i = 0; i < n; i++) {
        canvas_fill(canvas, 0, y + i, canvas->width, 1, STYLE_NORMAL);
        canvas_put(canvas, 1, y + i, -1, frame->message_style, lines[i]);
    }
    canvas->cursor_x = canvas->cursor_y = -1;
}

static void draw_prompt(const struct page_frame *frame, struct canvas *canvas)
{
    int y = canvas->height - 2;
    canvas_fill(canvas, 0, y, canvas->width, 1, STYLE_NORMAL);
    int x = 1 + canvas_put(canvas, 1, y, canvas->width / 2, STYLE_KEY, frame->prompt_label);
    prompt_draw(frame->prompt, canvas, x, y, canvas->width - x - 1, STYLE_NORMAL);
    x += text_width(prompt_text(frame->prompt)) + 3;
    if (frame->prompt_hint)
        canvas_put(canvas, x, y, -1, STYLE_DIM, frame->prompt_hint);
}

/* The first key of a row, as the key line shows it; TKEY_NONE: it has none. */
static char *first_key(const struct command *command)
{
    return g_strndup(command->keys, strcspn(command->keys, " "));
}

static int label_width(const struct command *command)
{
    g_autofree char *key = first_key(command);
    return text_width(key) + 1 + text_width(command->label) + 2;
}

static bool has_label(const struct command *command)
{
    return command->label && *command->keys;
}

static int draw_label(struct canvas *canvas, int x, int y, const struct command *command)
{
    g_autofree char *key = first_key(command);
    x += canvas_put(canvas, x, y, -1, STYLE_KEY, key) + 1;
    x += canvas_put(canvas, x, y, -1, STYLE_DIM, command->label) + 2;
    return x;
}

/* What every view can do stands at the right and always has its place; the view's own rows go as
 * far as there is room, the first ones first. */
static void draw_keys(const struct page_frame *frame, struct canvas *canvas)
{
    int y = canvas->height - 1, globals_width = 0;
    for (const struct command *row = frame->globals; row->name; row++)
        globals_width += has_label(row) ? label_width(row) : 0;
    int x = 1, end = canvas->width - globals_width;
    for (const struct command *row = frame->view->type->commands; row->name; row++) {
        if (has_label(row) && x + label_width(row) <= end)
            x = draw_label(canvas, x, y, row);
    }
    for (const struct command *row = frame->globals; row->name; row++) {
        if (has_label(row))
            x = draw_label(canvas, x, y, row);
    }
}

static void draw_too_small(struct canvas *canvas)
{
    canvas_printf(canvas, 0, 0, -1, STYLE_NORMAL, "%dx%d is too small", canvas->width,
                  canvas->height);
    canvas_printf(canvas, 0, 1, -1, STYLE_NORMAL, "tracetui needs %dx%d", FRAME_MIN_WIDTH,
                  FRAME_MIN_HEIGHT);
    canvas_put(canvas, 0, 2, -1, STYLE_NORMAL, "q quits");
}

void frame_draw(const struct page_frame *frame, struct canvas *canvas)
{
    canvas_erase(canvas);
    if (canvas->width < FRAME_MIN_WIDTH || canvas->height < FRAME_MIN_HEIGHT) {
        draw_too_small(canvas);
        return;
    }
    draw_title(frame, canvas);
    draw_view(frame->view, canvas);
    if (frame->message)
        draw_message(frame, canvas);
    draw_keys(frame, canvas);
    if (frame->prompt)
        draw_prompt(frame, canvas);
}
