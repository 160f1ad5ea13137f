#include "tui/frame.h"

#include <string.h>

#include "tui/text.h"

#define PROGRAM " tracetui "
#define MAX_MESSAGE_LINES 4
#define LABEL_GAP 2 /* behind each key of the line of keys; the last one needs none */

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
    /* The question keeps as much room as leaves a word's for the answer. */
    int x = 1 + canvas_put(canvas, 1, y, canvas->width - 20, STYLE_KEY, frame->prompt_label);
    prompt_draw(frame->prompt, canvas, x, y, canvas->width - x - 1, STYLE_NORMAL);
    x += text_width(prompt_text(frame->prompt)) + 3;
    if (frame->prompt_hint)
        canvas_put(canvas, x, y, -1, STYLE_DIM, frame->prompt_hint);
}

/* A command as the key line shows it. */
struct key_label {
    char *key; /* NULL: it is not shown */
    const char *label;
};

static struct key_label label_of(const struct command *command, bool types_text)
{
    struct key_label label = {NULL, command->label};
    g_auto(GStrv) keys = g_strsplit(command->keys, " ", -1);
    for (size_t i = 0; command->label && keys[i] && !label.key; i++) {
        if (*keys[i] && !(types_text && key_is_text(key_parse(keys[i]))))
            label.key = g_strdup(keys[i]);
    }
    return label;
}

static int label_width(struct key_label label)
{
    return label.key ? text_width(label.key) + 1 + text_width(label.label) + LABEL_GAP : 0;
}

static int draw_label(struct canvas *canvas, int x, const char *key, const char *label)
{
    int y = canvas->height - 1;
    if (!key)
        return x;
    x += canvas_put(canvas, x, y, -1, STYLE_KEY, key) + 1;
    x += canvas_put(canvas, x, y, -1, STYLE_DIM, label) + LABEL_GAP;
    return x;
}

/* While something is typed, letters are text and none of the view's keys. */
static void draw_typing_keys(const struct page_frame *frame, struct canvas *canvas)
{
    int x = draw_label(canvas, 1, "enter", "done");
    if (frame->prompt_hint)
        x = draw_label(canvas, x, "tab", "complete");
    x = draw_label(canvas, x, "esc", "give up");
    draw_label(canvas, x, "^U", "empty the line");
}

/* What every view can do comes last and always has its place; the view's own rows go as far as
 * there is room, the first ones first. */
static void draw_keys(const struct page_frame *frame, struct canvas *canvas)
{
    const struct view_type *type = frame->view->type;
    int x = 1, globals_width = 0;
    for (const struct command *row = frame->globals; row->name; row++) {
        struct key_label label = label_of(row, type->types_text);
        globals_width += label_width(label);
        g_free(label.key);
    }
    for (const struct command *row = type->commands; row->name; row++) {
        struct key_label label = label_of(row, false);
        if (x + label_width(label) <= canvas->width - globals_width + LABEL_GAP)
            x = draw_label(canvas, x, label.key, label.label);
        g_free(label.key);
    }
    for (const struct command *row = frame->globals; row->name; row++) {
        struct key_label label = label_of(row, type->types_text);
        x = draw_label(canvas, x, label.key, label.label);
        g_free(label.key);
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
    if (frame->prompt) {
        draw_typing_keys(frame, canvas);
        draw_prompt(frame, canvas);
    } else {
        draw_keys(frame, canvas);
    }
}
