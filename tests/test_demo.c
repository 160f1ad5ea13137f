/* The practice cluster lists, watches and shows as a real API server does. */
#include <string.h>

#include "tests/raw.h"

#define TABLE "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
#define PLAIN "application/json"

static const json_t *row_at(const json_t *table, size_t index)
{
    return json_array_get(json_object_get(table, "rows"), index);
}

static const char *cell_at(const json_t *table, size_t row, size_t column)
{
    return json_string_value(json_array_get(json_object_get(row_at(table, row), "cells"), column));
}

static void test_door(struct raw *raw, gconstpointer data)
{
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

static void test_tables(struct raw *raw, gconstpointer data)
{
    (void)data;
    json_t *table = raw_get_json(raw, "/api/v1/namespaces", TABLE, 200);
    static const char *const names[] = {"default", "empty", "platform", "shop"};
    g_assert_cmpstr(raw_string(table, "kind"), ==, "Table");
    g_assert_cmpuint(json_array_size(json_object_get(table, "rows")), ==, 4);
    for (size_t i = 0; i < 4; i++)
        g_assert_cmpstr(cell_at(table, i, 0), ==, names[i]);
    g_assert_cmpstr(cell_at(table, 0, 1), ==, "Active");
    json_decref(table);

    table = raw_get_json(raw, "/api/v1/namespaces/shop/pods", TABLE, 200);
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
    g_assert_cmpstr(raw_string(object, "kind"), ==, "PartialObjectMetadata");
    g_assert_cmpstr(raw_string(json_object_get(object, "metadata"), "namespace"), ==, "shop");
    json_decref(table);

    table = raw_get_json(raw, "/api/v1/namespaces/empty/pods", TABLE, 200);
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

static void test_selectors(struct raw *raw, gconstpointer data)
{
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
static void test_pages(struct raw *raw, gconstpointer data)
{
    (void)data;
    g_autofree char *token = g_strdup("");
    g_autofree char *last = g_strdup("");
    size_t n = 0, pages = 0;
    do {
        g_autofree char *escaped = g_uri_escape_string(token, NULL, FALSE);
        g_autofree char *path = g_strdup_printf("/api/v1/pods?limit=5&continue=%s", escaped);
        json_t *list = raw_get_json(raw, path, TABLE, 200);
        json_t *metadata = json_object_get(list, "metadata");
        for (size_t i = 0; i < json_array_size(json_object_get(list, "rows")); i++, n++) {
            json_t *object =
                json_object_get(json_object_get(row_at(list, i), "object"), "metadata");
            g_autofree char *key = g_strdup_printf("%s/%s", raw_string(object, "namespace"),
                                                   raw_string(object, "name"));
            g_assert_cmpstr(last, <, key);
            g_free(g_steal_pointer(&last));
            last = g_steal_pointer(&key);
        }
        pages++;
        const char *next = raw_string(metadata, "continue");
        if (next != NULL)
            g_assert_cmpint(json_integer_value(json_object_get(metadata, "remainingItemCount")), ==,
                            16 - n);
        g_free(g_steal_pointer(&token));
        token = g_strdup(next);
        json_decref(list);
    } while (token != NULL);
    g_assert_cmpuint(n, ==, 16);
    g_assert_cmpuint(pages, ==, 4);
    json_decref(raw_get_json(raw, "/api/v1/pods?limit=5&continue=nonsense", PLAIN, 400));
}

/* All pages are of the moment of the first, whatever happens in between. */
static void test_page_version(struct raw *raw, gconstpointer data)
{
    (void)data;
    json_t *first = raw_get_json(raw, "/api/v1/pods?limit=5", PLAIN, 200);
    demo_add_pod(raw->demo, "shop", "new");
    json_t *metadata = json_object_get(first, "metadata");
    g_autofree char *token = g_uri_escape_string(raw_string(metadata, "continue"), NULL, FALSE);
    g_autofree char *path = g_strdup_printf("/api/v1/pods?limit=5&continue=%s", token);
    json_t *second = raw_get_json(raw, path, PLAIN, 200);
    g_assert_cmpstr(raw_string(metadata, "resourceVersion"), ==,
                    raw_string(json_object_get(second, "metadata"), "resourceVersion"));
    json_decref(first);
    json_decref(second);
}

static void test_pod(struct raw *raw, gconstpointer data)
{
    (void)data;
    json_t *pod = raw_get_json(raw, "/api/v1/namespaces/shop/pods/web", PLAIN, 200);
    g_assert_cmpstr(raw_string(pod, "kind"), ==, "Pod");
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
        pod = raw_get_json(raw, path, PLAIN, 200);
        json_t *statuses = json_object_get(json_object_get(pod, "status"), "containerStatuses");
        json_t *state =
            json_object_get(json_object_get(json_array_get(statuses, 0), "state"), paths[i][1]);
        g_assert_cmpstr(raw_string(state, "reason"), ==, paths[i][2]);
        json_decref(pod);
    }
    json_t *missing = raw_get_json(raw, "/api/v1/namespaces/shop/pods/nopod", PLAIN, 404);
    g_assert_cmpstr(raw_string(missing, "message"), ==, "pods \"nopod\" not found");
    g_assert_cmpstr(raw_string(missing, "reason"), ==, "NotFound");
    json_decref(missing);
    json_decref(raw_get_json(raw, "/api/v1/nothing", PLAIN, 404));
    json_decref(raw_get_json(raw, "/api/v1/namespaces/shop/pods/%ff%fe", PLAIN, 400));
}

static void test_fault_lists(struct raw *raw, gconstpointer data)
{
    (void)data;
    demo_set_faults(raw->demo, &(struct demo_faults){.http_status = 503});
    json_t *status = raw_get_json(raw, "/api/v1/pods", TABLE, 503);
    g_assert_cmpstr(raw_string(status, "reason"), ==, "ServiceUnavailable");
    json_decref(status);
    demo_set_faults(raw->demo, &(struct demo_faults){.garbage_json = true});
    g_autofree char *body = NULL;
    g_assert_cmpint(raw_get(raw, raw->token, "/api/v1/pods", TABLE, &body), ==, 200);
    g_assert_null(json_loads(body, 0, NULL));
    demo_set_faults(raw->demo, &(struct demo_faults){0});
    json_decref(raw_get_json(raw, "/api/v1/pods", TABLE, 200));
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
    g_assert_cmpstr(raw_string(event, "type"), ==, type);
    json_t *object = json_object_get(event, "object");
    if (json_object_get(object, "rows") != NULL)
        object = json_object_get(json_array_get(json_object_get(object, "rows"), 0), "object");
    g_assert_cmpstr(raw_string(json_object_get(object, "metadata"), "name"), ==, name);
    json_decref(event);
}

static void watching_end(struct watching *watching)
{
    g_object_unref(watching->in);
    g_object_unref(watching->connection);
}

static void test_watch(struct raw *raw, gconstpointer data)
{
    const char *accept = data;
    json_t *list = raw_get_json(raw, "/api/v1/namespaces/shop/pods", accept, 200);
    g_autofree char *query =
        g_strdup_printf("namespaces/shop/pods?watch=true&allowWatchBookmarks=true&"
                        "resourceVersion=%s",
                        raw_string(json_object_get(list, "metadata"), "resourceVersion"));
    json_decref(list);
    struct watching watching;
    watching_begin(&watching, raw, query, accept);
    demo_add_pod(raw->demo, "shop", "new");
    assert_event(&watching, "ADDED", "new");
    demo_add_pod(raw->demo, "shop", "new");
    assert_event(&watching, "MODIFIED", "new");
    /* News of elsewhere are a bookmark here. */
    demo_add_pod(raw->demo, "platform", "other");
    assert_event(&watching, "BOOKMARK", NULL);
    demo_remove_pod(raw->demo, "shop", "new");
    assert_event(&watching, "DELETED", "new");
    watching_end(&watching);
}

/* A selector holds for a watch too, and columns come once. */
static void test_watch_selected(struct raw *raw, gconstpointer data)
{
    struct watching watching;
    (void)data;
    watching_begin(&watching, raw, "pods?watch=1&labelSelector=app%3Dweb", TABLE);
    static const size_t n_columns[] = {9, 0};
    for (size_t i = 0; i < 2; i++) {
        json_t *event = watching_next(&watching);
        json_t *table = json_object_get(event, "object");
        g_assert_cmpuint(json_array_size(json_object_get(table, "columnDefinitions")), ==,
                         n_columns[i]);
        g_assert_cmpstr(cell_at(table, 0, 0), ==, "web");
        g_assert_cmpstr(cell_at(table, 0, 3), ==, i == 0 ? "0" : "2");
        json_decref(event);
        demo_add_pod(raw->demo, "shop", "other");
        demo_add_pod(raw->demo, "shop", "web");
    }
    watching_end(&watching);
}

static void test_watch_from_nothing(struct raw *raw, gconstpointer data)
{
    struct watching watching;
    (void)data;
    watching_begin(&watching, raw, "namespaces?watch=1&timeoutSeconds=1", PLAIN);
    assert_event(&watching, "ADDED", "default");
    assert_event(&watching, "ADDED", "empty");
    assert_event(&watching, "ADDED", "platform");
    assert_event(&watching, "ADDED", "shop");
    demo_add_pod(raw->demo, "young", "new");
    assert_event(&watching, "ADDED", "young");
    gint64 now_us = g_get_monotonic_time();
    g_assert_null(watching_next(&watching)); /* its second is over */
    g_assert_cmpint(g_get_monotonic_time() - now_us, <, 5 * G_USEC_PER_SEC);
    watching_end(&watching);
}

static void assert_gone(struct watching *watching)
{
    json_t *event = watching_next(watching);
    g_assert_cmpstr(raw_string(event, "type"), ==, "ERROR");
    json_t *status = json_object_get(event, "object");
    g_assert_cmpstr(raw_string(status, "reason"), ==, "Expired");
    g_assert_cmpint(json_integer_value(json_object_get(status, "code")), ==, 410);
    json_decref(event);
    g_assert_null(watching_next(watching));
    watching_end(watching);
}

static void test_watch_gone(struct raw *raw, gconstpointer data)
{
    struct watching watching;
    (void)data;
    demo_set_faults(raw->demo, &(struct demo_faults){.gone_once = true});
    watching_begin(&watching, raw, "pods?watch=1&resourceVersion=1010", TABLE);
    assert_gone(&watching);
    watching_begin(&watching, raw, "pods?watch=1&resourceVersion=5", TABLE);
    assert_gone(&watching);
    watching_begin(&watching, raw, "namespaces?watch=1&resourceVersion=1000", TABLE);
    assert_event(&watching, "ADDED", "default");
    watching_end(&watching);
}

/* Stopping ends what is under way, with clients that do not let go. */
static void test_stop(void)
{
    struct raw raw;
    raw_set_up(&raw, NULL);
    struct watching watching;
    watching_begin(&watching, &raw, "namespaces?watch=1", PLAIN);
    assert_event(&watching, "ADDED", "default");
    g_autoptr(GSocketConnection) exec =
        raw_open(&raw, raw.token, RAW_EXEC "&command=sleep&command=1000", RAW_UPGRADE);
    /* And one that is only kept open for the next request. */
    g_autoptr(GSocketConnection) idle = raw_open(&raw, raw.token, "/api/v1/namespaces", "");
    char byte;
    GSocket *idle_socket = g_socket_connection_get_socket(idle);
    g_assert_cmpint(g_socket_receive(idle_socket, &byte, 1, NULL, NULL), ==, 1);
    GSocket *socket = g_socket_connection_get_socket(exec);
    g_assert_cmpint(g_socket_receive(socket, &byte, 1, NULL, NULL), ==, 1);
    gint64 began_us = g_get_monotonic_time();
    raw_tear_down(&raw, NULL);
    g_assert_cmpint(g_get_monotonic_time() - began_us, <, 5 * G_USEC_PER_SEC);
    watching_end(&watching);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct raw *raw, gconstpointer data);
        const char *data;
    } tests[] = {
        {"/demo/door", test_door, NULL},
        {"/demo/tables", test_tables, NULL},
        {"/demo/selectors", test_selectors, NULL},
        {"/demo/pages", test_pages, NULL},
        {"/demo/page-version", test_page_version, NULL},
        {"/demo/pod", test_pod, NULL},
        {"/demo/watch/table", test_watch, TABLE},
        {"/demo/watch/plain", test_watch, PLAIN},
        {"/demo/watch/selected", test_watch_selected, NULL},
        {"/demo/watch/from-nothing", test_watch_from_nothing, NULL},
        {"/demo/watch/gone", test_watch_gone, NULL},
        {"/demo/faults/lists", test_fault_lists, NULL},
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct raw, tests[i].data, raw_set_up, tests[i].test,
                   raw_tear_down);
    g_test_add_func("/demo/stop", test_stop);
    return g_test_run();
}
