/* Several pulls: no more at a time than was said, each for itself, the same again brings what is
 * missing, and nothing is left of what was stopped. */
#include <string.h>

#include <glib/gstdio.h>

#include "kube/pulls.h"
#include "tests/harness.h"

#define PATH "/tmp/trace_dir/trace.out"
#define BIG_BYTES 2000000

struct run {
    struct pulls *pulls;
    bool done;
    size_t most; /* at once */
    unsigned n_changed;
};

static void on_changed(const struct pulls_row *row, void *data)
{
    struct run *run = data;
    size_t n = 0;

    g_assert_false(run->done);
    g_assert_cmpint(row->state, !=, PULLS_WAITING);
    run->n_changed++;
    for (size_t i = 0; i < pulls_n(run->pulls); i++)
        n += pulls_row(run->pulls, i)->state == PULLS_RUNNING;
    run->most = MAX(run->most, n);
}

static void on_done(void *data)
{
    struct run *run = data;
    g_assert_false(run->done);
    run->done = true;
}

static const struct place places[] = {
    {"shop", "cart-0", "app"},
    {"shop", "checkout-6f7d9c5b8-x2k4q", "app"},
    {"shop", "ledger-0", "ledger"}, /* has no cat */
    {"shop", "web", "app"},
    {"shop", "nope", NULL},
    {"platform", "ingress-controller-0", "controller"},
};

/* Files f0, f1 ... in the folder. */
static void begin(struct run *run, struct harness *harness, const char *path, size_t n,
                  unsigned at_once, bool overwrite)
{
    static const struct pulls_calls calls = {on_changed, on_done};
    struct pull_request requests[G_N_ELEMENTS(places)];
    char *files[G_N_ELEMENTS(places)];

    for (size_t i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("f%zu", i);
        files[i] = g_build_filename(harness->folder, name, NULL);
        requests[i] = (struct pull_request){
            .place = places[i], .path = path, .file = files[i], .overwrite = overwrite};
    }
    *run = (struct run){0};
    run->pulls = pulls_start(harness->client, requests, n, at_once, &calls, run);
    for (size_t i = 0; i < n; i++)
        g_free(files[i]);
}

static enum pulls_state state_of(const struct run *run, size_t i)
{
    return pulls_row(run->pulls, i)->state;
}

/* What was pulled, and what a pull that was stopped may keep to go on from. */
static void clean(struct harness *harness)
{
    g_autoptr(GDir) folder = g_dir_open(harness->folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *file = g_build_filename(harness->folder, name, NULL);
        g_assert_cmpint(*name, ==, 'f');
        g_unlink(file);
    }
}

static void each_for_itself(void)
{
    static const char *const files[] = {"f0", "f1", "f3", "f5", NULL};
    struct harness harness;
    struct run run;

    harness_up(&harness, 0);
    begin(&run, &harness, PATH, G_N_ELEMENTS(places), 2, false);
    harness_wait(&run.done);
    struct pulls_total total = pulls_total(run.pulls);
    g_assert_cmpuint(total.n, ==, 6);
    g_assert_cmpuint(total.n_done, ==, 4);
    g_assert_cmpuint(total.n_failed, ==, 2);
    g_assert_cmpuint(total.n_running, ==, 0);
    g_assert_cmpuint(run.most, ==, 2);
    g_assert_cmpint(state_of(&run, 2), ==, PULLS_FAILED);
    g_assert_nonnull(pulls_row(run.pulls, 2)->error);
    g_assert_nonnull(strstr(pulls_row(run.pulls, 4)->error->message, "nope"));
    g_assert_cmpuint(total.bytes, >, 10000);
    g_assert_cmpint(total.size_bytes, ==, (int64_t)total.bytes);
    harness_check_folder(&harness, files);
    pulls_free(run.pulls);

    /* the same again: what is here stays, what is missing is asked for */
    begin(&run, &harness, PATH, G_N_ELEMENTS(places), 2, false);
    harness_wait(&run.done);
    total = pulls_total(run.pulls);
    g_assert_cmpuint(total.n_here, ==, 4);
    g_assert_cmpuint(total.n_done, ==, 0);
    g_assert_cmpuint(total.n_failed, ==, 2);
    pulls_free(run.pulls);

    /* an empty file is nothing that would be lost */
    g_autofree char *first = g_build_filename(harness.folder, "f0", NULL);
    g_assert_true(g_file_set_contents(first, "", 0, NULL));
    begin(&run, &harness, PATH, 2, 2, false);
    harness_wait(&run.done);
    g_assert_cmpint(state_of(&run, 0), ==, PULLS_DONE);
    g_assert_cmpint(state_of(&run, 1), ==, PULLS_HERE);
    pulls_free(run.pulls);

    /* anew */
    begin(&run, &harness, PATH, 2, 4, true);
    harness_wait(&run.done);
    g_assert_cmpuint(pulls_total(run.pulls).n_done, ==, 2);
    pulls_free(run.pulls);
    clean(&harness);
    harness_down(&harness);
}

static void once_more(void)
{
    static const char *const two[] = {"f0", "f1", NULL};
    struct harness harness;
    struct run run;

    harness_up(&harness, 0);
    begin(&run, &harness, "/late", 2, 4, false);
    harness_wait(&run.done);
    g_assert_cmpuint(pulls_total(run.pulls).n_failed, ==, 2);

    demo_add_file(harness.demo, "/late", BIG_BYTES);
    run.done = false;
    pulls_retry(run.pulls, 0);
    pulls_retry(run.pulls, 1);
    harness_wait(&run.done);
    g_assert_cmpuint(pulls_total(run.pulls).n_done, ==, 2);
    g_assert_cmpuint(pulls_total(run.pulls).bytes, ==, 2 * BIG_BYTES);
    g_assert_null(pulls_row(run.pulls, 0)->error);
    harness_check_folder(&harness, two);
    pulls_free(run.pulls);
    clean(&harness);
    harness_down(&harness);
}

static void stopped(void)
{
    struct harness harness;
    struct run run;

    harness_up(&harness, 0);
    demo_add_file(harness.demo, "/big", BIG_BYTES);
    demo_set_faults(harness.demo, &(struct demo_faults){.bytes_per_s = 400000});
    begin(&run, &harness, "/big", 2, 4, false);
    while (pulls_total(run.pulls).bytes < 50000)
        g_main_context_iteration(NULL, TRUE);
    struct pulls_total total = pulls_total(run.pulls);
    g_assert_cmpuint(total.n_running, ==, 2);
    pulls_free(run.pulls);

    /* before the first of them has begun */
    begin(&run, &harness, "/big", 2, 4, false);
    pulls_free(run.pulls);
    for (int i = 0; i < 50; i++)
        g_main_context_iteration(NULL, FALSE);
    g_assert_false(run.done);
    clean(&harness);
    harness_down(&harness);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pulls/each-for-itself", each_for_itself);
    g_test_add_func("/pulls/once-more", once_more);
    g_test_add_func("/pulls/stopped", stopped);
    return g_test_run();
}
