#include "kube/pull.h"

#include <inttypes.h>
#include <string.h>

#include "kube/part.h"
#include "kube/rate.h"

#define TICK_MS 50
#define STALL_MS 60000 /* without a byte, while the connection lives */
#define STALL_TIMEOUTS                                                        \
    3 /* the same in --request-timeouts; the first tells of a dead connection \
       */

/* How the size is asked for; what the container lacks leads to the next. */
static const char *const size_commands[][4] = {
    {"stat", "-L", "-c", "%s"},
    {"wc", "-c", NULL, NULL},
};

struct pull {
    struct client *client;
    struct place *place;
    char *path, *file;
    bool overwrite;
    bool v4; /* read again, over v4.channel.k8s.io alone */
    struct pull_calls calls;
    void *data;

    enum pull_stage stage;
    unsigned asked; /* so many of size_commands */
    GString *answer;
    struct exec *exec;
    struct part *part;
    uint64_t bytes;
    int64_t size_bytes;
    struct rate rate;
    int64_t began_us, stalled_ms;
    GSource *source; /* begin(), then tick() */
};

static void ask_size(struct pull *pull);
static void read_file(struct pull *pull);

static struct pull_progress progress_of(const struct pull *pull)
{
    int64_t now_us = g_get_monotonic_time();
    struct pull_progress progress = {
        .stage = pull->stage,
        .bytes = pull->bytes,
        .size_bytes = pull->size_bytes,
        .bytes_per_s = rate_per_s(&pull->rate, now_us, pull->bytes),
        .left_s = -1,
        .elapsed_s = (double)(now_us - pull->began_us) / 1e6,
    };

    if (pull->size_bytes >= 0 && (uint64_t)pull->size_bytes <= pull->bytes)
        progress.left_s = 0;
    else if (pull->size_bytes >= 0 && progress.bytes_per_s > 0)
        progress.left_s = (double)((uint64_t)pull->size_bytes - pull->bytes) / progress.bytes_per_s;
    return progress;
}

static void set_source(struct pull *pull, GSource *source, GSourceFunc fn)
{
    g_autoptr(GMainContext) context = g_main_context_ref_thread_default();

    if (pull->source != NULL) {
        g_source_destroy(pull->source);
        g_source_unref(pull->source);
    }
    pull->source = source;
    if (source == NULL)
        return;
    g_source_set_callback(source, fn, pull, NULL);
    g_source_attach(source, context);
}

static void pull_free(struct pull *pull)
{
    set_source(pull, NULL, NULL);
    if (pull->exec != NULL)
        exec_cancel(pull->exec);
    part_drop(pull->part);
    g_string_free(pull->answer, TRUE);
    place_free(pull->place);
    g_free(pull->path);
    g_free(pull->file);
    g_free(pull);
}

/* Takes the error over. */
static void finish(struct pull *pull, GError *error)
{
    struct pull_progress final = progress_of(pull);
    struct pull_calls calls = pull->calls;
    void *data = pull->data;
    g_autoptr(GError) why = error;

    pull_free(pull);
    calls.done(&final, why, data);
}

void pull_cancel(struct pull *pull)
{
    pull_free(pull);
}

static char *where(const struct pull *pull)
{
    g_autofree char *place = place_text(pull->place);

    return g_strdup_printf("%s: %s", place, pull->path);
}

static void finish_incomplete(struct pull *pull, const char *why)
{
    g_autofree char *place = where(pull);

    finish(pull, g_error_new(KUBE_ERROR, KUBE_ERROR_INCOMPLETE, "%s: %s", place, why));
}

static void part_done(const GError *error, void *data)
{
    struct pull *pull = (struct pull *)data;

    pull->part = NULL;
    if (error == NULL)
        pull->stage = PULL_DONE;
    finish(pull, error != NULL ? g_error_copy(error) : NULL);
}

/* " - 5 of 10 bytes are missing", "" when nothing is known to be. */
static char *missing_text(const struct pull *pull)
{
    if (pull->size_bytes < 0)
        return g_strdup_printf(" (%" PRIu64 " bytes had come, nobody knows of how many)",
                               pull->bytes);
    return g_strdup_printf(" (%" PRIu64 " of %" PRId64 " bytes are missing)",
                           (uint64_t)pull->size_bytes -
                               MIN(pull->bytes, (uint64_t)pull->size_bytes),
                           pull->size_bytes);
}

/* The server said Success and bytes are missing: v5 was seen to lose the end of big files on a
 * busy server, v4 was not. So once more from the beginning, for where bytes are missing nobody
 * knows. */
