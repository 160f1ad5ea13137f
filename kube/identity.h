/* Who we are to a server just now: what the login holds, or what its plugin handed out last. */
#ifndef KUBE_IDENTITY_H
#define KUBE_IDENTITY_H

#include "kube/error.h"
#include "kube/lender.h"
#include "kube/login.h"

struct identity;
struct identity_wait;

/* login must outlive it. `log` may be NULL; its lines hold no secrets. */
struct identity *identity_new(const struct login *login, void (*log)(const char *line, void *data),
                              void *data);
/* No one may still wait. */
void identity_free(struct identity *identity);

/* Whom a plugin may ask; lender must outlive the identity. */
void identity_set_lender(struct identity *identity, const struct lender *lender, void *data);

/* Whether a connection can be opened at once; else wait first. */
bool identity_is_ready(const struct identity *identity);
/* Has the plugin run; all who wait share one run. `done` is called once, from the main context:
 * with KUBE_ERROR_PLUGIN when it came to nothing. */
struct identity_wait *identity_wait(struct identity *identity,
                                    void (*done)(const GError *error, void *data), void *data);
/* `done` is not called any more; the plugin is ended when nobody waits for it. NULL is fine. */
void identity_leave(struct identity_wait *wait);

/* Changes whenever who we are changes. */
unsigned identity_serial(const struct identity *identity);
/* The server did not know us (401) as we were at `serial`. True: waiting once more and asking
 * again may help. */
bool identity_refused(struct identity *identity, unsigned serial);

/* The header lines of a request, Host first: strings without line ends, to be freed with
 * g_ptr_array_unref(). Secret. KUBE_ERROR_CONFIG. */
GPtrArray *identity_headers_new(struct identity *identity, GError **error);
/* PEM, borrowed until the next wait; NULL: none. */
GBytes *identity_cert(const struct identity *identity);
GBytes *identity_key(const struct identity *identity);

#endif
