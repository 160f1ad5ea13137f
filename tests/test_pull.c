/* Files come whole or not at all; each failure says what is missing and leaves nothing behind. */
#include <string.h>
#include <sys/file.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "kube/pull.h"
#include "kube/rate.h"
#include "tests/harness.h"

#define BIG_BYTES 3000000

struct run {
    bool done;
    struct pull_progress last;
    unsigned n_progress;
    GError *error;
};

static const char *const nothing[] = {NULL};
static const char *const only_file[] = {"file", NULL};

static void on_progress(const struct pull_progress *progress, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    g_assert_cmpuint(progress->bytes, >=, run->last.bytes);
    run->last = *progress;
    run->n_progress++;
}

static void on_done(const struct pull_progress *final, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    run->done = true;
    run->last = *final;
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

static char *in_folder(const struct harness *harness, const char *name)
{
    return g_build_filename(harness->folder, name, NULL);
}

static struct pull *begin(struct run *run, struct harness *harness, const char *path,
                          bool overwrite)
{
    static const struct pull_calls calls = {.progress = on_progress, .done = on_done};
    g_autofree char *file = in_folder(harness, "file");
    struct pull_request request = {
        .place = {"shop", "web", "app"}, .path = path, .file = file, .overwrite = overwrite};

    return pull_start(harness->client, &request, &calls, run);
}

static void pull(struct run *run, struct harness *harness, const char *path, bool overwrite)
{
    begin(run, harness, path, overwrite);
    g_assert_false(run->done);
    harness_wait(&run->done);
}

static void check_size(const struct harness *harness, goffset size_bytes)
{
    g_autofree char *file = in_folder(harness, "file");
    GStatBuf info;

    g_assert_cmpint(g_stat(file, &info), ==, 0);
    g_assert_cmpint(info.st_size, ==, size_bytes);
    g_unlink(file);
}

static void test_whole(gconstpointer data)
{
    const struct demo_faults *faults = (const struct demo_faults *)data;
    struct harness harness;
    struct run run = {0};

    harness_up(&harness, 0);
    demo_add_file(harness.demo, "/big", BIG_BYTES);
    demo_set_faults(harness.demo, faults);
    pull(&run, &harness, "/big", false);
    g_assert_no_error(run.error);
    g_assert_cmpint(run.last.size_bytes, ==, BIG_BYTES);
    g_assert_cmpuint(run.last.bytes, ==, BIG_BYTES);
    harness_check_folder(&harness, only_file);
    check_size(&harness, BIG_BYTES);
    harness_down(&harness);
}

struct failure {
    const char *path;
    struct demo_faults faults;
    int code;
    const char *message;
};

#define PLACE "pod shop/web, container app: "

static const struct failure failures[] = {
    {"/nope",
     {0},
     KUBE_ERROR_COMMAND,
     PLACE "cat: can't open '/nope': No such file or directory (exit status 1)"},
    {"/tmp/trace_dir",
     {0},
     KUBE_ERROR_COMMAND,
     PLACE "cat: read error: Is a directory (exit status 1)"},
    {"/big",
     {.no_cat = true},
     KUBE_ERROR_COMMAND,
     PLACE "there is no program \"cat\" in the container"},
    {"/big",
     {.cut_after_bytes = 1000000},
     KUBE_ERROR_CUT,
     PLACE "the connection ended before the command did (2000000 of 3000000 bytes are missing)"},
    {"/big",
     {.cut_after_bytes = 1000000, .cut_with_success = true},
     KUBE_ERROR_INCOMPLETE,
     PLACE "/big: the data ended early twice, although the server said Success: the node's kubelet "
           "may have stopped, or the file was made shorter (2000000 of 3000000 bytes are missing)"},
    {"/big",
     {.stall_after_bytes = 1000000},
     KUBE_ERROR_CUT,
     PLACE "the connection is dead: nothing came for 0.7 seconds (2000000 of 3000000 bytes are "
           "missing)"},
    {"/big",
     {.wrong_exit = true},
     KUBE_ERROR_COMMAND,
     PLACE "cat failed with exit status 1 (0 of 3000000 bytes are missing)"},
    {"/big", {.http_status = 403}, KUBE_ERROR_FORBIDDEN, NULL},
    {"/big",
     {.http_status = 401},
     KUBE_ERROR_UNAUTHORIZED,
     PLACE "the server does not accept this login (401 Unauthorized)"},
    {"/big", {.http_status = 503}, KUBE_ERROR_SERVER, NULL},
};

static void test_failure(gconstpointer data)
{
    const struct failure *row = (const struct failure *)data;
    struct harness harness;
    struct run run = {0};

    harness_up(&harness, 700);
    demo_add_file(harness.demo, "/big", BIG_BYTES);
    demo_set_faults(harness.demo, &row->faults);
    pull(&run, &harness, row->path, false);
    g_assert_error(run.error, KUBE_ERROR, row->code);
    if (row->message != NULL)
        g_assert_cmpstr(run.error->message, ==, row->message);
    g_clear_error(&run.error);
    harness_check_folder(&harness, nothing);
    harness_down(&harness);
}

/* What is here already stays as it is: refused, and after a failure with leave to overwrite. */
static void test_existing(void)
{
    struct harness harness;
    g_autofree char *file = NULL, *message = NULL, *text = NULL;
    const struct demo_faults cut = {.cut_after_bytes = 1000000}, none = {0};
    struct run refused = {0}, failed = {0}, good = {0};

    harness_up(&harness, 0);
    file = in_folder(&harness, "file");
    g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
    demo_add_file(harness.demo, "/big", BIG_BYTES);

    pull(&refused, &harness, "/big", false);
    g_assert_error(refused.error, KUBE_ERROR, KUBE_ERROR_FILE);
    message = harness_clean(&harness, refused.error->message);
    g_assert_cmpstr(message, ==, "FOLDER/file: there is such a file already");
    demo_set_faults(harness.demo, &cut);
    pull(&failed, &harness, "/big", true);
    g_assert_error(failed.error, KUBE_ERROR, KUBE_ERROR_CUT);
    harness_check_folder(&harness, only_file);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    demo_set_faults(harness.demo, &none);
    pull(&good, &harness, "/big", true);
    g_assert_no_error(good.error);
    check_size(&harness, BIG_BYTES);

    g_clear_error(&refused.error);
    g_clear_error(&failed.error);
    harness_down(&harness);
}

/* A file that appears while we pull is not replaced. */
static void test_appears(void)
{
    struct harness harness;
    g_autofree char *file = NULL, *text = NULL;
    const struct demo_faults slow = {.bytes_per_s = 3000000};
    struct run run = {0};

    harness_up(&harness, 0);
    demo_add_file(harness.demo, "/big", BIG_BYTES);
    demo_set_faults(harness.demo, &slow);
    begin(&run, &harness, "/big", false);
    while (run.last.bytes == 0)
        g_main_context_iteration(NULL, TRUE);
    file = in_folder(&harness, "file");
    g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FILE);
    g_clear_error(&run.error);
    harness_check_folder(&harness, only_file);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    g_unlink(file);
    harness_down(&harness);
}

