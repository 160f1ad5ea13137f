/* The practice cluster answers as a real API server does, and fails as it is told to. */
#include <string.h>

#include "tests/raw.h"

#define TABLE "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
#define PLAIN "application/json"
#define TRACE "/tmp/trace_dir/trace.out"
#define WEB_TRACE_BYTES 223075
#define EXEC_PATH "/api/v1/namespaces/shop/pods/web/exec?container=app&stdout=1"
#define UPGRADE_HEADERS                                                          \
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"                            \
    "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n"

struct fixture {
    struct demo *demo;
    struct raw raw;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    fixture->demo = demo_start(&error);
    g_assert_no_error(error);
    raw_init(&fixture->raw, fixture->demo);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    raw_clear(&fixture->raw);
    demo_stop(fixture->demo);
}

static const char *string_at(const json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

static const json_t *row_at(const json_t *table, size_t index)
{
    return json_array_get(json_object_get(table, "rows"), index);
}

static const char *cell_at(const json_t *table, size_t row, size_t column)
{
    return json_string_value(json_array_get(json_object_get(row_at(table, row), "cells"), column));
}

static void test_door(struct fixture *fixture, gconstpointer data)
{
    const struct raw *raw = &fixture->raw;
    (void)data;
    g_autofree char *none = NULL, *wrong = NULL, *door = NULL, *both = NULL;
    g_assert_cmpint(raw_get(raw, NULL, "/api/v1/namespaces", PLAIN, &none), ==, 401);
    g_assert_nonnull(strstr(none, "\"message\":\"Unauthorized\""));
    g_assert_cmpint(raw_get(raw, "wrong", "/api/v1/namespaces", PLAIN, &wrong), ==, 401);
    /* kubectl sends no token over plain HTTP, so the path of the kubeconfig's server lets in. */
    g_autofree char *path = g_strdup_printf("/%s/api/v1/namespaces", raw->door);
    g_assert_cmpint(raw_get(raw, NULL, path, PLAIN, &door), ==, 200);
    g_assert_cmpint(raw_get(raw, "wrong", path, PLAIN, &both), ==, 401);
}

static void test_tables(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    json_t *table = raw_get_json(&fixture->raw, "/api/v1/namespaces", TABLE, 200);
    static const char *const names[] = {"default", "empty", "platform", "shop"};
    g_assert_cmpstr(string_at(table, "kind"), ==, "Table");
    g_assert_cmpuint(json_array_size(json_object_get(table, "rows")), ==, 4);
    for (size_t i = 0; i < 4; i++)
        g_assert_cmpstr(cell_at(table, i, 0), ==, names[i]);
    g_assert_cmpstr(cell_at(table, 0, 1), ==, "Active");
    json_decref(table);

    table = raw_get_json(&fixture->raw, "/api/v1/namespaces/shop/pods", TABLE, 200);
    json_t *columns = json_object_get(table, "columnDefinitions");
    g_assert_cmpuint(json_array_size(columns), ==, 9);
    g_assert_cmpint(json_integer_value(json_object_get(json_array_get(columns, 5), "priority")), ==,
                    1);
    size_t n = json_array_size(json_object_get(table, "rows"));
    g_assert_cmpuint(n, ==, 11);
    g_assert_cmpstr(cell_at(table, n - 1, 0), ==, "web");
    g_assert_cmpstr(cell_at(table, n - 1, 1), ==, "2/2");
    g_assert_cmpstr(cell_at(table, 6, 2), ==, "CrashLoopBackOff");
    g_assert_cmpstr(cell_at(table, 6, 3), ==, "42 (9h ago)");
    g_assert_cmpuint(strlen(cell_at(table, 7, 0)), ==, 60);
    const json_t *object = json_object_get(row_at(table, n - 1), "object");
    g_assert_cmpstr(string_at(object, "kind"), ==, "PartialObjectMetadata");
    g_assert_cmpstr(string_at(json_object_get(object, "metadata"), "namespace"), ==, "shop");
    json_decref(table);

    table = raw_get_json(&fixture->raw, "/api/v1/namespaces/empty/pods", TABLE, 200);
    g_assert_cmpuint(json_array_size(json_object_get(table, "rows")), ==, 0);
    json_decref(table);
}

static size_t count_pods(const struct raw *raw, const char *query)
{
    g_autofree char *path = g_strdup_printf("/api/v1/pods?%s", query);
    json_t *list = raw_get_json(raw, path, PLAIN, 200);
    size_t n = json_array_size(json_object_get(list, "items"));
    json_decref(list);
    return n;
}

static void test_selectors(struct fixture *fixture, gconstpointer data)
{
    const struct raw *raw = &fixture->raw;
    (void)data;
    g_assert_cmpuint(count_pods(raw, ""), ==, 16);
    g_assert_cmpuint(count_pods(raw, "labelSelector=app%3Dcheckout"), ==, 2);
    g_assert_cmpuint(count_pods(raw, "labelSelector=app%3D%3Dcheckout"), ==, 2);
    g_assert_cmpuint(count_pods(raw, "labelSelector=tier%3Dback%2Capp%21%3Dcheckout"), ==, 5);
    g_assert_cmpuint(count_pods(raw, "labelSelector=%21tier"), ==, 6);
    g_assert_cmpuint(count_pods(raw, "labelSelector=job-name"), ==, 1);
    g_assert_cmpuint(count_pods(raw, "fieldSelector=metadata.name%3Dweb"), ==, 1);
    g_assert_cmpuint(count_pods(raw, "fieldSelector=status.phase%3DPending"), ==, 3);
}

/* Page by page, every pod comes once and in order. */
static void test_pages(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *token = g_strdup("");
    g_autofree char *last = g_strdup("");
    size_t n = 0, pages = 0;
    do {
        g_autofree char *escaped = g_uri_escape_string(token, NULL, FALSE);
        g_autofree char *path = g_strdup_printf("/api/v1/pods?limit=5&continue=%s", escaped);
        json_t *list = raw_get_json(&fixture->raw, path, TABLE, 200);
        json_t *metadata = json_object_get(list, "metadata");
        for (size_t i = 0; i < json_array_size(json_object_get(list, "rows")); i++, n++) {
            json_t *object =
                json_object_get(json_object_get(row_at(list, i), "object"), "metadata");
            g_autofree char *key =
                g_strdup_printf("%s/%s", string_at(object, "namespace"), string_at(object, "name"));
            g_assert_cmpstr(last, <, key);
            g_free(g_steal_pointer(&last));
            last = g_steal_pointer(&key);
        }
        pages++;
        const char *next = string_at(metadata, "continue");
        if (next != NULL)
            g_assert_cmpint(json_integer_value(json_object_get(metadata, "remainingItemCount")), ==,
                            16 - n);
        g_free(g_steal_pointer(&token));
        token = g_strdup(next);
        json_decref(list);
    } while (token != NULL);
    g_assert_cmpuint(n, ==, 16);
    g_assert_cmpuint(pages, ==, 4);
    json_decref(raw_get_json(&fixture->raw, "/api/v1/pods?limit=5&continue=nonsense", PLAIN, 400));
}

static void test_pod(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    json_t *pod = raw_get_json(&fixture->raw, "/api/v1/namespaces/shop/pods/web", PLAIN, 200);
    g_assert_cmpstr(string_at(pod, "kind"), ==, "Pod");
    json_t *spec = json_object_get(pod, "spec"), *status = json_object_get(pod, "status");
    g_assert_cmpuint(json_array_size(json_object_get(spec, "containers")), ==, 2);
    g_assert_cmpuint(json_array_size(json_object_get(status, "containerStatuses")), ==, 2);
    json_decref(pod);

    static const char *const paths[][3] = {
        {"payments-7c9d8f6b5-m4s8d", "waiting", "CrashLoopBackOff"},
        {"thumbnails-5b9d6f8c7-tt2xg", "waiting", "ImagePullBackOff"},
        {"orders-84b5f7d6c9-rn6tv", "waiting", "PodInitializing"},
        {"migrate-orders-28xyz", "terminated", "Completed"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *path = g_strconcat("/api/v1/namespaces/shop/pods/", paths[i][0], NULL);
        pod = raw_get_json(&fixture->raw, path, PLAIN, 200);
        json_t *statuses = json_object_get(json_object_get(pod, "status"), "containerStatuses");
        json_t *state =
            json_object_get(json_object_get(json_array_get(statuses, 0), "state"), paths[i][1]);
        g_assert_cmpstr(string_at(state, "reason"), ==, paths[i][2]);
        json_decref(pod);
    }
    json_t *missing = raw_get_json(&fixture->raw, "/api/v1/namespaces/shop/pods/nopod", PLAIN, 404);
    g_assert_cmpstr(string_at(missing, "message"), ==, "pods \"nopod\" not found");
    g_assert_cmpstr(string_at(missing, "reason"), ==, "NotFound");
    json_decref(missing);
    json_decref(raw_get_json(&fixture->raw, "/api/v1/nothing", PLAIN, 404));
}

static void test_fault_lists(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    demo_set_faults(fixture->demo, &(struct demo_faults){.http_status = 503});
    json_t *status = raw_get_json(&fixture->raw, "/api/v1/pods", TABLE, 503);
    g_assert_cmpstr(string_at(status, "reason"), ==, "ServiceUnavailable");
    json_decref(status);
    demo_set_faults(fixture->demo, &(struct demo_faults){.garbage_json = true});
    g_autofree char *body = NULL;
    g_assert_cmpint(raw_get(&fixture->raw, fixture->raw.token, "/api/v1/pods", TABLE, &body), ==,
                    200);
    g_assert_null(json_loads(body, 0, NULL));
    demo_set_faults(fixture->demo, &(struct demo_faults){0});
    json_decref(raw_get_json(&fixture->raw, "/api/v1/pods", TABLE, 200));
}

/* A watch that stays open: its lines one by one. */
struct watching {
    GSocketConnection *connection;
    GDataInputStream *in;
};

static void watching_begin(struct watching *watching, const struct raw *raw, const char *query,
                           const char *accept)
{
    g_autofree char *path = g_strdup_printf("/api/v1/%s", query);
    g_autofree char *headers = g_strdup_printf("Accept: %s\r\n", accept);
    watching->connection = raw_open(raw, raw->token, path, headers);
    watching->in =
        g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(watching->connection)));
}

