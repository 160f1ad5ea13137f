/* From options to a connection. */
#include "tui/cli_cluster.h"

#include "tui/text.h"

static void log_line(const char *line, void *data)
{
    g_autofree char *clean = text_sanitise(line, -1);
    (void)data;
    g_printerr("%s\n", clean);
}

struct client *cli_connect(const struct options *options, GError **error)
{
    struct config *config = config_load(&options->flags, error);
    struct login *login = config ? config_login(config, NULL, error) : NULL;

    config_free(config);
    if (!login)
        return NULL;
    return client_new(login, options->verbose ? log_line : NULL, NULL, error);
}
