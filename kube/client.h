/* A connection to one API server. Everything runs on the thread-default main context of the
 * caller; callbacks come from there and never before the starting call has returned. */
#ifndef KUBE_CLIENT_H
#define KUBE_CLIENT_H

#include <jansson.h>

#include "kube/config.h"
#include "kube/lender.h"

struct client;

/* Takes the login over. `log` (may be NULL) gets a line for each request, without secrets. */
struct client *client_new(struct login *login, void (*log)(const char *line, void *data),
                          void *data, GError **error);
/* Cancels what is still running (its callbacks are not called any more). Requests are freed with
 * it; lists, execs, pulls and captures must be freed or cancelled before. */
void client_free(struct client *client);

/* Whom a login plugin may ask; the lender must outlive the client. Without it nobody is asked. */
void client_set_lender(struct client *client, const struct lender *lender, void *data);

const struct login *client_login(const struct client *client);

/* For the files of this library. */
struct http;
struct http *client_http(const struct client *client);

/* One GET of a JSON object. `done` is called once; object is borrowed, NULL with an error. */
struct request;
typedef void request_done_fn(json_t *object, const GError *error, void *data);
struct request *client_get(struct client *client, const char *path_and_query, const char *accept,
                           request_done_fn *done, void *data);
/* One strategic merge patch of an object; the answer is what it has become. */
struct request *client_patch(struct client *client, const char *path, const json_t *patch,
                             request_done_fn *done, void *data);
/* Stops it; `done` is not called any more. Only before `done` ran. */
void request_cancel(struct request *request);

#endif