static void check_refused(struct harness *harness, const char *wanted)
{
    struct run run = {0};
    g_autofree char *message = NULL;

    pull(&run, harness, "/etc/hostname", false);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FILE);
    message = harness_clean(harness, run.error->message);
    g_assert_cmpstr(message, ==, wanted);
    g_clear_error(&run.error);
}

/* FILE.part of another pull, a link, and one that a killed pull left. */
static void test_part(void)
{
    struct harness harness;
    g_autofree char *part = NULL, *elsewhere = NULL, *text = NULL;
    struct run run = {0};
    int fd;

    harness_up(&harness, 0);
    part = in_folder(&harness, "file.part");
    elsewhere = in_folder(&harness, "elsewhere");
    fd = open(part, O_RDWR | O_CREAT, 0600);
    g_assert_cmpint(flock(fd, LOCK_EX), ==, 0);
    check_refused(&harness, "FOLDER/file.part: another pull is writing it");
    g_assert_cmpint(write(fd, "old old old old", 15), ==, 15);
    close(fd);
    pull(&run, &harness, "/etc/hostname", false);
    g_assert_no_error(run.error);
    check_size(&harness, 9);

    g_assert_true(g_file_set_contents(elsewhere, "mine", -1, NULL));
    g_assert_cmpint(symlink(elsewhere, part), ==, 0);
    check_refused(&harness, "FOLDER/file.part: Too many levels of symbolic links");
    g_unlink(part);
    g_assert_cmpint(link(elsewhere, part), ==, 0);
    check_refused(&harness, "FOLDER/file.part: this is not a file of a pull");
    g_unlink(part);
    g_assert_true(g_file_get_contents(elsewhere, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    g_unlink(elsewhere);
    harness_down(&harness);
}

static void test_no_room(void)
{
    static const struct pull_calls calls = {.done = on_done};
    struct harness harness;
    struct pull_request request = {
        .place = {"shop", "web", "app"}, .path = "/etc/hostname", .file = "/nowhere/at/all"};
    struct run run = {0};

    harness_up(&harness, 0);
    pull_start(harness.client, &request, &calls, &run);
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FILE);
    g_assert_cmpstr(run.error->message, ==, "/nowhere/at/all.part: No such file or directory");
    g_clear_error(&run.error);
    harness_down(&harness);
}

/* In each of its stages. */
static void test_cancel(void)
{
    struct harness harness;

    harness_up(&harness, 0);
    demo_add_file(harness.demo, "/big", BIG_BYTES);
    for (int wanted = -1; wanted <= PULL_READING; wanted++) {
        const struct demo_faults slow = {.bytes_per_s = 1000000};
        struct run run = {.last = {.stage = PULL_ASKING_SIZE}};
        struct pull *pull;

        demo_set_faults(harness.demo, &slow);
        pull = begin(&run, &harness, "/big", false);
        while (wanted >= 0 && (run.n_progress == 0 || run.last.stage != (enum pull_stage)wanted)) {
            g_main_context_iteration(NULL, TRUE);
            /* Asking is quick: it may be over before it is first told of. */
            if (run.last.stage > (enum pull_stage)wanted)
                break;
        }
        pull_cancel(pull);
        for (int i = 0; i < 20; i++)
            g_main_context_iteration(NULL, FALSE);
        g_assert_false(run.done);
        harness_check_folder(&harness, nothing);
    }
    harness_down(&harness);
}

static void test_text(void)
{
    static const struct {
        struct pull_progress progress;
        const char *text;
    } rows[] = {
        {{.stage = PULL_ASKING_SIZE, .size_bytes = -1}, "asking for the size"},
        {{PULL_READING, 1572864, 3145728, 1258291, 1.25, 1},
         "1.5 MiB of 3.0 MiB  50%  1.2 MiB/s  1 s left"},
        {{PULL_READING, 1023, -1, 0, -1, 0}, "1023 B"},
        {{PULL_READING, 1048575, -1, 10, -1, 0}, "1.0 MiB  10 B/s"},
        {{PULL_READING, 2999, 3000, 1, 3725, 0}, "2.9 KiB of 2.9 KiB  99%  1 B/s  1 h 2 min left"},
        {{PULL_READING, 0, 3000, 1, 125, 0}, "0 B of 2.9 KiB  0%  1 B/s  2 min 5 s left"},
        {{PULL_FINISHING, 3000, 3000, 1, 0, 0}, "2.9 KiB of 2.9 KiB  100%  writing to the disk"},
        {{PULL_DONE, 3000, 3000, 1, 0, 2}, "2.9 KiB of 2.9 KiB  100%  in 2 s, 1.5 KiB/s"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = pull_progress_text(&rows[i].progress);

        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static void test_rate(void)
{
    struct rate rate = {0};
    uint64_t bytes = 0;
    int64_t us = 1000000;

    g_assert_cmpfloat(rate_per_s(&rate, us, 0), ==, 0);
    for (int i = 0; i < 100; i++) {
        rate_add(&rate, us, bytes);
        us += RATE_STEP_US;
        bytes += i < 50 ? 1000 : 500; /* slower in the second half, which is all the window sees */
    }
    g_assert_cmpfloat_with_epsilon(rate_per_s(&rate, us, bytes), 5000, 1);
}

int main(int argc, char **argv)
{
    static const struct demo_faults none = {0}, no_stat = {.no_stat = true}, v4 = {.v4_only = true},
                                    lossy = {.cut_after_bytes = 1000000,
                                             .cut_with_success = true,
                                             .cut_v5_only = true};

    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/pull/whole", &none, test_whole);
    g_test_add_data_func("/pull/whole/no-stat", &no_stat, test_whole);
    g_test_add_data_func("/pull/whole/v4", &v4, test_whole);
    g_test_add_data_func("/pull/whole/v5-loses-the-tail", &lossy, test_whole);
    g_test_add_func("/pull/existing", test_existing);
    g_test_add_func("/pull/appears", test_appears);
    g_test_add_func("/pull/part", test_part);
    g_test_add_func("/pull/no-room", test_no_room);
    g_test_add_func("/pull/cancel", test_cancel);
    g_test_add_func("/pull/text", test_text);
    g_test_add_func("/pull/rate", test_rate);
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
        g_autofree char *name = g_strdup_printf("/pull/failure/%zu", i);

        g_test_add_data_func(name, &failures[i], test_failure);
    }
    return g_test_run();
}
