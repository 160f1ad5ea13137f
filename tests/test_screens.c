/* The screens of a cluster, keys in and page out, on the made-up cluster. */
#include <string.h>

#include <glib/gstdio.h>

#include "tests/fake_cluster.h"
#include "tests/fake_trace.h"
#include "tests/golden.h"
#include "tui/view_cluster.h"
#include "tui/workbench.h"

struct screen {
    struct session *session;
    struct canvas *canvas;
    int redraws;
    bool quit;
};

static void on_redraw(void *data)
{
    ((struct screen *)data)->redraws++;
}

static void on_nothing(void *data)
{
    (void)data;
}

static void on_lend(const char *const *argv, void *data)
{
    (void)argv, (void)data;
}

static void on_quit(void *data)
{
    ((struct screen *)data)->quit = true;
}

static const struct workbench_calls calls = {
    .redraw = on_redraw,
    .repaint = on_nothing,
    .suspend = on_nothing,
    .lend = on_lend,
    .quit = on_quit,
};

/* Lets the cluster answer all that it was asked: until nothing has happened for longer than the
 * screens ever wait to show news together. */
static void settle(void)
{
    const gint64 quiet_us = 120 * 1000;
    gint64 last = g_get_monotonic_time();
    while (g_get_monotonic_time() < last + quiet_us) {
        if (g_main_context_iteration(NULL, FALSE))
            last = g_get_monotonic_time();
        else
            g_usleep(1000);
    }
}

static void draw(struct screen *screen)
{
    session_draw(screen->session, screen->canvas);
}

static struct screen *screen_new(int width, int height, bool ascii)
{
    struct screen *screen = g_new0(struct screen, 1);
    screen->canvas = canvas_new(width, height, ascii);
    screen->session = session_new(fake_config(), NULL, &calls, screen);
    session_push(screen->session, view_contexts_new(screen->session));
    draw(screen);
    return screen;
}

static void screen_free(struct screen *screen)
{
    session_free(screen->session);
    canvas_free(screen->canvas);
    g_free(screen);
    fake_cluster_reset();
    fake_trace_is_damaged = false;
}

/* Presses keys by their names and lets everything happen that follows. */
static void press(struct screen *screen, const char *keys)
{
    g_auto(GStrv) names = g_strsplit(keys, " ", -1);
    for (size_t i = 0; names[i]; i++) {
        int key = key_parse(names[i]);
        g_assert_cmpint(key, !=, TKEY_NONE);
        session_key(screen->session, key);
        if (!names[i + 1] || !key_is_text(key)) /* what is typed is answered at once */
            settle();
    }
    draw(screen);
}

static bool sees(const struct screen *screen, const char *text)
{
    g_autofree char *page = canvas_text(screen->canvas);
    if (!strstr(page, text))
        g_test_message("\"%s\" is not on\n%s", text, page);
    return strstr(page, text) != NULL;
}

static void check(const struct screen *screen, const char *name)
{
    g_autofree char *full =
        g_strdup_printf("%s-%dx%d%s", name, screen->canvas->width, screen->canvas->height,
                        screen->canvas->ascii ? "-ascii" : "");
    golden_check(screen->canvas, full);
}

/* The name of the local file has the time in it. */
static void hide_time(struct canvas *canvas)
{
    for (int y = 0; y < canvas->height; y++) {
        g_autofree char *page = canvas_text(canvas);
        g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
        char *at = strstr(lines[y], "-20");
        if (at && strstr(lines[y], ".trace"))
            canvas_put(canvas, (int)(at - lines[y]), y, 16, STYLE_NORMAL, "-YYYYMMDD-HHMMSS");
    }
}

/* The whole way at one size. */
static void walk(int width, int height, bool ascii)
{
    struct screen *screen = screen_new(width, height, ascii);
    fake_cluster.pull_stops = true;
    fake_cluster.long_names = true;
    fake_cluster.extra_pods = 60;
    check(screen, "contexts");
    press(screen, "enter");
    check(screen, "namespaces");
    press(screen, "enter down down");
    check(screen, "pods");
    press(screen, "w");
    check(screen, "pods-wide");
    press(screen, "w / w e b");
    check(screen, "pods-filter");
    press(screen, "enter ?");
    check(screen, "pods-help");
    press(screen, "esc esc home enter");
    check(screen, "containers");
    press(screen, "c");
    hide_time(screen->canvas);
    check(screen, "capture");
    press(screen, "esc");
    press(screen, "enter");
    check(screen, "files");
    press(screen, "? pgdn");
    check(screen, "files-help");
    press(screen, "esc p");
    check(screen, "path");
    press(screen, "esc esc :");
    check(screen, "command");
    press(screen, "esc esc");
    screen_free(screen);
}

