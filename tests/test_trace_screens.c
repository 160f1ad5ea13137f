/* The other screens of a trace, and what they hand over to other programs. */
#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "tests/golden.h"
#include "tests/made_trace.h"
#include "tests/screens.h"
#include "tui/handover.h"
#include "tui/view_side.h"
#include "tui/view_trace.h"

static void check(struct screens *screens, const char *keys, const char *golden)
{
    screens_type(screens, keys);
    g_free(screens_text(screens));
    golden_check(screens->canvas, golden);
}

static void check_has(struct screens *screens, const char *keys, const char *text)
{
    screens_type(screens, keys);
    g_autofree char *page = screens_text(screens);
    if (!strstr(page, text))
        g_test_message("no \"%s\" in\n%s", text, page);
    g_assert_nonnull(strstr(page, text));
}

static struct screens *made_new(int width, int height, bool ascii)
{
    return screens_new(view_trace_new(made_trace_new(), NULL), width, height, ascii);
}

static struct screens *ref_new(const char *name, int width, int height, bool ascii)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "traces", "ref", name, NULL);
    g_autoptr(GError) error = NULL;
    struct trace *trace = trace_open(path, TRACE_ALL, NULL, NULL, &error);
    g_assert_no_error(error);
    /* Pictures must not depend on where the tests are. */
    g_free(trace->path);
    trace->path = g_build_filename("/tmp/trace_dir", name, NULL);
    return screens_new(view_trace_new(trace, NULL), width, height, ascii);
}

static void test_summary(void)
{
    struct screens *screens = ref_new("1.26-doathing.trace", 80, 24, false);
    check(screens, "s", "summary-80x24");
    check(screens, "pgdn pgdn pgdn pgdn pgdn pgdn", "summary-end-80x24");
    check_has(screens, "t", "timeline by");
    check_has(screens, "s G", "goroutines by start function");
    check_has(screens, "t", "timeline by");
    screens_free(screens);
    screens = ref_new("1.26-doathing.trace", 120, 40, true);
    check(screens, "s", "summary-120x40-ascii");
    screens_free(screens);
    screens = screens_new(view_trace_new(made_trace_damaged_new(), NULL), 80, 24, false);
    check_has(screens, "s", "complete: false, 1.2 KiB");
    screens_free(screens);
}