/* The next line of JSON, NULL at the end; chunk sizes and headers are no JSON. */
static json_t *watching_next(struct watching *watching)
{
    for (;;) {
        g_autofree char *line = g_data_input_stream_read_line(watching->in, NULL, NULL, NULL);
        if (line == NULL || g_str_has_prefix(line, "0\r"))
            return NULL;
        if (*line == '{')
            return json_loads(line, 0, NULL);
    }
}

static void assert_event(struct watching *watching, const char *type, const char *name)
{
    json_t *event = watching_next(watching);
    g_assert_nonnull(event);
    g_assert_cmpstr(string_at(event, "type"), ==, type);
    json_t *object = json_object_get(event, "object");
    if (json_object_get(object, "rows") != NULL)
        object = json_object_get(json_array_get(json_object_get(object, "rows"), 0), "object");
    g_assert_cmpstr(string_at(json_object_get(object, "metadata"), "name"), ==, name);
    json_decref(event);
}

static void watching_end(struct watching *watching)
{
    g_object_unref(watching->in);
    g_object_unref(watching->connection);
}

static void test_watch(struct fixture *fixture, gconstpointer data)
{
    const char *accept = data;
    json_t *list = raw_get_json(&fixture->raw, "/api/v1/namespaces/shop/pods", accept, 200);
    g_autofree char *query =
        g_strdup_printf("namespaces/shop/pods?watch=true&allowWatchBookmarks=true&"
                        "resourceVersion=%s",
                        string_at(json_object_get(list, "metadata"), "resourceVersion"));
    json_decref(list);
    struct watching watching;
    watching_begin(&watching, &fixture->raw, query, accept);
    demo_add_pod(fixture->demo, "shop", "new");
    assert_event(&watching, "ADDED", "new");
    demo_add_pod(fixture->demo, "shop", "new");
    assert_event(&watching, "MODIFIED", "new");
    /* News of elsewhere are a bookmark here. */
    demo_add_pod(fixture->demo, "platform", "other");
    assert_event(&watching, "BOOKMARK", NULL);
    demo_remove_pod(fixture->demo, "shop", "new");
    assert_event(&watching, "DELETED", "new");
    watching_end(&watching);
}

