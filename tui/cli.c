/* The table of commands, and what all of them share. */
#include "config.h"

#include "tui/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "trace/error.h"
#include "tui/console.h"
#include "tui/text.h"

static const struct subcommand subcommands[] = {
    {"get", "contexts|namespaces|pods|containers [[NS/]POD]",
     "List what is there, as kubectl get does",
     OPTIONS_CLUSTER | OPTIONS_NAMESPACE | OPTIONS_SELECT | OPTIONS_OUTPUT, "text wide json name",
     1, 2, cli_get},
    {"ls", "[NS/]POD:DIR", "List the files in a folder of a container, newest first",
     OPTIONS_CLUSTER | OPTIONS_NAMESPACE | OPTIONS_CONTAINER | OPTIONS_DEBUG | OPTIONS_OUTPUT,
     "text json name", 1, 1, cli_ls},
    {"pull", "[NS/]POD:PATH [FILE] | [NS/]POD:PATH... FOLDER | -l LABELS :PATH [FOLDER]",
     "Bring files out of containers, each whole or not at all",
     OPTIONS_CLUSTER | OPTIONS_NAMESPACE | OPTIONS_SELECT | OPTIONS_CONTAINER | OPTIONS_MANY |
         OPTIONS_DEBUG | OPTIONS_FORCE | OPTIONS_COMPRESS,
     NULL, 1, -1, cli_pull},
    {"capture", "[NS/]POD [FILE]", "Take a fresh trace of a program that runs, over net/http/pprof",
     OPTIONS_CLUSTER | OPTIONS_NAMESPACE | OPTIONS_CONTAINER | OPTIONS_CAPTURE | OPTIONS_FORCE,
     NULL, 1, 2, cli_capture},
    {"summary", "FILE...", "Say what a trace is about: goroutines, waiting, heap",
     OPTIONS_OUTPUT | OPTIONS_MERGE, "text json csv", 1, -1, cli_summary},
    {"goroutines", "FILE", "List the goroutines and where their time went",
     OPTIONS_OUTPUT | OPTIONS_SORT | OPTIONS_MATCH, "text json csv", 1, 1, cli_goroutines},
    {"profile", "FILE", "Say by stack where goroutines waited, or ran",
     OPTIONS_OUTPUT | OPTIONS_KIND | OPTIONS_MATCH | OPTIONS_SCOPE, "text json folded", 1, 1,
     cli_profile},
    {"events", "FILE", "Print every event, as go tool trace -d=parsed does", OPTIONS_OUTPUT,
     "text json", 1, 1, cli_events},
    {"export", "FILE OUT", "Write a trace's summary or graph to a file",
     OPTIONS_EXPORT | OPTIONS_KIND | OPTIONS_FORCE, NULL, 2, 2, cli_export},
    {NULL, NULL, NULL, 0, NULL, 0, 0, NULL},
};

/* What runs when no command is named. */
static const struct subcommand workbench = {
    "workbench",
    "[FILE]",
    "Open the workbench: on the cluster, on a trace FILE, or --demo",
    OPTIONS_CLUSTER | OPTIONS_NAMESPACE | OPTIONS_DEMO,
    NULL,
    0,
    -1, /* cli_workbench() first asks whether the word is a file */
    cli_workbench};

