/* Files come whole or not at all; each failure says what is missing and leaves nothing behind. */
#include <string.h>
#include <sys/file.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "kube/rate.h"
#include "tests/pulls.h"

#define BIG_BYTES 3000000

static const char *const nothing[] = {NULL};
static const char *const only_file[] = {"file", NULL};

static void check_size(const struct harness *harness, goffset size_bytes)
{
    g_autofree char *file = pulls_path(harness, "file");
    GStatBuf info;

    g_assert_cmpint(g_stat(file, &info), ==, 0);
    g_assert_cmpint(info.st_size, ==, size_bytes);
    g_unlink(file);
}

static void test_whole(gconstpointer data)
{
    const struct demo_faults *faults = (const struct demo_faults *)data;
    struct harness harness;
    struct pulls run = {.harness = &harness};

    harness_up(&harness, 0);
    demo_add_file(harness.demo, "/big", BIG_BYTES);
    demo_set_faults(harness.demo, faults);
    pulls_run(&run, "/big", NULL);
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

#define PLACE PULLS_PLACE

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
     {.missing = "sh busybox toybox stat cat"},
     KUBE_ERROR_NO_TOOLS,
     PLACE "the container has no program that could read a file: no sh, no cat"},
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
    struct pulls run = {.harness = &harness};

    harness_up(&harness, 700);
    demo_add_file(harness.demo, "/big", BIG_BYTES);
    demo_set_faults(harness.demo, &row->faults);
    pulls_run(&run, row->path, NULL);
    g_assert_error(run.error, KUBE_ERROR, row->code);
    if (row->message != NULL)
        g_assert_cmpstr(run.error->message, ==, row->message);
    pulls_clear(&run);
    harness_check_folder(&harness, nothing);
    harness_down(&harness);
}

/* What is here already stays as it is: refused, and after a failure with leave to overwrite. */
static void test_existing(void)
{
    struct harness harness;
    g_autofree char *file = NULL, *message = NULL, *text = NULL;
    const struct demo_faults cut = {.http_status = 404}, none = {0};
    const struct pull_request overwrite = {.overwrite = true, .patience_ms = 1};
    struct pulls refused = {.harness = &harness}, failed = refused, good = refused;

    harness_up(&harness, 0);
    file = pulls_path(&harness, "file");
    g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
    demo_add_file(harness.demo, "/big", BIG_BYTES);

    pulls_run(&refused, "/big", NULL);
    g_assert_error(refused.error, KUBE_ERROR, KUBE_ERROR_FILE);
    message = harness_clean(&harness, refused.error->message);
    g_assert_cmpstr(message, ==, "FOLDER/file: there is such a file already");
    demo_set_faults(harness.demo, &cut);
    pulls_run(&failed, "/big", &overwrite);
    g_assert_error(failed.error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND);
    harness_check_folder(&harness, only_file);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    demo_set_faults(harness.demo, &none);
    pulls_run(&good, "/big", &overwrite);
    g_assert_no_error(good.error);
    check_size(&harness, BIG_BYTES);

    pulls_clear(&refused);
    pulls_clear(&failed);
    pulls_clear(&good);
    harness_down(&harness);
}

/* A file that appears while we pull is not replaced; with leave to, what has come becomes it. */
static void test_appears(void)
{
    static const char *const all[] = {"file", "file.part", "file.part.json", NULL};
    struct harness harness;
    g_autofree char *file = NULL, *text = NULL;
    const struct demo_faults slow = {.bytes_per_s = 3000000};
    const struct pull_request overwrite = {.overwrite = true};
    struct pulls run = {.harness = &harness};

    harness_up(&harness, 0);
    demo_add_file(harness.demo, "/big", BIG_BYTES);
    demo_set_faults(harness.demo, &slow);
    pulls_begin(&run, "/big", NULL);
    while (run.last.bytes == 0)
        g_main_context_iteration(NULL, TRUE);
    file = pulls_path(&harness, "file");
    g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FILE);
    harness_check_folder(&harness, all);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    pulls_run(&run, "/big", &overwrite);
    g_assert_no_error(run.error);
    g_assert_cmpuint(run.last.resumed_bytes, ==, BIG_BYTES);
    harness_check_folder(&harness, only_file);
    check_size(&harness, BIG_BYTES);
    pulls_clear(&run);
    harness_down(&harness);
}

static void check_refused(struct harness *harness, const char *wanted)
{
    struct pulls run = {.harness = harness};
    g_autofree char *message = NULL;

    pulls_run(&run, "/etc/hostname", NULL);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FILE);
    message = harness_clean(harness, run.error->message);
    g_assert_cmpstr(message, ==, wanted);
    pulls_clear(&run);
}

#define NOT_OURS \
    "FOLDER/file.part: this is not a file of a pull; try: remove it, or pull to another name"

