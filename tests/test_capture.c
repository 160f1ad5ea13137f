/* Captures come whole or not at all, from the right port; each refusal says what to do. */
#include <string.h>

#include <glib/gstdio.h>

#include "kube/capture.h"
#include "tests/fake.h"
#include "tests/harness.h"

struct run {
    bool done;
    struct capture_progress last;
    unsigned n_progress;
    GError *error;
};

static const char *const nothing[] = {NULL};
static const char *const only_file[] = {"file", NULL};

static void on_progress(const struct capture_progress *progress, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    g_assert_cmpuint(progress->bytes, >=, run->last.bytes);
    g_assert_cmpfloat(progress->elapsed_s, >=, run->last.elapsed_s);
    run->last = *progress;
    run->n_progress++;
}

static void on_done(const struct capture_progress *final, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    run->done = true;
    run->last = *final;
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

static struct capture *begin(struct run *run, struct client *client, const char *folder,
                             const struct capture_request *request)
{
    static const struct capture_calls calls = {.progress = on_progress, .done = on_done};
    g_autofree char *file = g_build_filename(folder, "file", NULL);
    struct capture_request here = *request;

    here.file = file;
    return capture_start(client, &here, &calls, run);
}

static void capture(struct run *run, const struct harness *harness,
                    const struct capture_request *request)
{
    begin(run, harness->client, harness->folder, request);
    g_assert_false(run->done);
    harness_wait(&run->done);
}

/* What is in the folder is this file of the practice cluster; takes it away. */
static void check_file(const struct harness *harness, const char *name)
{
    g_autofree char *wanted = g_test_build_filename(G_TEST_DIST, "..", "kube", "demo", name, NULL);
    g_autofree char *file = g_build_filename(harness->folder, "file", NULL);
    g_autofree char *a = NULL, *b = NULL;
    gsize a_len, b_len;

    harness_check_folder(harness, only_file);
    g_assert_true(g_file_get_contents(wanted, &a, &a_len, NULL));
    g_assert_true(g_file_get_contents(file, &b, &b_len, NULL));
    g_assert_cmpmem(a, a_len, b, b_len);
    g_unlink(file);
}

/* --- on the practice cluster --- */

static const struct {
    struct capture_request request;
    unsigned port;
    const char *file;
} good[] = {
    {{.place = {"shop", "web", "app"}, .seconds = 1}, 6060, "http-1.26.trace"},
    {{.place = {"shop", "web", NULL}, .port = "pprof", .path = "/debug/flight?x=1"},
     6060,
     "http-1.26.trace"},
    {{.place = {"shop", "cart-0", NULL}, .seconds = 1}, 6061, "annotations-1.26.trace"},
    {{.place = {"platform", "ingress-controller-0", NULL}, .seconds = 1}, 10254, "http-1.27.trace"},
    {{.place = {"shop", "ledger-0", NULL}, .port = "6060", .path = "/debug/flight"},
     6060,
     "annotations-1.26.trace"},
};

static void test_whole(void)
{
    struct harness harness;

    harness_up(&harness, 700);
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        struct run run = {0};

        capture(&run, &harness, &good[i].request);
        g_assert_no_error(run.error);
        g_assert_cmpuint(run.last.port, ==, good[i].port);
        g_assert_cmpuint(run.last.seconds, ==, good[i].request.seconds);
        g_assert_cmpint(run.last.stage, ==, CAPTURE_DONE);
        if (good[i].request.seconds > 0) {
            g_assert_cmpfloat(run.last.elapsed_s, >=, 0.9);
            g_assert_cmpuint(run.n_progress, >, 5);
        }
        check_file(&harness, good[i].file);
    }
    harness_down(&harness);
}

