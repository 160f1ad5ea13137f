/* Standard output: exact for pipes, harmless for terminals. */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tui/console.h"

static const char dangerous[] = "main.\033]0;owned\007f\n\tG=1 \xc2\x9b\x31m\xff end";

static void write_and_close(int fd, size_t step)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GOutputStream) out = console_new(fd);
    for (size_t i = 0; i < strlen(dangerous); i += step)
        g_assert_true(g_output_stream_write_all(
            out, dangerous + i, MIN(step, strlen(dangerous) - i), NULL, NULL, &error));
    g_assert_true(g_output_stream_close(out, NULL, &error));
    g_assert_no_error(error);
}

static void test_pipe(void)
{
    int ends[2];
    char bytes[200] = "";
    g_assert_cmpint(pipe(ends), ==, 0);
    write_and_close(ends[1], 7);
    g_assert_cmpint(read(ends[0], bytes, sizeof bytes - 1), ==, (int)strlen(dangerous));
    g_assert_cmpstr(bytes, ==, dangerous);
    close(ends[0]);
    close(ends[1]);
}

/* However the bytes are cut, also in the middle of a character. */
static void test_terminal(gconstpointer step)
{
    int ours, theirs;
    char bytes[200] = "";
    const char *expected = "main.\\x1b]0;owned\\x07f\n\tG=1 \\u{9b}1m\\xff end";
    struct termios modes;
    g_assert_cmpint(openpty(&ours, &theirs, NULL, NULL, NULL), ==, 0);
    tcgetattr(theirs, &modes);
    cfmakeraw(&modes);
    tcsetattr(theirs, TCSANOW, &modes);
    write_and_close(theirs, GPOINTER_TO_SIZE(step));
    /* A terminal gives out what was written in as many parts as it likes. */
    for (size_t len = 0; len < strlen(expected);) {
        struct pollfd line = {.fd = ours, .events = POLLIN};
        g_assert_cmpint(poll(&line, 1, 10000), ==, 1);
        ssize_t n = read(ours, bytes + len, sizeof bytes - 1 - len);
        g_assert_cmpint(n, >, 0);
        len += (size_t)n;
    }
    g_assert_cmpstr(bytes, ==, expected);
    close(ours);
    close(theirs);
}

static void test_full(void)
{
    g_autoptr(GError) error = NULL;
    int fd = open("/dev/full", O_WRONLY);
    if (fd < 0) {
        g_test_skip("no /dev/full");
        return;
    }
    g_autoptr(GOutputStream) out = console_new(fd);
    g_assert_false(g_output_stream_write_all(out, "x", 1, NULL, NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
    g_assert_true(g_str_has_prefix(error->message, "standard output: "));
    close(fd);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/console/pipe", test_pipe);
    g_test_add_data_func("/console/terminal/whole", GSIZE_TO_POINTER(1000), test_terminal);
    g_test_add_data_func("/console/terminal/bytes", GSIZE_TO_POINTER(1), test_terminal);
    g_test_add_func("/console/full", test_full);
    return g_test_run();
}
