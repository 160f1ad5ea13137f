#include "kube/http.h"

#include <stdarg.h>
#include <string.h>

#include <gio/gio.h>

#include "kube/credential.h"
#include "kube/status.h"

struct hold {
    void (*drop)(void *data);
    void *data;
};

struct http {
    struct login *login;
    char *server;                  /* how libcurl is told of it */
    struct curl_slist *connect_to; /* ... and the rule that leads there; NULL: none is needed */
    bool loopback;                 /* the server is on this machine */
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
    char *method, *path;
    GByteArray *body; /* held, or a piece that was not handed out yet */
    uint64_t bytes;   /* of the whole body, by now */
    bool too_large;
    bool framed, chunked; /* it must be; it is */
    bool begins;          /* `begun` is due */
    GError *early_error;  /* of before libcurl had it */
    GSource *early;
    int64_t began_us;
};

/* curl_easy_setopt() with the result kept: some builds of libcurl lack an option. */
#define SET(result, easy, option, value)                              \
    do {                                                              \
        CURLcode set_result_ = curl_easy_setopt(easy, option, value); \
        if ((result) == CURLE_OK)                                     \
            (result) = set_result_;                                   \
    } while (0)

static bool is_loopback(const char *host)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);

    return strcmp(host, "localhost") == 0 ||
           (address != NULL && g_inet_address_get_is_loopback(address));
}

/* The certificate is checked against another name than the address: libcurl knows only one, so
 * the name goes into the address, and a rule that leads it back to the host. */
static void set_server(struct http *http)
{
    const struct login *login = http->login;
    g_autoptr(GUri) uri = g_uri_parse(login->server, G_URI_FLAGS_NONE, NULL);
    g_autofree char *rule = NULL;
    const char *host;
    bool v6;
    int port;

    http->loopback = uri != NULL && g_uri_get_host(uri) != NULL && is_loopback(g_uri_get_host(uri));
    if (login->tls_server_name == NULL || uri == NULL || g_uri_get_host(uri) == NULL) {
        http->server = g_strdup(login->server);
        return;
    }
    host = g_uri_get_host(uri);
    v6 = strchr(host, ':') != NULL;
    port = g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : 443;
    rule = g_strdup_printf("%s:%d:%s%s%s:%d", login->tls_server_name, port, v6 ? "[" : "", host,
                           v6 ? "]" : "", port);
    http->connect_to = curl_slist_append(NULL, rule);
    http->server = g_strdup_printf("%s://%s:%d%s", g_uri_get_scheme(uri), login->tls_server_name,
                                   port, g_uri_get_path(uri));
}

struct http *http_new(struct login *login, void (*log)(const char *line, void *data), void *data)
{
    struct http *http = g_new0(struct http, 1);

    http->login = login;
    set_server(http);
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
    curl_slist_free_all(http->connect_to);
    g_free(http->server);
    login_free(http->login);
    g_main_context_unref(http->context);
    g_free(http);
}