static void read_again(struct pull *pull)
{
    GError *error = NULL;

    pull->v4 = true;
    pull->bytes = 0;
    pull->rate = (struct rate){0};
    if (part_rewind(pull->part, &error))
        read_file(pull);
    else
        finish(pull, error);
}

static void file_done(const struct exec_result *result, const GError *error, void *data)
{
    struct pull *pull = (struct pull *)data;
    g_autofree char *missing = missing_text(pull);

    (void)result;
    pull->exec = NULL;
    if (error != NULL) {
        bool begun = pull->bytes > 0 || g_error_matches(error, KUBE_ERROR, KUBE_ERROR_CUT);

        finish(pull, g_error_new(error->domain, error->code, "%s%s", error->message,
                                 begun ? missing : ""));
        return;
    }
    if (pull->size_bytes >= 0 && pull->bytes < (uint64_t)pull->size_bytes && !pull->v4) {
        read_again(pull);
        return;
    }
    if (pull->size_bytes >= 0 && pull->bytes < (uint64_t)pull->size_bytes) {
        g_autofree char *why =
            g_strdup_printf("the data ended early twice, although the server said Success: the "
                            "node's kubelet may have stopped, or the file was made shorter%s",
                            missing);

        finish_incomplete(pull, why);
        return;
    }
    pull->stage = PULL_FINISHING;
    part_finish(pull->part, part_done, pull);
}

static void file_output(enum exec_stream stream, const uint8_t *bytes, size_t len, void *data)
{
    struct pull *pull = (struct pull *)data;
    GError *error = NULL;

    if (stream != EXEC_STDOUT)
        return;
    pull->stalled_ms = 0;
    if (!part_write(pull->part, bytes, len, &error)) {
        finish(pull, error);
        return;
    }
    pull->bytes += len;
    if (pull->size_bytes >= 0 && pull->bytes > (uint64_t)pull->size_bytes) {
        g_autofree char *why = g_strdup_printf("the file grew while it was read: it had %" PRId64
                                               " bytes, and more came",
                                               pull->size_bytes);

        finish_incomplete(pull, why);
    }
}

static void read_file(struct pull *pull)
{
    static const struct exec_calls calls = {.output = file_output, .done = file_done};
    const char *const argv[] = {"cat", pull->path, NULL};

    pull->stage = PULL_READING;
    pull->stalled_ms = 0;
    rate_add(&pull->rate, g_get_monotonic_time(), 0);
    pull->exec =
        (pull->v4 ? exec_start_v4 : exec_start)(pull->client, pull->place, argv, &calls, pull);
}

static void size_output(enum exec_stream stream, const uint8_t *bytes, size_t len, void *data)
{
    struct pull *pull = (struct pull *)data;

    if (stream == EXEC_STDOUT && pull->answer->len + len <= 4096)
        g_string_append_len(pull->answer, (const char *)bytes, (gssize)len);
}

/* What stat or wc printed begins with the number. Files of /proc claim to be empty and are not,
 * so a size of 0 is nothing to hold the bytes against. */
static int64_t parse_size(const char *answer)
{
    char *end;
    guint64 size = g_ascii_strtoull(answer, &end, 10);

    if (end == answer || (*end != '\0' && !g_ascii_isspace(*end)) || size > INT64_MAX)
        return -1;
    return size > 0 ? (int64_t)size : -1;
}

static void size_done(const struct exec_result *result, const GError *error, void *data)
{
    struct pull *pull = (struct pull *)data;

    (void)result;
    pull->exec = NULL;
    if (error == NULL)
        pull->size_bytes = parse_size(g_strchug(pull->answer->str));
    if (error == NULL && pull->size_bytes >= 0) {
        read_file(pull);
    } else if (error == NULL || g_error_matches(error, KUBE_ERROR, KUBE_ERROR_COMMAND)) {
        /* No such program, other flags, or no such file, which cat says best. */
        ask_size(pull);
    } else {
        finish(pull, g_error_copy(error));
    }
}

static void ask_size(struct pull *pull)
{
    static const struct exec_calls calls = {.output = size_output, .done = size_done};
    const char *argv[G_N_ELEMENTS(size_commands[0]) + 2] = {NULL};
    size_t n = 0;

    if (pull->asked == G_N_ELEMENTS(size_commands)) {
        read_file(pull);
        return;
    }
    while (n < G_N_ELEMENTS(size_commands[0]) && size_commands[pull->asked][n] != NULL) {
        argv[n] = size_commands[pull->asked][n];
        n++;
    }
    argv[n] = pull->path;
    pull->asked++;
    g_string_truncate(pull->answer, 0);
    pull->stalled_ms = 0;
    pull->exec = exec_start(pull->client, pull->place, argv, &calls, pull);
}

