/* Lists grow page by page, follow the watch, and begin anew when the server forgot. */
#include <string.h>

#include "kube/list.h"
#include "kube/listing.h"
#include "kube/page.h"
#include "tests/fake.h"
#include "tests/harness.h"

struct seen {
    unsigned n[LIST_FAILED + 1]; /* by event */
    bool synced, failed, changed, retries;
    GError *error;
};

static void on_list(struct list *list, enum list_event event, const GError *error, bool will_retry,
                    void *data)
{
    struct seen *seen = (struct seen *)data;

    (void)list;
    seen->n[event]++;
    seen->synced |= event == LIST_SYNCED;
    seen->changed |= event == LIST_CHANGED;
    seen->failed |= event == LIST_FAILED;
    seen->retries = will_retry;
    if (error != NULL) {
        g_clear_error(&seen->error);
        seen->error = g_error_copy(error);
    }
}

static gboolean tick(gpointer data)
{
    (void)data;
    return G_SOURCE_CONTINUE;
}

static void wait_rows(const struct list *list, size_t n)
{
    gint64 deadline = g_get_monotonic_time() + HARNESS_DEADLINE_S * G_USEC_PER_SEC;
    guint ticking = g_timeout_add_seconds(1, tick, NULL); /* or nothing would look at the time */

    while (list_n_rows(list) != n || !list_synced(list)) {
        g_main_context_iteration(NULL, TRUE);
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
    }
    g_source_remove(ticking);
}

static void test_pods(void)
{
    struct harness harness;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_PODS, .namespace = "shop"};
    struct list *list;
    const struct list_row *web;

    harness_up(&harness, 0);
    list = list_start(harness.client, &query, on_list, &seen);
    g_assert_cmpuint(list_n_rows(list), ==, 0);
    g_assert_false(list_synced(list));
    harness_wait(&seen.synced);
    g_assert_cmpstr(list_column_at(list, 0)->name, ==, "Name");
    g_assert_cmpstr(list_column_at(list, 2)->name, ==, "Status");
    g_assert_cmpuint(list_n_rows(list), ==, 11);
    web = list_row_at(list, 10);
    g_assert_cmpstr(web->namespace, ==, "shop");
    g_assert_cmpstr(web->name, ==, "web");
    g_assert_cmpstr(web->cells[1], ==, "2/2");
    g_assert_cmpint(web->created_s, >, 1700000000);
    g_assert_cmpuint(g_strv_length(web->cells), ==, list_n_columns(list));
    list_free(list);
    harness_down(&harness);
}

/* Three pages, sorted by namespace and name; then news. */
static void test_pages_and_watch(void)
{
    struct harness harness;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_PODS, .watch = true};
    struct list *list;

    harness_up(&harness, 0);
    for (int i = 0; i < 2000; i++) {
        g_autofree char *name = g_strdup_printf("p-%04d", (i * 7) % 2000);

        demo_add_pod(harness.demo, i % 2 ? "shop" : "empty", name);
    }
    list = list_start(harness.client, &query, on_list, &seen);
    harness_wait(&seen.synced);
    g_assert_cmpuint(seen.n[LIST_GREW], ==, 2);
    g_assert_cmpuint(list_n_rows(list), ==, 2016);
    for (size_t i = 1; i < list_n_rows(list); i++) {
        const struct list_row *a = list_row_at(list, i - 1), *b = list_row_at(list, i);
        int order = strcmp(a->namespace, b->namespace);

        g_assert_true(order < 0 || (order == 0 && strcmp(a->name, b->name) < 0));
    }
    demo_add_pod(harness.demo, "shop", "aaa");
    demo_remove_pod(harness.demo, "shop", "web");
    demo_add_pod(harness.demo, "default", "zzz");
    while (strcmp(list_row_at(list, 0)->name, "zzz") != 0) {
        seen.changed = false;
        harness_wait(&seen.changed);
    }
    g_assert_cmpuint(list_n_rows(list), ==, 2017);
    g_assert_cmpstr(list_row_at(list, list_n_rows(list) - 1)->name, !=, "web");
    list_free(list);
    harness_down(&harness);
}

static void test_watch_gone(void)
{
    struct harness harness;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_PODS, .namespace = "empty", .watch = true};
    const struct demo_faults gone = {.gone_once = true};
    struct list *list;

    harness_up(&harness, 0);
    demo_set_faults(harness.demo, &gone);
    list = list_start(harness.client, &query, on_list, &seen);
    harness_wait(&seen.synced);
    seen.synced = false;
    harness_wait(&seen.synced); /* the list was read again */
    demo_add_pod(harness.demo, "empty", "new");
    wait_rows(list, 1);
    g_assert_cmpuint(seen.n[LIST_FAILED], ==, 0);
    list_free(list);
    harness_down(&harness);
}