static const struct {
    struct capture_request request;
    struct demo_faults faults;
    int code;
    const char *message;
} bad[] = {
    {{.place = {"shop", "web", NULL}, .seconds = 1},
     {.cut_after_bytes = 20000},
     KUBE_ERROR_CUT,
     "pod shop/web: SERVER: the connection ended in the middle of the answer"},
    {{.place = {"shop", "web", NULL}, .seconds = 1},
     {.stall_after_bytes = 20000},
     KUBE_ERROR_CUT,
     "pod shop/web: port 6060: no byte came for 0.7 seconds after the tracing was over"},
    {{.place = {"shop", "web", NULL}, .path = "/debug/flight"},
     {.stall_after_bytes = 20000},
     KUBE_ERROR_CUT,
     "pod shop/web: port 6060: no byte came for 0.7 seconds"},
    {{.place = {"shop", "web", NULL}, .port = "7000", .seconds = 1},
     {0},
     KUBE_ERROR_NOT_FOUND,
     "pod shop/web: nothing listens on port 7000; the pod declares 8080 (http), 6060 (pprof): "
     "error trying to reach service: dial tcp 10."},
    {{.place = {"shop", "payments-7c9d8f6b5-m4s8d", NULL}, .seconds = 1},
     {0},
     KUBE_ERROR_NOT_FOUND,
     "pod shop/payments-7c9d8f6b5-m4s8d: nothing listens on port 6060 (container app: waiting, "
     "CrashLoopBackOff): error trying to reach service: dial tcp 10."},
    {{.place = {"shop", "web", NULL}, .port = "http", .seconds = 1},
     {0},
     KUBE_ERROR_NOT_FOUND,
     "pod shop/web: the program serves nothing at /debug/pprof/trace?seconds=1: 404 page not "
     "found"},
    {{.place = {"shop", "web", NULL}, .https = true, .seconds = 1},
     {0},
     KUBE_ERROR_BAD_REQUEST,
     "pod shop/web: port 6060 speaks HTTP, not HTTPS: error trying to reach service: tls: "},
    {{.place = {"shop", "search-65c8b7d44f-p7k9h", NULL}, .seconds = 1},
     {0},
     KUBE_ERROR_BAD_REQUEST,
     "pod shop/search-65c8b7d44f-p7k9h: the pod has no address yet: address not allowed"},
    {{.place = {"shop", "migrate-orders-28xyz", NULL}, .seconds = 1},
     {0},
     KUBE_ERROR_NOT_FOUND,
     "pod shop/migrate-orders-28xyz: the pod has ended (Succeeded)"},
    {{.place = {"shop", "web", "nope"}, .seconds = 1},
     {0},
     KUBE_ERROR_NOT_FOUND,
     "pod shop/web, container nope: the pod has no such container"},
    {{.place = {"shop", "nopod", NULL}, .seconds = 1},
     {0},
     KUBE_ERROR_NOT_FOUND,
     "pod shop/nopod: SERVER: pods \"nopod\" not found"},
    {{.place = {"shop", "web", NULL}, .port = "nope", .seconds = 1},
     {0},
     KUBE_ERROR_USAGE,
     "pod shop/web: \"nope\" is neither a port's number nor the name of one that the pod declares "
     "(8080 (http), 6060 (pprof))"},
    {{.place = {"shop", "web", NULL}, .path = "debug/flight"},
     {0},
     KUBE_ERROR_USAGE,
     "the path \"debug/flight\" does not begin with a slash"},
    {{.place = {"shop", "web", NULL}, .path = "/a/%2e%2E/b?c=/../"},
     {0},
     KUBE_ERROR_USAGE,
     "the path \"/a/%2e%2E/b?c=/../\" goes up by \"..\", which may lead out of the pod"},
    {{.place = {"shop", "web", NULL}, .seconds = 1},
     {.http_status = 401},
     KUBE_ERROR_UNAUTHORIZED,
     "pod shop/web: SERVER: the server does not accept this login (401 Unauthorized)"},
};

static void check_failure(const struct harness *harness, struct run *run, int code,
                          const char *message)
{
    g_autofree char *clean = NULL;

    g_assert_error(run->error, KUBE_ERROR, code);
    clean = harness_clean(harness, run->error->message);
    if (!g_str_has_prefix(clean, message))
        g_assert_cmpstr(clean, ==, message);
    g_clear_error(&run->error);
    harness_check_folder(harness, nothing);
}

static void test_failures(void)
{
    struct harness harness;

    harness_up(&harness, 700);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct run run = {0};

        demo_set_faults(harness.demo, &bad[i].faults);
        capture(&run, &harness, &bad[i].request);
        check_failure(&harness, &run, bad[i].code, bad[i].message);
    }
    harness_down(&harness);
}

/* One at a time; and who stops it ends it in the program too, so that the next may begin. */
static void test_busy(void)
{
    static const struct capture_request long_one = {.place = {"shop", "web", NULL}, .seconds = 60},
                                        short_one = {.place = {"shop", "web", NULL}, .seconds = 1};
    struct harness harness;
    struct run first = {0}, second = {0}, third = {0};
    struct capture *running;

    harness_up(&harness, 0);
    running = begin(&first, harness.client, harness.folder, &long_one);
    while (first.last.bytes == 0)
        g_main_context_iteration(NULL, TRUE);
    capture(&second, &harness, &short_one);
    g_assert_error(second.error, KUBE_ERROR, KUBE_ERROR_FILE); /* file.part is the first one's */
    g_clear_error(&second.error);
    {
        static const struct capture_calls calls = {.done = on_done};
        g_autofree char *file = g_build_filename(harness.folder, "other", NULL);
        struct capture_request other = short_one;

        other.file = file;
        second = (struct run){0};
        capture_start(harness.client, &other, &calls, &second);
        harness_wait(&second.done);
        g_assert_error(second.error, KUBE_ERROR, KUBE_ERROR_SERVER);
        g_assert_cmpstr(second.error->message, ==,
                        "pod shop/web: somebody else is tracing this program just now: Could not "
                        "enable tracing: execution tracer already enabled");
        g_clear_error(&second.error);
    }
    capture_cancel(running);
    g_assert_false(first.done);
    harness_check_folder(&harness, nothing);
    for (int tries = 0; tries < 20; tries++) { /* it takes a moment until the program knows */
        third = (struct run){0};
        capture(&third, &harness, &short_one);
        if (third.error == NULL)
            break;
        g_clear_error(&third.error);
        g_usleep(50000);
    }
    check_file(&harness, "http-1.26.trace");
    harness_down(&harness);
}

