#include "tui/session.h"

#include <string.h>

#include "tui/complete.h"
#include "tui/frame.h"
#include "tui/help.h"
#include "tui/job.h"
#include "tui/prompt.h"
#include "tui/workbench.h"

typedef void prompt_fn(const char *text, struct view *view, struct session *session);

struct session {
    const struct workbench_calls *calls;
    void *data;
    GPtrArray *views; /* the last one is on the screen */
    int width, height;
    struct config *config;
    GError *config_error;
    struct client *client;
    GPtrArray *jobs; /* the last one is shown, and stopped by Esc */
    char *message;
    enum style message_style;
    struct { /* what is being typed at the bottom */
        struct prompt *prompt;
        char *label, *hint;
        struct view *view;
        prompt_fn *changed, *done;
    } typing;
    bool ending;
};

/* --- views --- */

static struct view *top_view(const struct session *session)
{
    return g_ptr_array_index(session->views, session->views->len - 1);
}

static void stop_typing(struct session *session)
{
    g_clear_pointer(&session->typing.prompt, prompt_free);
    g_clear_pointer(&session->typing.label, g_free);
    g_clear_pointer(&session->typing.hint, g_free);
    session->typing.view = NULL;
}

/* The view on top is there (again), or has another size. */
static void show_top(struct session *session)
{
    struct view *view = top_view(session);
    view->width = session->width;
    view->height = frame_view_height(session->height);
    if (view->type->shown)
        view->type->shown(view, session);
    session_redraw(session);
}

void session_push(struct session *session, struct view *view)
{
    g_ptr_array_add(session->views, view);
    show_top(session);
}

static void drop_top(struct session *session)
{
    struct view *view = top_view(session);
    if (session->typing.view == view)
        stop_typing(session);
    g_ptr_array_set_size(session->views, (int)session->views->len - 1);
    view->type->free(view);
}

void session_pop(struct session *session)
{
    if (session->views->len == 1) {
        session_say(session, STYLE_NORMAL, "this is the first screen; q quits");
        return;
    }
    drop_top(session);
    show_top(session);
}

void session_redraw(struct session *session)
{
    if (!session->ending)
        session->calls->redraw(session->data);
}

void session_say(struct session *session, enum style style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_free(session->message);
    session->message = g_strdup_vprintf(format, arguments);
    session->message_style = style;
    va_end(arguments);
    session_redraw(session);
}

void session_quit(struct session *session)
{
    session->calls->quit(session->data);
}

void session_lend_terminal(struct session *session, const char *const *argv)
{
    session->calls->lend(argv, session->data);
}

/* --- the connection --- */

struct client *session_client(struct session *session)
{
    return session->client;
}

const struct config *session_config(const struct session *session)
{
    return session->config;
}

const GError *session_config_error(const struct session *session)
{
    return session->config_error;
}

bool session_connect(struct session *session, const char *context, GError **error)
{
    g_return_val_if_fail(session->config, false);
    struct login *login = config_login(session->config, context, error);
    if (!login)
        return false;
    struct client *client = client_new(login, NULL, NULL, error);
    if (!client)
        return false;
    client_set_lender(client, session->calls->lender, session->data);
    g_clear_pointer(&session->client, client_free);
    session->client = client;
    return true;
}

/* --- typing --- */

static void begin_typing(struct session *session, const char *label, const char *initial,
                         prompt_fn *changed, prompt_fn *done)
{
    stop_typing(session);
    session->typing.prompt = prompt_new(initial);
    session->typing.label = g_strdup(label);
    session->typing.view = top_view(session);
    session->typing.changed = changed;
    session->typing.done = done;
    session_redraw(session);
}

void session_prompt(struct session *session, const char *label, const char *initial,
                    void (*done)(const char *text, struct view *view, struct session *session))
{
    g_autofree char *spaced = g_strconcat(label, " ", NULL);
    begin_typing(session, spaced, initial, NULL, done);
}

