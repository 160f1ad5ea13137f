/* The WebSocket protocol (RFC 6455) without any I/O: bytes in, messages out, and back.
 *
 * The keeper of wslay. Both ends are here: the client for exec, the server for the practice
 * cluster. The HTTP part before it is the caller's; websocket_key() and websocket_accept() make
 * and check its headers. */
#ifndef KUBE_WEBSOCKET_H
#define KUBE_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kube/error.h"

enum websocket_role { WEBSOCKET_CLIENT, WEBSOCKET_SERVER };
enum websocket_type { WEBSOCKET_TEXT, WEBSOCKET_BINARY };

struct websocket_calls {
    /* Bytes of a message, borrowed, as they come: `first` and `last` mark its begin and end. A
     * message is handed out in pieces so that no frame, however large it claims to be, is ever
     * held whole. */
    void (*data)(enum websocket_type type, bool first, bool last, const uint8_t *bytes, size_t len,
                 void *self);
    /* The other end closed; code is 1005 when it gave none. The reason is foreign text. */
    void (*closed)(unsigned code, const char *reason, size_t len, void *self);
    /* A pong came; may be NULL. */
    void (*pong)(void *self);
};

struct websocket;

struct websocket *websocket_new(enum websocket_role role, const struct websocket_calls *calls,
                                void *self);
void websocket_free(struct websocket *websocket);

/* Hands bytes from the wire to it; calls are made from inside. False: KUBE_ERROR_SERVER, the other
 * end broke the protocol (a CLOSE is queued, nothing more is read), or it floods us with pings
 * whose answers it does not take. */
bool websocket_feed(struct websocket *websocket, const uint8_t *bytes, size_t len, GError **error);

/* Queues a message, a ping, a close. After a close nothing more can be queued. */
void websocket_send(struct websocket *websocket, enum websocket_type type, const uint8_t *bytes,
                    size_t len);
void websocket_ping(struct websocket *websocket);
void websocket_close(struct websocket *websocket, unsigned code, const char *reason);

/* What waits to be written to the wire; borrowed until the next call. `len` 0: nothing. */
const uint8_t *websocket_pending(struct websocket *websocket, size_t *len);
/* The first n of them were written. */
void websocket_wrote(struct websocket *websocket, size_t n);

/* A fresh Sec-WebSocket-Key (24 characters, base64 of 16 random bytes); g_free() it. */
char *websocket_key(void);
/* The Sec-WebSocket-Accept that answers a key; g_free() it. */
char *websocket_accept(const char *key);

#endif
