/* A program in the background, played here by shell scripts: it answers, it gives up, it ends. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "tui/gotool.h"

#define DEADLINE_S 20

static void count(void *data)
{
    ++*(int *)data;
}

/* A script in place of go; the port is behind the colon of its third argument. */
static char *script_new(const char *folder, const char *body)
{
    char *path = g_build_filename(folder, "go", NULL);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n%s\n", body);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0700), ==, 0);
    return path;
}

static gboolean too_late(gpointer data)
{
    (void)data;
    g_error("nothing happened for %d s", DEADLINE_S);
    return G_SOURCE_REMOVE;
}

static void wait_for(struct gotool *gotool, enum gotool_state state)
{
    guint deadline = g_timeout_add_seconds(DEADLINE_S, too_late, NULL);
    while (gotool_state(gotool) != state)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(deadline);
}

/* A zombie still answers kill(): whoever inherited it may be slow to bury it. */
static bool is_alive(int pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return kill(pid, 0) == 0 || errno != ESRCH;
    const char *state = strrchr(text, ')');
    return state == NULL || strncmp(state, ") Z", 3) != 0;
}

/* A script leaves the number of its process in a file; waits until no such process is there. */
static void wait_for_death(const char *pid_path)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(pid_path, &text, NULL, NULL));
    int pid = (int)g_ascii_strtoll(text, NULL, 10);
    gint64 deadline = g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;
    while (is_alive(pid)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"go", "pid"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        g_remove(path);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static gboolean answer(GSocketService *service, GSocketConnection *connection, GObject *source,
                       gpointer data)
{
    (void)service;
    (void)source;
    (void)data;
    g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)),
                              "HTTP/1.0 200 OK\r\n\r\n", 19, NULL, NULL, NULL);
    return FALSE;
}

static void test_ready(void)
{
    g_autofree char *folder = g_dir_make_tmp("tracetui-XXXXXX", NULL);
    g_autofree char *pid_path = g_build_filename(folder, "pid", NULL);
    /* A child of the child must end too. */
    g_autofree char *body = g_strdup_printf("sleep 1000 & echo $! > %s.new; mv %s.new %s; wait",
                                            pid_path, pid_path, pid_path);
    g_autofree char *go = script_new(folder, body);
    g_autoptr(GError) error = NULL;
    int n_changes = 0;
    struct gotool *gotool = gotool_start(go, "x.trace", count, &n_changes, &error);
    g_assert_no_error(error);
    g_assert_cmpint(gotool_state(gotool), ==, GOTOOL_STARTING);

    g_autoptr(GSocketService) service = g_socket_service_new();
    g_autoptr(GSocketAddress) address =
        g_inet_socket_address_new_from_string("127.0.0.1", (guint)gotool_port(gotool));
    g_assert_true(g_socket_listener_add_address(G_SOCKET_LISTENER(service), address,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                NULL, &error));
    g_signal_connect(service, "incoming", G_CALLBACK(answer), NULL);
    wait_for(gotool, GOTOOL_READY);
    g_assert_cmpint(n_changes, ==, 1);
    while (!g_file_test(pid_path, G_FILE_TEST_EXISTS))
        g_main_context_iteration(NULL, FALSE);
    gotool_free(gotool);
    wait_for_death(pid_path);
    g_assert_cmpint(n_changes, ==, 1);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    remove_folder(folder);
}

static void test_ended(void)
{
    g_autofree char *folder = g_dir_make_tmp("tracetui-XXXXXX", NULL);
    g_autofree char *go = script_new(folder, "echo one >&2; echo two words >&2; exit 1");
    g_autoptr(GError) error = NULL;
    int n_changes = 0;
    struct gotool *gotool = gotool_start(go, "x.trace", count, &n_changes, &error);
    g_assert_no_error(error);
    wait_for(gotool, GOTOOL_ENDED);
    gint64 deadline = g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;
    while (!g_str_equal(gotool_words(gotool), "two words")) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_main_context_iteration(NULL, FALSE);
    }
    gotool_free(gotool);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    remove_folder(folder);
}

static void test_missing(void)
{
    g_autoptr(GError) error = NULL;
    int n_changes = 0;
    g_assert_null(gotool_start("/nonexistent/go", "x.trace", count, &n_changes, &error));
    g_assert_nonnull(error);
}

static void check_ssh(const char *connection, const char *expected)
{
    g_autofree char *line = gotool_ssh_line(4711, connection, "ann", "box");
    g_assert_cmpstr(line, ==, expected);
}

static void test_ssh_line(void)
{
    check_ssh(NULL, "ssh -N -L 4711:127.0.0.1:4711 ann@box");
    check_ssh("10.0.0.1 50000 10.0.0.2 22", "ssh -N -L 4711:127.0.0.1:4711 ann@10.0.0.2");
    check_ssh("::1 50000 fe80::2 2222", "ssh -N -L 4711:127.0.0.1:4711 -p 2222 ann@fe80::2");
    check_ssh("nonsense", "ssh -N -L 4711:127.0.0.1:4711 ann@box");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gotool/ready", test_ready);
    g_test_add_func("/gotool/ended", test_ended);
    g_test_add_func("/gotool/missing", test_missing);
    g_test_add_func("/gotool/ssh-line", test_ssh_line);
    return g_test_run();
}