/* Of four files one is no trace. */
static void test_side(void)
{
    static const char *const bases[] = {"1.26-annot.trace", "1.22-doathing.trace",
                                        "1.19-doathing.parsed.gz", "1.26-flightboth-fr.trace"};
    static const char *const names[] = {"cart-0", "checkout-service-with-a-very-long-name-x2x1z",
                                        "web", "web-1"};
    char *files[G_N_ELEMENTS(bases)];
    for (size_t i = 0; i < G_N_ELEMENTS(bases); i++)
        files[i] = g_test_build_filename(G_TEST_DIST, "traces", "ref", bases[i], NULL);

    for (int ascii = 0; ascii < 2; ascii++) {
        struct screens *screens = made_new(ascii ? 60 : 80, ascii ? 16 : 24, ascii);
        session_open_side(screens->session, (const char *const *)files, names, G_N_ELEMENTS(files));
        screens_wait_for(screens, "3 traces side by side");
        check(screens, "home", ascii ? "side-screen-60x16-ascii" : "side-screen-80x24");
        check_has(screens, "end", "Not read:\n web:");
        check_has(screens, "pgup g", "Complete");
        check_has(screens, "esc", "timeline by");
        screens_free(screens);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        g_free(files[i]);
}

static void test_real(void)
{
    struct screens *screens = ref_new("1.26-doathing.trace", 80, 24, false);
    check(screens, "1", "real-p-80x24");
    check(screens, "2", "real-goroutine-80x24");
    check(screens, "3", "real-thread-80x24");
    check(screens, "1 n + + +", "real-zoomed-80x24");
    screens_free(screens);
    screens = ref_new("1.23-annot.trace", 120, 40, false);
    check(screens, "2", "real-annot-120x40");
    screens_free(screens);
    screens = ref_new("1.27-manyprocs.trace", 120, 40, true);
    check(screens, "1", "real-manyprocs-120x40-ascii");
    screens_free(screens);
}

static void test_goroutines(void)
{
    struct screens *screens = made_new(80, 24, false);
    check(screens, "G", "goroutines-80x24");
    check(screens, "enter", "goroutines-group-80x24");
    /* To its row at the time that was looked at, and back to the list. */
    screens_type(screens, "t right right right G enter down");
    check(screens, "enter", "goroutines-row-80x24");
    check_has(screens, "esc", "goroutines of work.(*pool).worker");
    check_has(screens, "/", "goroutines of");
    screens_type_text(screens, "19");
    check(screens, "enter", "goroutines-filter-80x24");
    check_has(screens, "/ 9 9", "nothing matches");
    screens_type(screens, "enter esc esc esc esc");
    check_has(screens, "", "timeline by");
    screens_free(screens);
    screens = made_new(120, 40, true);
    check(screens, "G o o", "goroutines-sorted-120x40-ascii");
    screens_free(screens);
    screens = screens_new(view_trace_new(made_trace_one_event_new(), NULL), 80, 24, false);
    check_has(screens, "G enter", "the trace shows no goroutine");
    screens_free(screens);
    screens = screens_new(view_trace_new(made_trace_damaged_new(), NULL), 80, 24, false);
    check(screens, "G", "goroutines-damaged-80x24");
    screens_free(screens);
}

/* --- files --- */

static char *folder_enter(void)
{
    char *folder = g_dir_make_tmp("tracetui-XXXXXX", NULL);
    g_assert_cmpint(g_chdir(folder), ==, 0);
    return folder;
}

static void folder_leave(char *folder)
{
    g_assert_cmpint(g_chdir("/"), ==, 0);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name = g_dir_read_name(dir); name; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_remove(path);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    g_free(folder);
}

static void check_holds(const char *path, const char *part)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, part));
}

static void test_export(void)
{
    char *folder = folder_enter();
    struct screens *screens = made_new(120, 24, false);
    check_has(screens, "e", "write the summary to made-summary.txt");
    screens_type(screens, "enter");
    screens_wait_for(screens, "the summary is in ");
    check_holds("made-summary.txt", "main.main");

    /* What exists is offered under another name, and kept unless "yes". */
    check_has(screens, "e", "made-summary-2.txt");
    check_has(screens, "esc", "nothing was written");
    g_assert_true(g_file_set_contents("mine.txt", "mine", -1, NULL));
    screens_type(screens, "e ^U");
    screens_type_text(screens, "mine.txt");
    check_has(screens, "enter", "replace the file (yes/no)? no");
    check_has(screens, "enter", "mine.txt stays as it was");
    check_holds("mine.txt", "mine");
    screens_type(screens, "e ^U");
    screens_type_text(screens, "mine.txt");
    screens_type(screens, "enter ^U y e s enter");
    screens_wait_for(screens, "the summary is in ");
    check_holds("mine.txt", "main.main");

    screens_type(screens, "e ^U");
    screens_type_text(screens, "no/such/folder.txt");
    screens_type(screens, "enter");
    screens_wait_for(screens, "the summary was not written: ");
    screens_free(screens);
    folder_leave(folder);
}

/* Without Graphviz the graph is written as text, and the screen says what to install. */
static void test_graph_without_dot(void)
{
    char *folder = folder_enter();
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_setenv("PATH", folder, TRUE);
    struct screens *screens = ref_new("1.26-doathing.trace", 160, 24, false);
    screens_type(screens, "g enter");
    screens_wait_for(screens, "apt install graphviz");
    check_holds("1.26-doathing-sync.dot", "digraph");
    screens_free(screens);
    g_setenv("PATH", path, TRUE);
    folder_leave(folder);
}