static void test_walk_80(void)
{
    walk(80, 24, false);
}

static void test_walk_120(void)
{
    walk(120, 40, false);
}

static void test_walk_ascii(void)
{
    walk(80, 24, true);
}

static void test_too_small(void)
{
    struct screen *screen = screen_new(59, 16, false);
    check(screen, "too-small");
    press(screen, "enter");
    check(screen, "too-small");
    press(screen, "q");
    g_assert_true(screen->quit);
    screen_free(screen);
}

static void test_empty(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "enter");
    fake_cluster.empty = true;
    press(screen, "enter");
    check(screen, "pods-empty");
    fake_cluster.empty = false;
    press(screen, "r");
    g_assert_true(sees(screen, "payments-0"));
    press(screen, "/ z z z");
    check(screen, "pods-no-match");
    press(screen, "enter esc");
    g_assert_true(sees(screen, "payments-0"));
    screen_free(screen);
}

/* Who may not list namespaces goes on with his own, or types the name of one; it is offered from
 * then on. */
static void test_forbidden(void)
{
    struct screen *screen = screen_new(80, 24, false);
    fake_cluster.list_error = KUBE_ERROR_FORBIDDEN;
    press(screen, "enter");
    check(screen, "namespaces-forbidden");
    fake_cluster.list_error = -1;
    press(screen, "enter");
    g_assert_true(sees(screen, "demo > shop > pods"));
    g_assert_true(sees(screen, "payments-0"));
    fake_cluster.list_error = KUBE_ERROR_FORBIDDEN;
    press(screen, "esc n");
    check(screen, "namespaces-prompt");
    press(screen, "m i n e enter");
    g_assert_true(sees(screen, "demo > mine > pods"));
    press(screen, "esc");
    check(screen, "namespaces-typed");
    screen_free(screen);
    screen = screen_new(80, 24, false);
    fake_cluster.list_error = KUBE_ERROR_FORBIDDEN;
    press(screen, "enter down enter");
    g_assert_true(sees(screen, "demo > mine > pods"));
    screen_free(screen);
}

/* A list that is still being read is a list: the cursor stays on its row, and what was typed as a
 * filter holds for what comes. */
static void test_growing(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "enter");
    fake_cluster.growing = true;
    fake_cluster.expected = 80;
    press(screen, "enter down");
    check(screen, "pods-growing");
    press(screen, "/ - 0");
    fake_cluster.extra_pods = 61;
    fake_cluster.long_names = true; /* a row comes above */
    fake_cluster_changed();
    settle();
    draw(screen);
    check(screen, "pods-growing-filter");
    fake_cluster.growing = false;
    press(screen, "enter");
    fake_cluster_changed();
    settle();
    draw(screen);
    g_assert_false(sees(screen, "so far"));
    press(screen, "enter");
    g_assert_true(sees(screen, "payments-0 > containers"));
    screen_free(screen);
}

/* What may not be watched says how old it may be. */
static void test_polled(void)
{
    struct screen *screen = screen_new(80, 24, false);
    fake_cluster.poll_s = 15;
    press(screen, "enter enter");
    g_assert_true(sees(screen, "read every 15 s  5 pods"));
    screen_free(screen);
}

static void test_error_and_again(void)
{
    struct screen *screen = screen_new(80, 24, false);
    fake_cluster.list_error = KUBE_ERROR_CONNECT;
    press(screen, "enter");
    check(screen, "namespaces-error");
    fake_cluster.list_error = -1;
    press(screen, "r");
    g_assert_true(sees(screen, "staging"));
    screen_free(screen);
}

/* The watch breaks: the rows stay and the title says that they are old. */
static void test_not_live(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "enter enter");
    fake_cluster.list_error = KUBE_ERROR_CONNECT;
    fake_cluster.will_retry = true;
    fake_cluster_changed();
    settle();
    draw(screen);
    check(screen, "pods-not-live");
    fake_cluster.list_error = -1;
    fake_cluster_changed();
    settle();
    draw(screen);
    g_assert_false(sees(screen, "not live"));
    screen_free(screen);
}

/* A server that never answers: every key still works. */
static void test_silent(void)
{
    struct screen *screen = screen_new(80, 24, false);
    fake_cluster.silent = true;
    press(screen, "enter");
    check(screen, "namespaces-silent");
    press(screen, "n enter");
    g_assert_true(sees(screen, "demo > shop > pods"));
    press(screen, "esc esc");
    g_assert_true(sees(screen, "production-eu"));
    screen_free(screen);
}

