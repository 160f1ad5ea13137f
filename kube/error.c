#include "kube/error.h"

G_DEFINE_QUARK(kube - error - quark, kube_error)

static const char *const hints[] = {
    [KUBE_ERROR_CONFIG] = "repair that, or name another file with --kubeconfig",
    [KUBE_ERROR_CONNECT] = "check the server's address, your VPN and the proxy",
    [KUBE_ERROR_UNAUTHORIZED] = "log in again: the token or certificate may have expired",
    [KUBE_ERROR_FORBIDDEN] = "ask the cluster's administrators for the right that is named there",
    [KUBE_ERROR_NOT_FOUND] = "look what is there with: tracetui get pods -A",
    [KUBE_ERROR_GONE] = "ask again",
    [KUBE_ERROR_BAD_REQUEST] = "check the pod, and name one of its containers with -c",
    [KUBE_ERROR_SERVER] = "see what was asked and answered with -v",
    [KUBE_ERROR_CUT] = "try again",
    [KUBE_ERROR_COMMAND] = "check the path, and that it is the right container (-c)",
    [KUBE_ERROR_INCOMPLETE] = "pull again, when the program has finished writing the file",
    [KUBE_ERROR_FILE] = "write to another folder or under another name",
    [KUBE_ERROR_USAGE] = NULL,
};

const char *kube_error_hint(const GError *error)
{
    if (error == NULL || error->domain != KUBE_ERROR)
        return NULL;
    if (error->code < 0 || (size_t)error->code >= G_N_ELEMENTS(hints))
        return NULL;
    return hints[error->code];
}
