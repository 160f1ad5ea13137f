#include "kube/plugin_run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <gio/gio.h>
#include <glib-unix.h>

#include "kube/loop_source.h"

#define LOOK_MS 100       /* how often it is looked after */
#define MOMENT_US 1000000 /* what it has written is shown when it takes longer */
#define MAX_STDERR 4096   /* kept */
#define LAST_LINES 3      /* shown in a message */
#define END_TRIES 20      /* of END_WAIT_US each, before it is killed */
#define END_WAIT_US 2500

struct plugin_run {
    const struct plugin *plugin;
    const struct lender *lender; /* NULL: none */
    void *lender_data;
    plugin_run_fn *done;
    void *data;

    GMainContext *context;
    GPid pid; /* 0: none (any more) */
    bool own_group;
    struct termios before; /* how our standard input was set, when it inherited that */
    bool was_set;
    bool asks; /* it has the terminal from the beginning */
    bool lent; /* ... got it later, or may say what it has to */
    int64_t began_us;
    int out_fd, err_fd;              /* -1: closed */
    GSource *out, *err, *end, *look; /* NULL: none */
    char *answer; /* PLUGIN_MAX_ANSWER + 1 bytes, so that it never moves in memory */
    size_t answer_len;
    GString *words; /* the end of what it wrote to its standard error */
    GError *early;
};

static void clear_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void signal_it(const struct plugin_run *run, int number)
{
    kill(run->own_group ? -run->pid : run->pid, number);
}

static bool ends_in_a_moment(const struct plugin_run *run)
{
    for (int i = 0; i < END_TRIES; i++) {
        g_usleep(END_WAIT_US);
        if (waitpid(run->pid, NULL, WNOHANG) != 0)
            return true;
    }
    return false;
}

static void forget(GPid pid, gint status, gpointer data)
{
    (void)status;
    (void)data;
    g_spawn_close_pid(pid);
}

/* Asks it to end, gives it a moment for that, and sees that nothing is left. */
static void end_program(struct plugin_run *run)
{
    bool ended;

    if (run->pid == 0)
        return;
    signal_it(run, SIGTERM);
    signal_it(run, SIGCONT);
    ended = ends_in_a_moment(run);
    signal_it(run, SIGKILL);
    /* One that became somebody else (sudo) cannot be ended, and is not waited for. */
    if (!ended && !ends_in_a_moment(run))
        g_child_watch_add(run->pid, forget, NULL);
    run->pid = 0;
}

/* Somebody who gives up in the midst of a password wants to see again what is typed. */
static void restore_input(struct plugin_run *run)
{
    if (run->was_set && tcgetpgrp(STDIN_FILENO) == getpgrp())
        tcsetattr(STDIN_FILENO, TCSANOW, &run->before);
    run->was_set = false;
}

static void take_back(struct plugin_run *run)
{
    restore_input(run);
    if (run->lent && run->lender->take_back != NULL)
        run->lender->take_back(run->lender_data);
    run->lent = false;
}

static void unwatch_program(struct plugin_run *run)
{
    loop_source_clear(&run->out);
    loop_source_clear(&run->err);
    loop_source_clear(&run->end);
    end_program(run);
    clear_fd(&run->out_fd);
    clear_fd(&run->err_fd);
}

static void run_free(struct plugin_run *run)
{
    loop_source_clear(&run->look);
    unwatch_program(run);
    take_back(run);
    explicit_bzero(run->answer, run->answer_len);
    g_free(run->answer);
    g_string_free(run->words, TRUE);
    g_clear_error(&run->early);
    g_main_context_unref(run->context);
    g_free(run);
}

void plugin_run_cancel(struct plugin_run *run)
{
    if (run != NULL)
        run_free(run);
}

/* Takes the error over. */
static void finish(struct plugin_run *run, struct plugin_answer *answer, GError *why)
{
    plugin_run_fn *done = run->done;
    void *data = run->data;
    g_autoptr(GError) error = why;

    run_free(run);
    done(error == NULL ? answer : NULL, error, data);
}

