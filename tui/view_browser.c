/* go tool trace in the background: starting, here it is, or why not. */
#include "tui/view_browser.h"

#include "tui/gotool.h"
#include "tui/session.h"

static char *title(const struct view *view)
{
    g_autofree char *where = bench_title(((const struct bench_view *)view)->bench);
    return g_strdup_printf("%s  in a browser", where);
}

static void draw_ready(const struct gotool *gotool, struct canvas *canvas)
{
    int port = gotool_port(gotool);
    g_autofree char *ssh =
        gotool_ssh_line(port, g_getenv("SSH_CONNECTION"), g_get_user_name(), g_get_host_name());
    canvas_put(canvas, 1, 1, -1, STYLE_GOOD, "go tool trace shows the trace at");
    canvas_printf(canvas, 3, 3, -1, STYLE_TITLE, "http://127.0.0.1:%d", port);
    canvas_put(canvas, 1, 5, -1, STYLE_NORMAL,
               "Is your browser on another machine? Type this there, then open the address:");
    canvas_put(canvas, 3, 7, -1, STYLE_TITLE, ssh);
    canvas_put(canvas, 1, 9, -1, STYLE_NORMAL,
               "It runs until the trace is closed, the program ends, or b is pressed here.");
    canvas_put(canvas, 1, 10, -1, STYLE_NORMAL,
               "Esc goes back to the trace and leaves it running.");
}

static void draw(const struct view *view, struct canvas *canvas)
{
    const struct gotool *gotool = ((const struct bench_view *)view)->bench->gotool;
    if (!gotool)
        return;
    switch (gotool_state(gotool)) {
    case GOTOOL_STARTING:
        canvas_put(canvas, 1, 1, -1, STYLE_NORMAL,
                   "go tool trace reads the trace; a long one takes it a while ...");
        canvas_put(canvas, 1, 3, -1, STYLE_DIM, gotool_words(gotool));
        break;
    case GOTOOL_READY:
        draw_ready(gotool, canvas);
        break;
    case GOTOOL_ENDED:
        canvas_put(canvas, 1, 1, -1, STYLE_ERROR, "go tool trace has ended. Its last words:");
        canvas_put(canvas, 3, 3, -1, STYLE_NORMAL,
                   *gotool_words(gotool) ? gotool_words(gotool) : "(none)");
        break;
    }
}

static void end(struct view *view, struct session *session)
{
    struct bench *bench = ((struct bench_view *)view)->bench;
    g_clear_pointer(&bench->gotool, gotool_free);
    session_say(session, STYLE_NORMAL, "go tool trace is ended");
    session_pop(session);
}

static void browser_free(struct view *view)
{
    bench_unref(((struct bench_view *)view)->bench);
    g_free(view);
}

static const struct command commands[] = {
    {"end", "b", "end it", "end go tool trace and go back", end},
    {0},
};

static const struct view_type type = {
    .name = "browser",
    .title = title,
    .draw = draw,
    .commands = commands,
    .free = browser_free,
};

struct view *view_browser_new(struct bench *bench)
{
    struct bench_view *view = g_new0(struct bench_view, 1);
    view->view.type = &type;
    view->bench = bench_ref(bench);
    return &view->view;
}
