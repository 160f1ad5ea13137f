/* The login that Kubernetes mounts into every pod. */
#ifndef KUBE_SERVICE_ACCOUNT_H
#define KUBE_SERVICE_ACCOUNT_H

#include "kube/error.h"
#include "kube/login.h"

#define SERVICE_ACCOUNT_FOLDER "/var/run/secrets/kubernetes.io/serviceaccount"

/* True when the environment says that we run in a pod and the folder holds a token. */
bool service_account_exists(const char *folder);

/* A login with server, CA, token file and namespace; login_free() it. */
struct login *service_account_login(const char *folder, GError **error);

#endif