static gboolean tick(gpointer data)
{
    struct pull *pull = (struct pull *)data;
    int64_t asked_ms = client_login(pull->client)->request_timeout_ms;
    int64_t limit_ms = asked_ms > 0 ? STALL_TIMEOUTS * asked_ms : STALL_MS;
    struct pull_progress progress;

    pull->stalled_ms += TICK_MS;
    if (pull->stage != PULL_FINISHING && pull->stalled_ms > limit_ms) {
        g_autofree char *place = where(pull);
        g_autofree char *missing = missing_text(pull);

        finish(pull, g_error_new(KUBE_ERROR, KUBE_ERROR_CUT, "%s: no byte came for %.3g seconds%s",
                                 place, (double)limit_ms / 1000, missing));
        return G_SOURCE_CONTINUE;
    }
    rate_add(&pull->rate, g_get_monotonic_time(), pull->bytes);
    progress = progress_of(pull);
    if (pull->calls.progress != NULL)
        pull->calls.progress(&progress, pull->data);
    return G_SOURCE_CONTINUE;
}

static gboolean begin(gpointer data)
{
    struct pull *pull = (struct pull *)data;
    GError *error = NULL;

    pull->part = part_open(pull->file, pull->overwrite, &error);
    if (pull->part == NULL) {
        finish(pull, error);
        return G_SOURCE_CONTINUE;
    }
    set_source(pull, g_timeout_source_new(TICK_MS), tick);
    ask_size(pull);
    return G_SOURCE_CONTINUE;
}

struct pull *pull_start(struct client *client, const struct pull_request *request,
                        const struct pull_calls *calls, void *data)
{
    struct pull *pull = g_new0(struct pull, 1);

    pull->client = client;
    pull->place = place_copy(&request->place);
    /* Or cat would take it for a flag. */
    pull->path = g_strconcat(*request->path == '-' ? "./" : "", request->path, NULL);
    pull->file = g_strdup(request->file);
    pull->overwrite = request->overwrite;
    pull->calls = *calls;
    pull->data = data;
    pull->answer = g_string_new(NULL);
    pull->size_bytes = -1;
    pull->began_us = g_get_monotonic_time();
    set_source(pull, g_idle_source_new(), begin);
    return pull;
}

static void append_size(GString *text, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;

    while (bytes >= 1023.95 && unit + 1 < G_N_ELEMENTS(units)) {
        bytes /= 1024;
        unit++;
    }
    g_string_append_printf(text, unit > 0 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

static void append_time(GString *text, double s)
{
    int64_t whole = (int64_t)(s + 0.5);

    if (whole >= 3600)
        g_string_append_printf(text, "%" PRId64 " h %" PRId64 " min", whole / 3600,
                               whole % 3600 / 60);
    else if (whole >= 60)
        g_string_append_printf(text, "%" PRId64 " min %" PRId64 " s", whole / 60, whole % 60);
    else
        g_string_append_printf(text, "%" PRId64 " s", whole);
}

char *pull_progress_text(const struct pull_progress *progress)
{
    GString *text = g_string_new(NULL);

    if (progress->stage == PULL_ASKING_SIZE)
        return g_string_free(g_string_assign(text, "asking for the size"), FALSE);
    append_size(text, (double)progress->bytes);
    if (progress->size_bytes >= 0) {
        g_string_append(text, " of ");
        append_size(text, (double)progress->size_bytes);
    }
    if (progress->size_bytes > 0)
        g_string_append_printf(text, "  %d%%",
                               (int)((double)progress->bytes * 100 / (double)progress->size_bytes));
    if (progress->stage == PULL_DONE) {
        if (progress->elapsed_s > 0) {
            g_string_append_printf(text, "  in %.3g s, ", progress->elapsed_s);
            append_size(text, (double)progress->bytes / progress->elapsed_s);
            g_string_append(text, "/s");
        }
        return g_string_free(text, FALSE);
    }
    if (progress->stage == PULL_FINISHING)
        return g_string_free(g_string_append(text, "  writing to the disk"), FALSE);
    if (progress->bytes_per_s > 0) {
        g_string_append(text, "  ");
        append_size(text, progress->bytes_per_s);
        g_string_append(text, "/s");
    }
    if (progress->left_s >= 0) {
        g_string_append(text, "  ");
        append_time(text, progress->left_s);
        g_string_append(text, " left");
    }
    return g_string_free(text, FALSE);
}