static void test_watch_from_nothing(struct fixture *fixture, gconstpointer data)
{
    struct watching watching;
    (void)data;
    watching_begin(&watching, &fixture->raw, "namespaces?watch=1&timeoutSeconds=1", PLAIN);
    assert_event(&watching, "ADDED", "default");
    assert_event(&watching, "ADDED", "empty");
    assert_event(&watching, "ADDED", "platform");
    assert_event(&watching, "ADDED", "shop");
    demo_add_pod(fixture->demo, "young", "new");
    assert_event(&watching, "ADDED", "young");
    g_assert_null(watching_next(&watching)); /* its second is over */
    watching_end(&watching);
}

static void assert_gone(struct watching *watching)
{
    json_t *event = watching_next(watching);
    g_assert_cmpstr(string_at(event, "type"), ==, "ERROR");
    json_t *status = json_object_get(event, "object");
    g_assert_cmpstr(string_at(status, "reason"), ==, "Expired");
    g_assert_cmpint(json_integer_value(json_object_get(status, "code")), ==, 410);
    json_decref(event);
    g_assert_null(watching_next(watching));
    watching_end(watching);
}

static void test_watch_gone(struct fixture *fixture, gconstpointer data)
{
    struct watching watching;
    (void)data;
    demo_set_faults(fixture->demo, &(struct demo_faults){.gone_once = true});
    watching_begin(&watching, &fixture->raw, "pods?watch=1&resourceVersion=1010", TABLE);
    assert_gone(&watching);
    watching_begin(&watching, &fixture->raw, "pods?watch=1&resourceVersion=5", TABLE);
    assert_gone(&watching);
    watching_begin(&watching, &fixture->raw, "namespaces?watch=1&resourceVersion=1000", TABLE);
    assert_event(&watching, "ADDED", "default");
    watching_end(&watching);
}