void session_prompt_live(struct session *session, const char *label, const char *initial,
                         void (*changed)(const char *text, struct view *view,
                                         struct session *session),
                         void (*done)(const char *text, struct view *view, struct session *session))
{
    begin_typing(session, label, initial, changed, done);
}

/* The prompt is gone before `done` runs, which may open the next one. */
static void end_typing(struct session *session, bool given_up)
{
    g_autofree char *text = g_strdup(prompt_text(session->typing.prompt));
    struct view *view = session->typing.view;
    prompt_fn *done = session->typing.done;
    stop_typing(session);
    session_redraw(session);
    done(given_up ? NULL : text, view, session);
}

/* --- jobs --- */

static void job_finished(struct job *job, void *owner)
{
    struct session *session = owner;
    g_ptr_array_remove(session->jobs, job);
    job->done(job->data, session);
    job_free(job);
    session_redraw(session);
}

void session_job(struct session *session, const char *what, session_work_fn *work,
                 session_done_fn *done, void *data)
{
    struct job *job = job_start(what, work, done, data, job_finished, session);
    g_ptr_array_add(session->jobs, job);
    session_redraw(session);
}

void session_job_progress(struct session *session, const uint64_t *progress, uint64_t total)
{
    g_return_if_fail(session->jobs->len > 0);
    struct job *job = g_ptr_array_index(session->jobs, session->jobs->len - 1);
    job->progress = progress;
    job->total = total;
}

bool session_is_busy(const struct session *session)
{
    return session->jobs->len > 0;
}

/* --- the commands of every view --- */

static void run_back(struct view *view, struct session *session)
{
    (void)view;
    session_pop(session);
}

static void run_quit(struct view *view, struct session *session)
{
    (void)view;
    session_quit(session);
}

static void run_repaint(struct view *view, struct session *session)
{
    (void)view;
    session->calls->repaint(session->data);
}

static void run_suspend(struct view *view, struct session *session)
{
    (void)view;
    session->calls->suspend(session->data);
}

static void run_help(struct view *view, struct session *session);
static void run_command(struct view *view, struct session *session);

static const struct command global_commands[] = {
    {"back", "esc left h backspace", "back", "to the screen before", run_back},
    {"help", "?", "help", "all keys of this screen", run_help},
    {"quit", "q ^C", "quit", "leave the program", run_quit},
    {"command", ":", NULL, "type a command by its name; tab completes", run_command},
    {"repaint", "^L", NULL, "draw the whole screen anew", run_repaint},
    {"suspend", "^Z", NULL, "stop the program, back to the shell; fg goes on", run_suspend},
    {0},
};

static void run_help(struct view *view, struct session *session)
{
    session_push(session, help_new(view->type->name, view->type->commands, global_commands));
}

static void command_changed(const char *text, struct view *view, struct session *session)
{
    g_free(session->typing.hint);
    session->typing.hint = complete_names(view->type->commands, global_commands, text);
    session_redraw(session);
}

static void command_done(const char *text, struct view *view, struct session *session)
{
    if (!text || !*text)
        return;
    const struct command *row = complete_find(view->type->commands, global_commands, text);
    if (row)
        row->run(view, session);
    else
        session_say(session, STYLE_ERROR, "no command is called \"%s\"; ? shows all", text);
}

static void run_command(struct view *view, struct session *session)
{
    begin_typing(session, ":", "", command_changed, command_done);
    command_changed("", view, session);
}

static void complete_command(struct session *session)
{
    const char *typed = prompt_text(session->typing.prompt);
    const struct command *commands = session->typing.view->type->commands;
    g_autofree char *text = complete_text(commands, global_commands, typed);
    prompt_set(session->typing.prompt, text);
    command_changed(text, session->typing.view, session);
}

/* --- keys --- */

static const struct command *find_command(const struct command *commands, int key)
{
    for (const struct command *row = commands; row->name; row++) {
        if (key_in(row->keys, key))
            return row;
    }
    return NULL;
}

static void view_key(struct session *session, int key)
{
    struct view *view = top_view(session);
    const struct command *row = find_command(view->type->commands, key);
    if (!row && view->type->key && view->type->key(view, session, key))
        return;
    if (!row)
        row = find_command(global_commands, key);
    if (row)
        row->run(view, session);
}