const struct login *http_login(const struct http *http)
{
    return http->login;
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

static void set_blob(CURLcode *result, CURL *easy, CURLoption option, GBytes *bytes)
{
    struct curl_blob blob = {.flags = CURL_BLOB_COPY};
    gsize len;

    if (bytes == NULL)
        return;
    blob.data = (void *)(uintptr_t)g_bytes_get_data(bytes, &len);
    blob.len = len;
    SET(*result, easy, option, &blob);
}

static CURLcode set_tls(CURL *easy, const struct login *login)
{
    CURLcode result = CURLE_OK;

    SET(result, easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (login->insecure_skip_tls_verify) {
        SET(result, easy, CURLOPT_SSL_VERIFYPEER, 0L);
        SET(result, easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    set_blob(&result, easy, CURLOPT_CAINFO_BLOB, login->ca);
    /* Or the authorities of this machine would be trusted beside the cluster's own. A backend of
     * libcurl without such a folder refuses the option, and does not need it. */
    if (login->ca != NULL)
        (void)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    if (login->client_cert != NULL) {
        SET(result, easy, CURLOPT_SSLCERTTYPE, "PEM");
        set_blob(&result, easy, CURLOPT_SSLCERT_BLOB, login->client_cert);
        SET(result, easy, CURLOPT_SSLKEYTYPE, "PEM");
        set_blob(&result, easy, CURLOPT_SSLKEY_BLOB, login->client_key);
    }
    return result;
}

CURL *http_easy_new(struct http *http, const char *path, GError **error)
{
    const struct login *login = http->login;
    g_autofree char *url = g_strconcat(http->server, path, NULL);
    CURL *easy = curl_easy_init();
    CURLcode result;

    result = set_tls(easy, login);
    SET(result, easy, CURLOPT_URL, url);
    SET(result, easy, CURLOPT_PATH_AS_IS, 1L);
    SET(result, easy, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(result, easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(result, easy, CURLOPT_NOSIGNAL, 1L);
    SET(result, easy, CURLOPT_TCP_KEEPALIVE, 1L);
    SET(result, easy, CURLOPT_TCP_KEEPIDLE, 15L);
    SET(result, easy, CURLOPT_TCP_KEEPINTVL, 5L);
    SET(result, easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_TIMEOUT_MS);
    /* "" keeps the proxies of the environment from what is on this machine, as in kubectl. */
    if (login->proxy_url != NULL || http->loopback)
        SET(result, easy, CURLOPT_PROXY, login->proxy_url != NULL ? login->proxy_url : "");
    if (http->connect_to != NULL)
        SET(result, easy, CURLOPT_CONNECT_TO, http->connect_to);
    if (result == CURLE_OK && strlen(url) <= HTTP_MAX_URL)
        return easy;
    curl_easy_cleanup(easy);
    if (result == CURLE_OK)
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_USAGE, "the request is longer than %u KiB",
                    HTTP_MAX_URL >> 10);
    else
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG,
                    "this libcurl cannot connect as the kubeconfig wants it: %s",
                    curl_easy_strerror(result));
    return NULL;
}

static GError *timeout_error(CURL *easy)
{
    curl_off_t connected_us = 0;

    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    if (connected_us == 0)
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT, "no connection in time");
    return g_error_new(KUBE_ERROR, KUBE_ERROR_CUT, "no whole answer in time");
}

GError *http_transfer_error(struct http *http, CURL *easy, CURLcode result, const char *words)
{
    GError *error;

    if (*words == '\0')
        words = curl_easy_strerror(result);
    switch (result) {
    case CURLE_OPERATION_TIMEDOUT:
        error = timeout_error(easy);
        break;
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_BAD_CONTENT_ENCODING:
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                            "the connection ended in the middle of the answer: %s", words);
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT,
                            "the server's certificate is not trusted: %s", words);
        break;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_CONFIG,
                            "a certificate or key of the kubeconfig cannot be used: %s", words);
        break;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_COULDNT_RESOLVE_PROXY:
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_CONFIG, "%s", words);
        break;
    default:
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT, "no connection: %s", words);
        break;
    }
    g_prefix_error(&error, "%s: ", http->login->server);
    return error;
}

static void request_free(struct http_request *request)
{
    http_let_go(request->http, request);
    multi_remove(request->handle);
    if (request->early != NULL) {
        g_source_destroy(request->early);
        g_source_unref(request->early);
    }
    if (request->easy != NULL)
        curl_easy_cleanup(request->easy);
    for (struct curl_slist *line = request->headers; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(request->headers);
    g_clear_error(&request->early_error);
    g_byte_array_unref(request->body);
    g_free(request->method);
    g_free(request->path);
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
    else if (status != 0 && !is_good(status))
        error = status_error(status, (const char *)request->body->data, request->body->len);
    else if (result != CURLE_OK)
        return http_transfer_error(request->http, request->easy, result, request->words);
    else if (request->framed && !end_is_marked(request))
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                            "nothing in the answer marks its end, so it may have been cut off");
    else
        return NULL;
    g_prefix_error(&error, "%s: ", request->http->login->server);
    return error;
}

