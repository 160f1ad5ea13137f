/* Answers of servers that are right, wrong, broken, endless or not there. */
#include <string.h>

#include "kube/client.h"
#include "kube/http.h"
#include "tests/fake.h"
#include "tests/harness.h"

struct run {
    bool done;
    json_t *object;
    GError *error;
    GString *log;
};

static void on_done(json_t *object, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    g_assert_true((object == NULL) == (error != NULL));
    run->done = true;
    run->object = json_incref(object);
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

static void run_clear(struct run *run)
{
    json_decref(run->object);
    g_clear_error(&run->error);
}

#define HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define NO(status, body) "HTTP/1.1 " status "\r\nConnection: close\r\n\r\n" body

static const struct {
    const char *answer;
    int code; /* -1: it is good */
    const char *message;
} rows[] = {
    {HEAD "Content-Length: 8\r\n\r\n{\"a\": 1}", -1, NULL},
    {HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n5\r\n\": 1}\r\n0\r\n\r\n", -1, NULL},
    {HEAD "Content-Length: 2\r\n\r\n[]", KUBE_ERROR_SERVER, "SERVER: the answer is no JSON object"},
    {HEAD "Content-Length: 5\r\n\r\n<a/>\n", KUBE_ERROR_SERVER,
     "SERVER: a web page came where the answer of an API server was expected"},
    {HEAD "Content-Length: 0\r\n\r\n", KUBE_ERROR_SERVER, "SERVER: the answer is empty"},
    {HEAD "Content-Length: 9\r\n\r\n{\"a\"", KUBE_ERROR_CUT,
     "SERVER: the connection ended in the middle of the answer"},
    {"", KUBE_ERROR_CUT, "SERVER: the connection ended before an answer came"},
    {NO("400 Bad Request", "{\"kind\":\"Status\",\"message\":\"no good\"}"), KUBE_ERROR_BAD_REQUEST,
     "SERVER: no good"},
    {NO("401 Unauthorized", "{\"kind\":\"Status\",\"message\":\"Unauthorized\"}"),
     KUBE_ERROR_UNAUTHORIZED, "SERVER: the server does not accept this login (401 Unauthorized)"},
    {NO("403 Forbidden", ""), KUBE_ERROR_FORBIDDEN,
     "SERVER: refused without a word (403 Forbidden): by an old server or by a proxy"},
    {NO("403 Forbidden", "{\"kind\":\"Status\",\"message\":\"User \\\"system:anonymous\\\" "
                         "cannot\"}"),
     KUBE_ERROR_FORBIDDEN,
     "SERVER: no login was sent, or none that the server takes: User \"system:anonymous\" "
     "cannot"},
    {NO("404 Not Found", "404 page not found\n"), KUBE_ERROR_NOT_FOUND,
     "SERVER: 404 page not found"},
    {NO("410 Gone", "{\"kind\":\"Status\",\"message\":\"too old\"}"), KUBE_ERROR_GONE,
     "SERVER: too old"},
    {NO("500 Internal Server Error", "container not found (\"c\")"), KUBE_ERROR_NOT_FOUND,
     "SERVER: the container is not running (it crashed, waits, has finished or not yet begun): "
     "container not found (\"c\")"},
    {NO("502 Bad Gateway", "<html><body>nginx</body></html>"), KUBE_ERROR_SERVER,
     "SERVER: the server answered 502, Bad Gateway: a web page, so this is no API server but "
     "something before it"},
    {NO("302 Found", ""), KUBE_ERROR_SERVER,
     "SERVER: it sends us on to another address (302), but the login is only for this server"},
    {NO("503 Service Unavailable", "\xff\xfe\n"), KUBE_ERROR_SERVER,
     "SERVER: the server answered 503, Service Unavailable: \xef\xbf\xbd\xef\xbf\xbd"},
};

static char *clean(struct client *client, const char *message)
{
    g_autoptr(GString) text = g_string_new(message);

    g_string_replace(text, client_login(client)->server, "SERVER", 0);
    return g_strdup(text->str);
}

static void test_answers(void)
{
    struct fake fake;
    struct client *client;

    fake_up(&fake);
    client = harness_client(fake.kubeconfig, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct run run = {0};

        fake_say(&fake, "%s", rows[i].answer);
        client_get(client, "/x", NULL, on_done, &run);
        g_assert_false(run.done);
        harness_wait(&run.done);
        if (rows[i].code < 0) {
            g_assert_no_error(run.error);
            g_assert_cmpint(json_integer_value(json_object_get(run.object, "a")), ==, 1);
        } else {
            g_autofree char *message = NULL;

            g_assert_error(run.error, KUBE_ERROR, rows[i].code);
            message = clean(client, run.error->message);
            g_assert_cmpstr(message, ==, rows[i].message);
        }
        run_clear(&run);
    }
    client_free(client);
    fake_down(&fake);
}

static void keep_log(const char *line, void *data)
{
    g_string_append(((struct run *)data)->log, line);
}

/* What is sent; and that the log has no secret. */
static void test_request(void)
{
    struct fake fake;
    struct run run = {.log = g_string_new(NULL)};
    struct login *login = g_new0(struct login, 1);
    struct client *client;
    g_auto(GStrv) parts = NULL;
    const char *head;

    fake_up(&fake);
    fake_say_json(&fake, "{}");
    parts = g_strsplit(strstr(fake.kubeconfig, "http://"), "'", 2);
    login->server = g_strconcat(parts[0], "/base", NULL);
    login->token = g_strdup("SECRET");
    login->as = g_strdup("me");
    login->as_uid = g_strdup("7");
    login->as_groups = g_strsplit("a b,c", ",", 0);
    login->as_extra = g_strsplit("example.org/Why%,a reason,k,v", ",", 0);
    client = client_new(login, keep_log, &run, NULL);
    client_get(client, "/x/..%2F?q=1", "text/x", on_done, &run);
    harness_wait(&run.done);
    g_assert_no_error(run.error);
    head = (const char *)fake.requests->pdata[0];
    g_assert_true(g_str_has_prefix(head, "GET /base/x/..%2F?q=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
    g_assert_nonnull(strstr(head, "\r\nAuthorization: Bearer SECRET\r\n"));
    g_assert_nonnull(strstr(head, "\r\nImpersonate-User: me\r\n"));
    g_assert_nonnull(strstr(head, "\r\nImpersonate-Uid: 7\r\n"));
    g_assert_nonnull(strstr(head, "\r\nImpersonate-Group: a b\r\nImpersonate-Group: c\r\n"));
    g_assert_nonnull(strstr(head, "\r\nImpersonate-Extra-example.org%2FWhy%25: a reason\r\n"
                                  "Impersonate-Extra-k: v\r\n"));
    g_assert_nonnull(strstr(head, "\r\nAccept: text/x\r\n"));
    g_assert_nonnull(strstr(head, "\r\nAccept-Encoding: gzip\r\n"));
    g_assert_nonnull(strstr(run.log->str, "/base/x/..%2F?q=1: 200, 2 bytes"));
    g_assert_null(strstr(run.log->str, "SECRET"));
    run_clear(&run);
    g_string_free(run.log, TRUE);
    client_free(client);
    fake_down(&fake);
}

/* A small answer that unpacks to more than the limit. */
static void test_gzip_bomb(void)
{
    struct fake fake;
    struct client *client;
    struct run run = {0};
    static const char head[] = HEAD "Content-Encoding: gzip\r\n\r\n";
    g_autofree char *zeros = g_new0(char, 1 << 20);
    g_autoptr(GZlibCompressor) gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
    g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
    g_autoptr(GOutputStream) out = NULL;
    gsize len;

    g_output_stream_write_all(memory, head, sizeof head - 1, NULL, NULL, NULL);
    out = g_converter_output_stream_new(memory, G_CONVERTER(gzip));
    for (unsigned i = 0; i <= HTTP_MAX_BODY >> 20; i++)
        g_output_stream_write_all(out, zeros, 1 << 20, NULL, NULL, NULL);
    g_output_stream_close(out, NULL, NULL);
    len = g_memory_output_stream_get_data_size(G_MEMORY_OUTPUT_STREAM(memory));
    g_assert_cmpuint(len, <, 200000);
    fake_up(&fake);
    fake_say_bytes(&fake, g_memory_output_stream_get_data(G_MEMORY_OUTPUT_STREAM(memory)), len);
    client = harness_client(fake.kubeconfig, 0);
    client_get(client, "/x", NULL, on_done, &run);
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_SERVER);
    g_assert_true(g_str_has_suffix(run.error->message, ": an answer of more than 64 MiB"));
    run_clear(&run);
    client_free(client);
    fake_down(&fake);
}

static void test_limits(void)
{
    struct fake fake;
    struct client *client;
    struct run address = {0}, words = {0};
    g_autoptr(GString) path = g_string_new("/");
    g_autoptr(GString) body = g_string_new(NO("500 No", ""));

    fake_up(&fake);
    client = harness_client(fake.kubeconfig, 0);
    for (unsigned i = 0; i < ROUTE_MAX_URL; i++)
        g_string_append_c(path, 'a');
    client_get(client, path->str, NULL, on_done, &address);
    harness_wait(&address.done);
    g_assert_error(address.error, KUBE_ERROR, KUBE_ERROR_USAGE);
    for (unsigned i = 0; i < 2 * HTTP_MAX_ERROR_BODY; i++)
        g_string_append_c(body, 'b');
    fake_say_bytes(&fake, body->str, body->len);
    client_get(client, "/x", NULL, on_done, &words);
    harness_wait(&words.done);
    g_assert_error(words.error, KUBE_ERROR, KUBE_ERROR_SERVER);
    g_assert_cmpuint(strlen(words.error->message), <, 1200);
    run_clear(&address);
    run_clear(&words);
    client_free(client);
    fake_down(&fake);
}

static void test_nobody_there(void)
{
    struct fake fake;
    struct client *client;
    struct run run = {0};

    fake_up(&fake);
    client = harness_client(fake.kubeconfig, 0);
    fake_down(&fake);
    client_get(client, "/x", NULL, on_done, &run);
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_CONNECT);
    g_assert_true(g_str_has_prefix(run.error->message, client_login(client)->server));
    run_clear(&run);
    client_free(client);
}

/* It takes the connection and says nothing. */
static void test_timeout(void)
{
    struct fake fake;
    struct client *client;
    struct run run = {0};
    g_autofree char *message = NULL;

    fake_up(&fake);
    fake_say(&fake, FAKE_HOLD);
    client = harness_client(fake.kubeconfig, 300);
    client_get(client, "/x", NULL, on_done, &run);
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_CUT);
    message = clean(client, run.error->message);
    g_assert_cmpstr(message, ==, "SERVER: no whole answer in time");
    run_clear(&run);
    client_free(client);
    fake_down(&fake);
}