static void run(struct fixture *fixture, struct raw_outcome *outcome, const char *container,
                const char *const *argv)
{
    const struct raw_exec exec = {.pod = "web", .container = container, .argv = argv};
    raw_exec(&fixture->raw, &exec, outcome);
}

static void assert_success(const struct raw_outcome *outcome)
{
    g_assert_cmpstr(string_at(outcome->status, "status"), ==, "Success");
    g_assert_cmpuint(outcome->close_code, ==, 1000);
    g_assert_false(outcome->inside);
    g_assert_false(outcome->stalled);
}

static void test_exec(struct fixture *fixture, gconstpointer data)
{
    struct raw_outcome outcome;
    const struct raw_exec exec = {.pod = "web",
                                  .container = "app",
                                  .argv = (const char *const[]){"cat", TRACE, NULL},
                                  .protocols = data};
    raw_exec(&fixture->raw, &exec, &outcome);
    assert_success(&outcome);
    const char *wanted = data != NULL ? "v4.channel.k8s.io" : "v5.channel.k8s.io";
    g_assert_cmpstr(outcome.protocol, ==, wanted);
    g_assert_cmpuint(outcome.out->len, ==, WEB_TRACE_BYTES);
    g_assert_cmpmem(outcome.out->data, 13, "go 1.26 trace", 13);
    g_assert_cmpuint(outcome.first_len, ==, 1);
    g_assert_cmpuint(outcome.largest, ==, 32769);
    g_assert_cmpuint(outcome.err->len, ==, 0);

    struct raw_outcome digest;
    run(fixture, &digest, "app", (const char *const[]){"/usr/bin/sha256sum", TRACE, NULL});
    assert_success(&digest);
    g_autofree char *own =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, outcome.out->data, outcome.out->len);
    g_assert_cmpmem(digest.out->data, 64, own, 64);
    raw_outcome_clear(&digest);
    raw_outcome_clear(&outcome);
}