/* In each of its stages. */
static void test_cancel(void)
{
    static const struct capture_request request = {.place = {"shop", "cart-0", NULL},
                                                   .seconds = 30};
    struct harness harness;

    harness_up(&harness, 0);
    for (int wanted = -1; wanted <= CAPTURE_TRACING; wanted++) {
        struct run run = {0};
        struct capture *running = begin(&run, harness.client, harness.folder, &request);

        while (wanted >= 0 && (run.n_progress == 0 || run.last.stage < (enum capture_stage)wanted))
            g_main_context_iteration(NULL, TRUE);
        capture_cancel(running);
        for (int i = 0; i < 20; i++)
            g_main_context_iteration(NULL, FALSE);
        g_assert_false(run.done);
        harness_check_folder(&harness, nothing);
        g_usleep(60000);
    }
    harness_down(&harness);
}

/* What is here already stays. */
static void test_existing(void)
{
    static const struct capture_request request = {.place = {"shop", "web", NULL},
                                                   .path = "/debug/flight"};
    struct harness harness;
    g_autofree char *file = NULL, *text = NULL;
    struct run run = {0};

    harness_up(&harness, 0);
    file = g_build_filename(harness.folder, "file", NULL);
    g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
    capture(&run, &harness, &request);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FILE);
    g_clear_error(&run.error);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    g_unlink(file);
    harness_down(&harness);
}

/* --- on a server that says what it is told to --- */

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
        struct run run = {0};

        fake_say_json(&fake, POD(""));
        fake_say(&fake, "%s", answers[i].answer);
        capture(&run, &harness, &request);
        g_assert_nonnull(run.error);
        g_assert_cmpstr(run.error->message, ==, message);
        check_failure(&harness, &run, answers[i].code, message);
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
    struct run run = {0};

    fake_harness_up(&harness, &fake);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) answer = g_string_new(rows[i].head);

        g_string_append_len(answer, TRACE, 24);
        fake_say_json(&fake, POD(""));
        fake_say_bytes(&fake, answer->str, answer->len);
        run = (struct run){0};
        capture(&run, &harness, &request);
        if (rows[i].whole) {
            g_autofree char *file = g_build_filename(harness.folder, "file", NULL);

            g_assert_no_error(run.error);
            harness_check_folder(&harness, only_file);
            g_unlink(file);
        } else {
            check_failure(&harness, &run, KUBE_ERROR_CUT, "pod shop/web: SERVER: ");
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
    run = (struct run){0};
    capture(&run, &harness, &request);
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
        struct run run = {0};

        request.place = (struct place){"shop", "web", NULL};
        g_string_replace(json, "PORTS", rows[i].ports, 1);
        fake_say_json(&fake, json->str);
        fake_say(&fake, NO("404 Not Found", "no"));
        capture(&run, &harness, &request);
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
    struct run run = {0};

    fake_harness_up(&harness, &fake);
    fake_say(&fake, STATUS("403 Forbidden", "no"));
    fake_say(&fake, NO("404 Not Found", "no"));
    capture(&run, &harness, &request);
    g_assert_cmpuint(fake.requests->len, ==, 2);
    check_failure(&harness, &run, KUBE_ERROR_NOT_FOUND, "pod shop/web: the program serves nothing");
    fake_say(&fake, STATUS("403 Forbidden", "no"));
    run = (struct run){0};
    capture(&run, &harness, &named);
    check_failure(&harness, &run, KUBE_ERROR_USAGE,
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
    g_test_add_func("/capture/whole", test_whole);
    g_test_add_func("/capture/failures", test_failures);
    g_test_add_func("/capture/busy", test_busy);
    g_test_add_func("/capture/cancel", test_cancel);
    g_test_add_func("/capture/existing", test_existing);
    g_test_add_func("/capture/answers", test_answers);
    g_test_add_func("/capture/ends", test_ends);
    g_test_add_func("/capture/addresses", test_addresses);
    g_test_add_func("/capture/unseen-pod", test_unseen_pod);
    g_test_add_func("/capture/hints", test_hints);
    return g_test_run();
}
