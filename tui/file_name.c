#include "tui/file_name.h"

#include <string.h>

#define MAX_BYTES 200 /* of 255, for endings and numbers */

void file_name_append(GString *name, const char *part)
{
    for (; *part && name->len < MAX_BYTES; part++) {
        bool good = g_ascii_isalnum(*part) || strchr("._-", *part) != NULL;
        if (name->len == 0 && strchr(".-", *part) != NULL)
            good = false;
        g_string_append_c(name, good ? *part : '_');
    }
}

char *file_name_of_pod(const char *folder, const struct place *place, const char *path,
                       bool with_namespace)
{
    g_autofree char *base = g_path_get_basename(path);
    g_autoptr(GString) name = g_string_new(NULL);

    if (with_namespace) {
        file_name_append(name, place->namespace);
        file_name_append(name, "_");
    }
    file_name_append(name, place->pod);
    file_name_append(name, ".");
    file_name_append(name, base);
    return g_build_filename(folder, name->str, NULL);
}
