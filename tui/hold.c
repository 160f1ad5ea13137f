#include "tui/hold.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "tui/text.h"

/* A program that complains without end does not fill memory or terminal. */
#define MAX_SHOWN_BYTES (64 * 1024)

void hold_begin(struct hold *hold)
{
    hold->saved_fd = hold->file_fd = -1;
    if (!isatty(STDERR_FILENO))
        return;
    g_autofree char *name = g_build_filename(g_get_tmp_dir(), "tracetui-XXXXXX", NULL);
    int file_fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
    if (file_fd < 0)
        return;
    g_unlink(name);
    hold->saved_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (hold->saved_fd < 0) {
        close(file_fd);
        return;
    }
    hold->file_fd = file_fd;
    fflush(stderr);
    dup2(file_fd, STDERR_FILENO);
}

static void give_back(struct hold *hold)
{
    dup2(hold->saved_fd, STDERR_FILENO);
    close(hold->saved_fd);
    hold->saved_fd = -1;
    lseek(hold->file_fd, 0, SEEK_SET);
}

void hold_end(struct hold *hold)
{
    if (hold->saved_fd < 0)
        return;
    fflush(stderr);
    give_back(hold);
    g_autofree char *bytes = g_malloc(MAX_SHOWN_BYTES);
    ssize_t len = read(hold->file_fd, bytes, MAX_SHOWN_BYTES);
    close(hold->file_fd);
    const char *line = bytes, *end = bytes + MAX(len, 0);
    while (line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        g_autofree char *clean = text_sanitise(line, stop - line);
        fprintf(stderr, "%s\n", clean);
        line = stop + 1;
    }
}

void hold_end_in_signal(struct hold *hold)
{
    if (hold->saved_fd < 0)
        return;
    give_back(hold);
    char bytes[512];
    ssize_t len;
    while ((len = read(hold->file_fd, bytes, sizeof bytes)) > 0) {
        for (ssize_t i = 0; i < len; i++) {
            bool text = (bytes[i] >= ' ' && bytes[i] < 127) || bytes[i] == '\n';
            bytes[i] = text ? bytes[i] : '?';
        }
        if (write(STDERR_FILENO, bytes, (size_t)len) < 0)
            break;
    }
}
