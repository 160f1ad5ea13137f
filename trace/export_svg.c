/* Feeds the DOT text to a child and waits for the picture. */
#include "trace/export_svg.h"

#include <string.h>

#include "trace/export_dot.h"
#include "trace/printable.h"

static GSubprocess *dot_start(GError **error)
{
    g_autoptr(GError) why = NULL;
    GSubprocess *dot =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                             G_SUBPROCESS_FLAGS_STDERR_PIPE,
                         &why, "dot", "-Tsvg", NULL);
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
    g_autoptr(GSubprocess) dot = dot_start(error);
    if (dot == NULL)
        return false;
    g_autoptr(GBytes) input = g_bytes_new(text->str, text->len);
    g_autoptr(GBytes) picture = NULL, complaint = NULL;
    g_autoptr(GError) why = NULL;
    bool talked = g_subprocess_communicate(dot, input, cancellable, &picture, &complaint, &why);
    if (!talked && g_error_matches(why, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_subprocess_force_exit(dot);
        g_subprocess_wait(dot, NULL, NULL);
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    }
    /* A child that died early breaks the pipe: its own words and status say more than that. */
    g_subprocess_wait(dot, NULL, NULL);
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
