/* The paths that were pulled, remembered for each cluster between runs in
 * ${XDG_STATE_HOME:-~/.local/state}/tracetui/paths. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stdbool.h>

#include <glib.h>

/* The newest first, NULL-terminated; none when there is no file or it makes no sense. g_strfreev()
 * it. Foreign text: another program may have written the file. */
char **history_paths(const char *cluster);

/* Puts a path in front. Errors of the file, G_FILE_ERROR; the old file is then as it was. */
bool history_remember(const char *cluster, const char *path, GError **error);

#endif
