/* --debug-image: commands look into a container through an ephemeral one. */
#ifndef TUI_CLI_DEBUG_H
#define TUI_CLI_DEBUG_H

#include "kube/place.h"
#include "tui/cli_cluster.h"

/* Where a command is to run, and what its paths begin below. Without --debug-image that is the
 * place itself and no root. Else it is said on stderr what an ephemeral container leaves behind,
 * and asked where there is somebody to answer; then it is added, and runs. false: error is set.
 * Place and root are to be freed. */
bool cli_debug(const struct options *options, struct client *client, const struct place *place,
               struct place **where, char **root, GError **error);

/* The path of a file as `cat` at that place must name it: below another root, links were followed
 * there. NULL: error is set. g_free() it. */
char *cli_debug_path(struct client *client, const struct place *where, const char *root,
                     const char *path, GError **error);

#endif
