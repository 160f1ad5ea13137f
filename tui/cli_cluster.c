/* From options to a connection. */
#include "tui/cli_cluster.h"

#include <unistd.h>

#include "tui/text.h"

static void log_line(const char *line, void *data)
{
    g_autofree char *clean = text_sanitise(line, -1);
    (void)data;
    g_printerr("%s\n", clean);
}

/* Without a terminal for its questions, what a login plugin has to say still comes through. */
static void say(const char *bytes, size_t len, void *data)
{
    g_autofree char *clean = text_sanitise_lines(bytes, len);
    (void)data;
    g_printerr("%s", clean);
}

static const struct lender terminal = {.inherit = true};
static const struct lender no_terminal = {.say = say};

struct client *cli_connect(const struct options *options, GError **error)
{
    struct config *config = config_load(&options->flags, error);
    struct client *client;
    struct login *login = config ? config_login(config, NULL, error) : NULL;

    config_free(config);
    if (!login)
        return NULL;
    client = client_new(login, options->verbose ? log_line : NULL, NULL, error);
    if (client)
        client_set_lender(client, isatty(STDIN_FILENO) ? &terminal : &no_terminal, NULL);
    return client;
}