struct said {
    const char *argv[5];
    const char *out, *err; /* NULL: not looked at */
    int exit_status;
};

static const struct said said[] = {
    {{"stat", "-c", "%s", TRACE}, "223075\n", "", 0},
    {{"stat", "-c", "%n=%s%%", "/etc/hostname"}, "/etc/hostname=9%\n", "", 0},
    {{"stat", "-c", "%s", "/nope"}, "", "stat: can't stat '/nope': No such file or directory\n", 1},
    {{"wc", "-c", TRACE}, "223075 " TRACE "\n", "", 0},
    {{"wc", "-c", "/nope"}, "", "wc: /nope: No such file or directory\n", 1},
    {{"cat", "/nope"}, "", "cat: can't open '/nope': No such file or directory\n", 1},
    {{"cat", "/tmp/trace_dir"}, "", "cat: read error: Is a directory\n", 1},
    {{"cat", "/etc/hostname", "/tmp/trace_dir/empty.out"}, "practice\n", "", 0},
    {{"cat", "/nope", "/etc/hostname"}, "practice\n", NULL, 1},
    {{"tail", "-c", "+5", "/etc/hostname"}, "tice\n", "", 0},
    {{"tail", "-c", "3", "/etc/hostname"}, "ce\n", "", 0},
    {{"head", "-c", "4", "/etc/hostname"}, "prac", "", 0},
    {{"tail", "-c", "+999", "/etc/hostname"}, "", "", 0},
    {{"ls", "/tmp/trace_dir"},
     "annotations.out\nempty.out\nnotes.txt\nold.out\ntrace.out\ntruncated.out\n",
     "",
     0},
    {{"ls", "-l", "/nope"}, "", "ls: /nope: No such file or directory\n", 1},
    {{"ls", "/"}, "etc\ntmp\n", "", 0},
    {{"echo", "a", "b"}, "a b\n", "", 0},
    {{"true"}, "", "", 0},
    {{"false"}, "", "", 1},
};

static void assert_exit(const struct raw_outcome *outcome, int exit_status)
{
    g_assert_cmpuint(outcome->close_code, ==, 1000);
    if (exit_status == 0) {
        assert_success(outcome);
        return;
    }
    g_assert_cmpstr(string_at(outcome->status, "reason"), ==, "NonZeroExitCode");
    json_t *causes = json_object_get(json_object_get(outcome->status, "details"), "causes");
    g_assert_cmpstr(string_at(json_array_get(causes, 0), "reason"), ==, "ExitCode");
    g_autofree char *code = g_strdup_printf("%d", exit_status);
    g_assert_cmpstr(string_at(json_array_get(causes, 0), "message"), ==, code);
}

static void test_commands(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
        struct raw_outcome outcome;
        g_test_message("%s %s", said[i].argv[0], said[i].argv[1]);
        run(fixture, &outcome, "app", said[i].argv);
        assert_exit(&outcome, said[i].exit_status);
        g_assert_cmpmem(outcome.out->data, outcome.out->len, said[i].out, strlen(said[i].out));
        if (said[i].err != NULL)
            g_assert_cmpmem(outcome.err->data, outcome.err->len, said[i].err, strlen(said[i].err));
        raw_outcome_clear(&outcome);
    }
}

static void test_input(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    struct raw_outcome outcome;
    const struct raw_exec exec = {.pod = "web",
                                  .container = "app",
                                  .argv = (const char *const[]){"cat", NULL},
                                  .input = "hello",
                                  .n_pings = 3};
    raw_exec(&fixture->raw, &exec, &outcome);
    assert_success(&outcome);
    g_assert_cmpuint(outcome.n_pongs, ==, 3);
    g_assert_cmpmem(outcome.out->data, outcome.out->len, "hello", 5);
    raw_outcome_clear(&outcome);
}

