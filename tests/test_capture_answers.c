/* Captures from a server that says what it is told to: what each answer means, and what is asked.
 */
#include <glib/gstdio.h>

#include "tests/captured.h"
#include "tests/fake.h"

#define HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"
#define NO(status, body) "HTTP/1.1 " status "\r\nConnection: close\r\n\r\n" body
#define STATUS(status, message) \
    NO(status, "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"" message "\"}")
#define POD(ports)                                                                            \
    "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\"},\"spec\":"      \
    "{\"containers\":[{\"name\":\"app\",\"ports\":[" ports "]},{\"name\":\"side\",\"ports\":" \
    "[{\"containerPort\":6060},{\"name\":\"side-debug\",\"containerPort\":7}]}]},\"status\":" \
    "{\"phase\":\"Running\"}}"

static const char *const only_file[] = {"file", NULL};

static const struct {
    const char *answer;
    int code;
    const char *message;
} answers[] = {
    {HEAD "Content-Length: 0\r\n\r\n", KUBE_ERROR_INCOMPLETE, "the program's answer is empty"},
    {CHUNKED "0\r\n\r\n", KUBE_ERROR_INCOMPLETE, "the program's answer is empty"},
    {HEAD "Content-Length: 5\r\n\r\ngo 1.", KUBE_ERROR_SERVER,
     "the program's answer is no Go execution trace but something else"},
    {HEAD "Content-Length: 21\r\n\r\ngo 1.26 tracing\n12345", KUBE_ERROR_SERVER,
     "the program's answer is no Go execution trace but something else"},
    {HEAD "Content-Length: 16\r\n\r\ngo 1.26123456789", KUBE_ERROR_SERVER,
     "the program's answer is no Go execution trace but something else"},
    {NO("404 Not Found", ""), KUBE_ERROR_NOT_FOUND,
     "the program serves nothing at /debug/pprof/trace?seconds=1"},
    {HEAD "Content-Length: 24\r\n\r\n\n <html>hello there hello", KUBE_ERROR_SERVER,
     "the program's answer is no Go execution trace but a web page"},
    {HEAD "Content-Length: 18\r\n\r\n\x1f\x8b                ", KUBE_ERROR_SERVER,
     "the program's answer is no Go execution trace but something compressed by gzip, as profiles "
     "are"},
    {NO("302 Found\r\nLocation: /api/v1/namespaces/shop/pods/web:6060/proxy/login?a=b", ""),
     KUBE_ERROR_BAD_REQUEST,
     "the program sends on from /debug/pprof/trace?seconds=1 to /login?a=b (302)"},
    {NO("302 Found\r\nLocation: https://sso.example.com/", ""), KUBE_ERROR_BAD_REQUEST,
     "the program sends on from /debug/pprof/trace?seconds=1 to https://sso.example.com/ (302)"},
    {NO("302 Found\r\nLocation: https://me:pw@sso.example.com/auth?state=SECRET#SECRET", ""),
     KUBE_ERROR_BAD_REQUEST,
     "the program sends on from /debug/pprof/trace?seconds=1 to https://sso.example.com/auth "
     "(302)"},
    {NO("302 Found\r\nLocation: "
        "https://sso.example.com/?to=/api/v1/namespaces/shop/pods/web:6060/proxy"
        "/debug&state=SECRET",
        ""),
     KUBE_ERROR_BAD_REQUEST,
     "the program sends on from /debug/pprof/trace?seconds=1 to https://sso.example.com/ (302)"},
    {NO("400 Bad Request", "Client sent an HTTP request to an HTTPS server.\n"),
     KUBE_ERROR_BAD_REQUEST,
     "port 6060 speaks HTTPS, not HTTP: Client sent an HTTP request to an HTTPS server."},
    {NO("400 Bad Request", "profile duration exceeds server's WriteTimeout\n"),
     KUBE_ERROR_BAD_REQUEST,
     "the program's HTTP server ends every answer before so many seconds are over: profile "
     "duration "
     "exceeds server's WriteTimeout"},
    {NO("403 Forbidden", "no debugging in production\n"), KUBE_ERROR_SERVER,
     "the program answered 403 to /debug/pprof/trace?seconds=1: no debugging in production"},
    {NO("500 Internal Server Error", "<html>oops"), KUBE_ERROR_SERVER,
     "the program answered 500 to /debug/pprof/trace?seconds=1: a web page"},
    {NO("401 Unauthorized", "Unauthorized\n"), KUBE_ERROR_UNAUTHORIZED,
     "the server does not accept this login (401 Unauthorized)"},
    {NO("403 Forbidden", ""), KUBE_ERROR_FORBIDDEN,
     "refused without a word (403 Forbidden): by an old server or by a proxy"},
    {NO("503 Service Unavailable", "apiserver not ready\n"), KUBE_ERROR_SERVER,
     "the server answered 503, Service Unavailable: apiserver not ready"},
    {NO("501 Not Implemented", ""), KUBE_ERROR_SERVER,
     "the program answered 501 to /debug/pprof/trace?seconds=1"},
    {STATUS("403 Forbidden", "pods \\\"web:6060\\\" is forbidden: User \\\"viewer\\\" cannot get "
                             "resource \\\"pods/proxy\\\""),
     KUBE_ERROR_FORBIDDEN,
     "pods \"web:6060\" is forbidden: User \"viewer\" cannot get resource \"pods/proxy\""},
    {STATUS("500 Internal Server Error",
            "error trying to reach service: net/http: HTTP/1.x transport connection broken: "
            "malformed HTTP response \\\"\\\\x15\\\\x03\\\\x01\\\\x00\\\\x02\\\\x02\\\""),
     KUBE_ERROR_BAD_REQUEST,
     "port 6060 speaks HTTPS, not HTTP: error trying to reach service: net/http: HTTP/1.x "
     "transport "
     "connection broken: malformed HTTP response \"\\x15\\x03\\x01\\x00\\x02\\x02\""},
    {STATUS("503 Service Unavailable", "error trying to reach service: malformed HTTP status code"),
     KUBE_ERROR_BAD_REQUEST,
     "what listens on port 6060 is no HTTP server: error trying to reach service: malformed HTTP "
     "status code"},
    {STATUS("503 Service Unavailable", "error trying to reach service: dial tcp 10.0.0.1:6060: "
                                       "i/o timeout"),
     KUBE_ERROR_CONNECT,
     "port 6060 does not answer, which a network policy may be the cause of: error trying to reach "
     "service: dial tcp 10.0.0.1:6060: i/o timeout"},
    {STATUS("503 Service Unavailable", "error trying to reach service: EOF"), KUBE_ERROR_SERVER,
     "the server answered 503, Service Unavailable: error trying to reach service: EOF"},
};

