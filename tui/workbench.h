/* The session from outside: what the main loop, and a test in its place, does with it. */
#ifndef TUI_WORKBENCH_H
#define TUI_WORKBENCH_H

#include "tui/session.h"

/* What a session asks of whoever runs it. */
struct workbench_calls {
    void (*redraw)(void *data);  /* soon, once for however many calls */
    void (*repaint)(void *data); /* all of it: the terminal shows something else */
    void (*suspend)(void *data);
    void (*lend)(const char *const *argv, void *data);
    void (*quit)(void *data);
    const struct lender *lender; /* the terminal, for login plugins; NULL: there is none */
};

/* config is taken over, config_error copied; both may be NULL. */
struct session *session_new(struct config *config, const GError *config_error,
                            const struct workbench_calls *calls, void *data);
/* Cancels what runs and waits for it, then frees the views, then the connection. */
void session_free(struct session *session);

void session_key(struct session *session, int key);
void session_draw(struct session *session, struct canvas *canvas);

#endif