static void test_failures(void)
{
    static const struct {
        struct demo_faults faults;
        int code;
        bool retries;
    } rows[] = {
        {{.http_status = 401}, KUBE_ERROR_UNAUTHORIZED, false},
        {{.http_status = 403}, KUBE_ERROR_FORBIDDEN, false},
        {{.http_status = 503}, KUBE_ERROR_SERVER, true},
        {{.garbage_json = true}, KUBE_ERROR_SERVER, true},
    };
    const struct demo_faults none = {0};

    for (size_t i = 0; i < G_N_ELEMENTS(rows) * 2; i++) {
        bool live = i % 2;
        struct harness harness;
        struct seen seen = {0};
        struct list_query query = {.kind = LIST_NAMESPACES, .watch = live};
        struct list *list;

        harness_up(&harness, 0);
        demo_set_faults(harness.demo, &rows[i / 2].faults);
        list = list_start(harness.client, &query, on_list, &seen);
        harness_wait(&seen.failed);
        g_assert_error(seen.error, KUBE_ERROR, rows[i / 2].code);
        g_assert_true(seen.retries == (live && rows[i / 2].retries));
        g_assert_false(list_synced(list));
        if (seen.retries) {
            demo_set_faults(harness.demo, &none);
            wait_rows(list, 4);
        }
        g_clear_error(&seen.error);
        list_free(list);
        harness_down(&harness);
    }
}

#define COLUMNS "\"columnDefinitions\":[{\"name\":\"Name\",\"priority\":0}]"
#define ROW(name) "{\"cells\":[\"" name "\"],\"object\":{\"metadata\":{\"name\":\"" name "\"}}}"
#define PAGE(next, version, rows)                                                                \
    "{\"kind\":\"Table\",\"metadata\":{\"continue\":\"" next "\",\"resourceVersion\":\"" version \
    "\"}," COLUMNS ",\"rows\":[" rows "]}"
/* As with includeObject=None. */
#define BARE(name, age) "{\"cells\":[\"" name "\",\"" age "\"],\"object\":null}"
#define BARE_PAGE(rows)                                                                     \
    "{\"kind\":\"Table\",\"metadata\":{\"resourceVersion\":\"5\"},\"columnDefinitions\":[{" \
    "\"name\":\"Name\"},{\"name\":\"Age\"}],\"rows\":[" rows "]}"
#define WATCH(events) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" events
#define EVENT(type, version, row)                                          \
    "{\"type\":\"" type "\",\"object\":{\"kind\":\"Table\",\"metadata\":{" \
    "\"resourceVersion\":\"" version "\"},\"rows\":[" row "]}}\n"

static const char *request_at(const struct fake *fake, guint index)
{
    g_assert_cmpuint(index, <, fake->requests->len);
    return (const char *)fake->requests->pdata[index];
}

/* The token of the second page has expired: the list is read anew, and no row is there twice. */
static void test_expired_page(void)
{
    struct fake fake;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_PODS, .namespace = "n/s", .selector = "a=b,c"};
    struct client *client;
    struct list *list;

    fake_up(&fake);
    fake_say_json(&fake, PAGE("tok&en", "1", ROW("a")));
    fake_say(&fake, "HTTP/1.1 410 Gone\r\nConnection: close\r\n\r\n");
    fake_say_json(&fake, PAGE("more", "2", ROW("c") "," ROW("b")));
    fake_say_json(&fake, PAGE("", "2", ROW("a") ",{}," ROW("d")));
    client = harness_client(fake.kubeconfig, 0);
    list = list_start(client, &query, on_list, &seen);
    harness_wait(&seen.synced);
    g_assert_cmpuint(list_n_rows(list), ==, 4);
    g_assert_cmpstr(list_row_at(list, 0)->name, ==, "a");
    g_assert_cmpstr(list_row_at(list, 3)->name, ==, "d");
    g_assert_cmpuint(seen.n[LIST_FAILED], ==, 0);
    g_assert_true(g_str_has_prefix(request_at(&fake, 0),
                                   "GET /api/v1/namespaces/n%2Fs/pods?includeObject=None&"
                                   "labelSelector=a%3Db%2Cc&limit=500 HTTP/1.1\r\n"));
    g_assert_nonnull(strstr(request_at(&fake, 1), "&limit=2500&continue=tok%26en HTTP"));
    g_assert_null(strstr(request_at(&fake, 2), "continue"));
    list_free(list);
    client_free(client);
    fake_down(&fake);
}

