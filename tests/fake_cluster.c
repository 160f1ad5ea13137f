#include "tests/fake_cluster.h"

#include <string.h>

#include "kube/capture.h"
#include "kube/pod.h"
#include "kube/port.h"

#define S(text) ((char[]){text}) /* the structs of kube own their strings */

struct fake_cluster fake_cluster;

void fake_cluster_reset(void)
{
    if (fake_cluster.pulled)
        g_string_free(fake_cluster.pulled, TRUE);
    fake_cluster = (struct fake_cluster){.list_error = -1,
                                         .pull_error = -1,
                                         .files_error = -1,
                                         .debug_error = -1,
                                         .pulled = g_string_new(NULL)};
}

/* --- errors --- */

GQuark kube_error_quark(void)
{
    return g_quark_from_static_string("kube-error");
}

const char *kube_error_hint(const GError *error)
{
    return g_error_matches(error, KUBE_ERROR, KUBE_ERROR_CONNECT)
               ? "check that the server can be reached from here"
               : NULL;
}

GError *fake_cluster_error(int code)
{
    switch (code) {
    case KUBE_ERROR_FORBIDDEN:
        return g_error_new(KUBE_ERROR, code,
                           "https://10.0.0.1:6443: namespaces is forbidden: User \"viewer\" cannot "
                           "list resource \"namespaces\" in API group \"\" at the cluster scope");
    case KUBE_ERROR_CONNECT:
        return g_error_new(KUBE_ERROR, code,
                           "https://10.0.0.1:6443: Failed to connect: Connection refused");
    case KUBE_ERROR_NO_TOOLS:
        return g_error_new(KUBE_ERROR, code,
                           "pod shop/web-0, container app: nothing in the container can list a "
                           "folder (no sh, busybox, ls, toybox or find)");
    case KUBE_ERROR_COMMAND:
        return g_error_new(KUBE_ERROR, code,
                           "pod shop/web-0, container app: /root: permission denied");
    default:
        return g_error_new(KUBE_ERROR, code,
                           "shop/web-0 app:/tmp/trace_dir/trace.out: cut off after 1.4 MiB of 3.0 "
                           "MiB; 1.6 MiB are missing");
    }
}

/* --- config and client --- */

struct config {
    int dummy;
};

static const struct config_context contexts[] = {
    {S("demo"), S("demo"), S("practice"), S("shop"), S("https://127.0.0.1:41234"), true},
    {S("production-eu"), S("eu"), S("alice@example.com"), S(""),
     S("https://api.eu.example.com:6443"), false},
    {S("broken"), S("gone"), S("alice"), S(""), S(""), false},
};

struct client {
    struct login login;
};

struct config *fake_config(void)
{
    return g_new0(struct config, 1);
}

void config_free(struct config *config)
{
    g_free(config);
}

size_t config_n_contexts(const struct config *config)
{
    (void)config;
    return G_N_ELEMENTS(contexts);
}

const struct config_context *config_context_at(const struct config *config, size_t index)
{
    (void)config;
    return &contexts[index];
}

struct login *config_login(const struct config *config, const char *context, GError **error)
{
    (void)config;
    if (context && strcmp(context, "broken") == 0) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG,
                    "/home/alice/.kube/config: context \"broken\": there is no cluster \"gone\"");
        return NULL;
    }
    struct login *login = g_new0(struct login, 1);
    login->context = g_strdup(context ? context : "demo");
    login->server = g_strdup("https://127.0.0.1:41234");
    login->namespace = g_strdup("shop");
    return login;
}

struct client *client_new(struct login *login, void (*log)(const char *line, void *data),
                          void *data, GError **error)
{
    (void)log, (void)data, (void)error;
    struct client *client = g_new0(struct client, 1);
    client->login = *login;
    g_free(login);
    return client;
}

void client_set_lender(struct client *client, const struct lender *lender, void *data)
{
    (void)client, (void)lender, (void)data;
}

void client_free(struct client *client)
{
    g_free(client->login.context);
    g_free(client->login.server);
    g_free(client->login.namespace);
    g_free(client);
}

const struct login *client_login(const struct client *client)
{
    return &client->login;
}

/* --- lists --- */

struct list {
    enum list_kind kind;
    bool all, begun, synced;
    list_fn *fn;
    void *data;
    guint source;
    GArray *rows;
    GPtrArray *strings;
};

static GPtrArray *live_lists;

