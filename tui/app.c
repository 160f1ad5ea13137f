#include "tui/app.h"

#include <signal.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>

#include "tui/key.h"
#include "tui/term.h"
#include "tui/text.h"
#include "tui/view_cluster.h"
#include "tui/workbench.h"

/* Never more than 30 frames a second: what comes faster is drawn together. */
#define FRAME_US (G_USEC_PER_SEC / 30)
#define TICK_MS 250

/* So long a ^C of the program that had the terminal may be on its way to us. */
#define LENT_INTERRUPT_US (G_USEC_PER_SEC / 2)

/* Keys go before everything else, so that no flood of data makes them wait. */
#define KEY_PRIORITY (G_PRIORITY_DEFAULT - 10)
/* ... and signals before keys, so that none keeps the program from ending. */
#define SIGNAL_PRIORITY (G_PRIORITY_DEFAULT - 20)

struct app {
    GMainLoop *loop;
    struct session *session;
    struct canvas *canvas;
    guint tty_source, stop_source, frame_source, tick_source;
    gint64 last_frame_us;
    bool repaint;         /* the next frame draws all */
    bool lent;            /* somebody else has the terminal */
    gint64 taken_back_us; /* when it was ours again; 0: it was never lent */
    int status;
    GError *error;
};

/* --- frames --- */

static gboolean draw_frame(gpointer data)
{
    struct app *app = data;
    app->frame_source = 0;
    app->last_frame_us = g_get_monotonic_time();
    if (app->lent)
        return G_SOURCE_REMOVE;
    if (app->canvas->width != term_width() || app->canvas->height != term_height())
        canvas_resize(app->canvas, term_width(), term_height());
    session_draw(app->session, app->canvas);
    term_show(app->canvas, app->repaint);
    app->repaint = false;
    return G_SOURCE_REMOVE;
}

static gboolean on_tick(gpointer data);

static void want_frame(void *data)
{
    struct app *app = data;
    if (!app->tick_source && session_is_busy(app->session))
        app->tick_source = g_timeout_add(TICK_MS, on_tick, app);
    if (app->frame_source)
        return;
    gint64 wait_us = app->last_frame_us + FRAME_US - g_get_monotonic_time();
    app->frame_source = g_timeout_add((guint)(MAX(wait_us, 0) / 1000), draw_frame, app);
}

static void want_repaint(void *data)
{
    struct app *app = data;
    app->repaint = true;
    want_frame(app);
}

/* While something turns on the screen. */
static gboolean on_tick(gpointer data)
{
    struct app *app = data;
    want_frame(app);
    if (session_is_busy(app->session))
        return G_SOURCE_CONTINUE;
    app->tick_source = 0;
    return G_SOURCE_REMOVE;
}

/* --- the way out --- */

static void quit(void *data)
{
    struct app *app = data;
    g_main_loop_quit(app->loop);
}

static gboolean end_by_signal(struct app *app, int number)
{
    app->status = 128 + number;
    quit(app);
    return G_SOURCE_CONTINUE;
}

static gboolean on_sigterm(gpointer data)
{
    return end_by_signal(data, SIGTERM);
}

static gboolean on_sighup(gpointer data)
{
    return end_by_signal(data, SIGHUP);
}

static gboolean on_sigint(gpointer data)
{
    struct app *app = data;
    /* ^C is meant for the program that has the terminal. Both of us get it, and when that program
     * dies of it, its death can be seen before the signal is. */
    if (app->lent ||
        (app->taken_back_us && g_get_monotonic_time() - app->taken_back_us < LENT_INTERRUPT_US))
        return G_SOURCE_CONTINUE;
    return end_by_signal(app, SIGINT);
}

/* --- keys and the terminal --- */

static gboolean on_tty(gint fd, GIOCondition condition, gpointer data)
{
    struct app *app = data;
    int key;
    enum term_key got;
    (void)fd, (void)condition;
    while ((got = term_read_key(&key)) == TERM_KEY)
        session_key(app->session, key);
    if (got != TERM_GONE)
        return G_SOURCE_CONTINUE;
    app->tty_source = 0;
    end_by_signal(app, SIGHUP);
    return G_SOURCE_REMOVE;
}

static void watch_tty(struct app *app)
{
    app->tty_source = g_unix_fd_add_full(KEY_PRIORITY, term_fd(), G_IO_IN | G_IO_HUP | G_IO_ERR,
                                         on_tty, app, NULL);
}

static gboolean on_sigwinch(gpointer data)
{
    struct app *app = data;
    if (!app->lent && term_resize())
        want_repaint(app);
    return G_SOURCE_CONTINUE;
}