/* Events in pieces, bookmarks, a bad end, and the way back from the newest version. */
static void test_watch_again(void)
{
    struct fake fake;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_NAMESPACES, .watch = true};
    struct client *client;
    struct list *list;

    fake_up(&fake);
    fake_say_json(&fake, PAGE("", "5", ROW("a")));
    fake_say(&fake, "%s", WATCH(EVENT("ADDED", "6", ROW("b")) EVENT("BOOKMARK", "9", "{}")));
    fake_say(&fake, "%s", FAKE_HOLD WATCH(EVENT("DELETED", "10", ROW("a")) "{\"type\""));
    client = harness_client(fake.kubeconfig, 0);
    list = list_start(client, &query, on_list, &seen);
    wait_rows(list, 2);
    wait_rows(list, 1);
    g_assert_cmpstr(list_row_at(list, 0)->name, ==, "b");
    g_assert_nonnull(strstr(request_at(&fake, 1), "&watch=true&allowWatchBookmarks=true&"
                                                  "resourceVersion=5&timeoutSeconds="));
    g_assert_nonnull(strstr(request_at(&fake, 2), "&resourceVersion=9&"));
    list_free(list);
    client_free(client);
    fake_down(&fake);
}

static void test_watch_nonsense(void)
{
    static const char *const nonsense[] = {
        "<html>\n",
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":500,\"message\":\"oops\"}}\n",
    };
    static const char *const messages[] = {
        ": a web page came where the answer of an API server was expected",
        ": the server answered 500, Internal Server Error: oops",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(nonsense); i++) {
        struct fake fake;
        struct seen seen = {0};
        struct list_query query = {.kind = LIST_NAMESPACES, .watch = true};
        struct client *client;
        struct list *list;

        fake_up(&fake);
        fake_say_json(&fake, PAGE("", "5", ROW("a")));
        fake_say(&fake, WATCH("%s"), nonsense[i]);
        fake_say(&fake, "%s", FAKE_HOLD WATCH(EVENT("ADDED", "6", ROW("b"))));
        client = harness_client(fake.kubeconfig, 0);
        list = list_start(client, &query, on_list, &seen);
        harness_wait(&seen.failed);
        g_assert_true(seen.retries);
        g_assert_true(g_str_has_suffix(seen.error->message, messages[i]));
        g_assert_cmpuint(list_n_rows(list), ==, 1); /* what was read stays */
        seen.synced = false;
        harness_wait(&seen.synced); /* the watch is back */
        wait_rows(list, 2);
        g_clear_error(&seen.error);
        list_free(list);
        client_free(client);
        fake_down(&fake);
    }
}

/* Rows without objects are named by their cells; the objects are asked for only where the list does
 * not say which namespace it is. */
static void test_no_objects(void)
{
    struct fake fake;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_PODS, .namespace = "shop", .watch = true};
    struct client *client;
    struct list *list;
    int64_t now_s = g_get_real_time() / G_USEC_PER_SEC;

    fake_up(&fake);
    fake_say_json(&fake, BARE_PAGE(BARE("a", "3d2h") "," BARE("b", "<unknown>")));
    fake_say(&fake, "%s",
             FAKE_HOLD WATCH(EVENT("DELETED", "6", BARE("b", "5s")) EVENT(
                 "MODIFIED", "7", BARE("a", "3d3h")) EVENT("ADDED", "8", BARE("c", "1y1d"))));
    client = harness_client(fake.kubeconfig, 0);
    list = list_start(client, &query, on_list, &seen);
    harness_wait(&seen.changed);
    g_assert_cmpuint(list_n_rows(list), ==, 2);
    g_assert_cmpstr(list_row_at(list, 0)->name, ==, "a");
    g_assert_cmpstr(list_row_at(list, 0)->namespace, ==, "shop");
    g_assert_cmpstr(list_row_at(list, 0)->cells[1], ==, "3d3h");
    /* It has not begun again since it was first seen. */
    g_assert_cmpint(ABS(now_s - list_row_at(list, 0)->created_s - (3 * 86400 + 2 * 3600)), <, 60);
    g_assert_cmpint(ABS(now_s - list_row_at(list, 1)->created_s - 366 * 86400), <, 60);
    g_assert_nonnull(strstr(request_at(&fake, 1), "includeObject=None&watch=true"));
    list_free(list);
    client_free(client);
    fake_down(&fake);
}

