/* libcurl's multi interface on a GLib main context: sockets and the timer are GSources. */
#ifndef KUBE_MULTI_H
#define KUBE_MULTI_H

#include <curl/curl.h>
#include <glib.h>

struct multi;
struct multi_handle;

/* Calls come from the main context, never from inside of libcurl, so they may do anything with
 * multi and handles, free them too. */
struct multi_calls {
    void (*news)(void *data); /* after multi_handle_news(); may be NULL */
    void (*done)(CURLcode result, void *data);
};

/* On the thread-default main context of the caller. */
struct multi *multi_new(void);
/* Its handles must have been removed. */
void multi_free(struct multi *multi);

/* Runs a transfer; the easy handle stays the caller's and must not be freed before
 * multi_remove(). A connect-only handle stays usable until then. */
struct multi_handle *multi_add(struct multi *multi, CURL *easy, const struct multi_calls *calls,
                               void *data);
void multi_remove(struct multi_handle *handle);

/* Asks for a `news` call as soon as libcurl has returned. For libcurl's own callbacks. */
void multi_handle_news(struct multi_handle *handle);

#endif
