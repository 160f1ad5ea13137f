/* What the commands that read trace files share. */
#ifndef TUI_CLI_TRACE_H
#define TUI_CLI_TRACE_H

#include "trace/export.h"
#include "tui/cli.h"

/* Reads a file on a worker; NULL: error is set. A damaged tail is a warning on stderr. */
struct trace *cli_open(const char *what, const char *path, unsigned parts, GError **error);

/* The same, with one more analysis: see trace_open_with(). */
struct trace *cli_open_with(const char *what, const char *path, unsigned parts,
                            trace_make_sink_fn *make_sink, void *data, GError **error);

/* The regular expression of --match. False: G_REGEX_ERROR that says where it is wrong. */
bool cli_match(const char *text, GRegex **match, GError **error);

#endif