/* How many there will be is known from the first page on. */
static void test_expected(void)
{
    struct fake fake;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_PODS};
    struct client *client;
    struct list *list;
    bool grew = false;

    fake_up(&fake);
    fake_say_json(&fake, "{\"kind\":\"Table\",\"metadata\":{\"continue\":\"x\","
                         "\"remainingItemCount\":41}," COLUMNS ",\"rows\":[" ROW("a") "]}");
    fake_say_json(&fake, PAGE("", "2", ROW("b")));
    client = harness_client(fake.kubeconfig, 0);
    list = list_start(client, &query, on_list, &seen);
    while (!seen.synced) {
        if (seen.n[LIST_GREW] == 1 && !seen.synced) {
            grew = true;
            g_assert_cmpuint(list_n_expected(list), ==, 42);
        }
        g_main_context_iteration(NULL, TRUE);
    }
    g_assert_true(grew);
    g_assert_cmpuint(list_n_expected(list), ==, 0);
    g_assert_nonnull(strstr(request_at(&fake, 0), "/api/v1/pods?includeObject=Metadata&limit=500"));
    list_free(list);
    client_free(client);
    fake_down(&fake);
}

/* Who may list but not watch has a list that is read again and again. */
static void test_watch_refused(void)
{
    struct fake fake;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_PODS, .namespace = "shop", .watch = true};
    struct client *client;
    struct list *list;

    fake_up(&fake);
    fake_say_json(&fake, BARE_PAGE(BARE("a", "1d")));
    fake_say(&fake, "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
    fake_say_json(&fake, BARE_PAGE(BARE("a", "1d") "," BARE("b", "1d")));
    client = harness_client(fake.kubeconfig, 0);
    list = list_start(client, &query, on_list, &seen);
    wait_rows(list, 2);
    g_assert_cmpuint(list_poll_s(list), >, 0);
    g_assert_cmpuint(seen.n[LIST_FAILED], ==, 0);
    g_assert_cmpuint(fake.requests->len, ==, 3);
    list_free(list);
    client_free(client);
    fake_down(&fake);
}

#define POD(name, more)                                                                          \
    "{\"metadata\":{\"name\":\"" name                                                            \
    "\",\"namespace\":\"shop\",\"creationTimestamp\":\"2026-01-05T07:00:00Z\"},\"spec\":{"       \
    "\"initContainers\":[{\"name\":\"i\"}],\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}," \
    "\"status\":{" more "}}"
#define CONTAINERS(a, b) "\"phase\":\"Running\",\"containerStatuses\":[" a "," b "]"
#define UP "{\"ready\":true,\"restartCount\":2,\"state\":{\"running\":{}}}"
#define WAITS(why) "{\"restartCount\":7,\"state\":{\"waiting\":{\"reason\":\"" why "\"}}}"
#define ENDED(how) "{\"restartCount\":0,\"state\":{\"terminated\":{" how "}}}"
#define INIT(state) "\"phase\":\"Pending\",\"initContainerStatuses\":[" state "]"

