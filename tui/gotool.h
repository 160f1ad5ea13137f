/* `go tool trace`, running in the background to show a trace file in a browser.
 *
 * It has a process group of its own, for go starts the tool as a child (and may build it first);
 * the whole group ends with gotool_free(). It listens on 127.0.0.1 only. */
#ifndef TUI_GOTOOL_H
#define TUI_GOTOOL_H

#include <stdbool.h>

#include <glib.h>

enum gotool_state {
    GOTOOL_STARTING, /* it reads the trace */
    GOTOOL_READY,    /* it answers */
    GOTOOL_ENDED,    /* it gave up; gotool_words() says why */
};

struct gotool;

/* The go program: in PATH or where its installer puts it; NULL when there is none. g_free() it. */
char *gotool_find(void);

/* Starts it; `changed(data)` is called on the main loop whenever the state is another. NULL: the
 * error (G_SPAWN_ERROR or G_IO_ERROR) says why. */
struct gotool *gotool_start(const char *go, const char *path, void (*changed)(void *data),
                            void *data, GError **error);
/* Ends it; `changed` is not called any more. NULL is no harm. */
void gotool_free(struct gotool *gotool);

enum gotool_state gotool_state(const struct gotool *gotool);
int gotool_port(const struct gotool *gotool);
/* The last line that it wrote, foreign text; "" when there was none. Borrowed. */
const char *gotool_words(const struct gotool *gotool);

/* What to type on the machine where the browser is. `ssh_connection` is $SSH_CONNECTION (may be
 * NULL), `user` and `host` are those of this machine. g_free() it. */
char *gotool_ssh_line(int port, const char *ssh_connection, const char *user, const char *host);

#endif