static void fake_harness_up(struct harness *harness, struct fake *fake)
{
    fake_up(fake);
    harness->client = harness_client(fake->kubeconfig, 0);
    harness->folder = g_dir_make_tmp("tracetui-test-XXXXXX", NULL);
}

static void fake_harness_down(struct harness *harness, struct fake *fake)
{
    client_free(harness->client);
    g_assert_cmpint(g_rmdir(harness->folder), ==, 0);
    g_free(harness->folder);
    fake_down(fake);
}

static void test_answers(void)
{
    static const struct capture_request request = {.place = {"shop", "web", NULL}, .seconds = 1};
    struct harness harness;
    struct fake fake;

    fake_harness_up(&harness, &fake);
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autofree char *message = g_strconcat("pod shop/web: ", answers[i].message, NULL);
        struct captured run = {0};

        fake_say_json(&fake, POD(""));
        fake_say(&fake, "%s", answers[i].answer);
        captured_run(&run, &harness, &request);
        g_assert_nonnull(run.error);
        g_assert_cmpstr(run.error->message, ==, message);
        captured_check_error(&harness, &run, answers[i].code, message);
        g_assert_cmpuint(run.last.port, ==, 6060);
    }
    fake_harness_down(&harness, &fake);
}

#define TRACE "go 1.5 trace\0\0\0\0and more"