static const struct subcommand *subcommand_find(const char *name)
{
    for (const struct subcommand *row = subcommands; row->name; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static void print_line(const char *prefix, const char *what, const char *why)
{
    g_autofree char *clean_what = text_sanitise(what, -1);
    g_autofree char *clean_why = text_sanitise(why, -1);
    g_printerr("tracetui: %s: %s%s\n", clean_what, prefix, clean_why);
}

static void print_try(const char *hint)
{
    g_autofree char *clean = text_sanitise(hint, -1);
    g_printerr("try: %s\n", clean);
}

enum cli_status cli_fail(const char *what, const GError *error)
{
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return CLI_INTERRUPTED;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE)) {
        /* Whoever read our output has enough of it: end as any program in a pipe does. */
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    /* An error that brings its own hint has it at the end. */
    const char *hint = strstr(error->message, "; try: ");
    g_autofree char *why =
        g_strndup(error->message, hint ? (size_t)(hint - error->message) : strlen(error->message));
    print_line("", what, why);
    if (hint)
        print_try(hint + strlen("; try: "));
    else if (error->domain == KUBE_ERROR && kube_error_hint(error))
        print_try(kube_error_hint(error));
    return CLI_FAILED;
}

enum cli_status cli_usage(const char *what, const char *why)
{
    bool command = subcommand_find(what) != NULL;
    g_autofree char *hint =
        g_strdup_printf("tracetui %s%s--help", command ? what : "", command ? " " : "");
    print_line("", what, why);
    print_try(hint);
    return CLI_USAGE;
}

void cli_warn(const char *what, const char *why)
{
    print_line("warning: ", what, why);
}

/* --- interruption --- */

struct interrupt {
    GCancellable *cancellable; /* NULL: quit the loop instead */
    GMainLoop *loop;
    bool came;
};

static gboolean interrupted(gpointer data)
{
    struct interrupt *interrupt = data;
    interrupt->came = true;
    if (interrupt->cancellable)
        g_cancellable_cancel(interrupt->cancellable);
    else
        g_main_loop_quit(interrupt->loop);
    return G_SOURCE_CONTINUE;
}

static void loop_run(struct interrupt *interrupt)
{
    guint sources[] = {g_unix_signal_add(SIGINT, interrupted, interrupt),
                       g_unix_signal_add(SIGTERM, interrupted, interrupt),
                       g_unix_signal_add(SIGHUP, interrupted, interrupt)};
    g_main_loop_run(interrupt->loop);
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
        g_source_remove(sources[i]);
}

bool cli_loop(GMainLoop *loop)
{
    struct interrupt interrupt = {.loop = loop};
    loop_run(&interrupt);
    return interrupt.came;
}

struct run {
    cli_work_fn *work;
    void *data;
    GMainLoop *loop;
};

static void run_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    struct run *run = data;
    GError *error = NULL;
    (void)source;
    if (run->work(run->data, cancellable, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void run_done(GObject *source, GAsyncResult *result, gpointer data)
{
    struct run *run = data;
    (void)source;
    (void)result;
    g_main_loop_quit(run->loop);
}

bool cli_run(cli_work_fn *work, void *data, GError **error)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    struct run run = {work, data, loop};
    struct interrupt interrupt = {.cancellable = cancellable, .loop = loop};
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, run_done, &run);

    g_task_set_task_data(task, &run, NULL);
    /* Why it was cancelled only the work knows. */
    g_task_set_check_cancellable(task, FALSE);
    g_task_run_in_thread(task, run_in_thread);
    loop_run(&interrupt);
    return g_task_propagate_boolean(task, error);
}

/* --- output --- */

bool cli_may_write(const struct options *options, const char *path, GError **error)
{
    GStatBuf it;
    bool there = g_stat(path, &it) == 0;
    g_autofree char *folder = g_path_get_dirname(path);

    if (!*path) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                    "the name of the file to write is empty");
        return false;
    }
    if (!there && !g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "%s: there is no folder %s; try: mkdir -p, or another name", path, folder);
        return false;
    }

    if (there && S_ISDIR(it.st_mode)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, "%s: it is a folder", path);
        return false;
    }
    if (options->force || !there || it.st_size == 0)
        return true;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                "%s: a file of that name is here already; "
                "try: another name, or --force, which replaces it",
                path);
    return false;
}

GOutputStream *cli_stdout(void)
{
    g_autoptr(GOutputStream) raw = console_new(STDOUT_FILENO);
    return g_buffered_output_stream_new_sized(raw, 1 << 16);
}

/* --- dispatch --- */

