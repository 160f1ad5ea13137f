#include "tui/console.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tui/text.h"

/* A line that has no end is shown in parts. */
#define MAX_LINE_BYTES (1 << 16)

typedef struct {
    GOutputStream base;
    int fd;
    GString *line; /* what came of it; NULL: no terminal, nothing is held back */
} Console;

typedef GOutputStreamClass ConsoleClass;

GType console_get_type(void);
G_DEFINE_TYPE(Console, console, G_TYPE_OUTPUT_STREAM)

static gssize write_some(int fd, const char *bytes, size_t len, GError **error)
{
    ssize_t n;
    do
        n = write(fd, bytes, len);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        int code = errno;
        g_set_error(error, G_IO_ERROR, (int)g_io_error_from_errno(code), "standard output: %s",
                    g_strerror(code));
    }
    return n;
}

static bool write_all(int fd, const char *bytes, size_t len, GError **error)
{
    while (len > 0) {
        gssize n = write_some(fd, bytes, len, error);
        if (n < 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* The line, made harmless between its tabs. */
static bool write_line(Console *console, const char *end, GError **error)
{
    g_autoptr(GString) clean = g_string_new(NULL);
    const char *at = console->line->str, *line_end = at + console->line->len;
    for (;;) {
        const char *tab = memchr(at, '\t', (size_t)(line_end - at));
        g_autofree char *part = text_sanitise(at, (tab ? tab : line_end) - at);
        g_string_append(clean, part);
        if (!tab)
            break;
        g_string_append_c(clean, '\t');
        at = tab + 1;
    }
    g_string_append(clean, end);
    g_string_truncate(console->line, 0);
    return write_all(console->fd, clean->str, clean->len, error);
}

static gssize console_write(GOutputStream *stream, const void *buffer, gsize len,
                            GCancellable *cancellable, GError **error)
{
    Console *console = (Console *)stream;
    const char *at = buffer, *end = at + len;
    (void)cancellable;
    if (!console->line)
        return write_some(console->fd, buffer, len, error);
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        g_string_append_len(console->line, at, stop - at);
        if ((newline || console->line->len >= MAX_LINE_BYTES) &&
            !write_line(console, newline ? "\n" : "", error))
            return -1;
        at = newline ? newline + 1 : end;
    }
    return (gssize)len;
}

static gboolean console_close(GOutputStream *stream, GCancellable *cancellable, GError **error)
{
    Console *console = (Console *)stream;
    (void)cancellable;
    return !console->line || console->line->len == 0 || write_line(console, "", error);
}

static void console_finalize(GObject *object)
{
    Console *console = (Console *)object;
    if (console->line)
        g_string_free(console->line, TRUE);
    G_OBJECT_CLASS(console_parent_class)->finalize(object);
}

static void console_class_init(ConsoleClass *class)
{
    G_OBJECT_CLASS(class)->finalize = console_finalize;
    class->write_fn = console_write;
    class->close_fn = console_close;
}

static void console_init(Console *console)
{
    console->fd = -1;
}

GOutputStream *console_new(int fd)
{
    Console *console = g_object_new(console_get_type(), NULL);
    console->fd = fd;
    console->line = isatty(fd) ? g_string_new(NULL) : NULL;
    return &console->base;
}

int console_columns(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int console_lines(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}
