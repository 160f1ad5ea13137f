#include "kube/directory.h"

#include <string.h>

#include "kube/command.h"
#include "kube/directory_text.h"

#define MAX_OUTPUT (8u << 20) /* 10,000 of the longest names, three times over */

struct directory_read {
    struct client *client;
    struct place *place;
    char *root;
    char **paths;
    enum directory_way way;
    unsigned path; /* which one the ways without a shell are at */
    struct command *command;
    GError *first_error; /* of the first way that was there and failed */
    directory_done_fn *done;
    void *data;
};

static void try_way(struct directory_read *read);

static void read_free(struct directory_read *read)
{
    if (read->command != NULL)
        command_cancel(read->command);
    place_free(read->place);
    g_free(read->root);
    g_strfreev(read->paths);
    g_clear_error(&read->first_error);
    g_free(read);
}

void directory_cancel(struct directory_read *read)
{
    read_free(read);
}

/* Takes the error over. */
static void finish(struct directory_read *read, struct directory *directory, GError *error)
{
    directory_done_fn *done = read->done;
    void *data = read->data;
    g_autoptr(GError) why = error;

    read_free(read);
    done(directory, why, data);
}

/* "WHERE: WHAT WHY" */
static void fail(struct directory_read *read, int code, const char *what, const char *why)
{
    g_autofree char *where = place_text(read->place);

    finish(read, NULL, g_error_new(KUBE_ERROR, code, "%s: %s%s", where, what, why));
}

/* The paths that were asked for, as an error names them. */
static char *paths_text(const struct directory_read *read)
{
    return g_strjoinv(", ", read->paths);
}

/* What the script's exit status means; false: nothing that is known. */
static bool take_status(struct directory_read *read, int exit_status)
{
    g_autofree char *paths = paths_text(read);

    switch (exit_status) {
    case DIRECTORY_NOT_THERE:
        fail(read, KUBE_ERROR_COMMAND, paths, ": no such file or folder");
        return true;
    case DIRECTORY_NO_RIGHT:
        fail(read, KUBE_ERROR_COMMAND, paths, ": permission denied");
        return true;
    case DIRECTORY_NO_ROOT:
        fail(read, KUBE_ERROR_COMMAND, read->root,
             " cannot be looked into: the program there runs as another user, or has more rights");
        return true;
    default:
        return false;
    }
}

static void next_way(struct directory_read *read)
{
    unsigned n_ways = read->root != NULL ? DIRECTORY_LS : DIRECTORY_N_WAYS;

    read->way++;
    read->path = 0;
    if (read->way < n_ways)
        try_way(read);
    else if (read->first_error != NULL)
        finish(read, NULL, g_steal_pointer(&read->first_error));
    else
        fail(read, KUBE_ERROR_NO_TOOLS, "nothing in the container can list a folder",
             " (no sh, busybox, ls, toybox or find)");
}

static void on_output(struct command_result *result, const GError *error, void *data)
{
    struct directory_read *read = (struct directory_read *)data;
    bool by_script = read->way == DIRECTORY_SHELL || read->way == DIRECTORY_BUSYBOX;
    struct directory *directory;
    GError *bad = NULL;

    read->command = NULL;
    if (error == NULL) {
        directory =
            directory_parse(read->way, result->out, read->root, read->paths[read->path], &bad);
        finish(read, directory, bad);
    } else if (exec_lacks_program(result->exit_status, error)) {
        next_way(read);
    } else if (!g_error_matches(error, KUBE_ERROR, KUBE_ERROR_COMMAND)) {
        finish(read, NULL, g_error_copy(error));
    } else if (by_script && take_status(read, result->exit_status)) {
        return;
    } else if (!by_script && read->paths[read->path + 1] != NULL) {
        read->path++;
        try_way(read);
    } else {
        if (read->first_error == NULL)
            read->first_error = g_error_copy(error);
        next_way(read);
    }
}

static void try_way(struct directory_read *read)
{
    g_auto(GStrv) argv =
        directory_command(read->way, read->root, (const char *const *)read->paths + read->path);

    read->command = command_run(read->client, read->place, (const char *const *)argv, MAX_OUTPUT,
                                on_output, read);
}

struct directory_read *directory_read(struct client *client,
                                      const struct directory_request *request,
                                      directory_done_fn *done, void *data)
{
    struct directory_read *read = g_new0(struct directory_read, 1);

    read->client = client;
    read->place = place_copy(&request->place);
    read->root = g_strdup(request->root);
    read->paths = g_strdupv((char **)(uintptr_t)request->paths);
    read->done = done;
    read->data = data;
    try_way(read);
    return read;
}
