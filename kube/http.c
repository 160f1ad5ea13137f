#include "kube/http.h"

#include <stdarg.h>
#include <string.h>

#include "kube/loop_source.h"
#include "kube/route.h"
#include "kube/status.h"

struct hold {
    void (*drop)(void *data);
    void *data;
};

struct http {
    struct login *login;
    struct route *route;
    struct identity *identity;
    struct multi *multi;
    GMainContext *context;
    GQueue holds; /* of struct hold: what must end with us */
    void (*log)(const char *line, void *data);
    void *log_data;
};

struct http_request {
    struct http *http;
    const struct http_calls *calls;
    void *data;
    CURL *easy;
    struct multi_handle *handle;
    struct curl_slist *headers;
    char words[CURL_ERROR_SIZE]; /* libcurl's, of a failure */
    struct http_ask ask;         /* a copy: it may be sent twice */
    struct identity_wait *wait;  /* NULL: not waiting for a login */
    unsigned serial;             /* of the identity that it went with */
    bool again;                  /* it goes with a renewed one */
    GByteArray *body;            /* held, or a piece that was not handed out yet */
    uint64_t bytes;              /* of the whole body, by now */
    bool too_large;
    bool chunked;        /* the answer is */
    bool begins;         /* `begun` is due */
    GError *early_error; /* of before libcurl had it */
    GSource *early;
    int64_t began_us;
};

struct http *http_new(struct login *login, void (*log)(const char *line, void *data), void *data)
{
    struct http *http = g_new0(struct http, 1);

    http->login = login;
    http->route = route_new(login);
    http->identity = identity_new(login, log, data);
    http->multi = multi_new();
    http->context = g_main_context_ref_thread_default();
    g_queue_init(&http->holds);
    http->log = log;
    http->log_data = data;
    return http;
}

void http_free(struct http *http)
{
    struct hold *hold;

    if (http == NULL)
        return;
    while ((hold = (struct hold *)g_queue_pop_head(&http->holds)) != NULL) {
        hold->drop(hold->data);
        g_free(hold);
    }
    multi_free(http->multi);
    identity_free(http->identity);
    route_free(http->route);
    login_free(http->login);
    g_main_context_unref(http->context);
    g_free(http);
}

const struct login *http_login(const struct http *http)
{
    return http->login;
}

struct identity *http_identity(struct http *http)
{
    return http->identity;
}

struct multi *http_multi(struct http *http)
{
    return http->multi;
}

void http_log(struct http *http, const char *format, ...)
{
    g_autofree char *line = NULL;
    va_list args;

    if (http->log == NULL)
        return;
    va_start(args, format);
    line = g_strdup_vprintf(format, args);
    va_end(args);
    http->log(line, http->log_data);
}

void http_hold(struct http *http, void (*drop)(void *data), void *data)
{
    struct hold *hold = g_new0(struct hold, 1);

    hold->drop = drop;
    hold->data = data;
    g_queue_push_tail(&http->holds, hold);
}

void http_let_go(struct http *http, void *data)
{
    for (GList *link = http->holds.head; link != NULL; link = link->next) {
        struct hold *hold = (struct hold *)link->data;

        if (hold->data == data) {
            g_queue_delete_link(&http->holds, link);
            g_free(hold);
            return;
        }
    }
}

CURL *http_easy_new(struct http *http, const char *path, GError **error)
{
    return route_easy_new(http->route, path, identity_cert(http->identity),
                          identity_key(http->identity), error);
}

GError *http_transfer_error(struct http *http, CURL *easy, CURLcode result, const char *words)
{
    return route_error(http->route, easy, result, words);
}

