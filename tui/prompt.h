/* One line of text being typed: UTF-8, a cursor, and the editing keys of a shell. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "tui/canvas.h"

struct prompt;

/* initial may be NULL; it is foreign text. The cursor stands at the end. */
struct prompt *prompt_new(const char *initial);
void prompt_free(struct prompt *prompt);

/* What was typed, borrowed until the next key. Valid UTF-8 without control characters. */
const char *prompt_text(const struct prompt *prompt);
void prompt_set(struct prompt *prompt, const char *text);

enum prompt_result {
    PROMPT_NOT_MINE, /* no editing key: Enter, Esc, Up ... are the caller's */
    PROMPT_TAKEN,    /* the cursor moved, or could not */
    PROMPT_CHANGED,  /* the text is another */
};

/* Characters, Left, Right, Home, End, Backspace, Delete; ^A ^E begin and end, ^B ^F one left and
 * right, ^D delete, ^H back, ^U ^K to the begin and end, ^W a word (up to a blank or a slash). */
enum prompt_result prompt_key(struct prompt *prompt, int key);

/* In `width` columns from x, scrolled so that the cursor is seen; the canvas' cursor goes there. */
void prompt_draw(const struct prompt *prompt, struct canvas *canvas, int x, int y, int width,
                 enum style style);

#endif