static void test_live_keeps_selection(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "enter enter down down");
    fake_cluster.long_names = true; /* a row comes above */
    fake_cluster_changed();
    settle();
    press(screen, "enter");
    g_assert_true(sees(screen, "report-28391-x7k > containers"));
    screen_free(screen);
}

static void test_bad_context(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "end enter");
    check(screen, "context-broken");
    press(screen, "home enter");
    g_assert_true(sees(screen, "staging"));
    screen_free(screen);
}

static void test_no_config(void)
{
    struct screen *screen = g_new0(struct screen, 1);
    g_autoptr(GError) error =
        g_error_new(KUBE_ERROR, KUBE_ERROR_CONFIG, "/home/alice/.kube/config:12: this is no YAML");
    screen->canvas = canvas_new(80, 24, false);
    screen->session = session_new(NULL, error, &calls, screen);
    session_push(screen->session, view_contexts_new(screen->session));
    draw(screen);
    check(screen, "no-config");
    press(screen, "enter");
    check(screen, "no-config");
    screen_free(screen);
}

/* --- pulls --- */

/* What the tests before have left. */
static void forget(void)
{
    static const char *const names[] = {"paths", "debug-image", "namespaces"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *file =
            g_build_filename(g_getenv("XDG_STATE_HOME"), "tracetui", names[i], NULL);
        g_unlink(file);
    }
}

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

/* --- files --- */

/* To the files of a container. */
static struct screen *looking(bool ascii)
{
    struct screen *screen = screen_new(80, 24, ascii);
    press(screen, "enter enter / w e b - 0 enter enter enter");
    return screen;
}

static void test_folders(void)
{
    struct screen *screen = looking(false);
    press(screen, "/ o l d enter enter");
    g_assert_true(sees(screen, "/tmp/trace_dir/old"));
    g_assert_true(sees(screen, "1 file"));
    press(screen, "home enter"); /* .. */
    g_assert_true(sees(screen, "10 files"));
    press(screen, "enter"); /* it stands on where it came from */
    g_assert_true(sees(screen, "/tmp/trace_dir/old"));
    press(screen, "backspace left");
    g_assert_true(sees(screen, "> /tmp "));
    press(screen, "h");
    g_assert_true(sees(screen, "app > / "));
    press(screen, "h");
    g_assert_true(sees(screen, "web-0 > containers"));
    screen_free(screen);
}

/* Whatever is no trace is not pulled without a word. */
static void test_other_files(void)
{
    static const struct {
        const char *keys, *says;
    } rows[] = {
        {"n o t e s", "no trace by its start; pull it (yes/no)? "},
        {"e m p t y", "it is empty"},
        {"b r o k e n", "leads to no file"},
        {"b y t e s", "is not UTF-8"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct screen *screen = looking(false);
        g_autofree char *keys = g_strdup_printf("/ %s enter enter", rows[i].keys);
        press(screen, keys);
        g_assert_true(sees(screen, rows[i].says));
        g_assert_cmpstr(fake_cluster.pulled->str, ==, "");
        screen_free(screen);
    }
    struct screen *screen = looking(false);
    press(screen, "/ n o t e s enter enter enter");
    g_assert_cmpstr(fake_cluster.pulled->str, ==, "");
    press(screen, "enter ^U y e s enter");
    g_assert_cmpstr(fake_cluster.pulled->str, ==, "shop/web-0 app:/tmp/trace_dir/notes.txt");
    screen_free(screen);
    forget();
}

static void test_files_notes(void)
{
    fake_cluster.files_empty = true;
    struct screen *screen = looking(false);
    check(screen, "files-empty");
    press(screen, "home enter");
    screen_free(screen);
    fake_cluster.files_many = true;
    screen = looking(false);
    check(screen, "files-many");
    screen_free(screen);
    fake_cluster.files_error = KUBE_ERROR_COMMAND;
    screen = looking(false);
    check(screen, "files-error");
    fake_cluster.files_error = -1;
    press(screen, "r");
    g_assert_true(sees(screen, "go 1.26 trace"));
    /* An error later leaves what is there. */
    fake_cluster.files_error = KUBE_ERROR_COMMAND;
    press(screen, "left");
    g_assert_true(sees(screen, "permission denied"));
    g_assert_true(sees(screen, "go 1.26 trace"));
    press(screen, "e");
    g_assert_true(sees(screen, "has tools of its own"));
    screen_free(screen);
}

static void test_no_tools(bool ascii)
{
    fake_cluster.files_error = KUBE_ERROR_NO_TOOLS;
    struct screen *screen = looking(ascii);
    check(screen, "files-no-tools");
    press(screen, "e");
    check(screen, "files-image");
    press(screen, "esc r");
    g_assert_true(sees(screen, "nothing in the container"));
    fake_cluster.debug_error = KUBE_ERROR_FORBIDDEN;
    press(screen, "e ^U i m g enter");
    g_assert_true(sees(screen, "is forbidden"));
    fake_cluster.debug_error = -1;
    press(screen, "e enter");
    check(screen, "files-ask");
    press(screen, "enter");
    check(screen, "files-through");
    press(screen, "enter");
    g_assert_cmpstr(fake_cluster.pulled->str, ==,
                    "shop/web-0 tracetui-0a1b2c3d:/proc/1/root/tmp/trace_dir/trace.out");
    g_assert_true(sees(screen, "a trace of shop/web-0 app:/tmp/trace_dir/trace.out"));
    screen_free(screen);
    forget();
}

static void test_no_tools_80(void)
{
    test_no_tools(false);
}

static void test_no_tools_ascii(void)
{
    test_no_tools(true);
}

/* --- commands --- */

static void test_commands(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, ": o p enter");
    g_assert_true(sees(screen, "staging"));
    press(screen, ": b a tab enter");
    g_assert_true(sees(screen, "production-eu"));
    press(screen, ": n o enter");
    g_assert_true(sees(screen, "no command is called \"no\""));
    press(screen, ": q u i t enter");
    g_assert_true(screen->quit);
    screen_free(screen);
}

