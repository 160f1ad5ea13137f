/* Certificates, keys and tokens: from files or from base64 inside a kubeconfig. No error message
 * holds any of their text. */
#ifndef KUBE_CREDENTIAL_H
#define KUBE_CREDENTIAL_H

#include "kube/error.h"

#define CREDENTIAL_MAX_BYTES (1u << 20)

/* PEM text out of base64, else out of a file; both NULL or "": NULL without an error.
 * KUBE_ERROR_CONFIG begins with `what` ("certificate-authority of cluster \"x\""). */
GBytes *credential_pem(const char *base64, const char *file, const char *what, GError **error);

/* The token that a file holds, without space around it; secret_free() it. */
char *credential_token(const char *file, GError **error);

/* True when the text can stand in a header line: printable, no line ends. */
bool credential_is_header_text(const char *text);

#endif
