#include "tui/history.h"

#include <string.h>

#include <glib/gstdio.h>

#define MAX_PATHS 12  /* of one cluster */
#define MAX_LINES 500 /* of all */
#define MAX_FILE_BYTES (1024 * 1024)

/* A line of the file: cluster, a tab, path; both escaped, so that neither breaks the line. */
static char *line_of(const char *cluster, const char *path)
{
    g_autofree char *left = g_strescape(cluster, NULL);
    g_autofree char *right = g_strescape(path, NULL);
    return g_strconcat(left, "\t", right, NULL);
}

static char *file_name(void)
{
    const char *state = g_getenv("XDG_STATE_HOME");
    if (state && g_path_is_absolute(state))
        return g_build_filename(state, "tracetui", "paths", NULL);
    return g_build_filename(g_get_home_dir(), ".local", "state", "tracetui", "paths", NULL);
}

static char **read_lines(void)
{
    g_autofree char *name = file_name();
    g_autofree char *text = NULL;
    GStatBuf status;
    if (g_stat(name, &status) < 0 || status.st_size > MAX_FILE_BYTES ||
        !g_file_get_contents(name, &text, NULL, NULL))
        return g_new0(char *, 1);
    return g_strsplit(text, "\n", MAX_LINES + 1);
}

char **history_paths(const char *cluster)
{
    g_auto(GStrv) lines = read_lines();
    g_autofree char *escaped = g_strescape(cluster, NULL);
    g_autofree char *begin = g_strconcat(escaped, "\t", NULL);
    GPtrArray *paths = g_ptr_array_new();
    for (size_t i = 0; lines[i] && paths->len < MAX_PATHS; i++) {
        if (g_str_has_prefix(lines[i], begin) && lines[i][strlen(begin)])
            g_ptr_array_add(paths, g_strcompress(lines[i] + strlen(begin)));
    }
    g_ptr_array_add(paths, NULL);
    return (char **)g_ptr_array_free(paths, FALSE);
}

bool history_remember(const char *cluster, const char *path, GError **error)
{
    g_auto(GStrv) lines = read_lines();
    g_autofree char *newest = line_of(cluster, path);
    g_autofree char *name = file_name();
    g_autofree char *folder = g_path_get_dirname(name);
    GString *text = g_string_new(newest);
    g_string_append_c(text, '\n');
    for (size_t i = 0; lines[i] && i < MAX_LINES; i++) {
        if (*lines[i] && strcmp(lines[i], newest) != 0)
            g_string_append_printf(text, "%s\n", lines[i]);
    }
    g_mkdir_with_parents(folder, 0700); /* writing says why, if this failed */
    bool ok = g_file_set_contents_full(name, text->str, (gssize)text->len,
                                       G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
    g_string_free(text, TRUE);
    return ok;
}