static void fail(struct plugin_run *run, const char *why)
{
    GError *error = NULL;

    plugin_fail(run->plugin, &error, "%s", why);
    finish(run, NULL, error);
}

/* Its last lines as one; "" when it wrote none. */
static char *last_words(const struct plugin_run *run)
{
    g_auto(GStrv) lines = g_strsplit(run->words->str, "\n", -1);
    g_autoptr(GStrvBuilder) kept = g_strv_builder_new();
    g_auto(GStrv) last = NULL;
    guint n = 0, i = 0;

    for (char **line = lines; *line != NULL; line++)
        n += *g_strstrip(*line) != '\0';
    for (char **line = lines; *line != NULL; line++)
        if (**line != '\0' && i++ + LAST_LINES >= n)
            g_strv_builder_add(kept, *line);
    last = g_strv_builder_end(kept);
    return g_strjoinv(" / ", last);
}

static void show_words(struct plugin_run *run, const char *bytes, size_t len)
{
    if (run->lent && run->lender->say != NULL && len > 0)
        run->lender->say(bytes, len, run->lender_data);
}

static void keep_words(struct plugin_run *run, const char *bytes, size_t len)
{
    show_words(run, bytes, len);
    for (size_t i = 0; i < len; i++)
        g_string_append_c(run->words, bytes[i] != '\0' ? bytes[i] : ' ');
    if (run->words->len > MAX_STDERR)
        g_string_erase(run->words, 0, (gssize)(run->words->len - MAX_STDERR));
}

