#include "tests/captured.h"

static void on_progress(const struct capture_progress *progress, void *data)
{
    struct captured *run = (struct captured *)data;

    g_assert_false(run->done);
    g_assert_cmpuint(progress->bytes, >=, run->last.bytes);
    g_assert_cmpfloat(progress->elapsed_s, >=, run->last.elapsed_s);
    run->last = *progress;
    run->n_progress++;
}

static void on_done(const struct capture_progress *final, const GError *error, void *data)
{
    struct captured *run = (struct captured *)data;

    g_assert_false(run->done);
    run->done = true;
    run->last = *final;
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

struct capture *captured_begin(struct captured *run, struct client *client, const char *folder,
                               const struct capture_request *request)
{
    static const struct capture_calls calls = {.progress = on_progress, .done = on_done};
    g_autofree char *file = g_build_filename(folder, "file", NULL);
    struct capture_request here = *request;

    if (here.file == NULL)
        here.file = file;
    return capture_start(client, &here, &calls, run);
}

void captured_run(struct captured *run, const struct harness *harness,
                  const struct capture_request *request)
{
    captured_begin(run, harness->client, harness->folder, request);
    g_assert_false(run->done);
    harness_wait(&run->done);
}

void captured_check_error(const struct harness *harness, struct captured *run, int code,
                          const char *message)
{
    static const char *const nothing[] = {NULL};
    g_autofree char *clean = NULL;

    g_assert_error(run->error, KUBE_ERROR, code);
    clean = harness_clean(harness, run->error->message);
    if (!g_str_has_prefix(clean, message))
        g_assert_cmpstr(clean, ==, message);
    g_clear_error(&run->error);
    harness_check_folder(harness, nothing);
}