/* The end of an answer must be marked; its beginning may come in as many pieces as it likes. */
static void test_ends(void)
{
    static const struct {
        const char *head;
        bool whole;
    } rows[] = {
        {HEAD "Content-Length: 24\r\n\r\n", true},
        {HEAD "Content-Length: 25\r\n\r\n", false},
        {HEAD "\r\n", false}, /* it may have been cut off: nobody knows */
        {CHUNKED "18\r\n", false},
    };
    static const struct capture_request request = {.place = {"shop", "web", NULL}, .seconds = 1};
    g_autoptr(GString) drops = g_string_new(CHUNKED);
    struct harness harness;
    struct fake fake;
    struct captured run = {0};

    fake_harness_up(&harness, &fake);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) answer = g_string_new(rows[i].head);

        g_string_append_len(answer, TRACE, 24);
        fake_say_json(&fake, POD(""));
        fake_say_bytes(&fake, answer->str, answer->len);
        run = (struct captured){0};
        captured_run(&run, &harness, &request);
        if (rows[i].whole) {
            g_autofree char *file = g_build_filename(harness.folder, "file", NULL);

            g_assert_no_error(run.error);
            harness_check_folder(&harness, only_file);
            g_unlink(file);
        } else {
            captured_check_error(&harness, &run, KUBE_ERROR_CUT, "pod shop/web: SERVER: ");
        }
    }
    for (size_t i = 0; i < 24; i++) {
        g_string_append(drops, "1\r\n");
        g_string_append_len(drops, &TRACE[i], 1);
        g_string_append(drops, "\r\n");
    }
    g_string_append(drops, "0\r\n\r\n");
    fake_say_json(&fake, POD(""));
    fake_say_bytes(&fake, drops->str, drops->len);
    run = (struct captured){0};
    captured_run(&run, &harness, &request);
    g_assert_no_error(run.error);
    {
        g_autofree char *file = g_build_filename(harness.folder, "file", NULL), *text = NULL;
        gsize len;

        g_assert_true(g_file_get_contents(file, &text, &len, NULL));
        g_assert_cmpmem(text, len, TRACE, 24);
        g_unlink(file);
    }
    fake_harness_down(&harness, &fake);
}

/* What the server is asked for. */
static void test_addresses(void)
{
    static const struct {
        const char *ports;
        struct capture_request request;
        const char *line;
    } rows[] = {
        {"", {.seconds = 9}, "web:6060/proxy/debug/pprof/trace?seconds=9"},
        {"{\"containerPort\":8080}", {.seconds = 9}, "web:6060/proxy/debug/pprof/trace?seconds=9"},
        {"{\"name\":\"my-debug\",\"containerPort\":1}",
         {.seconds = 9},
         "web:6060/proxy/debug/pprof/trace?seconds=9"},
        {"{\"name\":\"pprof\",\"containerPort\":2}",
         {.seconds = 9},
         "web:2/proxy/debug/pprof/trace?seconds=9"},
        {"{\"name\":\"pprof\",\"containerPort\":2,\"protocol\":\"UDP\"}",
         {.seconds = 9},
         "web:6060/proxy/debug/pprof/trace?seconds=9"},
        {"{\"name\":\"admin\",\"containerPort\":2}",
         {.port = "admin", .seconds = 9},
         "web:2/proxy/debug/pprof/trace?seconds=9"},
        {"",
         {.port = "side-debug", .https = true, .seconds = 9},
         "https:web:7/proxy/debug/pprof/trace?seconds=9"},
        {"",
         {.path = "/internal/debug/pprof/trace", .seconds = 3},
         "web:6060/proxy/internal/debug/pprof/trace?seconds=3"},
        {"",
         {.path = "/debug/pprof/trace?seconds=4"},
         "web:6060/proxy/debug/pprof/trace?seconds=4"},
        {"",
         {.path = "/a b/\xc3\xa4%20%zz\"?x=1&y=2#z"},
         "web:6060/proxy/a%20b/%C3%A4%20%25zz%22?x=1&y=2%23z"},
    };
    struct harness harness;
    struct fake fake;

    fake_harness_up(&harness, &fake);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) json = g_string_new(POD("PORTS"));
        g_autofree char *line =
            g_strdup_printf("GET /api/v1/namespaces/shop/pods/%s HTTP/1.1\r\n", rows[i].line);
        struct capture_request request = rows[i].request;
        struct captured run = {0};

        request.place = (struct place){"shop", "web", NULL};
        g_string_replace(json, "PORTS", rows[i].ports, 1);
        fake_say_json(&fake, json->str);
        fake_say(&fake, NO("404 Not Found", "no"));
        captured_run(&run, &harness, &request);
        g_clear_error(&run.error);
        if (!g_str_has_prefix((const char *)fake.requests->pdata[2 * i + 1], line))
            g_assert_cmpstr((const char *)fake.requests->pdata[2 * i + 1], ==, line);
    }
    fake_harness_down(&harness, &fake);
}

