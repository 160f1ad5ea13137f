/* tracetui capture: a fresh trace of a program that runs. */
#include <string.h>
#include <unistd.h>

#include "kube/capture.h"
#include "trace/quantity.h"
#include "tui/capture_text.h"
#include "tui/cli_cluster.h"
#include "tui/cli_incoming.h"
#include "tui/incoming.h"
#include "tui/text.h"

struct job {
    GMainLoop *loop;
    GError *error;
    struct capture_progress final;
    bool tty; /* stderr shows a bar */
    bool done;
};

static void on_progress(const struct capture_progress *progress, void *data)
{
    const struct job *job = data;
    if (job->tty) {
        g_autofree char *text = capture_text(progress);
        cli_bar(capture_part(progress), text);
    }
}

static void on_done(const struct capture_progress *final, const GError *error, void *data)
{
    struct job *job = data;
    job->done = true;
    job->final = *final;
    if (error)
        job->error = g_error_copy(error);
    g_main_loop_quit(job->loop);
}

/* Where the trace goes when the command line gives no name, a folder, or "-". */
static char *target(const char *given, const char *pod, GError **error)
{
    if (given && strcmp(given, "-") == 0)
        return cli_pipe_file(error);
    if (!given || g_file_test(given, G_FILE_TEST_IS_DIR))
        return incoming_file(pod, NULL, given);
    return g_strdup(given);
}

static bool run_capture(struct client *client, const struct capture_request *request,
                        struct job *job, GError **error)
{
    static const struct capture_calls calls = {on_progress, on_done};
    struct capture *capture = capture_start(client, request, &calls, job);

    cli_loop(job->loop);
    if (job->tty)
        cli_bar_clear();
    if (!job->done) {
        capture_cancel(capture);
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    } else if (job->error) {
        g_propagate_error(error, g_steal_pointer(&job->error));
    }
    return *error == NULL;
}

static void tell(const struct job *job, const char *pod, const char *file)
{
    g_autofree char *size = text_bytes(job->final.bytes);
    g_autofree char *took = quantity_time((int64_t)(job->final.elapsed_s * 1e9));
    g_autofree char *line =
        g_strdup_printf("%s port %u -> %s: %" G_GUINT64_FORMAT " bytes (%s) in %s", pod,
                        job->final.port, file, job->final.bytes, size, took);
    g_autofree char *clean = text_sanitise(line, -1);
    g_printerr("%s\n", clean);
}

static bool read_options(const struct options *options, struct capture_request *request,
                         GError **error)
{
    request->port = options->port;
    request->https = options->https;
    request->path = options->path;
    request->seconds = CAPTURE_SECONDS;
    if (options->path && *options->path != '/') {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--path: '%s' does not begin with a slash", options->path);
        return false;
    }
    if (options->seconds && options->path && !capture_takes_seconds(options->path)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--path %s is asked for as it is, so --seconds would do nothing; write into it "
                    "what the program understands",
                    options->path);
        return false;
    }
    if (options->seconds)
        request->seconds = capture_parse_seconds(options->seconds, error);
    g_prefix_error(error, "--seconds: ");
    return request->seconds > 0;
}

/* Takes the file's name, runs and reports. */
static enum cli_status capture_to(const struct options *options, struct capture_request *request,
                                  const char *place, char *file, bool pipe)
{
    g_autoptr(GError) error = NULL;
    struct client *client =
        cli_may_write(options, file, &error) ? cli_connect(options, &error) : NULL;
    struct job job = {.loop = g_main_loop_new(NULL, FALSE), .tty = isatty(STDERR_FILENO)};
    bool ok = client != NULL;

    if (ok) {
        if (!request->place.namespace)
            request->place.namespace = client_login(client)->namespace;
        request->file = file;
        request->overwrite = options->force || g_file_test(file, G_FILE_TEST_EXISTS);
        ok = run_capture(client, request, &job, &error);
    }
    if (ok && pipe)
        ok = cli_pipe_pour(file, &error);
    if (ok)
        tell(&job, place, pipe ? "standard output" : file);
    if (pipe)
        cli_pipe_remove(file);
    g_main_loop_unref(job.loop);
    client_free(client);
    return ok ? CLI_OK : cli_fail("capture", error);
}

enum cli_status cli_capture(const struct options *options, char **args)
{
    g_autofree char *namespace = NULL, *pod = NULL, *file = NULL;
    g_autoptr(GError) error = NULL;
    struct capture_request request = {0};

    if (!options_parse_place(args[0], &namespace, &pod, NULL, &error) ||
        !read_options(options, &request, &error))
        return cli_usage("capture", error->message);
    request.place = (struct place){namespace, pod, options->container};
    file = target(args[1], pod, &error);
    if (!file)
        return cli_fail("capture", error);
    return capture_to(options, &request, args[0], file, args[1] && strcmp(args[1], "-") == 0);
}