static const struct list_column namespace_columns[] = {
    {S("Name"), 0}, {S("Status"), 0}, {S("Age"), 0}};
static const struct list_column pod_columns[] = {
    {S("Name"), 0}, {S("Ready"), 0}, {S("Status"), 0}, {S("Restarts"), 0},
    {S("Age"), 0},  {S("IP"), 1},    {S("Node"), 1}};

static void add_row(struct list *list, const char *namespace, int64_t age_s, const char *words)
{
    char **cells = g_strsplit(words, " ", -1);
    struct list_row row = {
        .namespace = g_strdup(namespace),
        .name = cells[0],
        .uid = cells[0],
        .created_s = g_get_real_time() / G_USEC_PER_SEC - age_s,
        .cells = cells,
    };
    g_ptr_array_add(list->strings, row.namespace);
    g_array_append_val(list->rows, row);
}

static void clear_rows(struct list *list)
{
    for (size_t i = 0; i < list->rows->len; i++)
        g_strfreev(g_array_index(list->rows, struct list_row, i).cells);
    g_array_set_size(list->rows, 0);
    g_ptr_array_set_size(list->strings, 0);
}

static void add_pods(struct list *list)
{
    const int64_t day = 86400;
    if (list->all)
        add_row(list, "kube-system", 41 * day,
                "coredns-5d78c9869d-x2x1z 1/1 Running 0 41d 10.0.0.2 node-a");
    add_row(list, "shop", 3 * day, "cart-6b9f4c7d5-kq2lm 2/2 Running 0 3d 10.1.0.4 node-a");
    if (fake_cluster.long_names)
        add_row(list, "shop", 2 * day,
                "checkout-service-with-a-very-long-deployment-name-7f9c4-x2x1z 1/1 Running 0 2d "
                "10.1.0.5 node-b");
    add_row(list, "shop", 4000, "payments-0 0/1 CrashLoopBackOff 17 66m 10.1.0.6 node-b");
    add_row(list, "shop", 1830, "report-28391-x7k 0/1 Pending 0 30m <none> <none>");
    add_row(list, "shop", 3 * day, "web-0 1/1 Running 1 3d 10.1.0.7 node-a");
    add_row(list, "shop", 3 * day, "web-日本 1/1 Running 0 3d 10.1.0.8 node-a");
    for (int i = 0; i < fake_cluster.extra_pods; i++) {
        g_autofree char *words =
            g_strdup_printf("worker-%03d 1/1 Running 0 5h 10.2.0.%d node-b", i, i % 250);
        add_row(list, "shop", 5 * 3600 + 12 * 60 + 30, words);
    }
}

static void fill(struct list *list)
{
    clear_rows(list);
    list->synced = !fake_cluster.growing;
    list->begun = true;
    if (fake_cluster.empty)
        return;
    if (list->kind == LIST_PODS) {
        add_pods(list);
        return;
    }
    add_row(list, "", 41 * 86400, "default Active 41d");
    add_row(list, "", 41 * 86400, "kube-system Active 41d");
    add_row(list, "", 3 * 86400 + 7200, "shop Active 3d2h");
    add_row(list, "", 5430, "staging Terminating 90m");
}

static gboolean answer_list(gpointer data)
{
    struct list *list = data;
    list->source = 0;
    if (fake_cluster.list_error >= 0) {
        g_autoptr(GError) error = fake_cluster_error(fake_cluster.list_error);
        list->fn(list, LIST_FAILED, error, fake_cluster.will_retry, list->data);
        return G_SOURCE_REMOVE;
    }
    enum list_event event = fake_cluster.growing ? LIST_GREW
                            : list->synced       ? LIST_CHANGED
                                                 : LIST_SYNCED;
    fill(list);
    list->fn(list, event, NULL, false, list->data);
    return G_SOURCE_REMOVE;
}

struct list *list_start(struct client *client, const struct list_query *query, list_fn *fn,
                        void *data)
{
    (void)client;
    struct list *list = g_new0(struct list, 1);
    list->kind = query->kind;
    list->all = !query->namespace;
    list->fn = fn;
    list->data = data;
    list->rows = g_array_new(FALSE, TRUE, sizeof(struct list_row));
    list->strings = g_ptr_array_new_with_free_func(g_free);
    if (!live_lists)
        live_lists = g_ptr_array_new();
    g_ptr_array_add(live_lists, list);
    if (!fake_cluster.silent)
        list->source = g_idle_add(answer_list, list);
    return list;
}

