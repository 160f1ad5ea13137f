/* How libcurl gets to a login's server: address, proxy, TLS. */
#ifndef KUBE_ROUTE_H
#define KUBE_ROUTE_H

#include <curl/curl.h>

#include "kube/error.h"
#include "kube/login.h"

#define ROUTE_MAX_URL (32u << 10)     /* bytes of a request's address */
#define ROUTE_CONNECT_TIMEOUT_MS 5000 /* name, TCP, proxy and TLS together */

struct route;

/* login must outlive it. */
struct route *route_new(const struct login *login);
void route_free(struct route *route);

/* An easy handle that is on its way to `path` (escaped, with its query) with this certificate and
 * key (PEM, NULL: none); curl_easy_cleanup() it. KUBE_ERROR_CONFIG, KUBE_ERROR_USAGE. */
CURL *route_easy_new(const struct route *route, const char *path, GBytes *cert, GBytes *key,
                     GError **error);

/* What a transfer's failure means; `words` are libcurl's own, may be "". Never NULL. */
GError *route_error(const struct route *route, CURL *easy, CURLcode result, const char *words);

#endif
