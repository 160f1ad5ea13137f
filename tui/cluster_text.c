/* What the screens of a cluster say in the same words. */
#include "tui/view_cluster.h"

const char *cluster_name(struct session *session)
{
    const struct login *login = client_login(session_client(session));
    return *login->context ? login->context : login->server;
}

char *cluster_place(struct session *session, const char *namespace, const char *pod,
                    const char *container)
{
    return g_strjoin(" > ", cluster_name(session), namespace, pod, container, NULL);
}

char *cluster_hint(const GError *error)
{
    const char *hint = kube_error_hint(error);
    return hint ? g_strdup_printf("try: %s", hint) : NULL;
}
