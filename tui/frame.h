/* What stands around a view: the title bar above, below it messages, prompt and the key line. */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include "tui/prompt.h"
#include "tui/view.h"

/* Smaller than this, there is a plain message in place of the screen. */
#define FRAME_MIN_WIDTH 60
#define FRAME_MIN_HEIGHT 16

struct page_frame {
    struct view *view;
    const struct command *globals; /* what every view can do; ends with a row without a name */
    enum style message_style;
    const char *message; /* NULL: none */
    const char *prompt_label;
    const struct prompt *prompt; /* NULL: none is open */
    const char *prompt_hint;     /* after what is typed; NULL: nothing */
};

/* The lines that a view gets of a page of so many. */
int frame_view_height(int height);

void frame_draw(const struct page_frame *frame, struct canvas *canvas);

#endif
