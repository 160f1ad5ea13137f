/* tracetui pull of several pods, which is another command under the same name. */
#ifndef TUI_CLI_PULLS_H
#define TUI_CLI_PULLS_H

#include "kube/pull.h"
#include "tui/cli.h"

/* Whether these options and arguments (one at least) mean several: labels, all namespaces, several
 * places. */
bool cli_pulls_wanted(const struct options *options, char **args);

/* What a pull that is done says of itself: bytes, time, proof; g_free() it. */
char *cli_pulls_done_text(const struct pull_progress *final);

enum cli_status cli_pulls(const struct options *options, enum squeeze_mode compress, char **args);

#endif
