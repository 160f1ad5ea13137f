#include "kube/multi.h"

#include <stdbool.h>

#include <glib-unix.h>

struct multi {
    CURLM *curl;
    GMainContext *context;
    GSource *timer;
    GQueue news; /* of struct multi_handle, each at most once */
    bool freed;
};

struct multi_handle {
    struct multi *multi;
    CURL *easy;
    const struct multi_calls *calls;
    void *data;
    bool has_news;
};

static void call_news(struct multi *multi)
{
    struct multi_handle *handle;

    while (!multi->freed && (handle = (struct multi_handle *)g_queue_pop_head(&multi->news))) {
        handle->has_news = false;
        handle->calls->news(handle->data);
    }
}

static void call_done(struct multi *multi)
{
    int left;
    CURLMsg *message;

    while (!multi->freed && (message = curl_multi_info_read(multi->curl, &left)) != NULL) {
        struct multi_handle *handle = NULL;
        CURLcode result = message->data.result;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&handle);
        handle->calls->done(result, handle->data);
    }
}

static void act(struct multi *multi, curl_socket_t fd, int mask)
{
    int running;

    g_rc_box_acquire(multi);
    curl_multi_socket_action(multi->curl, fd, mask, &running);
    call_news(multi);
    call_done(multi);
    g_rc_box_release(multi);
}

static gboolean on_fd(gint fd, GIOCondition condition, gpointer data)
{
    int mask = 0;

    if (condition & (G_IO_IN | G_IO_HUP))
        mask |= CURL_CSELECT_IN;
    if (condition & G_IO_OUT)
        mask |= CURL_CSELECT_OUT;
    if (condition & (G_IO_ERR | G_IO_NVAL))
        mask |= CURL_CSELECT_ERR;
    act((struct multi *)data, fd, mask);
    return G_SOURCE_CONTINUE;
}

static void destroy_source(GSource *source)
{
    if (source == NULL)
        return;
    g_source_destroy(source);
    g_source_unref(source);
}

/* libcurl tells what it waits for on a socket; sockp is the source made for it before. */
static int socket_changed(CURL *easy, curl_socket_t fd, int what, void *data, void *sockp)
{
    struct multi *multi = (struct multi *)data;
    GIOCondition condition = G_IO_ERR | G_IO_HUP;
    GSource *source;

    (void)easy;
    destroy_source((GSource *)sockp);
    curl_multi_assign(multi->curl, fd, NULL);
    if (what == CURL_POLL_REMOVE)
        return 0;
    if (what & CURL_POLL_IN)
        condition |= G_IO_IN;
    if (what & CURL_POLL_OUT)
        condition |= G_IO_OUT;
    source = g_unix_fd_source_new(fd, condition);
    g_source_set_callback(source, G_SOURCE_FUNC(on_fd), multi, NULL);
    g_source_attach(source, multi->context);
    curl_multi_assign(multi->curl, fd, source);
    return 0;
}

static int timer_changed(CURLM *curl, long timeout_ms, void *data)
{
    struct multi *multi = (struct multi *)data;

    (void)curl;
    g_source_set_ready_time(multi->timer,
                            timeout_ms < 0 ? -1 : g_get_monotonic_time() + timeout_ms * 1000);
    return 0;
}

static gboolean on_timer(gpointer data)
{
    struct multi *multi = (struct multi *)data;

    g_source_set_ready_time(multi->timer, -1);
    act(multi, CURL_SOCKET_TIMEOUT, 0);
    return G_SOURCE_CONTINUE;
}

static gboolean dispatch_timer(GSource *source, GSourceFunc callback, gpointer data)
{
    (void)source;
    return callback(data);
}

static void init_curl(void)
{
    static gsize ready;

    if (g_once_init_enter(&ready)) {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
            g_error("libcurl does not start");
        g_once_init_leave(&ready, 1);
    }
}

struct multi *multi_new(void)
{
    static GSourceFuncs timer_funcs = {.dispatch = dispatch_timer};
    struct multi *multi = g_rc_box_new0(struct multi);

    init_curl();
    multi->context = g_main_context_ref_thread_default();
    multi->timer = g_source_new(&timer_funcs, sizeof(GSource));
    g_source_set_callback(multi->timer, on_timer, multi, NULL);
    g_source_attach(multi->timer, multi->context);
    g_queue_init(&multi->news);
    multi->curl = curl_multi_init();
    curl_multi_setopt(multi->curl, CURLMOPT_SOCKETFUNCTION, socket_changed);
    curl_multi_setopt(multi->curl, CURLMOPT_SOCKETDATA, multi);
    curl_multi_setopt(multi->curl, CURLMOPT_TIMERFUNCTION, timer_changed);
    curl_multi_setopt(multi->curl, CURLMOPT_TIMERDATA, multi);
    return multi;
}

void multi_free(struct multi *multi)
{
    if (multi == NULL)
        return;
    multi->freed = true;
    g_queue_clear(&multi->news);
    curl_multi_cleanup(multi->curl);
    destroy_source(multi->timer);
    g_main_context_unref(multi->context);
    g_rc_box_release(multi);
}

struct multi_handle *multi_add(struct multi *multi, CURL *easy, const struct multi_calls *calls,
                               void *data)
{
    struct multi_handle *handle = g_new0(struct multi_handle, 1);

    handle->multi = multi;
    handle->easy = easy;
    handle->calls = calls;
    handle->data = data;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, handle);
    curl_multi_add_handle(multi->curl, easy);
    return handle;
}

void multi_remove(struct multi_handle *handle)
{
    if (handle == NULL)
        return;
    if (handle->has_news)
        g_queue_remove(&handle->multi->news, handle);
    curl_multi_remove_handle(handle->multi->curl, handle->easy);
    g_free(handle);
}

void multi_handle_news(struct multi_handle *handle)
{
    if (handle->has_news)
        return;
    handle->has_news = true;
    g_queue_push_tail(&handle->multi->news, handle);
}
