/* The same library on a real cluster: the one that tests/cluster/up starts, or any other with the
 * same pods, when TRACETUI_TEST_KUBECONFIG names its admin's kubeconfig. */
#include <string.h>
#include <sys/resource.h>

#include <glib/gstdio.h>

#include "kube/list.h"
#include "kube/pod.h"
#include "kube/pull.h"
#include "tests/harness.h"

#define BIG "/tmp/trace_dir/big.out"
#define MAX_MEMORY_KB (64 << 10)

struct run {
    bool done, synced;
    GString *out;
    uint64_t bytes;
    char *message;
    int code;
};

static void keep_error(struct run *run, const GError *error)
{
    run->done = true;
    run->code = error != NULL ? error->code : -1;
    run->message = g_strdup(error != NULL ? error->message : "");
}

static struct client *client_of(const char *user)
{
    g_autofree char *folder = g_path_get_dirname(g_getenv("TRACETUI_TEST_KUBECONFIG"));
    g_autofree char *file = user != NULL ? g_build_filename(folder, user, NULL)
                                         : g_strdup(g_getenv("TRACETUI_TEST_KUBECONFIG"));
    struct config_flags flags = {.kubeconfig = file};
    struct config *config;
    struct login *login;
    struct client *client;
    GError *error = NULL;

    config = config_load(&flags, &error);
    g_assert_no_error(error);
    login = config_login(config, NULL, &error);
    g_assert_no_error(error);
    client = client_new(login, NULL, NULL, &error);
    g_assert_no_error(error);
    config_free(config);
    return client;
}

static void on_output(enum exec_stream stream, const uint8_t *bytes, size_t len, void *data)
{
    if (stream == EXEC_STDOUT)
        g_string_append_len(((struct run *)data)->out, (const char *)bytes, (gssize)len);
}

static void on_exec(const struct exec_result *result, const GError *error, void *data)
{
    (void)result;
    keep_error((struct run *)data, error);
}

static void run_exec(struct run *run, struct client *client, const char *pod, const char *container,
                     const char *const *argv)
{
    static const struct exec_calls calls = {.output = on_output, .done = on_exec};
    const struct place place = {"shop", pod, container};

    run->out = g_string_new(NULL);
    exec_start(client, &place, argv, &calls, run);
    harness_wait(&run->done);
}

static void run_clear(struct run *run)
{
    if (run->out != NULL)
        g_string_free(run->out, TRUE);
    g_free(run->message);
}

/* What a real API server, kubelet and runtime say, and what becomes of it. */
static const struct {
    const char *user, *pod, *container, *argv[3];
    int code;
    const char *message; /* its beginning */
} rows[] = {
    {NULL, "web", "app", {"echo", "a b"}, -1, ""},
    {"cert", "web", "app", {"echo", "a b"}, -1, ""},
    {"inline", "web", "app", {"echo", "a b"}, -1, ""},
    {NULL,
     "web",
     "app",
     {"cat", "/nope"},
     KUBE_ERROR_COMMAND,
     "pod shop/web, container app: cat: can't open '/nope': No such file or directory (exit status "
     "1)"},
    {NULL,
     "bare",
     NULL,
     {"cat", "/x"},
     KUBE_ERROR_COMMAND,
     "pod shop/bare: there is no program \"cat\" in the container"},
    {NULL,
     "web",
     NULL,
     {"ls"},
     KUBE_ERROR_BAD_REQUEST,
     "pod shop/web: a container name must be specified for pod web, choose one of: [app side]"},
    {NULL,
     "web",
     "nope",
     {"ls"},
     KUBE_ERROR_BAD_REQUEST,
     "pod shop/web, container nope: container nope is not valid for pod web"},
    {NULL, "nopod", NULL, {"ls"}, KUBE_ERROR_NOT_FOUND, "pod shop/nopod: pods \"nopod\" not found"},
    {NULL,
     "done",
     NULL,
     {"ls"},
     KUBE_ERROR_NOT_FOUND,
     "pod shop/done: the container is not running"},
    {"viewer",
     "web",
     "app",
     {"ls"},
     KUBE_ERROR_FORBIDDEN,
     "pod shop/web, container app: pods \"web\" is forbidden: User \"viewer\" cannot get resource "
     "\"pods/exec\" in API group \"\" in the namespace \"shop\""},
    {"badtoken",
     "web",
     "app",
     {"ls"},
     KUBE_ERROR_UNAUTHORIZED,
     "pod shop/web, container app: the server does not accept this login (401 Unauthorized)"},
};