void list_free(struct list *list)
{
    g_ptr_array_remove(live_lists, list);
    if (live_lists->len == 0)
        g_clear_pointer(&live_lists, g_ptr_array_unref);
    g_clear_handle_id(&list->source, g_source_remove);
    clear_rows(list);
    g_array_unref(list->rows);
    g_ptr_array_unref(list->strings);
    g_free(list);
}

void fake_cluster_changed(void)
{
    for (size_t i = 0; live_lists && i < live_lists->len; i++) {
        struct list *list = g_ptr_array_index(live_lists, i);
        if (!list->source)
            list->source = g_idle_add(answer_list, list);
    }
}

size_t list_n_columns(const struct list *list)
{
    if (!list->begun)
        return 0;
    return list->kind == LIST_PODS ? G_N_ELEMENTS(pod_columns) : G_N_ELEMENTS(namespace_columns);
}

const struct list_column *list_column_at(const struct list *list, size_t index)
{
    return list->kind == LIST_PODS ? &pod_columns[index] : &namespace_columns[index];
}

size_t list_n_rows(const struct list *list)
{
    return list->rows->len;
}

const struct list_row *list_row_at(const struct list *list, size_t index)
{
    return &g_array_index(list->rows, struct list_row, index);
}

bool list_synced(const struct list *list)
{
    return list->synced;
}

size_t list_n_expected(const struct list *list)
{
    return list->synced ? 0 : fake_cluster.expected;
}

unsigned list_poll_s(const struct list *list)
{
    (void)list;
    return fake_cluster.poll_s;
}

/* --- one pod --- */

struct pod_request {
    pod_done_fn *done;
    void *data;
    guint source;
};

static gboolean answer_pod(gpointer data)
{
    struct pod_request *request = data;
    const int64_t now_s = g_get_real_time() / G_USEC_PER_SEC;
    struct container containers[] = {
        {CONTAINER_INIT, S("migrate"), S("registry.example.com/shop/migrate:4"), S("terminated"),
         S("Completed"), true, 0, now_s - 3 * 86400, NULL},
        {CONTAINER_MAIN, S("app"), S("registry.example.com/shop/web:1.4.2"), S("running"), S(""),
         true, 1, now_s - 2 * 86400, NULL},
        {CONTAINER_MAIN, S("proxy"), S("registry.example.com/mesh/proxy:9"), S("waiting"),
         S("CrashLoopBackOff"), false, 12, 0, NULL},
    };
    struct pod pod = {.default_container = S(""), .containers = g_ptr_array_new()};
    for (size_t i = 0; i < G_N_ELEMENTS(containers); i++)
        g_ptr_array_add(pod.containers, &containers[i]);
    pod_done_fn *done = request->done;
    void *done_data = request->data;
    g_free(request);
    done(&pod, NULL, done_data);
    g_ptr_array_unref(pod.containers);
    return G_SOURCE_REMOVE;
}

struct pod_request *pod_get(struct client *client, const char *namespace, const char *name,
                            pod_done_fn *done, void *data)
{
    (void)client, (void)namespace, (void)name;
    struct pod_request *request = g_new0(struct pod_request, 1);
    request->done = done;
    request->data = data;
    if (!fake_cluster.silent)
        request->source = g_idle_add(answer_pod, request);
    return request;
}

void pod_request_cancel(struct pod_request *request)
{
    g_clear_handle_id(&request->source, g_source_remove);
    g_free(request);
}

/* --- a capture --- */

unsigned port_choose(const struct pod *pod, const char *container, const char *wanted,
                     GError **error)
{
    (void)pod, (void)container, (void)wanted, (void)error;
    return 6061;
}

char *port_list(const struct pod *pod)
{
    (void)pod;
    return g_strdup("8080 (http), 6061 (pprof)");
}

bool capture_takes_seconds(const char *path)
{
    return strcmp(path, CAPTURE_PATH) == 0;
}

struct capture {
    const struct capture_calls *calls;
    void *data;
    struct capture_progress progress;
    guint source;
};