static void test_cancel(void)
{
    struct fake fake;
    struct client *client;
    struct run one = {0}, two = {0};

    fake_up(&fake);
    fake_say(&fake, FAKE_HOLD);
    fake_say(&fake, FAKE_HOLD);
    client = harness_client(fake.kubeconfig, 0);
    request_cancel(client_get(client, "/x", NULL, on_done, &one));
    client_get(client, "/x", NULL, on_done, &two);
    while (fake.requests->len == 0)
        g_main_context_iteration(NULL, TRUE);
    client_free(client);
    for (int i = 0; i < 20; i++)
        g_main_context_iteration(NULL, FALSE);
    g_assert_false(one.done || two.done);
    fake_down(&fake);
}

/* What is on this machine is asked directly, whatever the environment says. */
static void test_proxy_environment(void)
{
    struct fake fake;
    struct client *client;
    struct run run = {0};

    g_setenv("http_proxy", "http://127.0.0.1:1", TRUE);
    fake_up(&fake);
    fake_say_json(&fake, "{}");
    client = harness_client(fake.kubeconfig, 0);
    client_get(client, "/x", NULL, on_done, &run);
    harness_wait(&run.done);
    g_assert_no_error(run.error);
    g_unsetenv("http_proxy");
    run_clear(&run);
    client_free(client);
    fake_down(&fake);
}