/* What of a request belongs to one try of it. */
static void clear_try(struct http_request *request)
{
    identity_leave(g_steal_pointer(&request->wait));
    multi_remove(g_steal_pointer(&request->handle));
    if (request->easy != NULL)
        curl_easy_cleanup(g_steal_pointer(&request->easy));
    for (struct curl_slist *line = request->headers; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(g_steal_pointer(&request->headers));
}

static void request_free(struct http_request *request)
{
    http_let_go(request->http, request);
    clear_try(request);
    loop_source_clear(&request->early);
    g_clear_error(&request->early_error);
    g_byte_array_unref(request->body);
    http_ask_clear(&request->ask);
    g_free(request);
}

static void request_drop(void *data)
{
    struct http_request *request = (struct http_request *)data;
    const struct http_calls *calls = request->calls;
    void *calls_data = request->data;

    request_free(request);
    if (calls->drop != NULL)
        calls->drop(calls_data);
}

static unsigned http_status(const struct http_request *request)
{
    long status = 0;

    curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    return (unsigned)status;
}

static bool is_good(unsigned status)
{
    return status >= 200 && status < 300;
}

/* From inside libcurl: only keeps the bytes. */
static size_t got_body(char *bytes, size_t size, size_t n, void *data)
{
    struct http_request *request = (struct http_request *)data;
    bool good = is_good(http_status(request));
    size_t limit = good ? HTTP_MAX_BODY : HTTP_MAX_ERROR_BODY;
    size_t len = size * n;

    if (len > limit - MIN(limit, request->body->len)) {
        request->too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    g_byte_array_append(request->body, (const guint8 *)bytes, (guint)len);
    request->bytes += len;
    if (good && request->calls->piece != NULL)
        multi_handle_news(request->handle);
    return len;
}

static void give_piece(struct http_request *request)
{
    g_autoptr(GByteArray) piece = g_steal_pointer(&request->body);

    request->body = g_byte_array_new();
    request->calls->piece((const char *)piece->data, piece->len, request->data);
}

/* From inside libcurl: the empty line ends the head. */
static size_t got_header(char *line, size_t size, size_t n, void *data)
{
    static const char chunked[] = "Transfer-Encoding: chunked";
    struct http_request *request = (struct http_request *)data;

    if (size * n >= strlen(chunked) && g_ascii_strncasecmp(line, chunked, strlen(chunked)) == 0)
        request->chunked = true;
    if (size * n == 2 && *line == '\r' && is_good(http_status(request)) &&
        request->calls->begun != NULL) {
        request->begins = true;
        multi_handle_news(request->handle);
    }
    return size * n;
}

/* One call at most, because each may cancel the request. */
static void request_news(void *data)
{
    struct http_request *request = (struct http_request *)data;

    if (request->begins) {
        request->begins = false;
        if (request->calls->piece != NULL && request->body->len > 0)
            multi_handle_news(request->handle);
        request->calls->begun(request->data);
        return;
    }
    give_piece(request);
}

/* Only the place's server is named: the rest may hold what is not for everybody's eyes. */
static GError *redirect_error(struct http_request *request, unsigned status)
{
    char *address = NULL;
    g_autoptr(GUri) uri = NULL;

    curl_easy_getinfo(request->easy, CURLINFO_REDIRECT_URL, &address);
    uri = address != NULL ? g_uri_parse(address, G_URI_FLAGS_NONE, NULL) : NULL;
    return g_error_new(
        KUBE_ERROR, KUBE_ERROR_SERVER,
        "it sends us on to %s%s%s (%u), but the login is only for this server",
        uri != NULL ? g_uri_get_scheme(uri) : "another address", uri != NULL ? "://" : "",
        uri != NULL && g_uri_get_host(uri) != NULL ? g_uri_get_host(uri) : "", status);
}

static GError *refusal_error(struct http_request *request, unsigned status)
{
    struct http_refusal refusal = {
        .status = status,
        .body = (const char *)request->body->data,
        .len = request->body->len,
    };
    char *location = NULL;

    curl_easy_getinfo(request->easy, CURLINFO_REDIRECT_URL, &location);
    refusal.location = location;
    return request->calls->refused(&refusal, request->data);
}

/* Without a length or chunks a connection that broke looks like one that was ended. */
static bool end_is_marked(const struct http_request *request)
{
    curl_off_t length = -1;

    curl_easy_getinfo(request->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return request->chunked || length >= 0;
}

static GError *request_error(struct http_request *request, CURLcode result)
{
    unsigned status = http_status(request);
    GError *error;

    if (request->too_large && is_good(status))
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_SERVER, "an answer of more than %u MiB",
                            HTTP_MAX_BODY >> 20);
    else if (status != 0 && !is_good(status) && request->calls->refused != NULL)
        return refusal_error(request, status);
    else if (status >= 300 && status < 400)
        error = redirect_error(request, status);
    else if (status != 0 && !is_good(status))
        error = status_error(status, (const char *)request->body->data, request->body->len);
    else if (result != CURLE_OK)
        return http_transfer_error(request->http, request->easy, result, request->words);
    else if (request->ask.framed && !end_is_marked(request))
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                            "nothing in the answer marks its end, so it may have been cut off");
    else
        return NULL;
    g_prefix_error(&error, "%s: ", request->http->login->server);
    return error;
}

/* Takes the error over; the body is that of a good answer. */
static void request_end(struct http_request *request, GError *why)
{
    const struct http_calls *calls = request->calls;
    void *calls_data = request->data;
    g_autoptr(GError) error = why;
    g_autoptr(GByteArray) body = g_byte_array_ref(request->body);
    unsigned status = http_status(request);
    curl_off_t wait_s = 0;
    bool busy;

    curl_easy_getinfo(request->easy, CURLINFO_RETRY_AFTER, &wait_s);
    busy = error != NULL && calls->busy != NULL && (status == 429 || (status == 503 && wait_s > 0));
    request_free(request);
    if (busy)
        calls->busy(wait_s, error, calls_data);
    else
        calls->done(error == NULL ? (const char *)body->data : NULL, error == NULL ? body->len : 0,
                    error, calls_data);
}

static void request_try(struct http_request *request);

/* The server does not know us (any more): once more, where that may be mended. */
static bool try_again(struct http_request *request)
{
    if (http_status(request) != 401 ||
        !identity_refused(request->http->identity, request->serial) || request->again)
        return false;
    http_log(request->http, "%s %s%s: 401, once more with a new login", request->ask.method,
             request->http->login->server, request->ask.path);
    clear_try(request);
    g_byte_array_set_size(request->body, 0);
    request->bytes = 0;
    request->too_large = request->chunked = request->begins = false;
    request->again = true;
    request_try(request);
    return true;
}

static void request_done(CURLcode result, void *data)
{
    struct http_request *request = (struct http_request *)data;
    GError *error;

    if (try_again(request))
        return;
    error = request_error(request, result);
    http_log(request->http, "%s %s%s: %u, %" G_GUINT64_FORMAT " bytes, %" G_GINT64_FORMAT " ms%s%s",
             request->ask.method, request->http->login->server, request->ask.path,
             http_status(request), request->bytes,
             (g_get_monotonic_time() - request->began_us) / 1000, error != NULL ? ": " : "",
             error != NULL ? error->message : "");
    request_end(request, error);
}

static gboolean early_end(gpointer data)
{
    struct http_request *request = (struct http_request *)data;

    request_end(request, g_steal_pointer(&request->early_error));
    return G_SOURCE_REMOVE;
}

static bool set_headers(struct http_request *request, GError **error)
{
    g_autoptr(GPtrArray) headers = identity_headers_new(request->http->identity, error);
    g_autofree char *line = g_strdup_printf("Accept: %s", request->ask.accept);

    if (headers == NULL)
        return false;
    request->serial = identity_serial(request->http->identity);
    for (guint i = 0; i < headers->len; i++)
        request->headers = curl_slist_append(request->headers, (char *)headers->pdata[i]);
    request->headers = curl_slist_append(request->headers, line);
    curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER, request->headers);
    return true;
}