static void test_exec(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct client *client = client_of(rows[i].user);
        struct run run = {0};

        run_exec(&run, client, rows[i].pod, rows[i].container, rows[i].argv);
        if (!g_str_has_prefix(run.message, rows[i].message))
            g_assert_cmpstr(run.message, ==, rows[i].message);
        g_assert_cmpint(run.code, ==, rows[i].code);
        if (run.code < 0)
            g_assert_cmpstr(run.out->str, ==, "a b\n");
        run_clear(&run);
        client_free(client);
    }
}

static void on_list(struct list *list, enum list_event event, const GError *error, bool will_retry,
                    void *data)
{
    (void)list;
    (void)will_retry;
    g_assert_no_error(error);
    ((struct run *)data)->synced |= event == LIST_SYNCED;
}

static void on_pod(const struct pod *pod, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    run->bytes = pod != NULL ? pod->containers->len : 0;
    keep_error(run, error);
}

static void test_list(void)
{
    struct client *client = client_of(NULL);
    struct list_query query = {.kind = LIST_PODS, .namespace = "crowd", .watch = true};
    struct run run = {0};
    struct list *list = list_start(client, &query, on_list, &run);

    harness_wait(&run.synced);
    g_assert_cmpuint(list_n_rows(list), >=, 300);
    g_assert_cmpstr(list_row_at(list, 0)->cells[2], ==, "Pending");
    pod_get(client, "shop", "web", on_pod, &run);
    harness_wait(&run.done);
    g_assert_cmpuint(run.bytes, ==, 2);
    run_clear(&run);
    list_free(list);
    client_free(client);
}

static void on_pull(const struct pull_progress *final, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    run->bytes = final->bytes;
    g_test_message("%.1f MB/s", (double) final->bytes / 1e6 / final->elapsed_s);
    keep_error(run, error);
}

static char *sha256_of(const char *file)
{
    g_autoptr(GMappedFile) mapped = g_mapped_file_new(file, FALSE, NULL);

    g_assert_nonnull(mapped);
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                       (const guchar *)g_mapped_file_get_contents(mapped),
                                       g_mapped_file_get_length(mapped));
}

/* 300 MB arrive as they were, in memory that does not grow with them. */
static void test_pull(void)
{
    static const struct pull_calls calls = {.done = on_pull};
    static const char *const argv[] = {"sha256sum", BIG, NULL};
    g_autofree char *folder = g_dir_make_tmp("tracetui-cluster-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "big", NULL), *mine = NULL;
    struct pull_request request = {.place = {"shop", "web", "app"}, .path = BIG, .file = file};
    struct client *client = client_of(NULL);
    struct run theirs = {0}, pulled = {0};
    struct rusage usage;

    run_exec(&theirs, client, "web", "app", argv);
    g_assert_cmpstr(theirs.message, ==, "");
    pull_start(client, &request, &calls, &pulled);
    harness_wait(&pulled.done);
    g_assert_cmpstr(pulled.message, ==, "");
    getrusage(RUSAGE_SELF, &usage);
    g_test_message("%ld KB of memory at most", usage.ru_maxrss);
#ifndef __SANITIZE_ADDRESS__
    g_assert_cmpint(usage.ru_maxrss, <, MAX_MEMORY_KB);
#endif
    mine = sha256_of(file);
    g_assert_cmpuint(strlen(mine), ==, 64);
    g_assert_true(g_str_has_prefix(theirs.out->str, mine));
    g_unlink(file);
    g_rmdir(folder);
    run_clear(&theirs);
    run_clear(&pulled);
    client_free(client);
}

static void test_none(void)
{
    g_test_skip("TRACETUI_TEST_KUBECONFIG names no cluster (tests/cluster/up starts one)");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (g_getenv("TRACETUI_TEST_KUBECONFIG") == NULL) {
        g_test_add_func("/cluster", test_none);
    } else {
        g_test_add_func("/cluster/exec", test_exec);
        g_test_add_func("/cluster/list", test_list);
        g_test_add_func("/cluster/pull", test_pull);
    }
    return g_test_run();
}
