/* The workbench on the made-up cluster, for tests in a real terminal. The first argument may say
 * what is to go wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fake_cluster.h"
#include "tui/app.h"

static gboolean crash(gpointer data)
{
    (void)data;
    g_printerr("it went \033[31mwrong\n");
    abort();
}

static gboolean warn(gpointer data)
{
    (void)data;
    g_printerr("a library \033[31mwarns\n");
    return G_SOURCE_REMOVE;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    fake_cluster_reset();
    fake_cluster.extra_pods = strcmp(what, "many") == 0 ? 500 : 0;
    fake_cluster.pull_stops = strcmp(what, "stall") == 0;
    if (strcmp(what, "crash") == 0)
        g_timeout_add(500, crash, NULL);
    if (strcmp(what, "warn") == 0)
        g_timeout_add(100, warn, NULL);
    struct app_options options = {.config = fake_config(),
                                  .trace_path = strcmp(what, "trace") == 0 ? argv[0] : NULL};
    g_autoptr(GError) error = NULL;
    int status = app_run(&options, &error);
    if (error)
        fprintf(stderr, "tracetui: %s\n", error->message);
    g_string_free(fake_cluster.pulled, TRUE);
    return status;
}
