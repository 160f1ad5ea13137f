/* Captures come whole or not at all, from the right port; each refusal says what to do. */
#include <string.h>

#include <glib/gstdio.h>

#include "tests/captured.h"

static const char *const nothing[] = {NULL};
static const char *const only_file[] = {"file", NULL};

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
        struct captured run = {0};

        captured_run(&run, &harness, &good[i].request);
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

static void test_failures(void)
{
    struct harness harness;

    harness_up(&harness, 700);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct captured run = {0};

        demo_set_faults(harness.demo, &bad[i].faults);
        captured_run(&run, &harness, &bad[i].request);
        captured_check_error(&harness, &run, bad[i].code, bad[i].message);
    }
    harness_down(&harness);
}

/* One at a time; and who stops it ends it in the program too, so that the next may begin. */
static void test_busy(void)
{
    static const struct capture_request long_one = {.place = {"shop", "web", NULL}, .seconds = 60},
                                        short_one = {.place = {"shop", "web", NULL}, .seconds = 1};
    struct harness harness;
    struct captured first = {0}, second = {0}, third = {0};
    struct capture *running;

    harness_up(&harness, 0);
    running = captured_begin(&first, harness.client, harness.folder, &long_one);
    while (first.last.bytes == 0)
        g_main_context_iteration(NULL, TRUE);
    captured_run(&second, &harness, &short_one);
    g_assert_error(second.error, KUBE_ERROR, KUBE_ERROR_FILE); /* file.part is the first one's */
    g_clear_error(&second.error);
    {
        g_autofree char *file = g_build_filename(harness.folder, "other", NULL);
        struct capture_request other = short_one;

        other.file = file;
        second = (struct captured){0};
        captured_run(&second, &harness, &other);
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
        third = (struct captured){0};
        captured_run(&third, &harness, &short_one);
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
        struct captured run = {0};
        struct capture *running = captured_begin(&run, harness.client, harness.folder, &request);

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
    struct captured run = {0};

    harness_up(&harness, 0);
    file = g_build_filename(harness.folder, "file", NULL);
    g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
    captured_run(&run, &harness, &request);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FILE);
    g_clear_error(&run.error);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    g_unlink(file);
    harness_down(&harness);
}

/* ... so does what a pull that was cut off brought. */
static void test_unfinished(void)
{
    static const struct capture_request request = {.place = {"shop", "web", NULL},
                                                   .path = "/debug/flight"};
    static const char *const names[] = {"file.part", "file.part.json", NULL};
    struct harness harness;
    g_autofree char *part = NULL, *note = NULL, *message = NULL;
    struct captured run = {0};

    harness_up(&harness, 0);
    part = g_build_filename(harness.folder, "file.part", NULL);
    note = g_build_filename(harness.folder, "file.part.json", NULL);
    g_assert_true(g_file_set_contents(part, "some", -1, NULL));
    g_assert_true(g_file_set_contents(note, "{\"version\": 1}", -1, NULL));
    captured_run(&run, &harness, &request);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FILE);
    message = harness_clean(&harness, run.error->message);
    g_assert_cmpstr(message, ==,
                    "FOLDER/file.part is what came of a pull that was cut off; try: finish that "
                    "pull, remove FOLDER/file.part, or capture to another name");
    g_clear_error(&run.error);
    harness_check_folder(&harness, names);
    g_unlink(part);
    g_unlink(note);
    harness_down(&harness);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capture/whole", test_whole);
    g_test_add_func("/capture/failures", test_failures);
    g_test_add_func("/capture/busy", test_busy);
    g_test_add_func("/capture/cancel", test_cancel);
    g_test_add_func("/capture/existing", test_existing);
    g_test_add_func("/capture/unfinished", test_unfinished);
    return g_test_run();
}