static void test_graph(void)
{
    g_autofree char *dot = g_find_program_in_path("dot");
    if (!dot) {
        g_test_skip("Graphviz is not installed");
        return;
    }
    char *folder = folder_enter();
    struct screens *screens = ref_new("1.26-doathing.trace", 160, 24, false);
    screens_type(screens, "g enter");
    screens_wait_for(screens, "the graph of sync blocking is in ");
    check_holds("1.26-doathing-sync.svg", "<svg");
    screens_free(screens);
    folder_leave(folder);
}

static void test_free_name(void)
{
    char *folder = folder_enter();
    static const char *const rows[][2] = {
        {"/tmp/trace_dir/trace.out", "trace-summary.txt"},
        {"-", "trace-summary.txt"},
        {".hidden", ".hidden-summary.txt"},
        {"a/b.tar.gz", "b.tar-summary.txt"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = handover_free_name(rows[i][0], "-summary.txt");
        g_assert_cmpstr(name, ==, rows[i][1]);
    }
    folder_leave(folder);
}

/* A stand-in for go, which gives up at once; and none at all. */
static void test_browser(void)
{
    char *folder = folder_enter();
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_autofree char *with_go = g_strdup_printf("%s:%s", folder, path);
    g_assert_true(g_file_set_contents("go", "#!/bin/sh\necho too new >&2\nexit 1\n", -1, NULL));
    g_assert_cmpint(g_chmod("go", 0700), ==, 0);
    g_setenv("PATH", with_go, TRUE);
    struct screens *screens = made_new(80, 24, false);
    check_has(screens, "b", "in a browser");
    screens_wait_for(screens, "too new");
    check_has(screens, "b", "timeline by");
    screens_free(screens);
    g_setenv("PATH", path, TRUE);
    folder_leave(folder);
}

/* The minor version of the Go that is in PATH; 0: there is none. */
static int go_minor(void)
{
    g_autofree char *said = NULL;
    int minor = 0;
    if (g_spawn_command_line_sync("go env GOVERSION", &said, NULL, NULL, NULL))
        sscanf(said, "go1.%d", &minor);
    return minor;
}

static void test_browser_real(void)
{
    if (go_minor() < 26) {
        g_test_skip("no Go of 1.26 or later is in PATH, which a trace of 1.26 needs");
        return;
    }
    g_autofree char *path =
        g_test_build_filename(G_TEST_DIST, "traces", "ref", "1.26-doathing.trace", NULL);
    g_autoptr(GError) error = NULL;
    struct trace *trace = trace_open(path, TRACE_ALL, NULL, NULL, &error);
    g_assert_no_error(error);
    struct screens *screens = screens_new(view_trace_new(trace, NULL), 100, 24, false);
    screens_type(screens, "b");
    screens_wait_for(screens, "ssh -N -L ");
    check_has(screens, "", "http://127.0.0.1:");
    check_has(screens, "esc", "timeline by");
    check_has(screens, "b", "http://127.0.0.1:");
    check_has(screens, "b", "go tool trace is ended");
    screens_free(screens);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace-screens/summary", test_summary);
    g_test_add_func("/trace-screens/side", test_side);
    g_test_add_func("/trace-screens/real", test_real);
    g_test_add_func("/trace-screens/goroutines", test_goroutines);
    g_test_add_func("/trace-screens/export", test_export);
    g_test_add_func("/trace-screens/graph-without-dot", test_graph_without_dot);
    g_test_add_func("/trace-screens/graph", test_graph);
    g_test_add_func("/trace-screens/free-name", test_free_name);
    g_test_add_func("/trace-screens/browser", test_browser);
    g_test_add_func("/trace-screens/browser-real", test_browser_real);
    return g_test_run();
}
