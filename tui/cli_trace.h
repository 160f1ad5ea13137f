/* What the commands that read trace files share. */
#ifndef TUI_CLI_TRACE_H
#define TUI_CLI_TRACE_H

#include "trace/export.h"
#include "tui/cli.h"

/* Reads a file on a worker; NULL: error is set. A damaged tail is a warning on stderr. */
struct trace *cli_open(const char *what, const char *path, unsigned parts, GError **error);

#endif
