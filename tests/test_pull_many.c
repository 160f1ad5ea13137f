/* `tracetui pull` of several pods, as a user runs it, on the practice cluster: what it says, what
 * it leaves, how it ends; with bars on a terminal, and stopped in its midst. */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "tests/harness.h"

#define PATH ":/tmp/trace_dir/trace.out"

struct set {
    struct harness harness;
    char *config;
};

static void set_up(struct set *set)
{
    harness_up(&set->harness, 0);
    g_autofree char *folder = g_dir_make_tmp("tracetui-test-XXXXXX", NULL);
    set->config = g_build_filename(folder, "config", NULL);
    g_assert_true(g_file_set_contents(set->config, demo_kubeconfig(set->harness.demo), -1, NULL));
}

static void remove_all(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        if (g_file_test(inner, G_FILE_TEST_IS_DIR))
            remove_all(inner);
        g_remove(inner);
    }
}

static void set_down(struct set *set)
{
    g_autofree char *folder = g_path_get_dirname(set->config);
    remove_all(set->harness.folder);
    g_unlink(set->config);
    g_rmdir(folder);
    g_free(set->config);
    harness_down(&set->harness);
}

/* The command with these words behind `pull`, separated by blanks. */
static char **command(const struct set *set, const char *words)
{
    g_autofree char *line =
        g_strdup_printf("%s pull --kubeconfig %s %s", g_getenv("TRACETUI"), set->config, words);
    return g_strsplit(line, " ", -1);
}

