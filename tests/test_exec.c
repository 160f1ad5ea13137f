/* Commands in containers of the practice cluster, and every way in which they fail. */
#include <string.h>

#include "kube/exec.h"
#include "tests/harness.h"

#define WEB_APP "pod shop/web, container app: "
#define NOT_RUNNING \
    "the container is not running (it crashed, waits, has finished or not yet begun): "

struct run {
    bool done;
    GString *out, *err;
    int exit_status;
    GError *error;
    struct exec *exec;
    size_t cancel_at; /* bytes of stdout; 0: never */
    bool cancelled;
};

static void run_clear(struct run *run)
{
    g_string_free(run->out, TRUE);
    g_string_free(run->err, TRUE);
    g_clear_error(&run->error);
}

static void on_output(enum exec_stream stream, const uint8_t *bytes, size_t len, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    g_assert_false(run->cancelled);
    g_string_append_len(stream == EXEC_STDOUT ? run->out : run->err, (const char *)bytes,
                        (gssize)len);
    if (run->cancel_at == 0 || run->out->len < run->cancel_at)
        return;
    run->cancelled = true;
    exec_cancel(run->exec);
}

static void on_done(const struct exec_result *result, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    run->done = true;
    run->exit_status = result->exit_status;
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

static void run_begin(struct run *run, struct harness *harness, const char *pod,
                      const char *container, const char *const *argv)
{
    static const struct exec_calls calls = {.output = on_output, .done = on_done};
    const struct place place = {"shop", pod, container};

    run->out = g_string_new(NULL);
    run->err = g_string_new(NULL);
    run->exec = exec_start(harness->client, &place, argv, &calls, run);
    g_assert_false(run->done);
}

static void test_output(void)
{
    struct harness harness;
    struct run run = {0};
    const char *const argv[] = {"cat", "/etc/hostname", NULL};

    harness_up(&harness, 0);
    run_begin(&run, &harness, "web", "app", argv);
    harness_wait(&run.done);
    g_assert_no_error(run.error);
    g_assert_cmpint(run.exit_status, ==, 0);
    g_assert_cmpstr(run.out->str, ==, "practice\n");
    g_assert_cmpuint(run.err->len, ==, 0);
    run_clear(&run);
    harness_down(&harness);
}

struct failure {
    const char *pod, *container, *argv[4];
    struct demo_faults faults;
    int code, exit_status;
    const char *message, *err;
};

static const struct failure failures[] = {
    {.pod = "web",
     .container = "app",
     .argv = {"cat", "/nope"},
     .code = KUBE_ERROR_COMMAND,
     .exit_status = 1,
     .err = "cat: can't open '/nope': No such file or directory\n",
     .message = WEB_APP "cat: can't open '/nope': No such file or directory (exit status 1)"},
    {.pod = "web",
     .argv = {"ls"},
     .code = KUBE_ERROR_BAD_REQUEST,
     .exit_status = -1,
     .message = "pod shop/web: a container name must be specified for pod web, choose one of: "
                "[app sidecar]"},
    {.pod = "web",
     .container = "nope",
     .argv = {"ls"},
     .code = KUBE_ERROR_BAD_REQUEST,
     .exit_status = -1,
     .message = "pod shop/web, container nope: container nope is not valid for pod web"},
    {.pod = "nopod",
     .argv = {"ls"},
     .code = KUBE_ERROR_NOT_FOUND,
     .exit_status = -1,
     .message = "pod shop/nopod: pods \"nopod\" not found"},
    {.pod = "../web",
     .argv = {"ls"},
     .code = KUBE_ERROR_NOT_FOUND,
     .exit_status = -1,
     .message = "pod shop/../web: the server could not find the requested resource"},
    {.pod = "web",
     .container = "app",
     .argv = {"cat", "/etc/hostname"},
     .faults = {.no_cat = true},
     .code = KUBE_ERROR_COMMAND,
     .exit_status = -1,
     .message = WEB_APP "there is no program \"cat\" in the container"},
    {.pod = "payments-7c9d8f6b5-m4s8d",
     .argv = {"ls"},
     .code = KUBE_ERROR_NOT_FOUND,
     .exit_status = -1,
     .message = "pod shop/payments-7c9d8f6b5-m4s8d: " NOT_RUNNING "container not found (\"app\")"},
    {.pod = "payments-7c9d8f6b5-m4s8d",
     .argv = {"ls"},
     .faults = {.v4_only = true},
     .code = KUBE_ERROR_NOT_FOUND,
     .exit_status = -1,
     .message = "pod shop/payments-7c9d8f6b5-m4s8d: " NOT_RUNNING "container not found (\"app\")"},
    {.pod = "search-65c8b7d44f-p7k9h",
     .argv = {"ls"},
     .code = KUBE_ERROR_BAD_REQUEST,
     .exit_status = -1,
     .message = "pod shop/search-65c8b7d44f-p7k9h: the pod has not been started yet: pod "
                "search-65c8b7d44f-p7k9h does not have a host assigned"},
    {.pod = "web",
     .container = "app",
     .argv = {"cat", "/etc/hostname"},
     .faults = {.http_status = 401},
     .code = KUBE_ERROR_UNAUTHORIZED,
     .exit_status = -1,
     .message = WEB_APP "the server does not accept this login (401 Unauthorized)"},
    {.pod = "web",
     .container = "app",
     .argv = {"cat", "/etc/hostname"},
     .faults = {.cut_after_bytes = 3},
     .code = KUBE_ERROR_CUT,
     .exit_status = -1,
     .message = WEB_APP "the connection ended before the command did"},
    {.pod = "web",
     .container = "app",
     .argv = {"cat", "/etc/hostname"},
     .faults = {.wrong_exit = true},
     .code = KUBE_ERROR_COMMAND,
     .exit_status = 1,
     .message = WEB_APP "cat failed with exit status 1"},
    {.pod = "web",
     .container = "app",
     .argv = {"cat", "/etc/hostname"},
     .faults = {.stall_after_bytes = 3},
     .code = KUBE_ERROR_CUT,
     .exit_status = -1,
     .message = WEB_APP "the connection is dead: nothing came for 0.7 seconds"},
};

static void test_failure(gconstpointer data)
{
    const struct failure *row = (const struct failure *)data;
    struct harness harness;
    struct run run = {0};

    harness_up(&harness, 700);
    demo_set_faults(harness.demo, &row->faults);
    run_begin(&run, &harness, row->pod, row->container, row->argv);
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, row->code);
    g_assert_cmpstr(run.error->message, ==, row->message);
    g_assert_cmpint(run.exit_status, ==, row->exit_status);
    if (row->err != NULL)
        g_assert_cmpstr(run.err->str, ==, row->err);
    g_assert_true(row->code == KUBE_ERROR_CUT || kube_error_hint(run.error) != NULL);
    run_clear(&run);
    harness_down(&harness);
}

