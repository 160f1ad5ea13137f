#include "kube/service_account.h"

#include <string.h>

#include "kube/credential.h"

bool service_account_exists(const char *folder)
{
    g_autofree char *token = g_build_filename(folder, "token", NULL);

    return g_getenv("KUBERNETES_SERVICE_HOST") != NULL &&
           g_getenv("KUBERNETES_SERVICE_PORT") != NULL &&
           g_file_test(token, G_FILE_TEST_IS_REGULAR);
}

struct login *service_account_login(const char *folder, GError **error)
{
    const char *host = g_getenv("KUBERNETES_SERVICE_HOST");
    const char *port = g_getenv("KUBERNETES_SERVICE_PORT");
    const char *named = g_getenv("POD_NAMESPACE");
    g_autofree char *ca_file = g_build_filename(folder, "ca.crt", NULL);
    g_autofree char *namespace_file = g_build_filename(folder, "namespace", NULL);
    bool v6 = strchr(host, ':') != NULL;
    struct login *login = g_new0(struct login, 1);

    login->context = g_strdup("");
    login->server = g_strdup_printf("https://%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "", port);
    login->token_file = g_build_filename(folder, "token", NULL);
    login->ca = credential_pem(NULL, ca_file, "the service account's ca.crt", error);
    if (login->ca == NULL) {
        login_free(login);
        return NULL;
    }
    /* As in client-go: a pod may be told of its namespace this way, too. */
    if (named != NULL && *named != '\0')
        login->namespace = g_strdup(named);
    else if (!g_file_get_contents(namespace_file, &login->namespace, NULL, NULL))
        login->namespace = g_strdup("default");
    g_strstrip(login->namespace);
    return login;
}