struct refusal {
    const char *pod, *container, *protocols;
    int code;
    const char *message;
};

static const struct refusal refusals[] = {
    {"nopod", NULL, NULL, 404, "pods \\\"nopod\\\" not found"},
    {"web", "nope", NULL, 400, "container nope is not valid for pod web"},
    {"web", NULL, NULL, 400,
     "a container name must be specified for pod web, choose one of: [app sidecar]"},
    {"search-65c8b7d44f-p7k9h", NULL, NULL, 400,
     "pod search-65c8b7d44f-p7k9h does not have a host assigned"},
    {"payments-7c9d8f6b5-m4s8d", NULL, "v4.channel.k8s.io", 500, "container not found (\"app\")"},
    {"web", "app", "v3.channel.k8s.io", 403, ""},
    {"payments-7c9d8f6b5-m4s8d", NULL, NULL, 101, "container not found (\"app\")"},
    {"ledger-0", NULL, NULL, 101, "exec: \"cat\": executable file not found in $PATH: unknown"},
};

static void test_refusals(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        const struct refusal *refusal = &refusals[i];
        g_test_message("%s: %s", refusal->pod, refusal->message);
        struct raw_outcome outcome;
        const struct raw_exec exec = {.pod = refusal->pod,
                                      .container = refusal->container,
                                      .protocols = refusal->protocols,
                                      .argv = (const char *const[]){"cat", TRACE, NULL}};
        raw_exec(&fixture->raw, &exec, &outcome);
        g_assert_cmpint(outcome.http_code, ==, refusal->code);
        if (refusal->code == 101) {
            g_assert_cmpstr(string_at(outcome.status, "reason"), ==, "InternalError");
            g_assert_nonnull(strstr(string_at(outcome.status, "message"), refusal->message));
            g_assert_cmpuint(outcome.out->len, ==, 0);
        } else if (*refusal->message != '\0') {
            g_assert_nonnull(strstr(outcome.body, refusal->message));
        } else {
            g_assert_cmpstr(outcome.body, ==, "");
        }
        raw_outcome_clear(&outcome);
    }
}

static void cat_with(struct fixture *fixture, const struct demo_faults *faults,
                     struct raw_exec more, struct raw_outcome *outcome)
{
    demo_set_faults(fixture->demo, faults);
    more.pod = "web";
    more.container = "app";
    more.argv = (const char *const[]){"cat", TRACE, NULL};
    raw_exec(&fixture->raw, &more, outcome);
}

static void test_fault_cut(struct fixture *fixture, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    cat_with(fixture, &(struct demo_faults){.cut_after_bytes = 100000}, (struct raw_exec){0},
             &outcome);
    g_assert_cmpuint(outcome.out->len, ==, 100000);
    g_assert_null(outcome.status);
    g_assert_cmpuint(outcome.close_code, ==, 0);
    g_assert_true(outcome.inside);
    raw_outcome_clear(&outcome);

    cat_with(fixture, &(struct demo_faults){.cut_after_bytes = 100000, .cut_with_success = true},
             (struct raw_exec){0}, &outcome);
    assert_success(&outcome);
    g_assert_cmpuint(outcome.out->len, ==, 100000);
    raw_outcome_clear(&outcome);

    /* All the bytes, and then nothing that says so. */
    cat_with(fixture, &(struct demo_faults){.cut_after_bytes = WEB_TRACE_BYTES},
             (struct raw_exec){0}, &outcome);
    g_assert_cmpuint(outcome.out->len, ==, WEB_TRACE_BYTES);
    g_assert_null(outcome.status);
    raw_outcome_clear(&outcome);
}

static void test_fault_stall(struct fixture *fixture, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    cat_with(fixture, &(struct demo_faults){.stall_after_bytes = 70000},
             (struct raw_exec){.patience_ms = 300}, &outcome);
    g_assert_true(outcome.stalled);
    g_assert_cmpuint(outcome.out->len, ==, 70000);
    g_assert_null(outcome.status);
    raw_outcome_clear(&outcome);
}

