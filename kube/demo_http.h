/* The practice cluster's HTTP: the keeper of libmicrohttpd on the server's side. */
#ifndef KUBE_DEMO_HTTP_H
#define KUBE_DEMO_HTTP_H

#include "kube/demo_world.h"

struct demo_http;

/* Listens on a free port of 127.0.0.1. A request must carry the bearer token, or no token at all
 * and begin with /`door`/: kubectl sends no token over plain HTTP. Both strings and the world are
 * borrowed and must outlive it. */
struct demo_http *demo_http_start(struct demo_world *world, const char *token, const char *door,
                                  GError **error);
/* After demo_world_end(): waits until every connection is over. */
void demo_http_stop(struct demo_http *http);

unsigned demo_http_port(const struct demo_http *http);

#endif
