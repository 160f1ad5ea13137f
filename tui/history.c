#include "tui/history.h"

#include <string.h>

#include "tui/state_file.h"

#define MAX_PATHS 12  /* of one cluster */
#define MAX_LINES 500 /* of all */

/* A line of the file: cluster, path and workload, with tabs between them; escaped, so that none of
 * them breaks the line. Older lines have no workload. */
enum { FIELD_CLUSTER, FIELD_PATH, FIELD_WORKLOAD, N_FIELDS };

static char *line_of(const char *cluster, const char *path, const char *workload)
{
    g_autofree char *first = g_strescape(cluster, NULL);
    g_autofree char *second = g_strescape(path, NULL);
    g_autofree char *third = workload ? g_strescape(workload, NULL) : NULL;
    return g_strjoin("\t", first, second, third, NULL);
}

static char **read_lines(const char *name)
{
    g_autofree char *text = state_file_read(name);
    return text ? g_strsplit(text, "\n", MAX_LINES + 1) : g_new0(char *, 1);
}

static void add_path(GPtrArray *paths, const char *path)
{
    if (paths->len < MAX_PATHS && !g_ptr_array_find_with_equal_func(paths, path, g_str_equal, NULL))
        g_ptr_array_add(paths, g_strdup(path));
}

/* Those of this workload, or those of the others. */
static void add_paths(GPtrArray *paths, char **lines, const char *cluster, const char *workload,
                      bool own)
{
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) fields = g_strsplit(*line, "\t", -1);
        guint n = g_strv_length(fields);
        if (n <= FIELD_PATH || n > N_FIELDS || !*fields[FIELD_PATH])
            continue;
        for (guint i = 0; i < n; i++) {
            char *plain = g_strcompress(fields[i]);
            g_free(fields[i]);
            fields[i] = plain;
        }
        bool is_own = workload && n == N_FIELDS && strcmp(fields[FIELD_WORKLOAD], workload) == 0;
        if (strcmp(fields[FIELD_CLUSTER], cluster) == 0 && is_own == own)
            add_path(paths, fields[FIELD_PATH]);
    }
}

char **history_paths(const char *cluster, const char *workload)
{
    g_auto(GStrv) lines = read_lines("paths");
    GPtrArray *paths = g_ptr_array_new();
    add_paths(paths, lines, cluster, workload, true);
    add_paths(paths, lines, cluster, workload, false);
    g_ptr_array_add(paths, NULL);
    return (char **)g_ptr_array_free(paths, FALSE);
}

char *history_path(const char *cluster, const char *workload)
{
    g_auto(GStrv) lines = read_lines("paths");
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    add_paths(paths, lines, cluster, workload, true);
    return paths->len > 0 ? g_strdup(g_ptr_array_index(paths, 0)) : NULL;
}

bool history_remember(const char *cluster, const char *workload, const char *path, GError **error)
{
    g_auto(GStrv) lines = read_lines("paths");
    g_autofree char *newest = line_of(cluster, path, workload);
    g_autoptr(GString) text = g_string_new(newest);
    g_string_append_c(text, '\n');
    for (size_t i = 0; lines[i] && i < MAX_LINES; i++) {
        if (*lines[i] && strcmp(lines[i], newest) != 0)
            g_string_append_printf(text, "%s\n", lines[i]);
    }
    return state_file_write("paths", text->str, error);
}

char *history_image(void)
{
    g_auto(GStrv) lines = read_lines("debug-image");
    return lines[0] && *lines[0] ? g_strcompress(lines[0]) : NULL;
}

bool history_remember_image(const char *image, GError **error)
{
    g_autofree char *escaped = g_strescape(image, NULL);
    g_autofree char *line = g_strconcat(escaped, "\n", NULL);
    return state_file_write("debug-image", line, error);
}
