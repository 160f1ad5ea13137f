/* A request with patience and without: asked again when the server wants to be asked later, given
 * up soon when it is silent to everything. */
#ifndef KUBE_INQUIRY_H
#define KUBE_INQUIRY_H

#include "kube/http.h"

#define INQUIRY_TRIES 5         /* while the server is busy */
#define INQUIRY_MAX_WAIT_S 10   /* between two of them, whatever it says */
#define INQUIRY_SILENCE_MS 2000 /* after connecting, until the server is asked whether it lives */
#define INQUIRY_PROBE_MS 2500   /* for any answer to that */

struct inquiry;

/* As http_send(), whose errors it has, and CONNECT when a connected server says nothing, neither to
 * this nor to the simplest question. `calls` need no `busy`. */
struct inquiry *inquiry_start(struct http *http, const struct http_ask *ask,
                              const struct http_calls *calls, void *data);
/* Ends it without a call. */
void inquiry_cancel(struct inquiry *inquiry);

#endif