/* 1: something was read; 0: nothing is there now; -1: the end. */
static int read_words(struct plugin_run *run)
{
    char buffer[1024];
    ssize_t n = read(run->err_fd, buffer, sizeof buffer);

    if (n > 0)
        keep_words(run, buffer, (size_t)n);
    return n > 0 ? 1 : n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static int read_answer(struct plugin_run *run)
{
    size_t room = PLUGIN_MAX_ANSWER + 1 - run->answer_len;
    ssize_t n = room > 0 ? read(run->out_fd, run->answer + run->answer_len, room) : -1;

    if (n > 0)
        run->answer_len += (size_t)n;
    return n > 0 ? 1 : n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static gboolean on_words(gint fd, GIOCondition condition, gpointer data)
{
    (void)fd;
    (void)condition;
    return read_words((struct plugin_run *)data) >= 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean on_answer(gint fd, GIOCondition condition, gpointer data)
{
    struct plugin_run *run = (struct plugin_run *)data;
    int got = read_answer(run);

    (void)fd;
    (void)condition;
    if (run->answer_len > PLUGIN_MAX_ANSWER) {
        g_autofree char *why =
            g_strdup_printf("answered with more than %u KiB", PLUGIN_MAX_ANSWER >> 10);

        fail(run, why);
        return G_SOURCE_REMOVE;
    }
    return got >= 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void fail_by_status(struct plugin_run *run, int status)
{
    g_autofree char *words = last_words(run);
    const char *colon = *words != '\0' ? ": " : "";
    GError *error = NULL;

    if (!run->own_group && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
        /* ^C was for all in our group, and we may hear of the plugin's end first. */
        g_set_error(&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    else if (WIFEXITED(status))
        plugin_fail(run->plugin, &error, "failed with exit status %d%s%s", WEXITSTATUS(status),
                    colon, words);
    else
        plugin_fail(run->plugin, &error, "was ended by signal %d (%s)%s%s", WTERMSIG(status),
                    g_strsignal(WTERMSIG(status)), colon, words);
    finish(run, NULL, error);
}

static void on_end(GPid pid, gint status, gpointer data)
{
    struct plugin_run *run = (struct plugin_run *)data;
    struct plugin_answer answer = {0};
    GError *error = NULL;

    (void)pid;
    /* What it wrote is in the pipes; others that hold them open are not waited for. */
    while (read_answer(run) > 0)
        ;
    while (run->err_fd >= 0 && read_words(run) > 0)
        ;
    run->pid = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_by_status(run, status);
        return;
    }
    if (run->answer_len > PLUGIN_MAX_ANSWER) {
        fail(run, "answered with too much");
        return;
    }
    plugin_answer_read(run->plugin, run->answer, run->answer_len, &answer, &error);
    finish(run, &answer, error);
    plugin_answer_clear(&answer);
}

/* A program in the background is stopped when it reads from the terminal, or sets it up to. */
static bool is_stopped(const struct plugin_run *run)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)run->pid, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == run->pid;
}

/* In the child, before the program: only what is safe there. */
static void set_up_child(gpointer data)
{
    const struct plugin_run *run = (const struct plugin_run *)data;

    if (run->own_group) {
        setpgid(0, 0);
        /* Ignored, as below some programs, they would not stop it. */
        signal(SIGTTIN, SIG_DFL);
        signal(SIGTTOU, SIG_DFL);
    }
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
}

static char **make_env(const struct plugin *plugin, bool interactive)
{
    char **env = g_get_environ();
    g_autofree char *question = plugin_question(plugin, interactive);

    for (char *const *pair = plugin->env; *pair != NULL; pair++) {
        const char *equals = strchr(*pair, '=');
        g_autofree char *name = g_strndup(*pair, (gsize)(equals - *pair));

        env = g_environ_setenv(env, name, equals + 1, TRUE);
    }
    return g_environ_setenv(env, "KUBERNETES_EXEC_INFO", question, TRUE);
}

static bool spawn(struct plugin_run *run, const char *program, bool interactive, GError **error)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    g_auto(GStrv) env = make_env(run->plugin, interactive);
    g_auto(GStrv) argv = NULL;
    g_autoptr(GError) why = NULL;
    GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_FILE_AND_ARGV_ZERO |
                        (interactive ? G_SPAWN_CHILD_INHERITS_STDIN : 0);

    g_strv_builder_add(words, program);
    g_strv_builder_add(words, run->plugin->command);
    for (char *const *arg = run->plugin->args; *arg != NULL; arg++)
        g_strv_builder_add(words, *arg);
    argv = g_strv_builder_end(words);
    if (g_spawn_async_with_pipes(NULL, argv, env, flags, set_up_child, run, &run->pid, NULL,
                                 &run->out_fd, run->asks ? NULL : &run->err_fd, &why))
        return true;
    run->pid = 0;
    return plugin_fail(run->plugin, error, "cannot be started: %s", why->message);
}

static GSource *watch_fd(struct plugin_run *run, int fd, GUnixFDSourceFunc fn)
{
    GSource *source;

    g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    source = g_unix_fd_source_new(fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
    g_source_set_callback(source, G_SOURCE_FUNC(fn), run, NULL);
    g_source_attach(source, run->context);
    return source;
}

/* False: not just now. */
static bool leave_terminal(struct plugin_run *run)
{
    if (!run->lent)
        run->lent = run->lender->leave == NULL || run->lender->leave(run->lender_data);
    return run->lent;
}

static void give_terminal(struct plugin_run *run)
{
    if (run->lender->give != NULL)
        run->lender->give(run->pid, run->lender_data);
    show_words(run, run->words->str, run->words->len);
}

static bool restart(struct plugin_run *run, GError **error);

/* It wants to ask. It may have looked already how the terminal is set, which is not how it will
 * be, so it begins anew with the terminal its own. False: that failed, and the run is over. */
static bool let_ask(struct plugin_run *run)
{
    GError *error = NULL;

    if (run->lent) {
        signal_it(run, SIGCONT);
        return true;
    }
    if (run->lender == NULL || run->lender->leave == NULL) {
        fail(run, "asks something, but there is no terminal here to ask at");
        return false;
    }
    if (!leave_terminal(run))
        return true;
    if (!restart(run, &error)) {
        finish(run, NULL, error);
        return false;
    }
    give_terminal(run);
    /* It may have been quicker. */
    signal_it(run, SIGCONT);
    return true;
}

static gboolean on_look(gpointer data)
{
    struct plugin_run *run = (struct plugin_run *)data;
    int64_t took_us = g_get_monotonic_time() - run->began_us;
    bool can_say = run->lender != NULL && run->lender->say != NULL;

    if (run->own_group && is_stopped(run))
        return let_ask(run) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
    if (can_say && !run->lent && run->words->len > 0 && took_us > MOMENT_US && leave_terminal(run))
        give_terminal(run);
    if (!run->asks && !run->lent && took_us > (int64_t)run->plugin->limit_ms * 1000) {
        g_autofree char *words = last_words(run);
        g_autofree char *why =
            g_strdup_printf("gave no answer in %u seconds%s%s", run->plugin->limit_ms / 1000,
                            *words != '\0' ? ": " : "", words);

        fail(run, why);
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

/* All that is of one process. */
static void watch_program(struct plugin_run *run)
{
    run->out = watch_fd(run, run->out_fd, on_answer);
    if (run->err_fd >= 0)
        run->err = watch_fd(run, run->err_fd, on_words);
    run->end = g_child_watch_source_new(run->pid);
    g_source_set_callback(run->end, G_SOURCE_FUNC(on_end), run, NULL);
    g_source_attach(run->end, run->context);
}

static bool begin(struct plugin_run *run, GError **error);

static bool restart(struct plugin_run *run, GError **error)
{
    unwatch_program(run);
    explicit_bzero(run->answer, run->answer_len);
    run->answer_len = 0;
    g_string_truncate(run->words, 0);
    if (!begin(run, error))
        return false;
    watch_program(run);
    return true;
}

static bool begin(struct plugin_run *run, GError **error)
{
    const struct plugin *plugin = run->plugin;
    const struct lender *lender = run->lender;
    bool can_ask = lender != NULL && (lender->inherit || lender->leave != NULL);
    g_autofree char *program = g_find_program_in_path(plugin->command);

    if (program == NULL && strchr(plugin->command, '/') != NULL &&
        g_file_test(plugin->command, G_FILE_TEST_EXISTS))
        return plugin_fail(plugin, error, "is no program, or may not be run by you");
    if (program == NULL)
        return plugin_fail(plugin, error, "is not installed here%s%s",
                           plugin->install_hint != NULL ? ": " : "",
                           plugin->install_hint != NULL ? plugin->install_hint : "");
    if (plugin->mode == PLUGIN_ALWAYS && !can_ask)
        return plugin_fail(plugin, error,
                           "always asks something (interactiveMode), but the "
                           "standard input is no terminal");
    run->asks = lender != NULL && lender->inherit;
    run->own_group = !run->asks;
    run->was_set = run->asks && tcgetattr(STDIN_FILENO, &run->before) == 0;
    return spawn(run, program, can_ask && plugin->mode != PLUGIN_NEVER, error);
}

static gboolean early_end(gpointer data)
{
    struct plugin_run *run = (struct plugin_run *)data;

    finish(run, NULL, g_steal_pointer(&run->early));
    return G_SOURCE_REMOVE;
}

struct plugin_run *plugin_run_start(const struct plugin *plugin, const struct lender *lender,
                                    void *lender_data, plugin_run_fn *done, void *data)
{
    struct plugin_run *run = g_new0(struct plugin_run, 1);

    run->plugin = plugin;
    run->lender = lender;
    run->lender_data = lender_data;
    run->done = done;
    run->data = data;
    run->out_fd = run->err_fd = -1;
    run->context = g_main_context_ref_thread_default();
    run->began_us = g_get_monotonic_time();
    run->answer = (char *)g_malloc0(PLUGIN_MAX_ANSWER + 2);
    run->words = g_string_new(NULL);
    if (begin(run, &run->early)) {
        watch_program(run);
        run->look = g_timeout_source_new(LOOK_MS);
        g_source_set_callback(run->look, on_look, run, NULL);
    } else {
        run->look = g_idle_source_new();
        g_source_set_priority(run->look, G_PRIORITY_DEFAULT);
        g_source_set_callback(run->look, early_end, run, NULL);
    }
    g_source_attach(run->look, run->context);
    return run;
}
