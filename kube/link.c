#include "kube/link.h"

#include <glib-unix.h>

#include "kube/loop_source.h"

struct link {
    struct http *http;
    const struct link_calls *calls;
    void *data;
    CURL *easy;
    struct multi_handle *handle;
    struct identity_wait *wait; /* NULL: not waiting for a login */
    GMainContext *context;
    GSource *input, *output; /* NULL until connected, until wanted */
    GSource *early;
    GError *early_error;
    char words[CURL_ERROR_SIZE];
};

static gboolean on_input(gint fd, GIOCondition condition, gpointer data)
{
    struct link *link = (struct link *)data;

    (void)fd;
    (void)condition;
    g_source_set_ready_time(link->input, -1);
    link->calls->ready(link->data);
    return G_SOURCE_CONTINUE;
}

static gboolean on_output(gint fd, GIOCondition condition, gpointer data)
{
    struct link *link = (struct link *)data;

    (void)fd;
    (void)condition;
    link->calls->ready(link->data);
    return G_SOURCE_CONTINUE;
}

static GSource *watch(struct link *link, GIOCondition condition, GUnixFDSourceFunc fn)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    GSource *source;

    curl_easy_getinfo(link->easy, CURLINFO_ACTIVESOCKET, &fd);
    if (fd == CURL_SOCKET_BAD)
        return NULL;
    source = g_unix_fd_source_new(fd, condition);
    g_source_set_callback(source, G_SOURCE_FUNC(fn), link, NULL);
    g_source_attach(source, link->context);
    return source;
}

static void connected(CURLcode result, void *data)
{
    struct link *link = (struct link *)data;
    g_autoptr(GError) error = NULL;

    if (result == CURLE_OK)
        link->input = watch(link, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input);
    if (link->input == NULL)
        error =
            http_transfer_error(link->http, link->easy,
                                result != CURLE_OK ? result : CURLE_COULDNT_CONNECT, link->words);
    link->calls->open(error, link->data);
}

static gboolean early_end(gpointer data)
{
    struct link *link = (struct link *)data;
    g_autoptr(GError) error = g_steal_pointer(&link->early_error);

    link->calls->open(error, link->data);
    return G_SOURCE_REMOVE;
}

static void begin(struct link *link)
{
    static const struct multi_calls multi_calls = {.done = connected};

    link->easy = http_easy_new(link->http, "/", &link->early_error);
    if (link->easy == NULL) {
        link->early = g_idle_source_new();
        g_source_set_priority(link->early, G_PRIORITY_DEFAULT);
        g_source_set_callback(link->early, early_end, link, NULL);
        g_source_attach(link->early, link->context);
        return;
    }
    curl_easy_setopt(link->easy, CURLOPT_CONNECT_ONLY, 1L);
    /* A proxy must let our bytes through as they are, over plain HTTP too. */
    curl_easy_setopt(link->easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    curl_easy_setopt(link->easy, CURLOPT_ERRORBUFFER, link->words);
    link->handle = multi_add(http_multi(link->http), link->easy, &multi_calls, link);
}

static void logged_in(const GError *error, void *data)
{
    struct link *link = (struct link *)data;

    link->wait = NULL;
    if (error == NULL)
        begin(link);
    else
        link->calls->open(error, link->data);
}

struct link *link_new(struct http *http, const struct link_calls *calls, void *data)
{
    struct link *link = g_new0(struct link, 1);

    link->http = http;
    link->calls = calls;
    link->data = data;
    link->context = g_main_context_ref_thread_default();
    if (identity_is_ready(http_identity(http)))
        begin(link);
    else
        link->wait = identity_wait(http_identity(http), logged_in, link);
    return link;
}

bool link_is_logging_in(const struct link *link)
{
    return link->wait != NULL;
}

void link_free(struct link *link)
{
    if (link == NULL)
        return;
    identity_leave(link->wait);
    loop_source_clear(&link->input);
    loop_source_clear(&link->output);
    loop_source_clear(&link->early);
    g_clear_error(&link->early_error);
    multi_remove(link->handle);
    if (link->easy != NULL)
        curl_easy_cleanup(link->easy);
    g_main_context_unref(link->context);
    g_free(link);
}

enum link_io link_read(struct link *link, void *buffer, size_t size, size_t *done, const char **why)
{
    CURLcode result = curl_easy_recv(link->easy, buffer, size, done);

    if (why != NULL)
        *why = NULL;
    if (result == CURLE_AGAIN)
        return LINK_AGAIN;
    if (result == CURLE_OK && *done > 0)
        return LINK_OK;
    if (result != CURLE_OK && why != NULL)
        *why = curl_easy_strerror(result);
    return LINK_END;
}

enum link_io link_write(struct link *link, const void *bytes, size_t len, size_t *done)
{
    CURLcode result = curl_easy_send(link->easy, bytes, len, done);

    if (result == CURLE_AGAIN || (result == CURLE_OK && *done == 0))
        return LINK_AGAIN;
    return result == CURLE_OK ? LINK_OK : LINK_END;
}

void link_want_write(struct link *link, bool want)
{
    if (!want)
        loop_source_clear(&link->output);
    else if (link->output == NULL)
        link->output = watch(link, G_IO_OUT, on_output);
}

void link_again(struct link *link)
{
    g_source_set_ready_time(link->input, 0);
}