/* Who may not see the pod may be allowed to ask it. */
static void test_unseen_pod(void)
{
    static const struct capture_request request = {.place = {"shop", "web", NULL}, .seconds = 1},
                                        named = {.place = {"shop", "web", NULL}, .port = "x"};
    struct harness harness;
    struct fake fake;
    struct captured run = {0};

    fake_harness_up(&harness, &fake);
    fake_say(&fake, STATUS("403 Forbidden", "no"));
    fake_say(&fake, NO("404 Not Found", "no"));
    captured_run(&run, &harness, &request);
    g_assert_cmpuint(fake.requests->len, ==, 2);
    captured_check_error(&harness, &run, KUBE_ERROR_NOT_FOUND,
                         "pod shop/web: the program serves nothing");
    fake_say(&fake, STATUS("403 Forbidden", "no"));
    run = (struct captured){0};
    captured_run(&run, &harness, &named);
    captured_check_error(
        &harness, &run, KUBE_ERROR_USAGE,
        "pod shop/web: \"x\" is neither a port's number nor the name of one that the pod "
        "declares (this login may not see them)");
    fake_harness_down(&harness, &fake);
}

/* The hint fits the meaning, not the server's words behind it. */
static void test_hints(void)
{
    static const struct {
        int code;
        const char *message, *hint;
    } rows[] = {
        {KUBE_ERROR_BAD_REQUEST,
         "pod shop/web: port 6443 speaks HTTPS, not HTTP: Client sent an HTTP request to an HTTPS "
         "server.",
         "ask over TLS: --https, or on the screen https: before the port"},
        {KUBE_ERROR_NOT_FOUND,
         "pod shop/web: the program serves nothing at /debug/pprof/trace: 404 page not found",
         "let the program import net/http/pprof, or name another port or path: --port, --path"},
        {KUBE_ERROR_CONNECT,
         "pod shop/web: port 1 does not answer, which a network policy may be the cause of: error "
         "trying to reach service: dial tcp 10.0.0.1:1: i/o timeout",
         "let the API server reach that port, or name another: --port"},
        {KUBE_ERROR_FORBIDDEN,
         "pod shop/web: pods \"web:6060\" is forbidden: User \"viewer\" cannot get resource "
         "\"pods/proxy\" in API group \"\" in the namespace \"shop\"",
         "ask the cluster's administrators for get on pods/proxy"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = g_error_new_literal(KUBE_ERROR, rows[i].code, rows[i].message);

        g_assert_cmpstr(kube_error_hint(error), ==, rows[i].hint);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capture_answers/answers", test_answers);
    g_test_add_func("/capture_answers/ends", test_ends);
    g_test_add_func("/capture_answers/addresses", test_addresses);
    g_test_add_func("/capture_answers/unseen-pod", test_unseen_pod);
    g_test_add_func("/capture_answers/hints", test_hints);
    return g_test_run();
}