static void request_done(CURLcode result, void *data)
{
    struct http_request *request = (struct http_request *)data;
    const struct http_calls *calls = request->calls;
    void *calls_data = request->data;
    g_autoptr(GError) error = request_error(request, result);
    g_autoptr(GByteArray) body = g_byte_array_ref(request->body);

    http_log(request->http, "%s %s%s: %u, %" G_GUINT64_FORMAT " bytes, %" G_GINT64_FORMAT " ms%s%s",
             request->method, request->http->login->server, request->path, http_status(request),
             request->bytes, (g_get_monotonic_time() - request->began_us) / 1000,
             error != NULL ? ": " : "", error != NULL ? error->message : "");
    request_free(request);
    calls->done(error == NULL ? (const char *)body->data : NULL, error == NULL ? body->len : 0,
                error, calls_data);
}

static gboolean early_end(gpointer data)
{
    struct http_request *request = (struct http_request *)data;
    const struct http_calls *calls = request->calls;
    void *calls_data = request->data;
    g_autoptr(GError) error = g_steal_pointer(&request->early_error);

    request_free(request);
    calls->done(NULL, 0, error, calls_data);
    return G_SOURCE_REMOVE;
}

static bool set_headers(struct http_request *request, const char *accept, GError **error)
{
    g_autoptr(GPtrArray) headers = credential_headers_new(request->http->login, error);
    g_autofree char *line = g_strdup_printf("Accept: %s", accept);

    if (headers == NULL)
        return false;
    for (guint i = 0; i < headers->len; i++)
        request->headers = curl_slist_append(request->headers, (char *)headers->pdata[i]);
    request->headers = curl_slist_append(request->headers, line);
    curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER, request->headers);
    return true;
}

static void set_body(struct http_request *request, const struct http_ask *ask)
{
    g_autofree char *type = NULL;

    if (ask->method != NULL)
        curl_easy_setopt(request->easy, CURLOPT_CUSTOMREQUEST, ask->method);
    if (ask->body == NULL)
        return;
    type = g_strdup_printf("Content-Type: %s", ask->content_type);
    request->headers = curl_slist_append(request->headers, type);
    curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER, request->headers);
    curl_easy_setopt(request->easy, CURLOPT_COPYPOSTFIELDS, ask->body);
}

static bool request_begin(struct http_request *request, const struct http_ask *ask, GError **error)
{
    int64_t timeout_ms = request->http->login->request_timeout_ms;
    CURL *easy = http_easy_new(request->http, ask->path, error);

    request->easy = easy;
    if (easy == NULL)
        return false;
    if (!set_headers(request, ask->accept != NULL ? ask->accept : "application/json", error))
        return false;
    set_body(request, ask);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->words);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, got_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, got_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
    if (!ask->endless) {
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                         (long)(timeout_ms > 0 ? timeout_ms : HTTP_ANSWER_TIMEOUT_MS));
    }
    return true;
}

struct http_request *http_get(struct http *http, const struct http_ask *ask,
                              const struct http_calls *calls, void *data)
{
    static const struct multi_calls multi_calls = {.news = request_news, .done = request_done};
    struct http_request *request = g_new0(struct http_request, 1);

    request->http = http;
    request->calls = calls;
    request->data = data;
    request->method = g_strdup(ask->method != NULL ? ask->method : "GET");
    request->path = g_strdup(ask->path);
    request->framed = ask->framed;
    request->body = g_byte_array_new();
    request->began_us = g_get_monotonic_time();
    http_hold(http, request_drop, request);
    if (request_begin(request, ask, &request->early_error)) {
        request->handle = multi_add(http->multi, request->easy, &multi_calls, request);
        return request;
    }
    request->early = g_idle_source_new();
    g_source_set_priority(request->early, G_PRIORITY_DEFAULT);
    g_source_set_callback(request->early, early_end, request, NULL);
    g_source_attach(request->early, http->context);
    return request;
}

void http_cancel(struct http_request *request)
{
    request_free(request);
}
