#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "kube/json.h"
#include "kube/pull.h"

#define SUFFIX ".part.json"

static bool is_of(const char *note_path, const struct place *place, const char *path)
{
    json_auto_t *note = json_load_file(note_path, JSON_REJECT_DUPLICATES, NULL);
    const char *container = place->container != NULL ? place->container : "";

    return note != NULL && strcmp(json_text(note, "namespace", NULL), place->namespace) == 0 &&
           strcmp(json_text(note, "pod", NULL), place->pod) == 0 &&
           strcmp(json_text(note, "container", NULL), container) == 0 &&
           strcmp(json_text(note, "path", NULL), path) == 0;
}

char *pull_find_unfinished(const char *folder, const struct place *place, const char *path)
{
    g_autoptr(GDir) names = g_dir_open(*folder != '\0' ? folder : ".", 0, NULL);
    const char *name;
    char *found = NULL;
    gint64 newest_s = 0;

    while (names != NULL && (name = g_dir_read_name(names)) != NULL) {
        g_autofree char *note_path = g_build_filename(folder, name, NULL);
        g_autofree char *file = NULL;
        GStatBuf info;

        if (!g_str_has_suffix(name, SUFFIX) || g_stat(note_path, &info) != 0 ||
            !S_ISREG(info.st_mode) || info.st_mtime < newest_s || !is_of(note_path, place, path))
            continue;
        file = g_strndup(note_path, strlen(note_path) - strlen(SUFFIX));
        if (g_file_test(file, G_FILE_TEST_EXISTS))
            continue; /* it has come since, by another way */
        newest_s = info.st_mtime;
        g_free(found);
        found = g_steal_pointer(&file);
    }
    return found;
}
