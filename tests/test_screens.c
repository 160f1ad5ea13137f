/* The screens of a cluster, keys in and page out, on the made-up cluster. */
#include "kube/error.h"
#include "tests/cluster_screens.h"
#include "tests/fake_cluster.h"

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
    press(screen, "^U m i n e enter");
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
    g_autoptr(GError) error =
        g_error_new(KUBE_ERROR, KUBE_ERROR_CONFIG, "/home/alice/.kube/config:12: this is no YAML");
    struct screen *screen = screen_open(NULL, error, 80, 24, false);
    check(screen, "no-config");
    press(screen, "enter");
    check(screen, "no-config");
    screen_free(screen);
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
        {"n o t e s", "it does not begin as a trace"},
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
    cluster_screens_begin(&argc, &argv);
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
    g_test_add_func("/screens/folders", test_folders);
    g_test_add_func("/screens/other_files", test_other_files);
    g_test_add_func("/screens/files_notes", test_files_notes);
    g_test_add_func("/screens/no_tools", test_no_tools_80);
    g_test_add_func("/screens/no_tools_ascii", test_no_tools_ascii);
    g_test_add_func("/screens/commands", test_commands);
    g_test_add_func("/screens/quit_keys", test_quit_keys);
    return cluster_screens_run();
}
