/* The bytes that the workbench sends to a terminal, and what becomes of it when that is gone. The
 * program runs on a pseudo-terminal whose other end is ours. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

struct terminal {
    pid_t pid;
    int fd;
    GString *seen; /* all that came since the last terminal_clear() */
};

static void run_child(const char *what)
{
    g_autofree char *program = g_test_build_filename(G_TEST_BUILT, "fake_workbench", NULL);
    g_setenv("TERM", "xterm-256color", TRUE);
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    g_unsetenv("NO_COLOR");
    execl(program, program, what, (char *)NULL);
    _exit(127);
}

static struct terminal terminal_open(const char *what)
{
    struct winsize size = {.ws_row = 50, .ws_col = 160};
    struct terminal terminal = {.seen = g_string_new(NULL)};
    terminal.pid = forkpty(&terminal.fd, NULL, NULL, &size);
    g_assert_cmpint(terminal.pid, >=, 0);
    if (terminal.pid == 0)
        run_child(what);
    return terminal;
}

/* Reads what comes until nothing has for so long. */
static void read_until_quiet(struct terminal *terminal, int quiet_ms)
{
    struct pollfd line = {.fd = terminal->fd, .events = POLLIN};
    while (poll(&line, 1, quiet_ms) > 0) {
        char bytes[4096];
        ssize_t len = read(terminal->fd, bytes, sizeof bytes);
        if (len <= 0)
            return;
        g_string_append_len(terminal->seen, bytes, len);
    }
}

static void wait_for(struct terminal *terminal, const char *text)
{
    gint64 deadline = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    while (!strstr(terminal->seen->str, text)) {
        read_until_quiet(terminal, 20);
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
    }
    read_until_quiet(terminal, 300);
}

static void type(struct terminal *terminal, const char *keys)
{
    g_string_truncate(terminal->seen, 0);
    g_assert_cmpint(write(terminal->fd, keys, strlen(keys)), ==, (ssize_t)strlen(keys));
}

/* Waits for the end; the exit status, or 128 + the signal. */
static int terminal_end(struct terminal *terminal)
{
    gint64 deadline = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    int status;
    while (waitpid(terminal->pid, &status, WNOHANG) == 0) {
        if (terminal->fd >= 0)
            read_until_quiet(terminal, 10);
        else
            g_usleep(10000);
        if (g_get_monotonic_time() > deadline) { /* leave nothing behind that spins */
            kill(terminal->pid, SIGKILL);
            g_error("the program did not end");
        }
    }
    if (terminal->fd >= 0)
        close(terminal->fd);
    g_string_free(terminal->seen, TRUE);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void go_to_pods(struct terminal *terminal)
{
    wait_for(terminal, "production-eu");
    type(terminal, "\r");
    wait_for(terminal, "staging");
    type(terminal, "j\r"); /* kube-system or shop, it does not matter */
    wait_for(terminal, "payments-0");
}

/* An unchanged screen writes nothing, also while the ages are counted anew. */
static void test_idle(void)
{
    struct terminal terminal = terminal_open("");
    go_to_pods(&terminal);
    type(&terminal, "");
    read_until_quiet(&terminal, 6000);
    g_assert_cmpuint(terminal.seen->len, ==, 0);
    type(&terminal, "q");
    g_assert_cmpint(terminal_end(&terminal), ==, 0);
}

/* A key that is held down: frames are put together, and each sends only what changed. */
static void test_held_key(void)
{
    struct terminal terminal = terminal_open("many");
    go_to_pods(&terminal);
    g_autofree char *keys = g_strnfill(400, 'j');
    type(&terminal, keys);
    read_until_quiet(&terminal, 500);
    g_test_message("400 keys at once: %u bytes", (unsigned)terminal.seen->len);
    g_assert_cmpuint(terminal.seen->len, >, 0);
    g_assert_cmpuint(terminal.seen->len, <, 5000);
    type(&terminal, "j");
    read_until_quiet(&terminal, 500);
    g_test_message("one key: %u bytes", (unsigned)terminal.seen->len);
    g_assert_cmpuint(terminal.seen->len, <, 1000);
    type(&terminal, "q");
    g_assert_cmpint(terminal_end(&terminal), ==, 0);
}

/* All modes of the terminal are as they were. */
static void test_modes(void)
{
    struct terminal terminal = terminal_open("");
    wait_for(&terminal, "production-eu");
    g_assert_nonnull(strstr(terminal.seen->str, "\033[?1049h"));
    type(&terminal, "q");
    wait_for(&terminal, "\033[?1049l");
    g_assert_nonnull(strstr(terminal.seen->str, "\033[?25h"));
    g_assert_cmpint(terminal_end(&terminal), ==, 0);
}

/* The line hangs up: the program ends, whatever signal it gets. */
static void test_hangup(void)
{
    struct terminal terminal = terminal_open("stall");
    wait_for(&terminal, "production-eu");
    close(terminal.fd);
    terminal.fd = -1;
    g_assert_cmpint(terminal_end(&terminal), ==, 128 + SIGHUP);
}

/* The same where nobody sends a signal, for it is not our session's terminal: the end of the input
 * has to do. */
static void test_silent_hangup(void)
{
    struct terminal terminal = {.seen = g_string_new(NULL)};
    struct winsize size = {.ws_row = 50, .ws_col = 160};
    int ours, theirs;
    g_assert_cmpint(openpty(&ours, &theirs, NULL, NULL, &size), ==, 0);
    terminal.fd = ours;
    terminal.pid = fork();
    if (terminal.pid == 0) {
        dup2(theirs, STDIN_FILENO);
        dup2(theirs, STDOUT_FILENO);
        close(theirs);
        close(ours);
        run_child("");
    }
    close(theirs);
    wait_for(&terminal, "production-eu");
    close(terminal.fd);
    terminal.fd = -1;
    g_assert_cmpint(terminal_end(&terminal), ==, 128 + SIGHUP);
}

/* Half a character or half an escape sequence harms nothing. */
static void test_broken_keys(void)
{
    struct terminal terminal = terminal_open("");
    go_to_pods(&terminal);
    type(&terminal, "/\xe6\x97");
    read_until_quiet(&terminal, 200);
    type(&terminal, "\xa5\xff\xc0\x80\033[999;999~\033]0;x\007");
    read_until_quiet(&terminal, 300);
    type(&terminal, "\003\003");
    g_assert_cmpint(terminal_end(&terminal), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/terminal/idle", test_idle);
    g_test_add_func("/terminal/held_key", test_held_key);
    g_test_add_func("/terminal/modes", test_modes);
    g_test_add_func("/terminal/hangup", test_hangup);
    g_test_add_func("/terminal/silent_hangup", test_silent_hangup);
    g_test_add_func("/terminal/broken_keys", test_broken_keys);
    return g_test_run();
}
