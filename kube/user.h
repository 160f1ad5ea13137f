/* A user's entry in a kubeconfig, as part of a login. */
#ifndef KUBE_USER_H
#define KUBE_USER_H

#include "kube/kubeconfig.h"
#include "kube/login.h"

/* Which ways to log in go before others is as in kubectl. has_token: one was given by a flag, so
 * that what the user has of the kind does not count. KUBE_ERROR_CONFIG. */
bool user_read(const struct kubeconfig_entry *entry, bool has_token, struct login *login,
               GError **error);

/* login->as_extra of KEY=VALUE pairs; g_strfreev() it. */
char **user_extra(char *const *pairs);

#endif
