/* The screens of files on their way here: pulls, of one pod and of several, and captures. */
#include <string.h>

#include "tests/cluster_screens.h"
#include "tests/fake_cluster.h"
#include "tests/fake_trace.h"

/* To the pull of the offered path. */
static struct screen *pulling(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "enter enter / w e b - 0 enter enter enter enter");
    return screen;
}

/* --- several pods --- */

/* Twelve pods at the pods' screen: six, and workers. */
static struct screen *marking(int width, int height, bool ascii)
{
    struct screen *screen = screen_new(width, height, ascii);
    fake_cluster.extra_pods = 6;
    fake_cluster.long_names = true;
    press(screen, "enter enter");
    return screen;
}

/* The folder is named by the time. */
static void hide_folder(struct canvas *canvas)
{
    g_autofree char *page = canvas_text(canvas);
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    for (int y = 0; y < canvas->height; y++) {
        char *at = strstr(lines[y], "pulled-20");
        if (at)
            canvas_put(canvas, (int)(at - lines[y]), y, 22, STYLE_NORMAL, "pulled-YYYYMMDD-HHMMSS");
    }
}

static void test_marks(void)
{
    struct screen *screen = marking(80, 24, false);
    press(screen, "space space");
    check(screen, "pods-marked");
    /* marks of pods that the filter hides stay */
    press(screen, "/ w o r k e r enter *");
    g_assert_true(sees(screen, "8 marked  /worker  6 of 12 pods"));
    press(screen, "*");
    g_assert_true(sees(screen, "2 marked  /worker  6 of 12 pods"));
    press(screen, "esc home space");
    g_assert_true(sees(screen, "1 marked  12 pods"));
    press(screen, "enter");
    g_assert_true(sees(screen, "pull from 1 pod, [CONTAINER:]PATH: /"));
    press(screen, "esc space *");
    g_assert_true(sees(screen, "12 marked"));
    press(screen, "*");
    g_assert_false(sees(screen, "marked"));
    press(screen, "enter");
    g_assert_true(sees(screen, "> containers"));
    screen_free(screen);
}

/* One of twelve fails, one is not running; then side by side, then one by itself. */
static void pull_marked(int width, int height, bool ascii)
{
    struct screen *screen = marking(width, height, ascii);
    fake_cluster.pull_error = KUBE_ERROR_CUT;
    fake_cluster.bad_pod = "payments-0";
    press(screen, "* enter ^U / t m p / x enter");
    hide_folder(screen->canvas);
    check(screen, "pulls-done");
    press(screen, "down down");
    check(screen, "pulls-failed");
    press(screen, "t");
    g_assert_true(sees(screen, "this one is not here"));
    press(screen, "enter");
    g_assert_true(sees(
        screen, "a trace of 10 pods, the first of them cart-6b9f4c7d5-kq2lm: cart-6b9f4c7d5-k"));
    press(screen, "esc home t");
    g_assert_true(sees(screen, "a trace of shop/cart-6b9f4c7d5-kq2lm app:/tmp/x"));
    fake_cluster.pull_error = -1;
    press(screen, "esc r");
    g_assert_true(sees(screen, "11 of 11 here, 1 left out"));
    screen_free(screen);
}

static void test_pull_marked(void)
{
    pull_marked(80, 24, false);
    pull_marked(80, 24, true);
}

static void test_pull_marked_runs(void)
{
    struct screen *screen = marking(80, 24, false);
    fake_cluster.pull_stops = true;
    fake_cluster.bad_pod = "web-0";
    press(screen, "* enter ^U p r o x y : / x enter");
    check(screen, "pulls-running");
    g_assert_cmpstr(fake_cluster.pulled->str, ==, "shop/worker-005 proxy:/x");
    press(screen, "esc"); /* stops it */
    g_assert_true(sees(screen, "12 marked"));
    screen_free(screen);
}

/* --- one pull --- */

static void test_pull(void)
{
    fake_cluster.pull_stops = true;
    struct screen *screen = pulling();
    g_assert_cmpstr(fake_cluster.pulled->str, ==, "shop/web-0 app:/tmp/trace_dir/trace.out");
    hide_time(screen->canvas);
    check(screen, "pull-running");
    press(screen, "esc");
    g_assert_true(sees(screen, "stopped; pulling it again goes on from here"));
    g_assert_true(sees(screen, "go 1.26 trace"));
    fake_cluster.pull_stops = false;
    press(screen, "enter");
    g_assert_true(sees(screen, "a trace of shop/web-0 app:/tmp/trace_dir/trace.out"));
    g_assert_true(sees(screen, "saved as web-0-app-"));
    press(screen, "esc");
    hide_time(screen->canvas);
    check(screen, "pull-done");
    screen_free(screen);
}

static void test_pull_fails(void)
{
    fake_cluster.pull_error = KUBE_ERROR_INCOMPLETE;
    struct screen *screen = pulling();
    hide_time(screen->canvas);
    check(screen, "pull-failed");
    fake_cluster.pull_error = -1;
    press(screen, "r");
    g_assert_true(sees(screen, "a trace of"));
    screen_free(screen);
}

/* It waits for its next try and says why; where an earlier pull was left, it takes its name. */
static void test_pull_waits(void)
{
    fake_cluster.pull_stops = fake_cluster.pull_waits = true;
    fake_cluster.unfinished = "web-0-app-20260102-030405.trace";
    struct screen *screen = pulling();
    g_assert_true(sees(screen, "web-0-app-20260102-030405.trace"));
    hide_time(screen->canvas);
    check(screen, "pull-waiting");
    fake_cluster.unfinished = NULL;
    screen_free(screen);
}

