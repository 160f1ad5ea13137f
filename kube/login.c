/* The end of a login. */
#include "kube/login.h"

#include <string.h>

static void clear_secret(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

void login_free(struct login *login)
{
    if (login == NULL)
        return;
    g_free(login->context);
    g_free(login->server);
    g_free(login->namespace);
    g_free(login->tls_server_name);
    g_clear_pointer(&login->ca, g_bytes_unref);
    g_clear_pointer(&login->client_cert, g_bytes_unref);
    g_clear_pointer(&login->client_key, g_bytes_unref);
    clear_secret(login->token);
    g_free(login->token_file);
    g_free(login->username);
    clear_secret(login->password);
    g_free(login->proxy_url);
    g_free(login->as);
    g_free(login->as_uid);
    g_strfreev(login->as_groups);
    g_free(login);
}
