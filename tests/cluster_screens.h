/* The workbench on the made-up cluster, keys in and page out. */
#ifndef TESTS_CLUSTER_SCREENS_H
#define TESTS_CLUSTER_SCREENS_H

#include "tui/workbench.h"

struct screen {
    struct session *session;
    struct canvas *canvas;
    int redraws;
    bool quit;
};

/* At the contexts. screen_free() makes the cluster one that works again, too. */
struct screen *screen_new(int width, int height, bool ascii);
void screen_free(struct screen *screen);
/* ... of a config (taken over), or of the error that there is none. */
struct screen *screen_open(struct config *config, const GError *error, int width, int height,
                           bool ascii);

/* Presses keys by their names and lets everything happen that follows. */
void press(struct screen *screen, const char *keys);
/* Whether the page has this text; if not, the page goes into the test's log. */
bool sees(const struct screen *screen, const char *text);
/* Compares the page with tests/golden/NAME-80x24.txt, or what its size is. */
void check(const struct screen *screen, const char *name);
/* The name of a local file has the time in it. */
void hide_time(struct canvas *canvas);
/* Lets the cluster answer all that it was asked; draw() shows what happened without a key. */
void settle(void);
void draw(struct screen *screen);
/* What tests have left for later ones. */
void forget(void);

/* g_test_init() and g_test_run() in a folder of their own, where files come to. */
void cluster_screens_begin(int *argc, char ***argv);
int cluster_screens_run(void);

#endif