/* FILE.part of another pull, a link, and one that a killed pull left. */
static void test_part(void)
{
    struct harness harness;
    g_autofree char *part = NULL, *elsewhere = NULL, *text = NULL;
    struct pulls run = {.harness = &harness};
    int fd;

    harness_up(&harness, 0);
    part = pulls_path(&harness, "file.part");
    elsewhere = pulls_path(&harness, "elsewhere");
    fd = open(part, O_RDWR | O_CREAT, 0600);
    g_assert_cmpint(flock(fd, LOCK_EX), ==, 0);
    check_refused(&harness, "FOLDER/file.part: another pull is writing it");
    g_assert_cmpint(write(fd, "old old old old", 15), ==, 15);
    close(fd);
    pulls_run(&run, "/etc/hostname", NULL);
    g_assert_no_error(run.error);
    check_size(&harness, 9);

    g_assert_true(g_file_set_contents(elsewhere, "mine", -1, NULL));
    g_assert_cmpint(symlink(elsewhere, part), ==, 0);
    check_refused(&harness, NOT_OURS);
    g_unlink(part);
    g_assert_cmpint(link(elsewhere, part), ==, 0);
    check_refused(&harness, NOT_OURS);
    g_unlink(part);
    g_assert_true(g_file_get_contents(elsewhere, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    g_unlink(elsewhere);
    harness_down(&harness);
}

static void test_no_room(void)
{
    const struct pull_request request = {.file = "/nowhere/at/all"};
    struct harness harness;
    struct pulls run = {.harness = &harness};

    harness_up(&harness, 0);
    pulls_run(&run, "/etc/hostname", &request);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FILE);
    g_assert_cmpstr(run.error->message, ==, "/nowhere/at/all.part: No such file or directory");
    pulls_clear(&run);
    harness_down(&harness);
}

/* In each of its stages: what has come stays, and nothing else. */
static void test_cancel(void)
{
    static const char *const parts[] = {"file.part", "file.part.json", NULL};
    struct harness harness;
    g_autofree char *part = NULL, *note = NULL;

    harness_up(&harness, 0);
    part = pulls_path(&harness, "file.part");
    note = pulls_path(&harness, "file.part.json");
    demo_add_file(harness.demo, "/big", BIG_BYTES);
    for (int wanted = -1; wanted <= PULL_READING; wanted++) {
        const struct demo_faults slow = {.bytes_per_s = 1000000};
        const struct pull_request fleeting = {.fleeting = wanted == PULL_READING};
        struct pulls run = {.harness = &harness};
        bool kept;

        demo_set_faults(harness.demo, &slow);
        pulls_begin(&run, "/big", &fleeting);
        while (wanted >= 0 && (run.n_progress == 0 || run.last.stage < (enum pull_stage)wanted ||
                               (wanted == PULL_READING && run.last.bytes == 0)))
            g_main_context_iteration(NULL, TRUE);
        kept = pull_cancel(run.pull);
        for (int i = 0; i < 20; i++)
            g_main_context_iteration(NULL, FALSE);
        g_assert_false(run.done);
        g_assert_false(kept && fleeting.fleeting);
        harness_check_folder(&harness, kept ? parts : nothing);
        g_unlink(part);
        g_unlink(note);
        pulls_clear(&run);
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
        {{.stage = PULL_READING,
          .bytes = 1572864,
          .size_bytes = 3145728,
          .bytes_per_s = 1258291,
          .left_s = 1.25},
         "1.5 MiB of 3.0 MiB  50%  1.2 MiB/s  1 s left"},
        {{.stage = PULL_READING,
          .bytes = 1572864,
          .size_bytes = 3145728,
          .bytes_per_s = 1258291,
          .left_s = 1.25,
          .compressed = true,
          .wire_per_s = 500000},
         "1.5 MiB of 3.0 MiB  50%  1.2 MiB/s (488.3 KiB/s by gzip)  1 s left"},
        {{.stage = PULL_READING, .bytes = 1023, .size_bytes = -1, .left_s = -1}, "1023 B"},
        {{.stage = PULL_READING,
          .bytes = 1048575,
          .size_bytes = -1,
          .bytes_per_s = 10,
          .left_s = -1},
         "1.0 MiB  10 B/s"},
        {{.stage = PULL_READING,
          .bytes = 2999,
          .size_bytes = 3000,
          .bytes_per_s = 1,
          .left_s = 3725},
         "2.9 KiB of 2.9 KiB  99%  1 B/s  1 h 2 min left"},
        {{.stage = PULL_READING, .size_bytes = 3000, .bytes_per_s = 1, .left_s = 125},
         "0 B of 2.9 KiB  0%  1 B/s  2 min 5 s left"},
        {{.stage = PULL_WAITING, .bytes = 1500, .size_bytes = 3000, .wait_s = 2.1},
         "1.5 KiB of 2.9 KiB  50%  going on in 3 s"},
        {{.stage = PULL_PROVING, .bytes = 3000, .size_bytes = 3000},
         "2.9 KiB of 2.9 KiB  100%  comparing with the container"},
        {{.stage = PULL_FINISHING, .bytes = 3000, .size_bytes = 3000},
         "2.9 KiB of 2.9 KiB  100%  writing to the disk"},
        {{.stage = PULL_DONE, .bytes = 3000, .size_bytes = 3000, .elapsed_s = 2},
         "2.9 KiB of 2.9 KiB  100%  in 2 s, 1.5 KiB/s"},
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
                                    wrong_exit = {.wrong_exit = true},
                                    lossy = {.cut_after_bytes = 1000000,
                                             .cut_with_success = true,
                                             .cut_v5_only = true};

    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/pull/whole", &none, test_whole);
    g_test_add_data_func("/pull/whole/no-stat", &no_stat, test_whole);
    g_test_add_data_func("/pull/whole/v4", &v4, test_whole);
    g_test_add_data_func("/pull/whole/v5-loses-the-tail", &lossy, test_whole);
    g_test_add_data_func("/pull/whole/and-cat-fails-at-the-end", &wrong_exit, test_whole);
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