static void test_old_server(void)
{
    struct harness harness;
    struct run run = {0};
    const char *const argv[] = {"cat", "/etc/hostname", NULL};
    const struct demo_faults faults = {.v4_only = true};

    harness_up(&harness, 0);
    demo_set_faults(harness.demo, &faults);
    run_begin(&run, &harness, "web", "app", argv);
    harness_wait(&run.done);
    g_assert_no_error(run.error);
    g_assert_cmpstr(run.out->str, ==, "practice\n");
    run_clear(&run);
    harness_down(&harness);
}

/* A sign of life is for silence: in it the connection is kept, where bytes come nothing is said. */
static void test_beat(void)
{
    static const struct {
        const char *argv[5];
        struct demo_faults faults;
    } rows[] = {
        {{"sleep", "2", NULL}, {0}},
        {{"head", "-c", "400000", "/big", NULL}, {.bytes_per_s = 200000, .talk_cuts = true}},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct harness harness;
        struct run run = {0};

        harness_up(&harness, 900);
        demo_add_file(harness.demo, "/big", 1000000);
        demo_set_faults(harness.demo, &rows[i].faults);
        run_begin(&run, &harness, "web", "app", rows[i].argv);
        harness_wait(&run.done);
        g_assert_no_error(run.error);
        run_clear(&run);
        harness_down(&harness);
    }
}

static gboolean set_true(gpointer data)
{
    *(bool *)data = true;
    return G_SOURCE_REMOVE;
}

/* Cancelled in the middle of its own output, before the connection stands, and together with the
 * client: nothing is called any more. */
static void test_cancel(void)
{
    struct harness harness;
    const char *const argv[] = {"cat", "/big", NULL};
    struct run middle = {.cancel_at = 100000}, early = {0}, late = {0};
    const struct demo_faults slow = {.bytes_per_s = 100000};
    bool waited = false;

    harness_up(&harness, 0);
    demo_add_file(harness.demo, "/big", 3000000);
    run_begin(&middle, &harness, "web", "app", argv);
    run_begin(&early, &harness, "web", "app", argv);
    exec_cancel(early.exec);
    harness_wait(&middle.cancelled);
    demo_set_faults(harness.demo, &slow);
    run_begin(&late, &harness, "web", "app", argv);
    g_timeout_add(50, set_true, &waited);
    harness_wait(&waited);
    client_free(harness.client);
    harness.client = NULL;
    for (int i = 0; i < 100; i++)
        g_main_context_iteration(NULL, FALSE);
    g_assert_false(middle.done || early.done || late.done);
    run_clear(&middle);
    run_clear(&early);
    run_clear(&late);
    harness_down(&harness);
}

/* The owner may free everything from inside `done`. */
static void free_all(const struct exec_result *result, const GError *error, void *data)
{
    struct harness *harness = (struct harness *)data;

    (void)result;
    g_assert_no_error(error);
    g_clear_pointer(&harness->client, client_free);
}

static void ignore_output(enum exec_stream stream, const uint8_t *bytes, size_t len, void *data)
{
    (void)stream;
    (void)bytes;
    (void)len;
    (void)data;
}

static void test_free_in_done(void)
{
    static const struct exec_calls calls = {.output = ignore_output, .done = free_all};
    const char *const argv[] = {"cat", "/etc/hostname", NULL};
    const struct place place = {"shop", "web", "app"};
    struct harness harness;

    harness_up(&harness, 0);
    exec_start(harness.client, &place, argv, &calls, &harness);
    while (harness.client != NULL)
        g_main_context_iteration(NULL, TRUE);
    harness_down(&harness);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/exec/output", test_output);
    g_test_add_func("/exec/old-server", test_old_server);
    g_test_add_func("/exec/beat", test_beat);
    g_test_add_func("/exec/cancel", test_cancel);
    g_test_add_func("/exec/free-in-done", test_free_in_done);
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
        g_autofree char *name = g_strdup_printf("/exec/failure/%zu", i);

        g_test_add_data_func(name, &failures[i], test_failure);
    }
    return g_test_run();
}
