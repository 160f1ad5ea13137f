/* The errors of this library. */
#ifndef KUBE_ERROR_H
#define KUBE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* Messages carry the server's own words and say where: server, namespace, pod, container. They
 * are foreign text: sanitise before showing. */
enum kube_error {
    KUBE_ERROR_CONFIG,       /* the kubeconfig, or what it points to */
    KUBE_ERROR_PLUGIN,       /* the program that logs in for the user failed, or is not there */
    KUBE_ERROR_CONNECT,      /* no connection: name, TCP, TLS */
    KUBE_ERROR_UNAUTHORIZED, /* 401 */
    KUBE_ERROR_FORBIDDEN,    /* 403 */
    KUBE_ERROR_NOT_FOUND,    /* 404 */
    KUBE_ERROR_GONE,         /* 410: a list or watch must begin anew */
    KUBE_ERROR_BAD_REQUEST,  /* 400 */
    KUBE_ERROR_SERVER,       /* any other status, or an answer that makes no sense */
    KUBE_ERROR_CUT,          /* the connection ended in the middle, or without a status */
    KUBE_ERROR_COMMAND,      /* the command in the container failed, or could not be started */
    KUBE_ERROR_INCOMPLETE,   /* a pull ended short of the file's size, or the file changed */
    KUBE_ERROR_FILE,         /* the local file */
    KUBE_ERROR_NO_TOOLS,     /* the container has no program that could read a file */
    KUBE_ERROR_USAGE,        /* a request that makes no sense */
};

#define KUBE_ERROR (kube_error_quark())
GQuark kube_error_quark(void);

/* What to try for this error, as one short imperative phrase without a full stop; NULL: nothing
 * comes to mind. Static. */
const char *kube_error_hint(const GError *error);

#endif
