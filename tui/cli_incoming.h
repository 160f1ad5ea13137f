/* What the commands share that bring a file here: a bar on standard error, and "-". */
#ifndef TUI_CLI_INCOMING_H
#define TUI_CLI_INCOMING_H

#include "tui/cli.h"

/* One line on the terminal, in place of the one before: a bar of so much of the whole (below 0:
 * none) and the text. */
void cli_bar(double part, const char *text);
void cli_bar_clear(void);

/* For "-": a file in a temporary folder of its own, so that a pipe, too, gets nothing of what
 * failed. cli_pipe_remove() it, g_free() the name. NULL: error is set. */
char *cli_pipe_file(GError **error);
/* The whole file to standard output. */
bool cli_pipe_pour(const char *file, GError **error);
void cli_pipe_remove(const char *file);

#endif
