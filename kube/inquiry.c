#include "kube/inquiry.h"

#include "kube/loop_source.h"

struct inquiry {
    struct http *http;
    const struct http_calls *calls;
    void *data;
    struct http_ask ask; /* a copy */
    unsigned tries;
    struct http_request *request; /* NULL: waiting until it may be asked again */
    struct http_request *probe;   /* is there anybody? NULL: not asked */
    GSource *timer;               /* of that wait, or of the silence */
};

static void begin(struct inquiry *inquiry);

static void set_timer(struct inquiry *inquiry, int64_t delay_ms, GSourceFunc fn)
{
    loop_source_set(&inquiry->timer, g_timeout_source_new((guint)delay_ms), fn, inquiry);
}

static void stop_listening(struct inquiry *inquiry)
{
    loop_source_clear(&inquiry->timer);
    g_clear_pointer(&inquiry->probe, http_cancel);
}

static void inquiry_free(struct inquiry *inquiry)
{
    http_let_go(inquiry->http, inquiry);
    stop_listening(inquiry);
    g_clear_pointer(&inquiry->request, http_cancel);
    http_ask_clear(&inquiry->ask);
    g_free(inquiry);
}

static void inquiry_drop(void *data)
{
    struct inquiry *inquiry = (struct inquiry *)data;
    const struct http_calls *calls = inquiry->calls;
    void *calls_data = inquiry->data;

    inquiry_free(inquiry);
    if (calls->drop != NULL)
        calls->drop(calls_data);
}

static void end(struct inquiry *inquiry, const char *body, size_t len, const GError *error)
{
    const struct http_calls *calls = inquiry->calls;
    void *calls_data = inquiry->data;

    inquiry_free(inquiry);
    calls->done(body, len, error, calls_data);
}

/* Any answer is a sign of life, also one that says no. */
static void probe_done(const char *body, size_t len, const GError *error, void *data)
{
    struct inquiry *inquiry = (struct inquiry *)data;
    g_autoptr(GError) silent = NULL;

    (void)body;
    (void)len;
    inquiry->probe = NULL;
    if (!g_error_matches(error, KUBE_ERROR, KUBE_ERROR_CONNECT) &&
        !g_error_matches(error, KUBE_ERROR, KUBE_ERROR_CUT))
        return;
    silent = g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT,
                         "%s: the server takes the connection, but says nothing",
                         http_login(inquiry->http)->server);
    end(inquiry, NULL, 0, silent);
}

static gboolean on_silence(gpointer data)
{
    static const struct http_calls calls = {.done = probe_done};
    struct inquiry *inquiry = (struct inquiry *)data;
    int64_t connect_ms = http_request_connect_ms(inquiry->request);
    struct http_ask ask = {.path = "/version", .timeout_ms = INQUIRY_PROBE_MS};

    if (connect_ms < 0) /* that has a limit of its own */
        return G_SOURCE_CONTINUE;
    loop_source_clear(&inquiry->timer);
    ask.timeout_ms += 2 * connect_ms; /* it takes a connection of its own */
    inquiry->probe = http_send(inquiry->http, &ask, &calls, inquiry);
    return G_SOURCE_CONTINUE;
}

static void begun(void *data)
{
    struct inquiry *inquiry = (struct inquiry *)data;

    stop_listening(inquiry);
    if (inquiry->calls->begun != NULL)
        inquiry->calls->begun(inquiry->data);
}

static void got_piece(const char *bytes, size_t len, void *data)
{
    struct inquiry *inquiry = (struct inquiry *)data;

    inquiry->calls->piece(bytes, len, inquiry->data);
}

static void done(const char *body, size_t len, const GError *error, void *data)
{
    struct inquiry *inquiry = (struct inquiry *)data;

    inquiry->request = NULL;
    end(inquiry, body, len, error);
}

static gboolean on_wait_over(gpointer data)
{
    begin((struct inquiry *)data);
    return G_SOURCE_CONTINUE;
}

static void busy(int64_t wait_s, const GError *error, void *data)
{
    struct inquiry *inquiry = (struct inquiry *)data;

    inquiry->request = NULL;
    stop_listening(inquiry);
    if (++inquiry->tries < INQUIRY_TRIES)
        set_timer(inquiry, CLAMP(wait_s, 1, INQUIRY_MAX_WAIT_S) * 1000, on_wait_over);
    else
        end(inquiry, NULL, 0, error);
}

static void begin(struct inquiry *inquiry)
{
    static const struct http_calls whole = {.begun = begun, .done = done, .busy = busy};
    static const struct http_calls pieces = {
        .begun = begun, .piece = got_piece, .done = done, .busy = busy};

    inquiry->request = http_send(inquiry->http, &inquiry->ask,
                                 inquiry->calls->piece != NULL ? &pieces : &whole, inquiry);
    set_timer(inquiry, INQUIRY_SILENCE_MS, on_silence);
}

struct inquiry *inquiry_start(struct http *http, const struct http_ask *ask,
                              const struct http_calls *calls, void *data)
{
    struct inquiry *inquiry = g_new0(struct inquiry, 1);

    inquiry->http = http;
    inquiry->calls = calls;
    inquiry->data = data;
    http_ask_copy(&inquiry->ask, ask);
    /* Before its requests, so that http_free() ends it as a whole. */
    http_hold(http, inquiry_drop, inquiry);
    begin(inquiry);
    return inquiry;
}

void inquiry_cancel(struct inquiry *inquiry)
{
    inquiry_free(inquiry);
}
