/* The one way to an ephemeral container for all commands. */
#include "tui/cli_debug.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kube/debug.h"
#include "kube/directory.h"
#include "tui/text.h"

struct job {
    GMainLoop *loop;
    GError *error;
    bool done;
    struct place place; /* of the request */
    struct place *where;
    char *target, *root;
    char *path;
};

static void finish(struct job *job, const GError *error)
{
    job->done = true;
    if (error)
        job->error = g_error_copy(error);
    g_main_loop_quit(job->loop);
}

/* Waits for finish() or a signal. False: error is set; when *running, what was begun still runs. */
static bool wait_done(struct job *job, bool *running, GError **error)
{
    job->loop = g_main_loop_new(NULL, FALSE);
    cli_loop(job->loop);
    g_main_loop_unref(job->loop);
    *running = !job->done;
    if (job->error)
        g_propagate_error(error, g_steal_pointer(&job->error));
    else if (!job->done)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    return !*error;
}

/* A script that names the image has answered already. */
static bool may_add(const struct debug_request *request, GError **error)
{
    g_autofree char *what = debug_text(request);
    g_auto(GStrv) lines = text_wrap(what, 80);
    char answer[16] = "";
    for (char **line = lines; *line; line++)
        g_printerr("%s\n", *line);
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return true;
    g_printerr("Add it (yes/no)? ");
    if (fgets(answer, sizeof answer, stdin) && strcmp(g_strstrip(answer), "yes") == 0)
        return true;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "nothing was added");
    return false;
}

static void tell(const struct debug_result *result)
{
    g_autofree char *line =
        g_strdup_printf("%s ephemeral container %s, which looks into container %s",
                        result->added ? "added" : "used again:", result->container, result->target);
    g_autofree char *clean = text_sanitise(line, -1);
    g_printerr("%s\n", clean);
}

static void on_debug(const struct debug_result *result, const GError *error, void *data)
{
    struct job *job = data;
    if (!error) {
        struct place where = {job->place.namespace, job->place.pod, result->container};
        g_free(job->target);
        job->target = g_strdup(result->target);
        job->root = g_strdup(result->root);
        job->where = result->container ? place_copy(&where) : NULL;
    }
    if (job->where)
        tell(result);
    finish(job, error);
}

static bool run_debug(struct client *client, const struct debug_request *request, struct job *job,
                      GError **error)
{
    bool running;
    job->done = false;
    struct debug *debug = debug_start(client, request, on_debug, job);
    bool ok = wait_done(job, &running, error);
    if (running)
        debug_cancel(debug);
    return ok;
}

bool cli_debug(const struct options *options, struct client *client, const struct place *place,
               struct place **where, char **root, GError **error)
{
    struct debug_request request = {.place = *place, .image = options->debug_image};
    struct job job = {.place = *place};
    *root = NULL;
    if (!options->debug_image) {
        *where = place_copy(place);
        return true;
    }
    bool ok = run_debug(client, &request, &job, error);
    if (ok && !job.where) {
        request.place.container = job.target;
        request.add = true;
        ok = may_add(&request, error) && run_debug(client, &request, &job, error);
    }
    *where = job.where;
    *root = job.root;
    g_free(job.target);
    return ok;
}

static void on_directory(struct directory *directory, const GError *error, void *data)
{
    struct job *job = data;
    g_autoptr(GError) folder = NULL;
    if (!error && !(directory->is_file && directory->entries->len == 1))
        folder = g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND, "%s is a folder", directory->path);
    else if (!error)
        job->path = directory_path_of(directory, directory->entries->pdata[0]);
    directory_free(directory);
    finish(job, error ? error : folder);
}

char *cli_debug_path(struct client *client, const struct place *where, const char *root,
                     const char *path, GError **error)
{
    const char *const paths[] = {path, NULL};
    const struct directory_request request = {.place = *where, .root = root, .paths = paths};
    struct job job = {0};
    bool running;
    if (!root)
        return g_strdup(path);
    struct directory_read *read = directory_read(client, &request, on_directory, &job);
    if (wait_done(&job, &running, error)) {
        g_autofree char *real = job.path;
        return g_strconcat(root, real, NULL);
    }
    if (running)
        directory_cancel(read);
    return NULL;
}
