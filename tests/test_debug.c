/* Files of a container without tools, through an ephemeral container of the practice cluster; and
 * what servers say instead. */
#include <string.h>

#include "kube/debug.h"
#include "kube/directory.h"
#include "kube/pull.h"
#include "kube/workload.h"
#include "tests/fake.h"
#include "tests/harness.h"

#define TRACE "/tmp/trace_dir/trace.out"

struct run {
    bool done;
    char *container, *target;
    bool added;
    struct directory *directory;
    char *workload;
    GError *error;
};

static void run_clear(struct run *run)
{
    g_free(run->container);
    g_free(run->target);
    g_free(run->workload);
    directory_free(run->directory);
    g_clear_error(&run->error);
    *run = (struct run){0};
}

static void on_debug(const struct debug_result *result, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    run->done = true;
    run->error = error != NULL ? g_error_copy(error) : NULL;
    if (result == NULL)
        return;
    run->container = g_strdup(result->container);
    run->target = g_strdup(result->target);
    run->added = result->added;
}

static void add(struct run *run, struct client *client, const char *pod, const char *container,
                const char *image, bool may_add)
{
    const struct debug_request request = {
        .place = {"shop", pod, container}, .image = image, .add = may_add};

    run_clear(run);
    debug_start(client, &request, on_debug, run);
    harness_wait(&run->done);
}

static void on_directory(struct directory *directory, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    run->done = true;
    run->directory = directory;
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

static void list(struct run *run, struct client *client, const struct place *place,
                 const char *root, const char *path)
{
    const char *const paths[] = {"/nowhere", path, NULL};
    const struct directory_request request = {.place = *place, .root = root, .paths = paths};

    run_clear(run);
    directory_read(client, &request, on_directory, run);
    harness_wait(&run->done);
}

static const struct entry *entry_at(const struct run *run, guint index)
{
    g_assert_no_error(run->error);
    g_assert_cmpuint(run->directory->entries->len, >, index);
    return (const struct entry *)run->directory->entries->pdata[index];
}

static void test_list(void)
{
    struct harness harness = {0};
    struct run run = {0};

    harness_up(&harness, 0);
    list(&run, harness.client, &(struct place){"shop", "web", "app"}, NULL, "/tmp/trace_dir");
    g_assert_cmpstr(entry_at(&run, 0)->name, ==, "trace.out");
    g_assert_cmpstr(entry_at(&run, 0)->head, ==, "go 1.26 trace");
    g_assert_cmpint(entry_at(&run, 0)->size_bytes, ==, 223075);
    g_assert_cmpuint(run.directory->n_entries, ==, 6);
    list(&run, harness.client, &(struct place){"shop", "web", "app"}, NULL, "/nope");
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_COMMAND);
    g_assert_cmpstr(run.error->message, ==,
                    "pod shop/web, container app: /nowhere, /nope: no such file or folder");
    list(&run, harness.client, &(struct place){"shop", "ledger-0", NULL}, NULL, "/tmp");
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_NO_TOOLS);
    g_assert_nonnull(kube_error_hint(run.error));
    list(&run, harness.client, &(struct place){"shop", "payments-7c9d8f6b5-m4s8d", NULL}, NULL,
         "/tmp");
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND);
    run_clear(&run);
    harness_down(&harness);
}

static void test_through(void)
{
    struct harness harness = {0};
    struct run run = {0};
    g_autofree char *first = NULL;

    harness_up(&harness, 0);
    add(&run, harness.client, "ledger-0", NULL, "busybox", false);
    g_assert_no_error(run.error);
    g_assert_null(run.container);
    g_assert_cmpstr(run.target, ==, "ledger");
    add(&run, harness.client, "ledger-0", NULL, "busybox", true);
    g_assert_no_error(run.error);
    g_assert_true(run.added);
    g_assert_true(g_str_has_prefix(run.container, "tracetui-"));
    first = g_strdup(run.container);
    /* The same serves again; another image is another container. */
    add(&run, harness.client, "ledger-0", "ledger", "busybox", false);
    g_assert_cmpstr(run.container, ==, first);
    g_assert_false(run.added);
    add(&run, harness.client, "ledger-0", "ledger", "toybox", true);
    g_assert_cmpstr(run.container, !=, first);

    list(&run, harness.client, &(struct place){"shop", "ledger-0", first}, "/proc/1/root",
         "/tmp/trace_dir/");
    g_assert_cmpstr(entry_at(&run, 0)->name, ==, "trace.out");
    g_assert_cmpstr(run.directory->path, ==, "/tmp/trace_dir");
    list(&run, harness.client, &(struct place){"shop", "ledger-0", first}, "/proc/1/root", "/");
    g_assert_cmpstr(run.directory->path, ==, "/");
    g_assert_cmpstr(entry_at(&run, 0)->name, !=, "proc");
    /* What is its own is not the other's. */
    list(&run, harness.client, &(struct place){"shop", "ledger-0", first}, NULL, TRACE);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_COMMAND);
    run_clear(&run);
    harness_down(&harness);
}