static gboolean answer_capture(gpointer data)
{
    struct capture *capture = data;
    struct capture_progress *progress = &capture->progress;
    if (progress->bytes == 0) {
        *progress =
            (struct capture_progress){CAPTURE_TRACING, 6061, progress->seconds, 2, 1468006, 734003};
        capture->calls->progress(progress, capture->data);
        if (!fake_cluster.pull_stops)
            return G_SOURCE_CONTINUE;
        capture->source = 0;
        return G_SOURCE_REMOVE;
    }
    g_autoptr(GError) error = NULL;
    if (fake_cluster.pull_error >= 0)
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_CONNECT,
                            "pod shop/web-0: nothing listens on port 6061");
    progress->stage = error ? CAPTURE_TRACING : CAPTURE_DONE;
    progress->elapsed_s = 5;
    void (*done)(const struct capture_progress *, const GError *, void *) = capture->calls->done;
    struct capture_progress final = *progress;
    void *done_data = capture->data;
    capture->source = 0;
    capture_cancel(capture);
    done(&final, error, done_data);
    return G_SOURCE_REMOVE;
}

struct capture *capture_start(struct client *client, const struct capture_request *request,
                              const struct capture_calls *calls, void *data)
{
    (void)client;
    struct capture *capture = g_new0(struct capture, 1);
    capture->calls = calls;
    capture->data = data;
    capture->progress.seconds = request->seconds;
    capture->source = g_idle_add(answer_capture, capture);
    g_string_printf(fake_cluster.pulled, "%s/%s %s:%s%s%s for %u s", request->place.namespace,
                    request->place.pod, request->place.container ? request->place.container : "",
                    request->https ? "https:" : "", request->port ? request->port : "(any)",
                    request->path, request->seconds);
    return capture;
}

void capture_cancel(struct capture *capture)
{
    g_clear_handle_id(&capture->source, g_source_remove);
    g_free(capture);
}

/* --- a pull --- */

struct pull {
    const struct pull_calls *calls;
    void *data;
    char *file;
    struct pull_progress progress;
    guint source;
};

static void pull_end(struct pull *pull)
{
    g_clear_handle_id(&pull->source, g_source_remove);
    g_free(pull->file);
    g_free(pull);
}

static gboolean answer_pull(gpointer data)
{
    struct pull *pull = data;
    struct pull_progress *progress = &pull->progress;
    if (progress->bytes == 0) {
        *progress = (struct pull_progress){.stage = PULL_READING,
                                           .bytes = 1468006,
                                           .size_bytes = 3145728,
                                           .bytes_per_s = 1258291,
                                           .left_s = 1,
                                           .elapsed_s = 1.2};
        if (fake_cluster.pull_waits) {
            progress->stage = PULL_WAITING;
            progress->cuts = 3;
            progress->wait_s = 4;
            progress->reason = "pod shop/web-0, container app: the connection ended before the "
                               "command did";
        }
        pull->calls->progress(progress, pull->data);
        return fake_cluster.pull_stops ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
    }
    g_autoptr(GError) error = NULL;
    if (fake_cluster.pull_error >= 0) {
        error = fake_cluster_error(fake_cluster.pull_error);
    } else {
        progress->bytes = 3145728;
        progress->left_s = 0;
        progress->proof = "proved by sha256";
    }
    void (*done)(const struct pull_progress *, const GError *, void *) = pull->calls->done;
    struct pull_progress final = *progress;
    void *done_data = pull->data;
    pull->source = 0;
    pull_end(pull);
    done(&final, error, done_data);
    return G_SOURCE_REMOVE;
}

struct pull *pull_start(struct client *client, const struct pull_request *request,
                        const struct pull_calls *calls, void *data)
{
    (void)client;
    struct pull *pull = g_new0(struct pull, 1);
    pull->calls = calls;
    pull->data = data;
    pull->file = g_strdup(request->file);
    pull->source = g_idle_add(answer_pull, pull);
    g_string_printf(fake_cluster.pulled, "%s/%s %s:%s", request->place.namespace,
                    request->place.pod, request->place.container, request->path);
    return pull;
}

bool pull_cancel(struct pull *pull)
{
    bool kept = pull->progress.bytes > 0;
    if (fake_cluster.pull_stops)
        pull->source = 0;
    pull_end(pull);
    return kept;
}

char *pull_find_unfinished(const char *folder, const struct place *place, const char *path)
{
    (void)folder, (void)place, (void)path;
    return g_strdup(fake_cluster.unfinished);
}

char *pull_progress_text(const struct pull_progress *progress)
{
    return g_strdup_printf("%.1f MiB of %.1f MiB  1.2 MiB/s  %.0f s left",
                           (double)progress->bytes / 1048576,
                           (double)progress->size_bytes / 1048576, progress->left_s);
}