static void typing_key(struct session *session, int key)
{
    if (key == TKEY_RETURN) {
        end_typing(session, false);
        return;
    }
    if (key == TKEY_ESCAPE || key == TKEY_CTRL_C) {
        end_typing(session, true);
        return;
    }
    if (key == TKEY_TAB && session->typing.done == command_done) {
        complete_command(session);
        return;
    }
    if (key == TKEY_BACKSPACE && *prompt_text(session->typing.prompt) == '\0') {
        end_typing(session, true);
        return;
    }
    switch (prompt_key(session->typing.prompt, key)) {
    case PROMPT_CHANGED:
        if (session->typing.changed)
            session->typing.changed(prompt_text(session->typing.prompt), session->typing.view,
                                    session);
        session_redraw(session);
        break;
    case PROMPT_TAKEN:
        session_redraw(session);
        break;
    case PROMPT_NOT_MINE:
        if (session->typing.changed && key >= TKEY_FIRST_SPECIAL)
            view_key(session, key);
        break;
    }
}

void session_key(struct session *session, int key)
{
    if (session->message) {
        g_clear_pointer(&session->message, g_free);
        session_redraw(session);
    }
    if (session->width < FRAME_MIN_WIDTH || session->height < FRAME_MIN_HEIGHT) {
        if (key == 'q' || key == TKEY_CTRL_C)
            session_quit(session);
        return;
    }
    if (session->typing.prompt) {
        typing_key(session, key);
        return;
    }
    if (key == TKEY_ESCAPE && session->jobs->len > 0) {
        struct job *job = g_ptr_array_index(session->jobs, session->jobs->len - 1);
        g_cancellable_cancel(job->cancellable);
        session_redraw(session);
        return;
    }
    view_key(session, key);
}

/* --- the page --- */

static char *job_line(const struct session *session)
{
    const struct job *job = g_ptr_array_index(session->jobs, session->jobs->len - 1);
    g_autofree char *text = job_text(job);
    return g_strdup_printf("%s  (esc stops it)", text);
}

void session_draw(struct session *session, struct canvas *canvas)
{
    if (canvas->width != session->width || canvas->height != session->height) {
        session->width = canvas->width;
        session->height = canvas->height;
        show_top(session);
    }
    g_autofree char *job = session->jobs->len && !session->message ? job_line(session) : NULL;
    struct page_frame frame = {
        .view = top_view(session),
        .globals = global_commands,
        .message_style = session->message ? session->message_style : STYLE_NORMAL,
        .message = session->message ? session->message : job,
        .prompt_label = session->typing.label,
        .prompt = session->typing.prompt,
        .prompt_hint = session->typing.hint,
    };
    frame_draw(&frame, canvas);
}

/* --- begin and end --- */

struct session *session_new(struct config *config, const GError *config_error,
                            const struct workbench_calls *calls, void *data)
{
    struct session *session = g_new0(struct session, 1);
    session->calls = calls;
    session->data = data;
    session->config = config;
    session->config_error = config_error ? g_error_copy(config_error) : NULL;
    session->views = g_ptr_array_new();
    session->jobs = g_ptr_array_new();
    session->width = 80;
    session->height = 24;
    return session;
}

void session_free(struct session *session)
{
    if (!session)
        return;
    session->ending = true;
    for (size_t i = 0; i < session->jobs->len; i++) {
        struct job *job = g_ptr_array_index(session->jobs, i);
        g_cancellable_cancel(job->cancellable);
    }
    while (session->jobs->len > 0)
        g_main_context_iteration(NULL, TRUE);
    stop_typing(session);
    while (session->views->len > 0)
        drop_top(session);
    g_clear_pointer(&session->client, client_free);
    g_clear_pointer(&session->config, config_free);
    g_clear_error(&session->config_error);
    g_ptr_array_unref(session->jobs);
    g_ptr_array_unref(session->views);
    g_free(session->message);
    g_free(session);
}