static const struct {
    const char *pod, *container, *image;
    int code;
    const char *says;
} refusals[] = {
    {"nopod", NULL, "x", KUBE_ERROR_NOT_FOUND, "not found"},
    {"web", "nope", "x", KUBE_ERROR_BAD_REQUEST, "there are app, sidecar"},
    {"cart-0", "migrate", "x", KUBE_ERROR_BAD_REQUEST, "could be looked into"},
    {"payments-7c9d8f6b5-m4s8d", NULL, "x", KUBE_ERROR_NOT_FOUND, "is not running"},
    {"search-65c8b7d44f-p7k9h", NULL, "x", KUBE_ERROR_NOT_FOUND, "is not running"},
    {"ledger-0", NULL, "nope:1", KUBE_ERROR_COMMAND, "does not run: ImagePullBackOff"},
};

static void test_refusals(void)
{
    struct harness harness = {0};
    struct run run = {0};

    harness_up(&harness, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        add(&run, harness.client, refusals[i].pod, refusals[i].container, refusals[i].image, true);
        g_assert_error(run.error, KUBE_ERROR, refusals[i].code);
        g_test_message("%s", run.error->message);
        g_assert_nonnull(strstr(run.error->message, refusals[i].says));
        g_assert_nonnull(kube_error_hint(run.error));
    }
    run_clear(&run);
    harness_down(&harness);
}

/* A pod as servers say it, with this in its container's security context and spec. */
#define POD(security, spec, user)                                                         \
    "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\",\"namespace\":\"shop\"},"             \
    "\"spec\":{" spec "\"containers\":[{\"name\":\"app\",\"image\":\"i\"" security "}]}," \
    "\"status\":{\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"app\"" user "," \
    "\"state\":{\"running\":{}}}]}}"

static void say_status(struct fake *fake, int code, const char *message)
{
    g_autofree char *body = g_strdup_printf(
        "{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":%d,\"message\":\"%s\"}", code,
        message);

    fake_say(fake,
             "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
             "Connection: close\r\n\r\n%s",
             code, strlen(body), body);
}

