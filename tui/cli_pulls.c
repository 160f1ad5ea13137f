/* tracetui pull of several pods: by labels, or by several places; a bar for each and a total. */
#include "tui/cli_pulls.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kube/pick.h"
#include "kube/pulls.h"
#include "trace/quantity.h"
#include "tui/cli_cluster.h"
#include "tui/console.h"
#include "tui/file_name.h"
#include "tui/incoming.h"
#include "tui/text.h"

#define BAR_MIN 10

struct job {
    const struct options *options;
    enum squeeze_mode compress;
    GMainLoop *loop;
    struct client *client;
    const char *folder;
    GArray *requests; /* of struct pull_request, which borrow the strings of `strings` */
    GPtrArray *strings;
    unsigned n_left_out;
    struct pulls *pulls;
    GError *error;
    bool done;
    bool tty;    /* bars on stderr */
    int n_drawn; /* lines of bars that stand above the cursor */
    int64_t drawn_us;
};

/* Whether a word looks like POD:/PATH rather than a file or folder of ours. */
static bool is_place(const char *word)
{
    return strstr(word, ":/") != NULL && !g_file_test(word, G_FILE_TEST_EXISTS);
}

bool cli_pulls_wanted(const struct options *options, char **args)
{
    size_t n = g_strv_length(args);
    return options->selector || options->all_namespaces || *args[0] == ':' || n > 2 ||
           (n == 2 && is_place(args[1]));
}

/* --- what goes where --- */

static const char *keep(struct job *job, char *text)
{
    g_ptr_array_add(job->strings, text);
    return text;
}

/* False: G_OPTION_ERROR, two of them would be one file. */
static bool add(struct job *job, const struct place *place, const char *path, bool with_namespace,
                GError **error)
{
    const char *container = place->container ? keep(job, g_strdup(place->container)) : NULL;
    struct pull_request request = {
        .place = {keep(job, g_strdup(place->namespace)), keep(job, g_strdup(place->pod)),
                  container},
        .path = keep(job, g_strdup(path)),
        .file = keep(job, file_name_of_pod(job->folder, place, path, with_namespace)),
        .overwrite = job->options->force,
        .compress = job->compress,
    };
    for (guint i = 0; i < job->requests->len; i++) {
        const struct pull_request *other = &g_array_index(job->requests, struct pull_request, i);
        if (strcmp(other->file, request.file) == 0) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        "%s would be the file of two of them; pull one of them by itself",
                        request.file);
            return false;
        }
    }
    g_array_append_val(job->requests, request);
    return true;
}

static bool make_folder(const char *folder, GError **error)
{
    if (g_mkdir_with_parents(folder, 0777) == 0)
        return true;
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", folder,
                g_strerror(errno));
    return false;
}

/* --- lines --- */

/* Takes the bars away, so that a line can be printed in their place. */
static void wipe(struct job *job)
{
    if (job->n_drawn > 0)
        g_printerr("\033[%dA\r\033[J", job->n_drawn);
    job->n_drawn = 0;
}