/* --- captures --- */

/* From the pods screen, where no container is meant, to the capture of a pod. */
static struct screen *capturing(const char *keys)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "enter enter / w e b - 0 enter c");
    press(screen, keys);
    return screen;
}

static void test_capture(void)
{
    fake_cluster.pull_stops = true;
    struct screen *screen = capturing("enter");
    g_assert_cmpstr(fake_cluster.pulled->str, ==, "shop/web-0 :6061/debug/pprof/trace for 5 s");
    hide_time(screen->canvas);
    check(screen, "capture-running");
    press(screen, "esc");
    g_assert_true(sees(screen, "nothing was kept"));
    fake_cluster.pull_stops = false;
    press(screen, "enter");
    g_assert_true(sees(screen, "a trace of shop/web-0 port 6061"));
    g_assert_true(sees(screen, "saved as web-0-"));
    press(screen, "esc");
    hide_time(screen->canvas);
    check(screen, "capture-done");
    press(screen, "r");
    g_assert_true(sees(screen, "esc goes back for another one"));
    press(screen, "enter");
    g_assert_true(sees(screen, "a trace of"));
    screen_free(screen);
}

static void test_capture_fails(void)
{
    fake_cluster.pull_error = KUBE_ERROR_CONNECT;
    struct screen *screen = capturing("enter");
    hide_time(screen->canvas);
    check(screen, "capture-failed");
    fake_cluster.pull_error = -1;
    press(screen, "r");
    g_assert_true(sees(screen, "a trace of"));
    screen_free(screen);
}

/* Enter before the pod has answered: its port is still found in what it declares. */
static void test_capture_at_once(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "enter enter / w e b - 0 enter");
    fake_cluster.silent = true;
    press(screen, "c enter");
    g_assert_cmpstr(fake_cluster.pulled->str, ==, "shop/web-0 :(any)/debug/pprof/trace for 5 s");
    g_assert_true(sees(screen, "a trace of"));
    screen_free(screen);
}

/* What is typed into the fields, and what cannot be meant. */
static void test_capture_fields(void)
{
    struct screen *screen = capturing("^U 0 enter");
    g_assert_true(sees(screen, "'0' is no whole number of seconds from 1 to 3600"));
    press(screen, "^U 9 0 tab");
    g_assert_true(sees(screen, "8080 (http), 6061 (pprof)"));
    press(screen, "^U enter");
    g_assert_true(sees(screen, "port, path and file must be named"));
    press(screen, "h t t p s : 7 down down ^U x . t r a c e enter");
    g_assert_cmpstr(fake_cluster.pulled->str, ==, "shop/web-0 :https:7/debug/pprof/trace for 90 s");
    g_assert_true(sees(screen, "saved as x.trace"));
    /* A path of its own is asked for as it is; the file's name stays as it was typed. */
    press(screen, "esc esc up ^U / f enter");
    g_assert_cmpstr(fake_cluster.pulled->str, ==, "shop/web-0 :https:7/f for 0 s");
    press(screen, "esc esc up up");
    check(screen, "capture-other-path");
    screen_free(screen);
}

static void test_pulled_is_no_trace(void)
{
    fake_trace_is_damaged = true;
    struct screen *screen = pulling();
    g_assert_true(sees(screen, "this is no Go execution trace"));
    g_assert_true(sees(screen, "The file is here, whole: proved by sha256."));
    screen_free(screen);
}

/* Where a file of the workload came from, the next pod's files are looked for first, and the cursor
 * stands on it. */
static void test_path_is_remembered(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "enter enter end enter enter p ^U / d a t a / x . o u t enter");
    g_assert_cmpstr(fake_cluster.pulled->str, ==, "shop/web-日本 app:/data/x.out");
    screen_free(screen);
    screen = screen_new(80, 24, false);
    press(screen, "enter enter / w e b - 0 enter enter enter");
    check(screen, "files-remembered");
    press(screen, "p");
    check(screen, "path-remembered");
    press(screen, "esc enter");
    g_assert_true(sees(screen, "app:/data/x.out"));
    screen_free(screen);
    forget();
}

int main(int argc, char **argv)
{
    cluster_screens_begin(&argc, &argv);
    g_test_add_func("/incoming_screens/pull", test_pull);
    g_test_add_func("/incoming_screens/pull_fails", test_pull_fails);
    g_test_add_func("/incoming_screens/pull_waits", test_pull_waits);
    g_test_add_func("/incoming_screens/capture", test_capture);
    g_test_add_func("/incoming_screens/capture_at_once", test_capture_at_once);
    g_test_add_func("/incoming_screens/capture_fails", test_capture_fails);
    g_test_add_func("/incoming_screens/capture_fields", test_capture_fields);
    g_test_add_func("/incoming_screens/pulled_is_no_trace", test_pulled_is_no_trace);
    g_test_add_func("/incoming_screens/path_is_remembered", test_path_is_remembered);
    g_test_add_func("/incoming_screens/marks", test_marks);
    g_test_add_func("/incoming_screens/pull_marked", test_pull_marked);
    g_test_add_func("/incoming_screens/pull_marked_runs", test_pull_marked_runs);
    return cluster_screens_run();
}