static void test_fault_words(struct fixture *fixture, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    cat_with(fixture, &(struct demo_faults){.no_cat = true}, (struct raw_exec){0}, &outcome);
    g_assert_cmpstr(string_at(outcome.status, "reason"), ==, "InternalError");
    raw_outcome_clear(&outcome);
    run(fixture, &outcome, "app", (const char *const[]){"stat", "-c", "%s", TRACE, NULL});
    assert_success(&outcome);
    raw_outcome_clear(&outcome);
    demo_set_faults(fixture->demo, &(struct demo_faults){.no_stat = true});
    run(fixture, &outcome, "app", (const char *const[]){"stat", "-c", "%s", TRACE, NULL});
    g_assert_cmpstr(string_at(outcome.status, "reason"), ==, "InternalError");
    raw_outcome_clear(&outcome);

    cat_with(fixture, &(struct demo_faults){.wrong_exit = true}, (struct raw_exec){0}, &outcome);
    g_assert_cmpuint(outcome.out->len, ==, WEB_TRACE_BYTES);
    assert_exit(&outcome, 1);
    raw_outcome_clear(&outcome);

    cat_with(fixture, &(struct demo_faults){.http_status = 403}, (struct raw_exec){0}, &outcome);
    g_assert_cmpint(outcome.http_code, ==, 403);
    g_assert_nonnull(strstr(outcome.body, "forbidden"));
    raw_outcome_clear(&outcome);
}

static void test_fault_protocol(struct fixture *fixture, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    cat_with(fixture, &(struct demo_faults){.v4_only = true}, (struct raw_exec){0}, &outcome);
    assert_success(&outcome);
    g_assert_cmpstr(outcome.protocol, ==, "v4.channel.k8s.io");
    raw_outcome_clear(&outcome);
    cat_with(fixture, &(struct demo_faults){.v4_only = true},
             (struct raw_exec){.protocols = "v5.channel.k8s.io"}, &outcome);
    g_assert_cmpint(outcome.http_code, ==, 403);
    g_assert_cmpstr(outcome.body, ==, "");
    raw_outcome_clear(&outcome);
}

static void test_fault_slow(struct fixture *fixture, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    gint64 began_us = g_get_monotonic_time();
    cat_with(fixture, &(struct demo_faults){.bytes_per_s = 2 * WEB_TRACE_BYTES},
             (struct raw_exec){0}, &outcome);
    gint64 took_us = g_get_monotonic_time() - began_us;
    assert_success(&outcome);
    g_assert_cmpuint(outcome.out->len, ==, WEB_TRACE_BYTES);
    g_assert_cmpint(took_us, >=, G_USEC_PER_SEC * 45 / 100);
    raw_outcome_clear(&outcome);
}

/* A client that says CLOSE in mid-transfer gets a CLOSE and no status. */
static void test_cancel(struct fixture *fixture, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    demo_add_file(fixture->demo, "/huge", UINT64_C(1) << 40);
    const struct raw_exec exec = {.pod = "web",
                                  .container = "app",
                                  .argv = (const char *const[]){"cat", "/huge", NULL},
                                  .close_after = 1000000};
    raw_exec(&fixture->raw, &exec, &outcome);
    g_assert_false(outcome.stalled);
    g_assert_null(outcome.status);
    g_assert_cmpuint(outcome.close_code, ==, 1000);
    raw_outcome_clear(&outcome);
}

/* The bytes depend on their place only: a tail is the end of the whole. */
static void test_random_file(struct fixture *fixture, gconstpointer data)
{
    struct raw_outcome whole, tail, digest;
    (void)data;
    demo_add_file(fixture->demo, "/data/random", 100003);
    run(fixture, &whole, "sidecar", (const char *const[]){"cat", "/data/random", NULL});
    run(fixture, &tail, "app", (const char *const[]){"tail", "-c", "+54322", "/data/random", NULL});
    run(fixture, &digest, "app", (const char *const[]){"sha256sum", "/data/random", NULL});
    g_assert_cmpuint(whole.out->len, ==, 100003);
    g_assert_cmpmem(whole.out->data + 54321, 100003 - 54321, tail.out->data, tail.out->len);
    g_autofree char *own =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, whole.out->data, whole.out->len);
    g_assert_cmpmem(digest.out->data, 64, own, 64);
    raw_outcome_clear(&whole);
    raw_outcome_clear(&tail);
    raw_outcome_clear(&digest);
}

