/* The command line: one table of commands, one way to fail, one way to be interrupted. */
#ifndef TUI_CLI_H
#define TUI_CLI_H

#include "tui/options.h"

enum cli_status {
    CLI_OK = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_INTERRUPTED = 130,
};

/* A command. Rows stand in cli.c; the files cli_*.c have their run functions. */
struct subcommand {
    const char *name;
    const char *arguments; /* as the help shows them */
    const char *help;      /* one line */
    unsigned uses;         /* enum options_use */
    const char *outputs; /* names for -o, separated by blanks, the first is the default; or NULL */
    int min_args, max_args; /* max -1: any number */
    enum cli_status (*run)(const struct options *options, char **args);
};

enum cli_status cli_capture(const struct options *options, char **args);
enum cli_status cli_get(const struct options *options, char **args);
enum cli_status cli_ls(const struct options *options, char **args);
enum cli_status cli_pull(const struct options *options, char **args);
enum cli_status cli_summary(const struct options *options, char **args);
enum cli_status cli_events(const struct options *options, char **args);
enum cli_status cli_goroutines(const struct options *options, char **args);
enum cli_status cli_profile(const struct options *options, char **args);
enum cli_status cli_export(const struct options *options, char **args);
enum cli_status cli_workbench(const struct options *options, char **args);

/* The whole program: argv as main() got it; returns the exit status. */
int cli_main(int argc, char **argv);

/* One line `tracetui: WHAT: WHY` on stderr, and `try: ...` where a hint is known; sanitised. An
 * interruption says nothing. Returns the status that fits the error. */
enum cli_status cli_fail(const char *what, const GError *error);
enum cli_status cli_usage(const char *what, const char *why);
/* `tracetui: WHAT: warning: WHY` */
void cli_warn(const char *what, const char *why);

/* Whether an output of this name takes nothing away: none is there, it is empty, or --force was
 * given. False: G_IO_ERROR_EXISTS. */
bool cli_may_write(const struct options *options, const char *path, GError **error);

/* Runs work in a thread while the main loop waits for it; SIGINT and SIGTERM cancel it. Returns
 * what work returned; on false error is set. */
typedef bool cli_work_fn(void *data, GCancellable *cancellable, GError **error);
bool cli_run(cli_work_fn *work, void *data, GError **error);

/* For commands that live on the main loop: runs it until g_main_loop_quit(); true when a signal
 * ended it. */
bool cli_loop(GMainLoop *loop);

/* Standard output as a buffered stream; close it and look at the error, for only then all is
 * written. cli_fail() ends the program by SIGPIPE when the reader has gone. */
GOutputStream *cli_stdout(void);

#endif
