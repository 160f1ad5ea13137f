#include "tui/state_file.h"

#include <glib/gstdio.h>

#define MAX_BYTES (1024 * 1024)

static char *path_of(const char *name)
{
    const char *state = g_getenv("XDG_STATE_HOME");
    if (state && g_path_is_absolute(state))
        return g_build_filename(state, "tracetui", name, NULL);
    return g_build_filename(g_get_home_dir(), ".local", "state", "tracetui", name, NULL);
}

char *state_file_read(const char *name)
{
    g_autofree char *path = path_of(name);
    char *text = NULL;
    GStatBuf status;
    if (g_stat(path, &status) < 0 || status.st_size > MAX_BYTES)
        return NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

bool state_file_write(const char *name, const char *text, GError **error)
{
    g_autofree char *path = path_of(name);
    g_autofree char *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0700); /* writing says why, if this failed */
    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
