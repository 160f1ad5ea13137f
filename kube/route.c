#include "kube/route.h"

#include <string.h>

#include "kube/proxy.h"
#include "kube/secret.h"

struct route {
    const struct login *login;
    char *server;                  /* how libcurl is told of it */
    struct curl_slist *connect_to; /* ... and the rule that leads there; NULL: none is needed */
    char *proxy;                   /* "": none. May hold a password. */
};

/* curl_easy_setopt() with the result kept: some builds of libcurl lack an option. */
#define SET(result, easy, option, value)                              \
    do {                                                              \
        CURLcode set_result_ = curl_easy_setopt(easy, option, value); \
        if ((result) == CURLE_OK)                                     \
            (result) = set_result_;                                   \
    } while (0)

/* The certificate is checked against another name than the address: libcurl knows only one, so
 * the name goes into the address, and a rule that leads it back to the host. */
static void set_server(struct route *route)
{
    const struct login *login = route->login;
    g_autoptr(GUri) uri = g_uri_parse(login->server, G_URI_FLAGS_NONE, NULL);
    g_autofree char *rule = NULL;
    const char *host;
    bool v6;
    int port;

    if (login->tls_server_name == NULL || uri == NULL || g_uri_get_host(uri) == NULL) {
        route->server = g_strdup(login->server);
        return;
    }
    host = g_uri_get_host(uri);
    v6 = strchr(host, ':') != NULL;
    port = g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : 443;
    rule = g_strdup_printf("%s:%d:%s%s%s:%d", login->tls_server_name, port, v6 ? "[" : "", host,
                           v6 ? "]" : "", port);
    route->connect_to = curl_slist_append(NULL, rule);
    route->server = g_strdup_printf("%s://%s:%d%s", g_uri_get_scheme(uri), login->tls_server_name,
                                    port, g_uri_get_path(uri));
}

/* A proxy of the kubeconfig is for every server; that of the environment has exceptions. */
static char *find_proxy(const struct login *login)
{
    char *given =
        login->proxy_url != NULL ? g_strdup(login->proxy_url) : proxy_of_environment(login->server);
    char *proxy = given != NULL ? proxy_for_curl(given) : NULL;

    secret_free(given);
    return proxy != NULL ? proxy : g_strdup("");
}

struct route *route_new(const struct login *login)
{
    struct route *route = g_new0(struct route, 1);

    route->login = login;
    route->proxy = find_proxy(login);
    set_server(route);
    return route;
}

void route_free(struct route *route)
{
    if (route == NULL)
        return;
    curl_slist_free_all(route->connect_to);
    secret_free(route->proxy);
    g_free(route->server);
    g_free(route);
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

static CURLcode set_tls(CURL *easy, const struct login *login, GBytes *cert, GBytes *key)
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
    if (cert != NULL) {
        SET(result, easy, CURLOPT_SSLCERTTYPE, "PEM");
        set_blob(&result, easy, CURLOPT_SSLCERT_BLOB, cert);
        SET(result, easy, CURLOPT_SSLKEYTYPE, "PEM");
        set_blob(&result, easy, CURLOPT_SSLKEY_BLOB, key);
    }
    return result;
}

/* A proxy with TLS of its own may be vouched for by the cluster's authorities, as in kubectl, or by
 * those of this machine. */
static CURLcode set_proxy(CURL *easy, const struct route *route)
{
    CURLcode result = CURLE_OK;

    SET(result, easy, CURLOPT_PROXY, route->proxy);
    /* Exceptions have been looked for already. */
    SET(result, easy, CURLOPT_NOPROXY, "");
    if (!g_str_has_prefix(route->proxy, "https://"))
        return result;
    if (route->login->insecure_skip_tls_verify) {
        SET(result, easy, CURLOPT_PROXY_SSL_VERIFYPEER, 0L);
        SET(result, easy, CURLOPT_PROXY_SSL_VERIFYHOST, 0L);
    }
    set_blob(&result, easy, CURLOPT_PROXY_CAINFO_BLOB, route->login->ca);
    return result;
}