/* Stopping ends what is under way, with clients that do not let go. */
static void test_stop(void)
{
    struct fixture fixture;
    set_up(&fixture, NULL);
    struct watching watching;
    watching_begin(&watching, &fixture.raw, "namespaces?watch=1", PLAIN);
    assert_event(&watching, "ADDED", "default");
    g_autoptr(GSocketConnection) exec = raw_open(
        &fixture.raw, fixture.raw.token, EXEC_PATH "&command=sleep&command=1000", UPGRADE_HEADERS);
    GSocket *socket = g_socket_connection_get_socket(exec);
    char byte;
    g_assert_cmpint(g_socket_receive(socket, &byte, 1, NULL, NULL), ==, 1);
    gint64 began_us = g_get_monotonic_time();
    tear_down(&fixture, NULL);
    g_assert_cmpint(g_get_monotonic_time() - began_us, <, 5 * G_USEC_PER_SEC);
    watching_end(&watching);
}

/* How fast the server is by itself, so that a measured client is known not to wait for it. */
static void test_speed(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    if (!g_test_perf()) {
        g_test_skip("measures only with -m perf");
        return;
    }
    const gsize size = 300000000;
    demo_add_file(fixture->demo, "/big", size);
    g_autoptr(GSocketConnection) connection = raw_open(
        &fixture->raw, fixture->raw.token, EXEC_PATH "&command=cat&command=/big", UPGRADE_HEADERS);
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    static char buffer[65536];
    gsize total = 0;
    g_test_timer_start();
    for (gssize n; (n = g_input_stream_read(in, buffer, sizeof buffer, NULL, NULL)) > 0;)
        total += (gsize)n;
    double s = g_test_timer_elapsed();
    g_assert_cmpuint(total, >, size);
    g_test_maximized_result(size / 1e6 / s, "exec: %.0f MB/s", size / 1e6 / s);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct fixture *fixture, gconstpointer data);
        const char *data;
    } tests[] = {
        {"/demo/door", test_door, NULL},
        {"/demo/tables", test_tables, NULL},
        {"/demo/selectors", test_selectors, NULL},
        {"/demo/pages", test_pages, NULL},
        {"/demo/pod", test_pod, NULL},
        {"/demo/watch/table", test_watch, TABLE},
        {"/demo/watch/plain", test_watch, PLAIN},
        {"/demo/watch/from-nothing", test_watch_from_nothing, NULL},
        {"/demo/watch/gone", test_watch_gone, NULL},
        {"/demo/exec/v5", test_exec, NULL},
        {"/demo/exec/v4", test_exec, "v4.channel.k8s.io"},
        {"/demo/exec/commands", test_commands, NULL},
        {"/demo/exec/input", test_input, NULL},
        {"/demo/exec/refusals", test_refusals, NULL},
        {"/demo/exec/cancel", test_cancel, NULL},
        {"/demo/exec/random-file", test_random_file, NULL},
        {"/demo/exec/speed", test_speed, NULL},
        {"/demo/faults/lists", test_fault_lists, NULL},
        {"/demo/faults/cut", test_fault_cut, NULL},
        {"/demo/faults/stall", test_fault_stall, NULL},
        {"/demo/faults/words", test_fault_words, NULL},
        {"/demo/faults/protocol", test_fault_protocol, NULL},
        {"/demo/faults/slow", test_fault_slow, NULL},
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, tests[i].data, set_up, tests[i].test, tear_down);
    g_test_add_func("/demo/stop", test_stop);
    return g_test_run();
}
