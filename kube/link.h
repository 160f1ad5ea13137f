/* A stream of bytes to the API server: address, proxy and TLS are libcurl's, the words are the
 * caller's. */
#ifndef KUBE_LINK_H
#define KUBE_LINK_H

#include "kube/http.h"

enum link_io { LINK_OK, LINK_AGAIN, LINK_END };

struct link_calls {
    /* Once: connected, or not (then only link_free() is left). */
    void (*open)(const GError *error, void *data);
    /* Something can be read, or written when that was wanted. */
    void (*ready)(void *data);
};

struct link;

/* Begins to connect, after the login plugin has run where there is one; calls come later, from the
 * main context. link_free() may be called from inside of them. */
struct link *link_new(struct http *http, const struct link_calls *calls, void *data);
/* The login plugin is waited for: somebody may be typing a password. */
bool link_is_logging_in(const struct link *link);
/* Before http_free(). */
void link_free(struct link *link);

/* Never block. LINK_END: the other end is gone; `why` (may be NULL) gets the reason when it was
 * not a plain end, static. `done` is set with LINK_OK only. */
enum link_io link_read(struct link *link, void *buffer, size_t size, size_t *done,
                       const char **why);
enum link_io link_write(struct link *link, const void *bytes, size_t len, size_t *done);

void link_want_write(struct link *link, bool want);
/* Calls `ready` once more even if nothing comes: libcurl may hold bytes that were read already. */
void link_again(struct link *link);

#endif