static gboolean on_stop(gint fd, GIOCondition condition, gpointer data)
{
    struct app *app = data;
    (void)fd, (void)condition;
    if (term_stopped())
        want_repaint(app);
    return G_SOURCE_CONTINUE;
}

static void suspend(void *data)
{
    struct app *app = data;
    term_suspend();
    want_repaint(app);
}

/* --- somebody else has the terminal --- */

static void take_back(struct app *app)
{
    app->lent = false;
    app->taken_back_us = g_get_monotonic_time();
    term_enter();
    watch_tty(app);
    want_repaint(app);
}

static void on_child(GPid pid, gint wait_status, gpointer data)
{
    struct app *app = data;
    g_autoptr(GError) error = NULL;
    g_spawn_close_pid(pid);
    take_back(app);
    if (!g_spawn_check_wait_status(wait_status, &error))
        session_say(app->session, STYLE_WARNING, "%s", error->message);
}

static bool give_away(void *data)
{
    struct app *app = data;
    if (app->lent)
        return false;
    g_clear_handle_id(&app->tty_source, g_source_remove);
    app->lent = true;
    term_leave();
    return true;
}

static void lend(const char *const *argv, void *data)
{
    struct app *app = data;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) copy = g_strdupv((char **)(uintptr_t)argv);
    GPid pid;
    if (!give_away(app))
        return;
    if (g_spawn_async(NULL, copy, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                          G_SPAWN_CHILD_INHERITS_STDIN,
                      NULL, NULL, &pid, &error)) {
        g_child_watch_add(pid, on_child, app);
        return;
    }
    take_back(app);
    session_say(app->session, STYLE_ERROR, "%s", error->message);
}

/* A login plugin is in a process group of its own, as a shell's job is. */
static void give_to_group(int group, void *data)
{
    (void)data;
    term_give(group);
}

static void take_back_from_group(void *data)
{
    term_give(getpgrp());
    take_back(data);
}

static void say_for_group(const char *bytes, size_t len, void *data)
{
    g_autofree char *clean = text_sanitise_lines(bytes, len);
    (void)data;
    term_say(clean);
}

/* --- begin and end --- */

static const struct lender lender = {
    .leave = give_away,
    .give = give_to_group,
    .take_back = take_back_from_group,
    .say = say_for_group,
};

static const struct workbench_calls calls = {
    .redraw = want_frame,
    .repaint = want_repaint,
    .suspend = suspend,
    .lend = lend,
    .quit = quit,
    .lender = &lender,
};

static void run(struct app *app, const struct app_options *options)
{
    const guint signals[] = {
        g_unix_signal_add_full(SIGNAL_PRIORITY, SIGTERM, on_sigterm, app, NULL),
        g_unix_signal_add_full(SIGNAL_PRIORITY, SIGHUP, on_sighup, app, NULL),
        g_unix_signal_add_full(SIGNAL_PRIORITY, SIGINT, on_sigint, app, NULL),
        g_unix_signal_add_full(SIGNAL_PRIORITY, SIGWINCH, on_sigwinch, app, NULL),
    };
    if (term_start(&app->error)) {
        app->canvas = canvas_new(term_width(), term_height(), term_is_ascii());
        watch_tty(app);
        app->stop_source = g_unix_fd_add(term_stop_fd(), G_IO_IN, on_stop, app);
        session_push(app->session, view_contexts_new(app->session));
        if (options->trace_path)
            session_open_trace(app->session, options->trace_path, NULL);
        if (term_notice())
            session_say(app->session, STYLE_WARNING, "%s", term_notice());
        want_frame(app);
        g_main_loop_run(app->loop);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        g_source_remove(signals[i]);
}

int app_run(const struct app_options *options, GError **error)
{
    struct app app = {.loop = g_main_loop_new(NULL, FALSE)};
    signal(SIGPIPE, SIG_IGN);
    app.session = session_new(options->config, options->config_error, &calls, &app);
    run(&app, options);
    if (app.lent) { /* a plugin ends and gives the terminal back before we do */
        session_free(app.session);
        app.session = NULL;
    }
    g_clear_handle_id(&app.tty_source, g_source_remove);
    g_clear_handle_id(&app.stop_source, g_source_remove);
    term_stop();
    session_free(app.session);
    g_clear_handle_id(&app.frame_source, g_source_remove);
    g_clear_handle_id(&app.tick_source, g_source_remove);
    canvas_free(app.canvas);
    g_main_loop_unref(app.loop);
    if (!app.error)
        return app.status;
    g_propagate_error(error, app.error);
    return 1;
}
