/* tracetui without a command: the workbench. */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kube/demo.h"
#include "tui/app.h"
#include "tui/cli.h"

/* The practice cluster's kubeconfig, through a file of our own: it holds a token. */
static struct config *demo_config(const struct demo *demo, GError **error)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("tracetui-demo-XXXXXX", &path, error);
    struct config *config = NULL;

    if (fd < 0)
        return NULL;
    close(fd);
    if (g_file_set_contents_full(path, demo_kubeconfig(demo), -1, G_FILE_SET_CONTENTS_NONE, 0600,
                                 error)) {
        const struct config_flags flags = {.kubeconfig = path};
        config = config_load(&flags, error);
    }
    g_unlink(path);
    return config;
}

static enum cli_status open_workbench(struct config *config, const GError *config_error,
                                      const char *path)
{
    g_autoptr(GError) error = NULL;
    const struct app_options app = {config, config_error, path};
    int status = app_run(&app, &error);
    return error ? cli_fail("workbench", error) : (enum cli_status)status;
}

static enum cli_status run_demo(const char *path)
{
    g_autoptr(GError) error = NULL;
    struct demo *demo = demo_start(&error);
    struct config *config = demo ? demo_config(demo, &error) : NULL;
    enum cli_status status = config ? open_workbench(config, NULL, path) : cli_fail("demo", error);
    demo_stop(demo);
    return status;
}

enum cli_status cli_workbench(const struct options *options, char **args)
{
    g_autoptr(GError) error = NULL;
    const char *path = args[0];

    if (path && strcmp(path, "-") != 0 && !g_file_test(path, G_FILE_TEST_EXISTS)) {
        if (!strpbrk(path, "./"))
            return cli_usage(path, "no command and no file of that name");
        g_set_error(&error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s: no such file", path);
        return cli_fail("workbench", error);
    }
    if (path && g_file_test(path, G_FILE_TEST_IS_DIR)) {
        g_set_error(&error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY,
                    "%s: it is a folder; try: a trace in it", path);
        return cli_fail("workbench", error);
    }
    if (path && args[1])
        return cli_usage("workbench", "too many arguments; it takes [FILE]");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return cli_usage("workbench", "it needs a terminal; the commands do without one");
    if (options->demo)
        return run_demo(path);
    /* Without a cluster a trace can be looked at all the same; the screens say what is wrong. */
    struct config *config = config_load(&options->flags, &error);
    return open_workbench(config, error, path);
}
