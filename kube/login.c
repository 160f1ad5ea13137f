/* The end of a login. */
#include "kube/login.h"

#include "kube/plugin.h"
#include "kube/secret.h"

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
    secret_free(login->token);
    g_free(login->token_file);
    g_free(login->username);
    secret_free(login->password);
    secret_free(login->proxy_url);
    plugin_free(login->plugin);
    g_free(login->as);
    g_free(login->as_uid);
    g_strfreev(login->as_groups);
    g_strfreev(login->as_extra);
    g_free(login);
}
