/* tracetui pull: a file out of a container. */
#include <string.h>
#include <unistd.h>

#include "kube/pull.h"
#include "trace/quantity.h"
#include "tui/cli_debug.h"
#include "tui/cli_incoming.h"
#include "tui/cli_pulls.h"
#include "tui/incoming.h"
#include "tui/text.h"

struct job {
    GMainLoop *loop;
    GError *error;
    struct pull_progress final;
    bool tty;     /* stderr shows a bar */
    bool verbose; /* what is of interest to few is told, too */
    bool done;
};

static void on_progress(const struct pull_progress *progress, void *data)
{
    const struct job *job = data;
    if (job->tty) {
        g_autofree char *text = pull_progress_text(progress);
        cli_bar(incoming_part(progress->bytes, progress->size_bytes), text);
    }
}

static void on_note(const char *line, bool detail, void *data)
{
    const struct job *job = data;
    g_autofree char *clean = text_sanitise(line, -1);
    if (!detail || job->verbose)
        g_printerr("%stracetui: pull: %s\n", job->tty ? "\r\033[K" : "", clean);
}

static void on_done(const struct pull_progress *final, const GError *error, void *data)
{
    struct job *job = data;
    job->done = true;
    job->final = *final;
    if (error)
        job->error = g_error_copy(error);
    g_main_loop_quit(job->loop);
}

/* Where the file goes when the command line gives no name, a folder, or "-". */
static char *target(const char *given, const char *path, GError **error)
{
    g_autofree char *base = g_path_get_basename(path);
    if (!given)
        return g_strdup(base);
    if (strcmp(given, "-") == 0)
        return cli_pipe_file(error);
    if (g_file_test(given, G_FILE_TEST_IS_DIR))
        return g_build_filename(given, base, NULL);
    return g_strdup(given);
}

static void tell(const struct job *job, const char *place, const char *file)
{
    g_autofree char *size = text_bytes(job->final.bytes);
    g_autofree char *took = quantity_time((int64_t)(job->final.elapsed_s * 1e9));
    g_autofree char *line =
        g_strdup_printf("%s -> %s: %" G_GUINT64_FORMAT " bytes (%s) in %s, %s", place, file,
                        job->final.bytes, size, took, job->final.proof);
    g_autofree char *clean = text_sanitise(line, -1);
    if (job->tty)
        cli_bar_clear();
    g_printerr("%s\n", clean);
}

static bool run_pull(struct client *client, const struct pull_request *request, struct job *job,
                     GError **error)
{
    const struct pull_calls calls = {on_progress, on_done, on_note};
    struct pull *pull = pull_start(client, request, &calls, job);

    cli_loop(job->loop);
    if (!job->done) {
        if (pull_cancel(pull)) {
            g_autofree char *line = g_strdup_printf(
                "stopped; %s.part stays, and the same command goes on from there", request->file);
            on_note(line, false, job);
        }
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    } else if (job->error) {
        g_propagate_error(error, g_steal_pointer(&job->error));
    }
    if (job->tty && *error)
        cli_bar_clear();
    return *error == NULL;
}

static bool parse_compress(const char *text, enum squeeze_mode *mode)
{
    static const char *const names[] = {
        [SQUEEZE_AUTO] = "auto", [SQUEEZE_NEVER] = "never", [SQUEEZE_ALWAYS] = "always"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!text || strcmp(text, names[i]) == 0) {
            *mode = (enum squeeze_mode)i;
            return true;
        }
    }
    return false;
}

enum cli_status cli_pull(const struct options *options, char **args)
{
    g_autofree char *namespace = NULL, *pod = NULL, *path = NULL, *file = NULL;
    g_autoptr(GError) error = NULL;
    bool pipe = args[1] && strcmp(args[1], "-") == 0;
    enum squeeze_mode compress;

    if (!parse_compress(options->compress, &compress))
        return cli_usage("pull", "--compress takes auto, always or never");
    if (cli_pulls_wanted(options, args))
        return cli_pulls(options, compress, args);
    if (!options_parse_place(args[0], &namespace, &pod, &path, &error))
        return cli_usage("pull", error->message);
    if (path[strlen(path) - 1] == '/')
        return cli_usage("pull", "the path ends in a slash; name a file, not a folder");
    file = target(args[1], path, &error);
    struct client *client =
        file && cli_may_write(options, file, &error) ? cli_connect(options, &error) : NULL;
    if (!client)
        return cli_fail("pull", error);

    struct job job = {.loop = g_main_loop_new(NULL, FALSE),
                      .tty = isatty(STDERR_FILENO),
                      .verbose = options->verbose};
    const struct place place = {namespace ? namespace : client_login(client)->namespace, pod,
                                options->container};
    struct pull_request request = {
        .file = file,
        .overwrite = options->force || g_file_test(file, G_FILE_TEST_EXISTS), /* an empty one */
        .compress = compress,
        .fleeting = pipe,
    };
    struct place *where = NULL;
    g_autofree char *root = NULL;
    g_autofree char *real = NULL;
    bool ok = cli_debug(options, client, &place, &where, &root, &error);
    if (ok)
        real = cli_debug_path(client, where, root, path, &error);
    if (real) {
        request.place = *where;
        request.path = real;
    }
    ok = real && run_pull(client, &request, &job, &error);
    place_free(where);
    if (ok && pipe)
        ok = cli_pipe_pour(file, &error);
    if (ok)
        tell(&job, args[0], pipe ? "standard output" : file);
    if (pipe)
        cli_pipe_remove(file);
    g_main_loop_unref(job.loop);
    client_free(client);
    return ok ? CLI_OK : cli_fail("pull", error);
}
