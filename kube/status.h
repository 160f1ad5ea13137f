/* What a server says when it says no: HTTP status codes and Kubernetes' Status objects. */
#ifndef KUBE_STATUS_H
#define KUBE_STATUS_H

#include <jansson.h>

#include "kube/error.h"

/* An HTTP answer that is not 2xx (or is, where a WebSocket was asked for) as an error, with the
 * server's own words; body may be empty, a Status, or text of something in between. New, never
 * NULL. */
GError *status_error(unsigned http_status, const char *body, size_t len);

/* The same of a Status object that came inside an answer (watch, exec). */
GError *status_object_error(const json_t *status);

/* The exit status of the command that a Status of exec speaks of; -1: it does not say. */
int status_exit_code(const json_t *status);

#endif