/* A proxy is told where to, and nothing of the login; and no message shows the proxy's password. */
static void test_proxy(void)
{
    struct fake fake;
    struct run run = {.log = g_string_new(NULL)};
    struct login *login = g_new0(struct login, 1);
    struct client *client;
    g_auto(GStrv) parts = NULL;
    const char *head;

    fake_up(&fake);
    fake_say(&fake, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
    parts = g_strsplit(strstr(fake.kubeconfig, "http://"), "'", 2);
    login->server = g_strdup("https://example.org:6443");
    login->proxy_url = g_strconcat("http://me:SECRET@", parts[0] + strlen("http://"), NULL);
    login->token = g_strdup("SECRET");
    client = client_new(login, keep_log, &run, NULL);
    client_get(client, "/x", NULL, on_done, &run);
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_CONNECT);
    g_assert_cmpstr(run.error->message, ==,
                    "https://example.org:6443: no connection: the proxy wants a login, or another "
                    "one (407)");
    g_assert_null(strstr(run.log->str, "SECRET"));
    head = (const char *)fake.requests->pdata[0];
    g_assert_true(g_str_has_prefix(head, "CONNECT example.org:6443 HTTP/1.1\r\n"));
    g_assert_nonnull(strstr(head, "\r\nProxy-Authorization: Basic bWU6U0VDUkVU\r\n"));
    g_assert_null(strstr(head, "SECRET"));
    g_assert_null(strstr(head, "\r\nAuthorization"));
    run_clear(&run);
    g_string_free(run.log, TRUE);
    client_free(client);
    fake_down(&fake);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/http/answers", test_answers);
    g_test_add_func("/http/request", test_request);
    g_test_add_func("/http/gzip-bomb", test_gzip_bomb);
    g_test_add_func("/http/limits", test_limits);
    g_test_add_func("/http/nobody-there", test_nobody_there);
    g_test_add_func("/http/timeout", test_timeout);
    g_test_add_func("/http/proxy-environment", test_proxy_environment);
    g_test_add_func("/http/proxy", test_proxy);
    g_test_add_func("/http/cancel", test_cancel);
    return g_test_run();
}
