/* What the commands that talk to a cluster share. */
#ifndef TUI_CLI_CLUSTER_H
#define TUI_CLI_CLUSTER_H

#include "kube/client.h"
#include "tui/cli.h"

/* Logs in as the options say; with -v every request is shown on stderr. NULL: error is set. */
struct client *cli_connect(const struct options *options, GError **error);

#endif
