#include "tests/harness.h"

#include <string.h>

#include <glib/gstdio.h>

static unsigned n_execs;

static void count_execs(const char *line, void *data)
{
    (void)data;
    n_execs += strstr(line, "/exec (") != NULL;
}

unsigned harness_execs(void)
{
    unsigned n = n_execs;

    n_execs = 0;
    return n;
}

struct client *harness_client(const char *kubeconfig, int64_t timeout_ms)
{
    g_autofree char *file = NULL;
    struct config_flags flags = {.request_timeout_ms = timeout_ms};
    struct config *config;
    struct login *login;
    struct client *client;
    GError *error = NULL;
    int fd = g_file_open_tmp("kubeconfig-XXXXXX", &file, &error);

    g_assert_no_error(error);
    g_close(fd, NULL);
    g_file_set_contents(file, kubeconfig, -1, &error);
    g_assert_no_error(error);
    flags.kubeconfig = file;
    config = config_load(&flags, &error);
    g_assert_no_error(error);
    login = config_login(config, NULL, &error);
    g_assert_no_error(error);
    client = client_new(login, count_execs, NULL, &error);
    g_assert_no_error(error);
    config_free(config);
    g_unlink(file);
    return client;
}

void harness_up(struct harness *harness, int64_t timeout_ms)
{
    GError *error = NULL;

    harness->demo = demo_start(&error);
    g_assert_no_error(error);
    harness->client = harness_client(demo_kubeconfig(harness->demo), timeout_ms);
    harness->folder = g_dir_make_tmp("tracetui-test-XXXXXX", &error);
    g_assert_no_error(error);
}

void harness_down(struct harness *harness)
{
    client_free(harness->client);
    demo_stop(harness->demo);
    g_assert_cmpint(g_rmdir(harness->folder), ==, 0);
    g_free(harness->folder);
}

static gboolean too_late(gpointer data)
{
    (void)data;
    g_error("nothing happened for %d s", HARNESS_DEADLINE_S);
    return G_SOURCE_REMOVE;
}

void harness_wait(const bool *done)
{
    guint deadline = g_timeout_add_seconds(HARNESS_DEADLINE_S, too_late, NULL);

    while (!*done)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(deadline);
}

char *harness_clean(const struct harness *harness, const char *message)
{
    g_autoptr(GString) text = g_string_new(message);

    g_string_replace(text, client_login(harness->client)->server, "SERVER", 0);
    g_string_replace(text, harness->folder, "FOLDER", 0);
    return g_strdup(text->str);
}

void harness_check_folder(const struct harness *harness, const char *const *names)
{
    g_autoptr(GDir) folder = g_dir_open(harness->folder, 0, NULL);
    const char *name;
    guint n = 0;

    while ((name = g_dir_read_name(folder)) != NULL) {
        if (!g_strv_contains(names, name))
            g_error("%s was left behind", name);
        n++;
    }
    g_assert_cmpuint(n, ==, g_strv_length((char **)(uintptr_t)names));
}
