/* go tool trace in the background: starting, here it is, or why not. */
#include "tui/view_browser.h"

#include "tui/gotool.h"
#include "tui/session.h"
#include "tui/text.h"

static char *title(const struct view *view)
{
    g_autofree char *where = bench_title(((const struct bench_view *)view)->bench);
    return g_strdup_printf("%s  in a browser", where);
}

/* Lines from *y on, which moves below them and a free one. */
static void put(struct canvas *canvas, int *y, int x, enum style style, const char *text)
{
    g_auto(GStrv) lines = text_wrap(text, MAX(canvas->width - x - 1, 1));
    for (size_t i = 0; lines[i]; i++)
        canvas_put(canvas, x, (*y)++, -1, style, lines[i]);
    (*y)++;
}

static void draw_ready(const struct gotool *gotool, struct canvas *canvas)
{
    int port = gotool_port(gotool), y = 1;
    g_autofree char *address = g_strdup_printf("http://127.0.0.1:%d", port);
    g_autofree char *ssh =
        gotool_ssh_line(port, g_getenv("SSH_CONNECTION"), g_get_user_name(), g_get_host_name());
    put(canvas, &y, 1, STYLE_GOOD, "go tool trace shows the trace at");
    put(canvas, &y, 3, STYLE_TITLE, address);
    put(canvas, &y, 1, STYLE_NORMAL,
        "Is your browser on another machine? Type this there, then open the address:");
    put(canvas, &y, 3, STYLE_TITLE, ssh);
    put(canvas, &y, 1, STYLE_NORMAL,
        "It runs until the trace is closed, the program ends, or b is pressed here. Esc goes back "
        "to the trace and leaves it running.");
}

static void draw(const struct view *view, struct canvas *canvas)
{
    const struct gotool *gotool = ((const struct bench_view *)view)->bench->gotool;
    int y = 1;
    if (!gotool)
        return;
    switch (gotool_state(gotool)) {
    case GOTOOL_STARTING:
        put(canvas, &y, 1, STYLE_NORMAL,
            "go tool trace reads the trace; a long one takes it a while ...");
        put(canvas, &y, 1, STYLE_DIM, gotool_words(gotool));
        break;
    case GOTOOL_READY:
        draw_ready(gotool, canvas);
        break;
    case GOTOOL_ENDED:
        put(canvas, &y, 1, STYLE_ERROR, "go tool trace has ended. Its last words:");
        put(canvas, &y, 3, STYLE_NORMAL, *gotool_words(gotool) ? gotool_words(gotool) : "(none)");
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