/* Runs it in the test's folder to its end; the exit status, and what it said. */
static int run(const struct set *set, const char *words, char **said)
{
    g_auto(GStrv) argv = command(set, words);
    g_autoptr(GError) error = NULL;
    int status;
    g_spawn_sync(set->harness.folder, argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                 said, &status, &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void has(const char *said, const char *text)
{
    if (strstr(said, text) == NULL)
        g_error("\"%s\" is not in:\n%s", text, said);
}

static void has_not(const char *said, const char *text)
{
    if (strstr(said, text) != NULL)
        g_error("\"%s\" is in:\n%s", text, said);
}

static bool is_file(const struct set *set, const char *name)
{
    g_autofree char *path = g_build_filename(set->harness.folder, name, NULL);
    return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

static void by_labels(void)
{
    struct set set;
    g_autofree char *said = NULL, *again = NULL, *anew = NULL;

    set_up(&set);
    /* one of four has no cat, three are not running */
    g_assert_cmpint(run(&set, "-l tier=back " PATH " out/new", &said), ==, 1);
    has(said, "shop/cart-0 -> out/new/cart-0.trace.out: ");
    has(said, "shop/orders-84b5f7d6c9-rn6tv: left out: it is not running but Pending\n");
    has(said, "tracetui: pull: pod shop/ledger-0, container ledger: ");
    has(said, "3 of 4 pulled, ");
    has(said, "; 3 left out\n");
    g_assert_true(is_file(&set, "out/new/checkout-6f7d9c5b8-zl9wp.trace.out"));
    g_assert_false(is_file(&set, "out/new/ledger-0.trace.out"));

    g_assert_cmpint(run(&set, "-l app=cart " PATH " out/new", &again), ==, 0);
    has(again, "shop/cart-0: out/new/cart-0.trace.out is here already");
    has(again, "0 of 1 pulled, 0 B; 1 was here already\n");
    g_assert_cmpint(run(&set, "-l app=cart -f " PATH " out/new", &anew), ==, 0);
    has(anew, "shop/cart-0 -> out/new/cart-0.trace.out: ");
    set_down(&set);
}

static void in_all_namespaces(void)
{
    struct set set;
    g_autofree char *said = NULL;

    set_up(&set);
    g_assert_cmpint(run(&set, "-A -l app=ingress " PATH, &said), ==, 0);
    has(said, "platform/ingress-controller-0 -> ./platform_ingress-controller-0.trace.out: ");
    g_assert_true(is_file(&set, "platform_ingress-controller-0.trace.out"));
    set_down(&set);
}

static void by_places(void)
{
    struct set set;
    g_autofree char *said = NULL, *twice = NULL;

    set_up(&set);
    g_assert_cmpint(
        run(&set, "cart-0" PATH " platform/ingress-controller-0" PATH " web:/etc/hostname -c app x",
            &said),
        ==, 1); /* the ingress has no container app */
    has(said, "shop/cart-0 -> x/cart-0.trace.out: ");
    has(said, ", proved by sha256\n");
    has(said, "shop/web -> x/web.hostname: ");
    has(said, "2 of 3 pulled");
    g_assert_cmpint(run(&set, "cart-0:/a/x cart-0:/b/x out", &twice), ==, 2);
    has(twice, "out/cart-0.x would be the file of two of them");
    set_down(&set);
}

static void wrong_words(void)
{
    static const struct {
        const char *words;
        int status;
        const char *said;
    } rows[] = {
        {PATH, 2, "a path without a pod goes with -l"},
        {"-l app=cart cart-0" PATH, 2, "it must look like :PATH"},
        {"-l app=cart :", 2, "names no path"},
        {"-l app=cart :/tmp/", 2, "ends in a slash"},
        {"-l app=cart " PATH " a b", 2, "one :PATH and a folder"},
        {"-l app=cart " PATH " -", 2, "do not fit into standard output"},
        {"a:/x b:/y -", 2, "do not fit into standard output"},
        {"a:/x b /z", 2, "'b' names no path"},
        {"a:/x b:/y", 2, "the last word must be the folder"},
        {"a:/x b:/y c:/z", 2, "the last word must be the folder"},
        {"-A :/x c:/z", 2, "the last word must be the folder"},
        {"--debug-image busybox a:/x b:/y z", 2, "--debug-image goes with one pod"},
        {"--parallel -1 a:/x b:/y z", 2, "--parallel is 1 or more"},
        {"-l app=nothing " PATH, 1, "with the labels app=nothing in namespace shop\ntry: -n "},
        {"-l app=search " PATH, 1, "every pod that is meant was left out"},
        {"-l app=cart " PATH " /proc/nope", 1, "/proc/nope: "},
    };
    struct set set;

    set_up(&set);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *said = NULL;
        g_assert_cmpint(run(&set, rows[i].words, &said), ==, rows[i].status);
        has(said, "tracetui: pull: ");
        has(said, rows[i].said);
    }
    set_down(&set);
}

/* --- on a terminal --- */

/* What comes until this text does, or the end when it is NULL. */
static void read_until(int fd, GString *seen, const char *text)
{
    struct pollfd line = {.fd = fd, .events = POLLIN};
    gint64 deadline = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;

    while (text == NULL || strstr(seen->str, text) == NULL) {
        char bytes[4096];
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        if (poll(&line, 1, 100) <= 0)
            continue;
        ssize_t len = read(fd, bytes, sizeof bytes);
        if (len <= 0)
            return;
        g_string_append_len(seen, bytes, len);
    }
}

static int end_of(pid_t pid)
{
    int status;
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A terminal of ten lines and 60 columns. */
static pid_t start(const struct set *set, const char *words, int *fd)
{
    struct winsize size = {.ws_row = 10, .ws_col = 60};
    g_auto(GStrv) argv = command(set, words);
    pid_t pid = forkpty(fd, NULL, NULL, &size);

    g_assert_cmpint(pid, >=, 0);
    if (pid == 0) {
        if (chdir(set->harness.folder) == 0)
            execv(argv[0], argv);
        _exit(127);
    }
    return pid;
}

static void bars(void)
{
    g_autoptr(GString) seen = g_string_new(NULL);
    struct set set;
    int fd;

    set_up(&set);
    demo_add_file(set.harness.demo, "/big", 400000);
    demo_set_faults(set.harness.demo, &(struct demo_faults){.bytes_per_s = 800000});
    pid_t pid = start(&set, "-A -l app --parallel 20 :/big", &fd);
    read_until(fd, seen, NULL);
    g_assert_cmpint(end_of(pid), ==, 1); /* the ledger has no cat */
    close(fd);
    has(seen->str, "% of 390.6 KiB");
    has(seen->str, "[#");
    has(seen->str, "0 of 1");
    has(seen->str, " pulled, ");
    /* bars of running ones, and the total, are no more lines than there are */
    has(seen->str, "\033[9A");
    has_not(seen->str, "\033[10A");
    /* each is one line of the terminal */
    g_auto(GStrv) lines = g_strsplit_set(seen->str, "\r\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++)
        if (strstr(lines[i], "% of ") != NULL && strstr(lines[i], "->") == NULL)
            g_assert_cmpint(g_utf8_strlen(lines[i], -1), <, 60 + (int)strlen("\033[J"));
    set_down(&set);
}

static void stopped(void)
{
    g_autoptr(GString) seen = g_string_new(NULL);
    struct set set;
    int fd;

    set_up(&set);
    demo_add_file(set.harness.demo, "/big", 4000000);
    demo_set_faults(set.harness.demo, &(struct demo_faults){.bytes_per_s = 100000});
    pid_t pid = start(&set, "-l tier=back :/big", &fd);
    read_until(fd, seen, "% of 3.8 MiB");
    g_assert_cmpint(write(fd, "\003", 1), ==, 1);
    read_until(fd, seen, NULL);
    g_assert_cmpint(end_of(pid), ==, 130);
    close(fd);
    has(seen->str, "stopped: 0 of 4 are here; the same command brings the others");
    g_assert_false(is_file(&set, "cart-0.big"));
    set_down(&set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    g_test_add_func("/pull-many/labels", by_labels);
    g_test_add_func("/pull-many/all-namespaces", in_all_namespaces);
    g_test_add_func("/pull-many/places", by_places);
    g_test_add_func("/pull-many/wrong-words", wrong_words);
    g_test_add_func("/pull-many/bars", bars);
    g_test_add_func("/pull-many/stopped", stopped);
    return g_test_run();
}
