#include "tests/pulls.h"

#include <string.h>

#include <glib/gstdio.h>

static void on_progress(const struct pull_progress *progress, void *data)
{
    struct pulls *pulls = (struct pulls *)data;

    g_assert_false(pulls->done);
    pulls->last = *progress;
    pulls->n_progress++;
    if (pulls->watch != NULL)
        pulls->watch(pulls, NULL);
}

static void on_done(const struct pull_progress *final, const GError *error, void *data)
{
    struct pulls *pulls = (struct pulls *)data;

    g_assert_false(pulls->done);
    pulls->done = true;
    pulls->pull = NULL;
    pulls->last = *final;
    pulls->error = error != NULL ? g_error_copy(error) : NULL;
}

static void on_note(const char *line, bool detail, void *data)
{
    struct pulls *pulls = (struct pulls *)data;

    (void)detail;
    g_test_message("%s", line);
    g_string_append_printf(pulls->notes, "%s\n", line);
    if (pulls->watch != NULL)
        pulls->watch(pulls, line);
}

void pulls_clear(struct pulls *pulls)
{
    g_clear_error(&pulls->error);
    if (pulls->notes != NULL)
        g_string_free(pulls->notes, TRUE);
    *pulls = (struct pulls){.harness = pulls->harness, .watch = pulls->watch};
}

void pulls_begin(struct pulls *pulls, const char *path, const struct pull_request *more)
{
    static const struct pull_calls calls = {
        .progress = on_progress, .done = on_done, .note = on_note};
    struct pull_request request = more != NULL ? *more : (struct pull_request){0};
    g_autofree char *file = pulls_path(pulls->harness, "file");

    pulls_clear(pulls);
    pulls->notes = g_string_new(NULL);
    pulls->last.size_bytes = -1;
    if (request.place.pod == NULL)
        request.place = (struct place){"shop", "web", "app"};
    request.path = path;
    if (request.file == NULL)
        request.file = file;
    pulls->pull = pull_start(pulls->harness->client, &request, &calls, pulls);
    g_assert_false(pulls->done);
}

void pulls_run(struct pulls *pulls, const char *path, const struct pull_request *more)
{
    pulls_begin(pulls, path, more);
    harness_wait(&pulls->done);
}

char *pulls_path(const struct harness *harness, const char *name)
{
    return g_build_filename(harness->folder, name, NULL);
}

char *pulls_digest(const struct harness *harness, const char *name)
{
    g_autofree char *file = pulls_path(harness, name);
    g_autofree char *text = NULL;
    gsize len;

    g_assert_true(g_file_get_contents(file, &text, &len, NULL));
    g_unlink(file);
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, len);
}

char *pulls_expect(struct harness *harness, const char *path)
{
    struct pulls pulls = {.harness = harness};

    pulls_run(&pulls, path, NULL);
    g_assert_no_error(pulls.error);
    pulls_clear(&pulls);
    return pulls_digest(harness, "file");
}

void pulls_check_error(const struct pulls *pulls, int code, const char *message)
{
    g_autofree char *clean = NULL;

    g_assert_error(pulls->error, KUBE_ERROR, code);
    clean = harness_clean(pulls->harness, pulls->error->message);
    if (message != NULL)
        g_assert_cmpstr(clean, ==, message);
}
