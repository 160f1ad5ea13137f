#include "tests/plugin_room.h"

#include <string.h>

#include <glib/gstdio.h>

void room_up(struct room *room, gconstpointer data)
{
    (void)data;
    room->folder = g_dir_make_tmp("tracetui-plugin-XXXXXX", NULL);
    room->log = g_string_new(NULL);
    fake_up(&room->fake);
    g_setenv("FOLDER", room->folder, TRUE);
}

void room_down(struct room *room, gconstpointer data)
{
    g_autoptr(GDir) dir = g_dir_open(room->folder, 0, NULL);
    const char *name;

    (void)data;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *file = g_build_filename(room->folder, name, NULL);

        g_unlink(file);
    }
    g_assert_cmpint(g_rmdir(room->folder), ==, 0);
    fake_down(&room->fake);
    /* Whatever a test let the log see, no secret was in it. */
    g_assert_null(strstr(room->log->str, "SECRET"));
    g_string_free(room->log, TRUE);
    g_free(room->folder);
}

static char *put_script(const struct room *room, const char *body)
{
    char *file = g_build_filename(room->folder, "plugin", NULL);
    g_autofree char *text = g_strconcat("#!/bin/sh\nprintf x >> $FOLDER/runs\n", body, NULL);

    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    g_assert_cmpint(g_chmod(file, 0700), ==, 0);
    return file;
}

char *room_read(const struct room *room, const char *name)
{
    g_autofree char *file = g_build_filename(room->folder, name, NULL);
    char *text = NULL;

    g_file_get_contents(file, &text, NULL, NULL);
    return text != NULL ? g_strchomp(text) : g_strdup("");
}

void room_check_runs(const struct room *room, size_t n)
{
    g_autofree char *runs = room_read(room, "runs");

    g_assert_cmpuint(strlen(runs), ==, n);
}

struct plugin *room_plugin(const struct room *room, const char *body, enum plugin_mode mode)
{
    static const char *const modes[] = {"Never", "IfAvailable", "Always"};
    g_autofree char *file = body != NULL ? put_script(room, body) : g_strdup("no-such-plugin");
    json_auto_t *exec =
        json_pack("{s:s, s:s, s:s, s:s}", "command", file, "apiVersion", V1, "interactiveMode",
                  modes[mode], "installHint", "get it at\n\n  https://example.org\n");
    g_autoptr(GError) error = NULL;
    struct plugin *plugin = plugin_read("ann", "/", exec, &error);

    g_assert_no_error(error);
    return plugin;
}
