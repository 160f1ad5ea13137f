/* The workbench: what is on the screen, what is connected, what is running. Views get it handed
 * and ask it for everything that reaches beyond themselves. */
#ifndef TUI_SESSION_H
#define TUI_SESSION_H

#include <gio/gio.h>

#include "kube/client.h"
#include "trace/trace.h"
#include "tui/view.h"

/* Puts a view on top (takes it over) / takes the top one away and frees it; the last one stays. */
void session_push(struct session *session, struct view *view);
void session_pop(struct session *session);

/* The model changed: draw at the next frame. */
void session_redraw(struct session *session);

/* One line at the bottom, sanitised there; a warning or error stays until the next key. */
void session_say(struct session *session, enum style style, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Asks for one line of text at the bottom; `done` gets it (NULL: given up with Esc). */
void session_prompt(struct session *session, const char *label, const char *initial,
                    void (*done)(const char *text, struct view *view, struct session *session));

/* The same, and tells every change while it is typed, for live filters. Keys that edit nothing
 * (Up, Down, ...) go to the view. */
void session_prompt_live(struct session *session, const char *label, const char *initial,
                         void (*changed)(const char *text, struct view *view,
                                         struct session *session),
                         void (*done)(const char *text, struct view *view,
                                      struct session *session));

/* Runs `work` in a worker thread and `done` on the main loop after it. `data` is handed to both;
 * `done` frees it. One line of progress is shown; Esc cancels through the cancellable. */
typedef void session_work_fn(void *data, GCancellable *cancellable);
typedef void session_done_fn(void *data, struct session *session);
void session_job(struct session *session, const char *what, session_work_fn *work,
                 session_done_fn *done, void *data);
/* Right after session_job(): how far its work has come, set atomically by it and valid until
 * `done`; shown in percent of `total`. */
void session_job_progress(struct session *session, const uint64_t *progress, uint64_t total);

/* Whether a job runs. */
bool session_is_busy(const struct session *session);

/* Leaves full screen, runs a program with the terminal to itself, comes back. */
void session_lend_terminal(struct session *session, const char *const *argv);

/* The connection, NULL while none is made. */
struct client *session_client(struct session *session);
/* Connects to a context (NULL: the one that is chosen already). The connection before is ended, so
 * no view may still use it. Errors of config_login() and client_new(). */
bool session_connect(struct session *session, const char *context, GError **error);
/* The kubeconfig; NULL: there is none, and then the error says why (it may be NULL too). */
const struct config *session_config(const struct session *session);
const GError *session_config_error(const struct session *session);

/* Opens a trace file as a new view, reading it in a worker with progress. `origin` (may be NULL)
 * says in words where it came from: "shop/web app:/tmp/trace_dir/trace.out". */
void session_open_trace(struct session *session, const char *path, const char *origin);

void session_quit(struct session *session);

#endif