static void test_servers(void)
{
    static const struct {
        int status, code;
        const char *message, *says;
    } rows[] = {
        {403, KUBE_ERROR_FORBIDDEN,
         "pods p is forbidden: violates PodSecurity restricted:latest: runAsNonRoot != true",
         "no ephemeral container can be added: "},
        {404, KUBE_ERROR_NOT_FOUND, "the server could not find the requested resource",
         "older than Kubernetes 1.23"},
        {422, KUBE_ERROR_BAD_REQUEST, "spec.ephemeralContainers[0].image: Required value",
         "Required value"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct fake fake = {0};
        struct run run = {0};
        struct client *client;

        fake_up(&fake);
        client = harness_client(fake.kubeconfig, 0);
        fake_say_json(&fake, POD("", "", ""));
        say_status(&fake, rows[i].status, rows[i].message);
        add(&run, client, "p", NULL, "busybox", true);
        g_assert_error(run.error, KUBE_ERROR, rows[i].code);
        g_test_message("%s", run.error->message);
        g_assert_nonnull(strstr(run.error->message, rows[i].says));
        g_assert_cmpuint(fake.requests->len, ==, 2);
        g_assert_true(g_str_has_prefix((const char *)fake.requests->pdata[1],
                                       "PATCH /api/v1/namespaces/shop/pods/p/ephemeralcontainers"));
        g_assert_nonnull(strstr((const char *)fake.requests->pdata[1],
                                "Content-Type: application/strategic-merge-patch+json"));
        client_free(client);
        run_clear(&run);
        fake_down(&fake);
    }
}

/* No reason to say no: the container is found by its id. */
static void test_shared_processes(void)
{
    struct fake fake = {0};
    struct run run = {0};
    struct client *client;

    fake_up(&fake);
    client = harness_client(fake.kubeconfig, 0);
    fake_say_json(&fake, POD("", "\"shareProcessNamespace\":true,", ""));
    add(&run, client, "p", NULL, "busybox", false);
    g_assert_no_error(run.error);
    g_assert_cmpstr(run.target, ==, "app");
    client_free(client);
    run_clear(&run);
    fake_down(&fake);
}

/* --- what a pod is one of --- */

static void on_workload(const char *workload, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    run->done = true;
    run->workload = g_strdup(workload);
}

static struct pod *pod_of(const char *kind, const char *name)
{
    json_auto_t *object = json_pack("{s:{s:s, s:s, s:[{s:s, s:s, s:b}]}, s:{}}", "metadata", "name",
                                    "p", "namespace", "shop", "ownerReferences", "kind", kind,
                                    "name", name, "controller", *kind != '\0', "spec");

    return pod_parse(object, NULL);
}

static void test_guess(void)
{
    static const struct {
        const char *kind, *name, *workload;
    } rows[] = {
        {"ReplicaSet", "web-front-5d78c9869d", "Deployment/web-front"},
        {"ReplicaSet", "alone", "ReplicaSet/alone"},
        {"StatefulSet", "cart", "StatefulSet/cart"},
        {"DaemonSet", "log-agent", "DaemonSet/log-agent"},
        {"Job", "report-28391234", "CronJob/report"},
        {"Job", "migrate-orders", "Job/migrate-orders"},
        {"Job", "part-12", "Job/part-12"},
        {"Rollout", "web-1", "Rollout/web-1"},
        {"", "", "Pod/p"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pod *pod = pod_of(rows[i].kind, rows[i].name);
        g_autofree char *workload = workload_guess(pod);

        g_assert_cmpstr(workload, ==, rows[i].workload);
        pod_free(pod);
    }
}

static void test_ask(void)
{
    static const struct {
        const char *kind, *name, *answer, *path, *workload;
    } rows[] = {
        {"ReplicaSet", "web-abc",
         "{\"metadata\":{\"ownerReferences\":[{\"kind\":\"Rollout\",\"name\":\"web\","
         "\"controller\":true}]}}",
         "GET /apis/apps/v1/namespaces/shop/replicasets/web-abc ", "Rollout/web"},
        {"ReplicaSet", "by-hand", "{\"metadata\":{}}",
         "GET /apis/apps/v1/namespaces/shop/replicasets/by-hand ", "ReplicaSet/by-hand"},
        {"Job", "j-28391234", NULL, "GET /apis/batch/v1/namespaces/shop/jobs/j-28391234 ",
         "CronJob/j"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pod *pod = pod_of(rows[i].kind, rows[i].name);
        struct fake fake = {0};
        struct run run = {0};
        struct client *client;

        fake_up(&fake);
        client = harness_client(fake.kubeconfig, 0);
        if (rows[i].answer != NULL)
            fake_say_json(&fake, rows[i].answer);
        else
            say_status(&fake, 403, "no");
        g_assert_nonnull(workload_ask(client, pod, on_workload, &run));
        harness_wait(&run.done);
        g_assert_cmpstr(run.workload, ==, rows[i].workload);
        g_assert_true(g_str_has_prefix((const char *)fake.requests->pdata[0], rows[i].path));
        client_free(client);
        run_clear(&run);
        pod_free(pod);
        fake_down(&fake);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/debug/list", test_list);
    g_test_add_func("/debug/through", test_through);
    g_test_add_func("/debug/refusals", test_refusals);
    g_test_add_func("/debug/servers", test_servers);
    g_test_add_func("/debug/shared_processes", test_shared_processes);
    g_test_add_func("/workload/guess", test_guess);
    g_test_add_func("/workload/ask", test_ask);
    return g_test_run();
}
