/* The summaries of several traces side by side. */
#ifndef TUI_VIEW_SIDE_H
#define TUI_VIEW_SIDE_H

#include "tui/session.h"

/* Reads these files one after another, in a worker, and opens a view of what they say; one that
 * cannot be read is named there. `names` are what they are called, in columns. All is copied. */
void session_open_side(struct session *session, const char *const *files, const char *const *names,
                       size_t n);

#endif