static void say(struct job *job, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(struct job *job, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *line = g_strdup_vprintf(format, arguments);
    g_autofree char *clean = text_sanitise(line, -1);
    va_end(arguments);
    wipe(job);
    g_printerr("%s\n", clean);
}

/* How far it is, in columns that stay where they are: " 48% of 390.6 KiB  1.2 MiB/s". */
static char *how_far(const struct pull_progress *progress, bool speed)
{
    g_autofree char *size =
        text_bytes(progress->size_bytes > 0 ? (uint64_t)progress->size_bytes : progress->bytes);
    g_autofree char *per_s = text_bytes((uint64_t)progress->bytes_per_s);
    GString *text = g_string_new(NULL);

    g_autofree char *stage = pull_stage_text(progress);
    if (stage)
        return g_string_free(g_string_assign(text, stage), FALSE);
    if (progress->size_bytes > 0)
        g_string_append_printf(text, "%3d%% of ",
                               (int)((double)progress->bytes * 100 / (double)progress->size_bytes));
    g_string_append_printf(text, "%-9s", size);
    if (speed && progress->bytes_per_s >= 1)
        g_string_append_printf(text, "  %s/s", per_s);
    return g_string_free(text, FALSE);
}

/* "cart-0        [#####.....]  48% of 390.6 KiB  1.2 MiB/s" in one line of the terminal. */
static void draw_line(struct job *job, int columns, const char *name,
                      const struct pull_progress *progress)
{
    bool speed = columns >= 72;
    int label = CLAMP(columns / 3, 8, 40), bar = columns - 1 - label - 4 - (speed ? 31 : 19);
    g_autofree char *text = how_far(progress, speed);
    g_autofree char *clean = text_sanitise(name, -1);
    g_autofree char *shortened = text_shorten(clean, label, !g_get_charset(NULL));
    g_autoptr(GString) line = g_string_new(shortened);

    g_string_append_printf(line, "%*s  ", label - text_width(shortened), "");
    if (bar >= BAR_MIN) {
        double part = incoming_part(progress->bytes, progress->size_bytes);
        int full = (int)(MAX(part, 0) * (bar - 2));
        g_string_append_c(line, '[');
        for (int i = 0; i < bar - 2; i++)
            g_string_append_c(line, i < full ? '#' : '.');
        g_string_append(line, "]  ");
    }
    g_string_append(line, text);
    g_string_truncate(
        line, g_utf8_offset_to_pointer(line->str, MIN(columns - 1, g_utf8_strlen(line->str, -1))) -
                  line->str);
    g_printerr("%s\n", line->str);
    job->n_drawn++;
}

static void draw(struct job *job)
{
    struct pulls_total total = pulls_total(job->pulls);
    int columns = console_columns(STDERR_FILENO), lines = console_lines(STDERR_FILENO);
    int room = MAX((lines > 0 ? lines : 24) - 2, 1);
    g_autofree char *name = g_strdup_printf("%zu of %zu", total.n_done + total.n_here, total.n);
    struct pull_progress sum = {.stage = PULL_READING,
                                .bytes = total.bytes,
                                .size_bytes = total.size_bytes,
                                .bytes_per_s = total.bytes_per_s};

    columns = columns > 0 ? columns : 80;
    wipe(job);
    for (size_t i = 0; i < pulls_n(job->pulls) && job->n_drawn < room; i++) {
        const struct pulls_row *row = pulls_row(job->pulls, i);
        g_autofree char *file = g_path_get_basename(row->file);
        if (row->state == PULLS_RUNNING)
            draw_line(job, columns, file, &row->progress);
    }
    draw_line(job, columns, name, &sum);
}

/* --- while it runs --- */

char *cli_pulls_done_text(const struct pull_progress *final)
{
    g_autofree char *size = text_bytes(final->bytes);
    g_autofree char *took = quantity_time((int64_t)(final->elapsed_s * 1e9));
    return g_strdup_printf("%" G_GUINT64_FORMAT " bytes (%s) in %s, %s", final->bytes, size, took,
                           final->proof);
}

static void on_changed(const struct pulls_row *row, void *data)
{
    struct job *job = data;
    const struct place *place = row->place;
    int64_t now_us = g_get_monotonic_time();

    if (row->state == PULLS_HERE) {
        say(job, "%s/%s: %s is here already (--force pulls it anew)", place->namespace, place->pod,
            row->file);
    } else if (row->state == PULLS_DONE) {
        g_autofree char *text = cli_pulls_done_text(&row->progress);
        say(job, "%s/%s -> %s: %s", place->namespace, place->pod, row->file, text);
    } else if (row->state == PULLS_FAILED) {
        say(job, "%s/%s: failed, see below", place->namespace, place->pod);
    }
    if (!job->tty || now_us - job->drawn_us < 50000)
        return;
    job->drawn_us = now_us;
    draw(job);
}

static void on_done(void *data)
{
    struct job *job = data;
    job->done = true;
    g_main_loop_quit(job->loop);
}

static void start(struct job *job)
{
    static const struct pulls_calls calls = {on_changed, on_done};
    int at_once = job->options->parallel;
    job->pulls = pulls_start(job->client, &g_array_index(job->requests, struct pull_request, 0),
                             job->requests->len, at_once > 0 ? (unsigned)at_once : PULLS_AT_ONCE,
                             &calls, job);
}

static void give_up(struct job *job, GError *error)
{
    job->error = error;
    g_main_loop_quit(job->loop);
}

/* What the pods are pulled from is known. */
struct picking {
    struct job *job;
    const char *path;
};

/* Labels that fit nowhere are most often right, and the namespace is not. */
static GError *no_pod(const struct job *job)
{
    const char *labels = job->options->selector;
    bool all = job->options->all_namespaces;
    return g_error_new(G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no pod%s%s%s%s%s",
                       labels ? " with the labels " : "", labels ? labels : "",
                       all ? "" : " in namespace ", all ? "" : client_login(job->client)->namespace,
                       all ? "" : "; try: -n another namespace, or -A for all of them");
}

static void on_picked(const GPtrArray *picked, const GError *error, void *data)
{
    const struct picking *picking = data;
    struct job *job = picking->job;
    GError *wrong = NULL;

    if (error) {
        give_up(job, g_error_copy(error));
        return;
    }
    for (guint i = 0; i < picked->len && !wrong; i++) {
        const struct picked *one = g_ptr_array_index(picked, i);
        if (!one->why) {
            add(job, one->place, picking->path, job->options->all_namespaces, &wrong);
            continue;
        }
        say(job, "%s/%s: left out: %s", one->place->namespace, one->place->pod, one->why);
        job->n_left_out++;
    }
    if (!wrong && picked->len == 0)
        wrong = no_pod(job);
    else if (!wrong && job->requests->len == 0)
        g_set_error(&wrong, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "nothing to pull from: every pod that is meant was left out");
    if (!wrong)
        make_folder(job->folder, &wrong);
    if (wrong)
        give_up(job, wrong);
    else
        start(job);
}

/* --- the end --- */

static enum cli_status tell(struct job *job)
{
    struct pulls_total total = pulls_total(job->pulls);

    if (!job->done) {
        say(job, "stopped: %zu of %zu are here; the same command brings the others",
            total.n_done + total.n_here, total.n);
        return CLI_INTERRUPTED;
    }
    wipe(job);
    for (size_t i = 0; i < pulls_n(job->pulls); i++) {
        const struct pulls_row *row = pulls_row(job->pulls, i);
        if (row->error)
            cli_fail("pull", row->error);
    }
    g_autofree char *size = text_bytes(total.bytes);
    g_autofree char *here = total.n_here ? g_strdup_printf("; %zu %s here already", total.n_here,
                                                           total.n_here == 1 ? "was" : "were")
                                         : g_strdup("");
    g_autofree char *others =
        job->n_left_out ? g_strdup_printf("; %u left out", job->n_left_out) : g_strdup("");
    say(job, "%zu of %zu pulled, %s%s%s", total.n_done, total.n, size, here, others);
    return total.n_failed == 0 ? CLI_OK : CLI_FAILED;
}

/* Waits until all is done; false: nothing was begun, and error is set. */
static bool wait(struct job *job, GError **error)
{
    bool came = cli_loop(job->loop);
    if (job->error)
        g_propagate_error(error, g_steal_pointer(&job->error));
    else if (came && !job->pulls)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    return job->pulls != NULL;
}

/* --- the two ways to name them --- */

static bool by_labels(struct job *job, const char *place, GError **error)
{
    const struct picking picking = {job, place + 1};
    const char *namespace =
        job->options->all_namespaces ? NULL : client_login(job->client)->namespace;
    const struct pick_query query = {.namespace = namespace,
                                     .selector = job->options->selector,
                                     .container = job->options->container};
    struct pick *pick = pick_start(job->client, &query, on_picked, (void *)(uintptr_t)&picking);
    bool begun = wait(job, error);
    pick_free(pick);
    return begun;
}

static bool by_places(struct job *job, char **places, size_t n, GError **error)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *namespace = NULL, *pod = NULL, *path = NULL;
        if (!options_parse_place(places[i], &namespace, &pod, &path, error))
            return false;
        const struct place place = {namespace ? namespace : client_login(job->client)->namespace,
                                    pod, job->options->container};
        if (!add(job, &place, path, false, error))
            return false;
    }
    if (!make_folder(job->folder, error))
        return false;
    start(job);
    return wait(job, error);
}