/* A server that makes no tables: our own columns, in the words of kubectl's. */
static void test_plain(void)
{
    static const struct {
        const char *pod, *ready, *status, *restarts;
    } pods[] = {
        {POD("a", CONTAINERS(UP, UP)), "2/2", "Running", "4"},
        {POD("b", CONTAINERS(UP, WAITS("CrashLoopBackOff"))), "1/2", "CrashLoopBackOff", "9"},
        {POD("c", CONTAINERS(ENDED("\"reason\":\"Completed\""), UP)), "1/2", "NotReady", "2"},
        {POD("d", CONTAINERS(ENDED("\"signal\":9,\"exitCode\":137"), UP)), "1/2", "Signal:9", "2"},
        {POD("e", CONTAINERS(ENDED("\"exitCode\":3"), UP)), "1/2", "ExitCode:3", "2"},
        {POD("f", INIT(WAITS("PodInitializing"))), "0/2", "Init:0/1", "0"},
        {POD("g", INIT(WAITS("ErrImagePull"))), "0/2", "Init:ErrImagePull", "0"},
        {POD("h", INIT(ENDED("\"exitCode\":1"))), "0/2", "Init:ExitCode:1", "0"},
        {POD("i", INIT(ENDED("\"exitCode\":0"))), "0/2", "Pending", "0"},
        {POD("j", "\"phase\":\"Failed\",\"reason\":\"Evicted\""), "0/2", "Evicted", "0"},
        {POD("k\",\"deletionTimestamp\":\"x", CONTAINERS(UP, UP)), "2/2", "Terminating", "4"},
        {POD("l", ""), "0/2", "", "0"},
    };
    struct fake fake;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_PODS, .watch = true};
    struct client *client;
    struct list *list;
    g_autoptr(GString) page = g_string_new("{\"kind\":\"PodList\",\"items\":[");

    for (size_t i = 0; i < G_N_ELEMENTS(pods); i++)
        g_string_append_printf(page, "%s%s", i > 0 ? "," : "", pods[i].pod);
    g_string_append(page, "],\"metadata\":{\"resourceVersion\":\"5\"}}");
    fake_up(&fake);
    fake_say_json(&fake, page->str);
    fake_say(&fake, "%s", FAKE_HOLD WATCH("{\"type\":\"ADDED\",\"object\":" POD("z", "") "}\n"));
    client = harness_client(fake.kubeconfig, 0);
    list = list_start(client, &query, on_list, &seen);
    harness_wait(&seen.synced);
    g_assert_cmpuint(list_n_columns(list), ==, 5);
    for (size_t i = 0; i < G_N_ELEMENTS(pods); i++) {
        const struct list_row *row = list_row_at(list, i);

        g_assert_cmpstr(row->namespace, ==, "shop");
        g_assert_cmpstr(row->cells[1], ==, pods[i].ready);
        g_assert_cmpstr(row->cells[2], ==, pods[i].status);
        g_assert_cmpstr(row->cells[3], ==, pods[i].restarts);
        g_assert_cmpint(row->created_s, ==, 1767596400);
    }
    wait_rows(list, G_N_ELEMENTS(pods) + 1);
    list_free(list);
    client_free(client);
    fake_down(&fake);
}

static void test_no_table(void)
{
    static const char *const pages[] = {
        "{\"kind\":\"Status\",\"items\":[]}",
        "{\"kind\":\"PodList\"}",
        "{}",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        struct fake fake;
        struct seen seen = {0};
        struct list_query query = {.kind = LIST_PODS};
        struct client *client;
        struct list *list;

        fake_up(&fake);
        fake_say_json(&fake, pages[i]);
        client = harness_client(fake.kubeconfig, 0);
        list = list_start(client, &query, on_list, &seen);
        harness_wait(&seen.failed);
        g_assert_error(seen.error, KUBE_ERROR, KUBE_ERROR_SERVER);
        g_assert_nonnull(strstr(seen.error->message, "where a list was asked for"));
        g_clear_error(&seen.error);
        list_free(list);
        client_free(client);
        fake_down(&fake);
    }
}

/* Freed in each of its states, from outside and from inside of its own call. */
static void free_list(struct list *list, enum list_event event, const GError *error,
                      bool will_retry, void *data)
{
    (void)event;
    (void)error;
    (void)will_retry;
    list_free(list);
    *(bool *)data = true;
}

static void test_free(void)
{
    struct harness harness;
    struct seen seen = {0};
    struct list_query query = {.kind = LIST_PODS, .watch = true};
    bool freed = false;

    harness_up(&harness, 0);
    for (int steps = 0; steps < 60; steps += 3) {
        struct list *list = list_start(harness.client, &query, on_list, &seen);

        for (int i = 0; i < steps; i++)
            g_main_context_iteration(NULL, FALSE);
        list_free(list);
    }
    list_start(harness.client, &query, free_list, &freed);
    harness_wait(&freed);
    harness_down(&harness);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/list/pods", test_pods);
    g_test_add_func("/list/pages-and-watch", test_pages_and_watch);
    g_test_add_func("/list/watch-gone", test_watch_gone);
    g_test_add_func("/list/failures", test_failures);
    g_test_add_func("/list/expired-page", test_expired_page);
    g_test_add_func("/list/watch-again", test_watch_again);
    g_test_add_func("/list/watch-nonsense", test_watch_nonsense);
    g_test_add_func("/list/no-objects", test_no_objects);
    g_test_add_func("/list/expected", test_expected);
    g_test_add_func("/list/watch-refused", test_watch_refused);
    g_test_add_func("/list/plain", test_plain);
    g_test_add_func("/list/no-table", test_no_table);
    g_test_add_func("/list/free", test_free);
    return g_test_run();
}
