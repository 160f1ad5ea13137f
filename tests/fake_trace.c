/* A trace that is read at once and shown as one line, in place of libtrace and its screens. */
#include "tests/fake_trace.h"

#include "tui/session.h"
#include "tui/view_side.h"
#include "tui/view_trace.h"

bool fake_trace_is_damaged;

struct trace *trace_open(const char *path, unsigned parts, GCancellable *cancellable,
                         uint64_t *progress, GError **error)
{
    (void)parts, (void)cancellable, (void)progress;
    if (fake_trace_is_damaged) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: this is no Go execution trace",
                    path);
        return NULL;
    }
    struct trace *trace = g_new0(struct trace, 1);
    trace->path = g_strdup(path);
    return trace;
}

struct fake_trace_view {
    struct view view;
    char *text;
};

static char *trace_title(const struct view *view)
{
    (void)view;
    return g_strdup("trace");
}

static void trace_draw(const struct view *view, struct canvas *canvas)
{
    canvas_put(canvas, 1, 1, -1, STYLE_NORMAL, ((const struct fake_trace_view *)view)->text);
    canvas_fill(canvas, 1, 3, 40, 1, STYLE_RUNNING);
    canvas_fill(canvas, 41, 3, 10, 1, STYLE_SYSCALL);
}

static void trace_view_free(struct view *view)
{
    g_free(((struct fake_trace_view *)view)->text);
    g_free(view);
}

static void lend(struct view *view, struct session *session)
{
    static const char *const argv[] = {"sh", "-c", "echo it is mine; read line; exit 3", NULL};
    (void)view;
    session_lend_terminal(session, argv);
}

struct view *view_trace_new(struct trace *trace, const char *origin)
{
    static const struct command commands[] = {
        {"lend", "x", "lend", "let another program have the terminal", lend}, {0}};
    static const struct view_type type = {
        .name = "trace",
        .title = trace_title,
        .draw = trace_draw,
        .commands = commands,
        .free = trace_view_free,
    };
    struct fake_trace_view *self = g_new0(struct fake_trace_view, 1);
    self->view.type = &type;
    self->text = g_strdup_printf("a trace of %s", origin ? origin : trace->path);
    g_free(trace->path);
    g_free(trace);
    return &self->view;
}

void session_open_side(struct session *session, const char *const *files, const char *const *names,
                       size_t n)
{
    struct trace *trace = g_new0(struct trace, 1);
    g_autofree char *first = g_path_get_basename(files[0]);
    trace->path = g_strdup_printf("%zu pods, the first of them %s: %s", n, names[0], first);
    session_push(session, view_trace_new(trace, NULL));
}
