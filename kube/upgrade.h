/* The HTTP/1.1 request that turns a connection into a WebSocket (RFC 6455, section 4), and its
 * answer. No I/O: bytes in, a verdict out. */
#ifndef KUBE_UPGRADE_H
#define KUBE_UPGRADE_H

#include "kube/error.h"

#define UPGRADE_MAX_HEAD (32u << 10)
#define UPGRADE_MAX_BODY (64u << 10) /* of an answer that says no; the rest is not read */

enum upgrade_verdict {
    UPGRADE_MORE,    /* not enough bytes yet */
    UPGRADE_DONE,    /* from here on it is a WebSocket */
    UPGRADE_REFUSED, /* the error says why */
};

struct upgrade;

/* protocols: those offered, best first, terminated by NULL; static. */
struct upgrade *upgrade_new(const char *const *protocols);
void upgrade_free(struct upgrade *upgrade);

/* The request to a server ("https://HOST:PORT/PREFIX") with these header lines, secrets in it. NULL
 * and KUBE_ERROR_USAGE for a path of more than ROUTE_MAX_URL. g_string_free() it. */
GString *upgrade_request(const struct upgrade *upgrade, const char *server,
                         const GPtrArray *headers, const char *path, GError **error);

/* Takes bytes of the answer; `used` of them belong to it, which is all but with UPGRADE_DONE. The
 * errors are those of status_error(), and KUBE_ERROR_SERVER for what is no answer. */
enum upgrade_verdict upgrade_feed(struct upgrade *upgrade, const char *bytes, size_t len,
                                  size_t *used, GError **error);
/* The connection ended: the error of what had come. Never NULL. */
GError *upgrade_end(struct upgrade *upgrade);

/* After UPGRADE_DONE: which of the offered. */
const char *upgrade_protocol(const struct upgrade *upgrade);
/* 0 until it is known. */
unsigned upgrade_status(const struct upgrade *upgrade);

#endif
