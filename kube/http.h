/* HTTP/1.1 to one API server as one user: TLS, login, limits. A redirect is not followed: the
 * login is for this server. */
#ifndef KUBE_HTTP_H
#define KUBE_HTTP_H

#include <curl/curl.h>

#include "kube/http_ask.h"
#include "kube/identity.h"
#include "kube/login.h"
#include "kube/multi.h"
#include "kube/route.h"

#define HTTP_MAX_BODY (64u << 20)       /* of an answer that is held whole, unpacked */
#define HTTP_MAX_ERROR_BODY (64u << 10) /* of an answer that says no */
#define HTTP_ANSWER_TIMEOUT_MS 60000    /* of a whole answer, where --request-timeout is silent */

struct http;
struct http_request;

/* An answer that is not 2xx; borrowed. */
struct http_refusal {
    unsigned status;
    const char *body;
    size_t len;
    const char *location; /* where it sends us on to; NULL: nowhere */
};

struct http_calls {
    /* A 2xx answer begins; its body may take its time. May be NULL. */
    void (*begun)(void *data);
    /* Part of the body of a 2xx answer as it came, borrowed. NULL: hold it for `done`. */
    void (*piece)(const char *bytes, size_t len, void *data);
    /* What a refusal means: a new error, never NULL, given out as it is. NULL: what
     * status_error() says. */
    GError *(*refused)(const struct http_refusal *refusal, void *data);
    /* Once, last. The body is borrowed; error is NULL only for a 2xx answer that came whole. */
    void (*done)(const char *body, size_t len, const GError *error, void *data);
    /* Instead of `done` for a server that wants to be asked again later (429, or 503 with
     * Retry-After); 0: it does not say when. May be NULL. */
    void (*busy)(int64_t wait_s, const GError *error, void *data);
    /* Instead of `done` when http_free() ends the request. May be NULL. */
    void (*drop)(void *data);
};

/* Takes the login over. `log` may be NULL; its lines hold no secrets. */
struct http *http_new(struct login *login, void (*log)(const char *line, void *data), void *data);
/* Ends what is still running. */
void http_free(struct http *http);
const struct login *http_login(const struct http *http);

/* Who we are to it; for kube/client.c, link.c and exec.c. */
struct identity *http_identity(struct http *http);

/* Sends what `ask` says, after the login plugin has run where there is one; a 401 is answered with
 * a new login and a second try. Calls come later, from the main context. Errors: CONFIG (the
 * login's files), PLUGIN, CONNECT, CUT (the answer did not come whole), SERVER (too large), and
 * those of status_error(); each names the server. */
struct http_request *http_send(struct http *http, const struct http_ask *ask,
                               const struct http_calls *calls, void *data);
/* How long connecting took; -1: there is no connection yet. */
int64_t http_request_connect_ms(const struct http_request *request);
/* Ends it without a call. */
void http_cancel(struct http_request *request);

/* For kube/link.c, which talks for itself after libcurl has connected. */

/* An easy handle with address, proxy and TLS set; curl_easy_cleanup() it. */
CURL *http_easy_new(struct http *http, const char *path, GError **error);
/* What a transfer's failure means; `words` are libcurl's own, may be "". Never NULL. */
GError *http_transfer_error(struct http *http, CURL *easy, CURLcode result, const char *words);
struct multi *http_multi(struct http *http);
void http_log(struct http *http, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* `drop` is called with data when http_free() comes first. */
void http_hold(struct http *http, void (*drop)(void *data), void *data);
void http_let_go(struct http *http, void *data);

#endif