CURL *route_easy_new(const struct route *route, const char *path, GBytes *cert, GBytes *key,
                     GError **error)
{
    g_autofree char *url = g_strconcat(route->server, path, NULL);
    CURL *easy = curl_easy_init();
    CURLcode result;

    result = set_tls(easy, route->login, cert, key);
    SET(result, easy, CURLOPT_URL, url);
    SET(result, easy, CURLOPT_PATH_AS_IS, 1L);
    SET(result, easy, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(result, easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(result, easy, CURLOPT_NOSIGNAL, 1L);
    SET(result, easy, CURLOPT_TCP_KEEPALIVE, 1L);
    SET(result, easy, CURLOPT_TCP_KEEPIDLE, 15L);
    SET(result, easy, CURLOPT_TCP_KEEPINTVL, 5L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Or giving up would wait, on the main loop, for a name server that never answers. */
    SET(result, easy, CURLOPT_QUICK_EXIT, 1L);
#endif
    SET(result, easy, CURLOPT_CONNECTTIMEOUT_MS, (long)ROUTE_CONNECT_TIMEOUT_MS);
    if (result == CURLE_OK)
        result = set_proxy(easy, route);
    if (route->connect_to != NULL)
        SET(result, easy, CURLOPT_CONNECT_TO, route->connect_to);
    if (result == CURLE_OK && strlen(url) <= ROUTE_MAX_URL)
        return easy;
    curl_easy_cleanup(easy);
    if (result == CURLE_OK)
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_USAGE, "the request is longer than %u KiB",
                    ROUTE_MAX_URL >> 10);
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

/* NULL: it is not for the proxy that there is no connection. */
static GError *proxy_error(CURL *easy, CURLcode result, const char *words)
{
    long status = 0, verdict = 0;

    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    curl_easy_getinfo(easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &verdict);
    if (result == CURLE_PEER_FAILED_VERIFICATION && verdict != 0)
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT,
                           "the proxy's certificate is not trusted: %s", words);
    if (status < 300)
        return NULL;
    return g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT,
                       status == 407 || status == 401
                           ? "no connection: the proxy wants a login, or another one (%ld)"
                           : "no connection: the proxy does not let us through (%ld)",
                       status);
}

/* libcurl says at length that it failed; why, the system knows. */
static const char *system_words(CURL *easy, const char *words)
{
    long number = 0;

    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    return number != 0 ? g_strerror((int)number) : words;
}

static GError *transfer_error(CURL *easy, CURLcode result, const char *words)
{
    switch (result) {
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_error(easy);
    case CURLE_COULDNT_CONNECT:
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT, "no connection: %s",
                           system_words(easy, words));
    case CURLE_PARTIAL_FILE:
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                           "the connection ended in the middle of the answer");
    case CURLE_GOT_NOTHING:
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                           "the connection ended before an answer came");
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CUT, "the connection broke: %s",
                           system_words(easy, words));
    case CURLE_PEER_FAILED_VERIFICATION:
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT,
                           "the server's certificate is not trusted: %s", words);
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CONFIG,
                           "a certificate or key of the login cannot be used: %s", words);
    case CURLE_SSL_CONNECT_ERROR:
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT, "no connection: %s",
                           strstr(words, "wrong version number") != NULL
                               ? "what answers there does not speak TLS"
                               : words);
    case CURLE_UNSUPPORTED_PROTOCOL:
        if (strstr(words, "HTTP/0.9") != NULL)
            return g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT,
                               "what answers there does not speak HTTP");
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CONFIG, "%s", words);
    case CURLE_URL_MALFORMAT:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CONFIG, "%s", words);
    default:
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT, "no connection: %s", words);
    }
}

GError *route_error(const struct route *route, CURL *easy, CURLcode result, const char *words)
{
    GError *error;

    if (*words == '\0')
        words = curl_easy_strerror(result);
    error = proxy_error(easy, result, words);
    if (error == NULL)
        error = transfer_error(easy, result, words);
    g_prefix_error(&error, "%s: ", route->login->server);
    return error;
}