static void test_quit_keys(void)
{
    struct screen *screen = screen_new(80, 24, false);
    press(screen, "esc");
    g_assert_false(screen->quit);
    press(screen, "enter q");
    g_assert_true(screen->quit);
    screen->quit = false;
    press(screen, "^C");
    g_assert_true(screen->quit);
    screen_free(screen);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *folder = g_dir_make_tmp("tracetui-screens-XXXXXX", NULL);
    g_setenv("XDG_STATE_HOME", folder, TRUE);
    g_assert_cmpint(g_chdir(folder), ==, 0);
    fake_cluster_reset();
    g_test_add_func("/screens/walk_80x24", test_walk_80);
    g_test_add_func("/screens/walk_120x40", test_walk_120);
    g_test_add_func("/screens/walk_ascii", test_walk_ascii);
    g_test_add_func("/screens/too_small", test_too_small);
    g_test_add_func("/screens/empty", test_empty);
    g_test_add_func("/screens/forbidden", test_forbidden);
    g_test_add_func("/screens/growing", test_growing);
    g_test_add_func("/screens/polled", test_polled);
    g_test_add_func("/screens/error_and_again", test_error_and_again);
    g_test_add_func("/screens/not_live", test_not_live);
    g_test_add_func("/screens/silent", test_silent);
    g_test_add_func("/screens/live_keeps_selection", test_live_keeps_selection);
    g_test_add_func("/screens/bad_context", test_bad_context);
    g_test_add_func("/screens/no_config", test_no_config);
    g_test_add_func("/screens/pull", test_pull);
    g_test_add_func("/screens/pull_fails", test_pull_fails);
    g_test_add_func("/screens/pull_waits", test_pull_waits);
    g_test_add_func("/screens/capture", test_capture);
    g_test_add_func("/screens/capture_at_once", test_capture_at_once);
    g_test_add_func("/screens/capture_fails", test_capture_fails);
    g_test_add_func("/screens/capture_fields", test_capture_fields);
    g_test_add_func("/screens/pulled_is_no_trace", test_pulled_is_no_trace);
    g_test_add_func("/screens/path_is_remembered", test_path_is_remembered);
    g_test_add_func("/screens/folders", test_folders);
    g_test_add_func("/screens/other_files", test_other_files);
    g_test_add_func("/screens/files_notes", test_files_notes);
    g_test_add_func("/screens/no_tools", test_no_tools_80);
    g_test_add_func("/screens/no_tools_ascii", test_no_tools_ascii);
    g_test_add_func("/screens/marks", test_marks);
    g_test_add_func("/screens/pull_marked", test_pull_marked);
    g_test_add_func("/screens/pull_marked_runs", test_pull_marked_runs);
    g_test_add_func("/screens/commands", test_commands);
    g_test_add_func("/screens/quit_keys", test_quit_keys);
    int status = g_test_run();
    g_autofree char *state = g_build_filename(folder, "tracetui", NULL);
    forget();
    g_rmdir(state);
    g_rmdir(folder);
    g_string_free(fake_cluster.pulled, TRUE);
    return status;
}
