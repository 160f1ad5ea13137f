/* A screen: one small file and one table of commands each.
 *
 * draw() fills cells with meanings and changes nothing; commands change the view and may ask the
 * session for more (open another view, start a job). The help screen, the key line and `:`
 * completion read the same rows. */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "tui/canvas.h"
#include "tui/key.h"

struct session; /* the workbench: nav stack, jobs, cluster, traces; tui/session.h */
struct view;

struct command {
    const char *name;  /* as typed after ':', "zoom-in" */
    const char *keys;  /* space-separated names of keys, "+ =" ; see tui/key.h */
    const char *label; /* in the key line, "zoom in"; NULL: only in the help */
    const char *help;  /* one line, for the help screen */
    void (*run)(struct view *view, struct session *session);
};

struct view_type {
    const char *name; /* "pods" */
    /* The title line's text: where we are; after a tab, flush right, the filter and counts.
     * g_free() it. */
    char *(*title)(const struct view *view);
    void (*draw)(const struct view *view, struct canvas *canvas);
    const struct command *commands; /* ends with a row whose name is NULL */
    /* A key that no command of the view has (text for an input field), before the commands that
     * every view has; true: taken. May be NULL. */
    bool (*key)(struct view *view, struct session *session, int key);
    /* Characters are text here, so the commands that every view has lose theirs. */
    bool types_text;
    /* The view came to the top again, or a resize; may be NULL. */
    void (*shown)(struct view *view, struct session *session);
    void (*free)(struct view *view);
};

/* The first member of every view. */
struct view {
    const struct view_type *type;
    int width, height; /* of the canvas part it was last drawn on, for page keys; set by nav */
};

#endif
