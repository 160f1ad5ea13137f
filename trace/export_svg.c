/* Feeds the DOT text to a child and waits for the picture. */
#include "config.h"

#include "trace/export_svg.h"

#include <string.h>
#include <unistd.h>

#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>

#include "trace/export_dot.h"
#include "trace/printable.h"

/* The text as a file without a name, to be read from its beginning; -1: error is set. A pipe would
 * break under us when the child dies before it has read all, and its last words would be lost. */
static int input_open(const GString *text, GError **error)
{
    g_autofree char *name = NULL;
    int fd = g_file_open_tmp("tracetui-XXXXXX", &name, error);
    if (fd < 0)
        return -1;
    g_unlink(name);
    g_autoptr(GOutputStream) out = g_unix_output_stream_new(fd, FALSE);
    if (!g_output_stream_write_all(out, text->str, text->len, NULL, NULL, error)) {
        close(fd);
        return -1;
    }
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static GSubprocess *dot_start(const GString *text, GError **error)
{
    int fd = input_open(text, error);
    if (fd < 0)
        return NULL;
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_subprocess_launcher_take_stdin_fd(launcher, fd);
    g_autoptr(GError) why = NULL;
    GSubprocess *dot = g_subprocess_launcher_spawn(launcher, &why, "dot", "-Tsvg", NULL);
    if (dot != NULL)
        return dot;
    if (g_error_matches(why, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
        g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_USAGE,
                            "there is no program \"dot\" here; try: install the package graphviz, "
                            "or write a .dot file and draw it elsewhere");
    else
        g_set_error(error, TRACE_ERROR, TRACE_ERROR_USAGE, "dot: %s", why->message);
    return NULL;
}

/* What a child said, as one printable line. */
static char *words_of(GBytes *bytes)
{
    gsize len = 0;
    const char *at = bytes == NULL ? "" : g_bytes_get_data(bytes, &len);
    g_autofree char *text = g_strndup(at == NULL ? "" : at, len);
    g_strstrip(text);
    g_strdelimit(text, "\n\t", ' ');
    return printable_new((struct slice){text, strlen(text)});
}

bool export_svg(const struct trace *trace, const char *kind, GOutputStream *out,
                GCancellable *cancellable, GError **error)
{
    g_autoptr(GString) text = export_dot_text(trace, kind, error);
    if (text == NULL)
        return false;
    g_autoptr(GSubprocess) dot = dot_start(text, error);
    if (dot == NULL)
        return false;
    g_autoptr(GBytes) picture = NULL, complaint = NULL;
    g_autoptr(GError) why = NULL;
    bool talked = g_subprocess_communicate(dot, NULL, cancellable, &picture, &complaint, &why);
    if (!talked)
        g_subprocess_force_exit(dot);
    g_subprocess_wait(dot, NULL, NULL);
    if (g_error_matches(why, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    }
    if (!talked || !g_subprocess_get_successful(dot)) {
        g_autofree char *words = words_of(complaint);
        const char *said = words[0] != '\0' ? words
                           : why != NULL    ? why->message
                                            : "it says nothing";
        g_set_error(error, TRACE_ERROR, TRACE_ERROR_USAGE, "dot failed: %s", said);
        return false;
    }
    gsize len;
    const void *at = g_bytes_get_data(picture, &len);
    return g_output_stream_write_all(out, at, len, NULL, cancellable, error);
}
