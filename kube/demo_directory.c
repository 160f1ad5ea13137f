#include "kube/demo_directory.h"

#include <string.h>

#include "kube/directory_script.h"

enum { ARG_SCRIPT = 2, ARG_ROOT = 5, ARG_PATHS = 8 }; /* of directory_command() */

#define HEAD_BYTES 16

struct listing {
    struct demo_world *world;
    const struct demo_object *pod;
    const char *container;
    GString *out;
};

bool demo_directory_is(const char *const *argv)
{
    const char *const paths[] = {"/", NULL};
    g_auto(GStrv) plain = NULL;
    g_auto(GStrv) below = NULL;

    if (g_strv_length((char **)(uintptr_t)argv) <= ARG_PATHS)
        return false;
    plain = directory_command(DIRECTORY_SHELL, NULL, paths);
    below = directory_command(DIRECTORY_SHELL, "/proc/1/root", paths);
    return strcmp(argv[ARG_SCRIPT], plain[ARG_SCRIPT]) == 0 ||
           strcmp(argv[ARG_SCRIPT], below[ARG_SCRIPT]) == 0;
}

/* "/a//b/." without what means nothing. */
static char *tidy(const char *path)
{
    return g_canonicalize_filename(path, "/");
}

static void put_file(struct listing *listing, const struct demo_file *file, const char *name)
{
    uint8_t head[HEAD_BYTES];
    size_t n = demo_file_read(file, 0, head, sizeof head);

    g_string_append_printf(listing->out,
                           "s81a4 %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %s/\nh%s/",
                           file->size_bytes, file->changed_s, name, name);
    for (size_t i = 0; i < n; i++)
        if (head[i] != 0)
            g_string_append_c(listing->out, (char)head[i]);
    g_string_append_c(listing->out, '\0');
}

static void put_name(struct listing *listing, const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    const struct demo_file *file =
        demo_world_file(listing->world, listing->pod, listing->container, path);

    if (file != NULL)
        put_file(listing, file, name);
    else
        g_string_append_printf(listing->out, "s41ed 4096 %" G_GINT64_FORMAT " %s/\n",
                               listing->pod->created_s, name);
}

/* False: there is no such path. */
static bool list_path(struct listing *listing, const char *root, const char *path)
{
    g_autofree char *below = tidy(path);
    g_autofree char *clean = g_strconcat(root, below, NULL);
    const struct demo_file *file =
        demo_world_file(listing->world, listing->pod, listing->container, clean);
    g_autoptr(GPtrArray) names =
        file == NULL ? demo_world_directory(listing->world, listing->pod, listing->container, clean)
                     : NULL;

    if (file != NULL) {
        g_autofree char *folder = g_path_get_dirname(clean);
        g_autofree char *name = g_path_get_basename(clean);

        g_string_append_printf(listing->out, "F1/%s", folder);
        g_string_append_c(listing->out, '\0');
        put_file(listing, file, name);
    } else if (names != NULL) {
        g_string_append_printf(listing->out, "D%u/%s", names->len, clean);
        g_string_append_c(listing->out, '\0');
        for (guint i = 0; i < names->len; i++)
            put_name(listing, clean, (const char *)names->pdata[i]);
    }
    return file != NULL || names != NULL;
}

GString *demo_directory_run(struct demo_world *world, const struct demo_object *pod,
                            const char *container, const char *const *argv, int *exit_status)
{
    struct listing listing = {world, pod, container, g_string_new(NULL)};

    *exit_status = DIRECTORY_NOT_THERE;
    for (const char *const *path = argv + ARG_PATHS; *path != NULL; path++) {
        if (list_path(&listing, argv[ARG_ROOT], *path)) {
            *exit_status = 0;
            break;
        }
    }
    return listing.out;
}
