/* A server that loses the end of what it sends and says Success, by seed: each time it is noticed,
 * and the file comes whole. */
#include <string.h>

#include <glib/gstdio.h>

#include "kube/demo_file.h"
#include "kube/pull.h"
#include "tests/harness.h"

#define SEEDS 20
#define MIN_BYTES \
    800000 /* a tenth of it is more than a block of dd, behind which a stream goes on */
#define MAX_BYTES 5000000

struct run {
    bool done;
    struct pull_progress final;
    GError *error;
};

static void on_done(const struct pull_progress *final, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    run->done = true;
    run->final = *final;
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

/* The digest of what the container has. */
static char *digest_there(const char *path, uint64_t size_bytes)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    struct demo_file *file = demo_file_new_random(path, size_bytes);
    uint8_t bytes[65536];
    uint64_t at = 0;
    size_t n;

    while ((n = demo_file_read(file, at, bytes, sizeof bytes)) > 0) {
        g_checksum_update(sum, bytes, (gssize)n);
        at += n;
    }
    demo_file_free(file);
    return g_strdup(g_checksum_get_string(sum));
}

static char *digest_here(const char *path)
{
    g_autofree char *text = NULL;
    gsize len = 0;

    g_assert_true(g_file_get_contents(path, &text, &len, NULL));
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, len);
}

/* A size, and the bytes of each exec's output behind which the rest is lost: at least a tenth of
 * the file, so that the pull comes to an end. Every second server has nothing but v5. */
static void test_seed(gconstpointer data)
{
    static const struct pull_calls calls = {.done = on_done};
    static const char *const only_file[] = {"file", NULL};
    guint32 seed = GPOINTER_TO_UINT(data);
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    gint32 size = g_rand_int_range(random, MIN_BYTES, MAX_BYTES);
    const struct demo_faults faults = {
        .cut_after_bytes = g_rand_int_range(random, size / 10, size - 1),
        .cut_with_success = true,
        .v5_only = seed % 2 == 0,
    };
    struct harness harness;
    struct run run = {0};

    harness_up(&harness, 0);
    g_autofree char *file = g_build_filename(harness.folder, "file", NULL);
    const struct pull_request request = {
        .place = {"shop", "web", "app"},
        .path = "/lossy",
        .file = file,
        /* In one piece, else a small file comes in pieces that are too small to be cut. */
        .compress = SQUEEZE_NEVER};
    demo_add_file(harness.demo, request.path, (uint64_t)size);
    demo_set_faults(harness.demo, &faults);
    pull_start(harness.client, &request, &calls, &run);
    harness_wait(&run.done);
    g_assert_no_error(run.error);
    g_assert_cmpuint(run.final.cuts, >, 0);
    harness_check_folder(&harness, only_file);
    g_autofree char *there = digest_there(request.path, (uint64_t)size);
    g_autofree char *here = digest_here(file);
    g_assert_cmpstr(here, ==, there);
    g_unlink(file);
    harness_down(&harness);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint32 seed = 1; seed <= SEEDS; seed++) {
        g_autofree char *name = g_strdup_printf("/drop/%u", seed);
        g_test_add_data_func(name, GUINT_TO_POINTER(seed), test_seed);
    }
    return g_test_run();
}