static void set_body(struct http_request *request)
{
    const struct http_ask *ask = &request->ask;
    g_autofree char *type = NULL;

    if (ask->body == NULL)
        return;
    curl_easy_setopt(request->easy, CURLOPT_CUSTOMREQUEST, ask->method);
    type = g_strdup_printf("Content-Type: %s", ask->content_type);
    request->headers = curl_slist_append(request->headers, type);
    curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER, request->headers);
    curl_easy_setopt(request->easy, CURLOPT_POSTFIELDS, ask->body);
}

static bool request_set(struct http_request *request, GError **error)
{
    int64_t timeout_ms = request->ask.timeout_ms > 0 ? request->ask.timeout_ms
                                                     : request->http->login->request_timeout_ms;
    CURL *easy = http_easy_new(request->http, request->ask.path, error);

    request->easy = easy;
    if (easy == NULL || !set_headers(request, error))
        return false;
    set_body(request);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->words);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, got_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, got_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
    if (!request->ask.endless) {
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                         (long)(timeout_ms > 0 ? timeout_ms : HTTP_ANSWER_TIMEOUT_MS));
    }
    return true;
}

static void request_send(struct http_request *request)
{
    static const struct multi_calls multi_calls = {.news = request_news, .done = request_done};

    if (request_set(request, &request->early_error)) {
        request->handle = multi_add(request->http->multi, request->easy, &multi_calls, request);
        return;
    }
    request->early = g_idle_source_new();
    g_source_set_priority(request->early, G_PRIORITY_DEFAULT);
    g_source_set_callback(request->early, early_end, request, NULL);
    g_source_attach(request->early, request->http->context);
}

static void logged_in(const GError *error, void *data)
{
    struct http_request *request = (struct http_request *)data;

    request->wait = NULL;
    if (error == NULL)
        request_send(request);
    else
        request_end(request, g_error_copy(error));
}

static void request_try(struct http_request *request)
{
    struct identity *identity = request->http->identity;

    if (identity_is_ready(identity))
        request_send(request);
    else
        request->wait = identity_wait(identity, logged_in, request);
}

struct http_request *http_send(struct http *http, const struct http_ask *ask,
                               const struct http_calls *calls, void *data)
{
    struct http_request *request = g_new0(struct http_request, 1);

    request->http = http;
    request->calls = calls;
    request->data = data;
    http_ask_copy(&request->ask, ask);
    request->body = g_byte_array_new();
    request->began_us = g_get_monotonic_time();
    http_hold(http, request_drop, request);
    request_try(request);
    return request;
}

int64_t http_request_connect_ms(const struct http_request *request)
{
    curl_off_t connect_us = 0;

    if (request->easy != NULL)
        curl_easy_getinfo(request->easy, CURLINFO_PRETRANSFER_TIME_T, &connect_us);
    return connect_us > 0 ? connect_us / 1000 : -1;
}

void http_cancel(struct http_request *request)
{
    request_free(request);
}
