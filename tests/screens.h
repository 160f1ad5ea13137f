/* Keys in, screen out: a session without a terminal, for the tests of screens. */
#ifndef TESTS_SCREENS_H
#define TESTS_SCREENS_H

#include "tui/workbench.h"

struct screens {
    struct session *session;
    struct canvas *canvas;
    int width, height;
};

/* A session with this view alone; takes the view over. */
struct screens *screens_new(struct view *view, int width, int height, bool ascii);
void screens_free(struct screens *screens);

/* Types keys by their names, space-separated: "right right + enter". */
void screens_type(struct screens *screens, const char *keys);
/* Types text letter by letter. */
void screens_type_text(struct screens *screens, const char *text);
/* The picture as text; g_free() it. */
char *screens_text(struct screens *screens);
/* Runs the main loop until the picture has a text in it, or fails after a deadline. */
void screens_wait_for(struct screens *screens, const char *text);

#endif