/* Why these arguments cannot be, NULL when they can. */
static const char *wrong_args(const struct options *options, char **args)
{
    bool labels = *args[0] == ':';
    size_t n = g_strv_length(args);

    if (options->debug_image)
        return "--debug-image goes with one pod";
    if (options->parallel < 0)
        return "--parallel is 1 or more";
    if (labels && !options->selector && !options->all_namespaces)
        return "a path without a pod goes with -l LABELS, or with -A";
    if (!labels && (options->selector || options->all_namespaces))
        return "with -l or -A the pods have no names here; it must look like :PATH";
    if (labels && n > 2)
        return "with -l or -A one :PATH and a folder is all there is";
    if (labels && args[0][1] == '\0')
        return "':' names no path; it must look like :PATH";
    for (size_t i = 0; i < (labels ? 1 : n - 1); i++)
        if (g_str_has_suffix(args[i], "/"))
            return "a path ends in a slash; name a file, not a folder";
    if (n > 1 && is_place(args[n - 1]))
        return "the last word must be the folder that they go to";
    if (n > 1 && strcmp(args[n - 1], "-") == 0)
        return "several files do not fit into standard output; name a folder";
    return NULL;
}

enum cli_status cli_pulls(const struct options *options, enum squeeze_mode compress, char **args)
{
    g_autoptr(GError) error = NULL;
    const char *wrong = wrong_args(options, args);
    size_t n = g_strv_length(args);
    bool labels = *args[0] == ':';
    enum cli_status status;

    if (wrong)
        return cli_usage("pull", wrong);
    struct job job = {
        .options = options,
        .compress = compress,
        .loop = g_main_loop_new(NULL, FALSE),
        .client = cli_connect(options, &error),
        .folder = n > 1 ? args[n - 1] : ".",
        .requests = g_array_new(FALSE, FALSE, sizeof(struct pull_request)),
        .strings = g_ptr_array_new_with_free_func(g_free),
        .tty = isatty(STDERR_FILENO),
    };
    if (job.client &&
        (labels ? by_labels(&job, args[0], &error) : by_places(&job, args, n - 1, &error)))
        status = tell(&job);
    else if (error->domain == G_OPTION_ERROR)
        status = cli_usage("pull", error->message);
    else
        status = cli_fail("pull", error);
    pulls_free(job.pulls);
    client_free(job.client);
    g_array_unref(job.requests);
    g_ptr_array_unref(job.strings);
    g_main_loop_unref(job.loop);
    return status;
}
