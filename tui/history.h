/* The paths that were pulled, remembered between runs in
 * ${XDG_STATE_HOME:-~/.local/state}/tracetui/paths: for each cluster, and in it for each workload,
 * whose pods come and go under new names. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stdbool.h>

#include <glib.h>

/* Of a cluster: first those of this workload's container ("shop/Deployment/web/app"; NULL: of
 * none), then the others, each the newest first. NULL-terminated; none when there is no file or it
 * makes no sense. g_strfreev() it. Foreign text: another program may have written the file. */
char **history_paths(const char *cluster, const char *workload);
/* The newest one of the workload itself; NULL: none. g_free() it. */
char *history_path(const char *cluster, const char *workload);

/* Puts a path in front. Errors of the file, G_FILE_ERROR; the old file is then as it was. */
bool history_remember(const char *cluster, const char *workload, const char *path, GError **error);

/* The image of the last ephemeral container, in the file `debug-image` beside it; NULL: none.
 * g_free() it. */
char *history_image(void);
bool history_remember_image(const char *image, GError **error);

#endif