static char *overview(void)
{
    GString *text = g_string_new("The commands, each with a --help of its own:\n");
    for (const struct subcommand *row = subcommands; row->name; row++)
        g_string_append_printf(text, "  tracetui %-10s %s\n", row->name, row->help);
    g_string_append(text, "\nExit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.");
    return g_string_free(text, FALSE);
}

static char *description(const struct subcommand *row)
{
    if (row == &workbench)
        return overview();
    if (!row->outputs)
        return NULL;
    g_autofree char *names = g_strdup(row->outputs);
    g_strdelimit(names, " ", '|');
    return g_strdup_printf("Formats for -o: %s", names);
}

/* Why these arguments cannot be: NULL when they can. */
static char *wrong_args(const struct subcommand *row, const struct options *options, int n)
{
    if (n < row->min_args || (row->max_args >= 0 && n > row->max_args))
        return g_strdup_printf("%s; it takes %s",
                               n < row->min_args ? "something is missing" : "too many arguments",
                               row->arguments);
    if (!options->output)
        return NULL;
    g_auto(GStrv) outputs = g_strsplit(row->outputs, " ", 0);
    if (g_strv_contains((const char *const *)outputs, options->output))
        return NULL;
    g_autofree char *list = g_strjoinv(", ", outputs);
    return g_strdup_printf("-o %s is none of its formats: %s", options->output, list);
}

/* What was asked for on standard output, whole: a script that keeps it must know when it is not. */
static enum cli_status print(const char *what, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GOutputStream) out = cli_stdout();
    if (g_output_stream_write_all(out, text, strlen(text), NULL, NULL, &error) &&
        g_output_stream_close(out, NULL, &error))
        return CLI_OK;
    return cli_fail(what, error);
}

static enum cli_status run(const struct subcommand *row, char ***args)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *help = NULL;
    g_autofree char *tail = description(row);
    struct options options = {0};
    enum cli_status status;

    if (!options_parse(&options, row->uses, row->help, row->arguments, tail, args, &help, &error)) {
        status = cli_usage(row->name, error->message);
    } else if (help) {
        status = print(row->name, help);
    } else {
        g_autofree char *wrong = wrong_args(row, &options, (int)g_strv_length(*args) - 1);
        status = wrong ? cli_usage(row->name, wrong) : row->run(&options, *args + 1);
    }
    options_clear(&options);
    return status;
}

/* A file that we open must not become the standard output that somebody closed. What stands there
 * instead can be neither read nor written, so that its use is an error as before. */
static void keep_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* Everybody on this machine can read the arguments of a program that runs. */
static void hide_token(char **argv)
{
    for (; *argv && strcmp(*argv, "--") != 0; argv++) {
        char *token = NULL;
        if (g_str_has_prefix(*argv, "--token="))
            token = *argv + strlen("--token=");
        else if (strcmp(*argv, "--token") == 0)
            token = argv[1];
        if (token)
            memset(token, 'x', strlen(token));
    }
}

int cli_main(int argc, char **argv)
{
    g_auto(GStrv) args = g_strdupv(argv);
    const char *first = argc > 1 ? argv[1] : "";
    /* As with kubectl, options may stand before the command. */
    size_t at = argc > 0 ? 1 + options_skip(args + 1) : 0;
    const struct subcommand *row = argc > 0 && args[at] ? subcommand_find(args[at]) : NULL;

    hide_token(argv);
    keep_standard_descriptors();
    /* A connection that broke, or a closed pipe, is an error code to handle, not a death. */
    signal(SIGPIPE, SIG_IGN);
    g_set_prgname("tracetui");
    if (strcmp(first, "--version") == 0)
        return print("version", "tracetui " PACKAGE_VERSION "\n");
    if (row) {
        /* "tracetui get" becomes the name in the help; the command's own word goes. */
        g_autofree char *name = g_strconcat("tracetui ", row->name, NULL);
        g_set_prgname(name);
        g_free(args[at]);
        memmove(args + at, args + at + 1, ((size_t)argc - at) * sizeof *args);
        return run(row, &args);
    }
    return run(&workbench, &args);
}
