/* A pull that is cut, stalled, lied to, killed or begun again goes on from where it was; a file
 * that changes under it is noticed and named. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <jansson.h>

#include "tests/pulls.h"

#define BIG "/big"
#define BIG_BYTES 3000000
#define HARNESS_TIMEOUT_MS 700

static const char *const nothing[] = {NULL};
static const char *const parts[] = {"file.part", "file.part.json", NULL};

static const struct demo_faults none;
static const struct demo_faults slow = {.bytes_per_s = 4000000};

/* A practice cluster with a big file, and what that must come to. */
struct stage {
    struct harness harness;
    char *wanted;
};

static void stage_up(struct stage *stage)
{
    harness_up(&stage->harness, HARNESS_TIMEOUT_MS);
    demo_add_file(stage->harness.demo, BIG, BIG_BYTES);
    stage->wanted = pulls_expect(&stage->harness, BIG);
}

static void stage_down(struct stage *stage)
{
    g_free(stage->wanted);
    harness_down(&stage->harness);
}

static void check_equal(struct stage *stage, const struct pulls *run)
{
    g_autofree char *mine = NULL;

    g_assert_no_error(run->error);
    g_assert_cmpuint(run->last.bytes, ==, BIG_BYTES);
    mine = pulls_digest(&stage->harness, "file");
    g_assert_cmpstr(mine, ==, stage->wanted);
    harness_check_folder(&stage->harness, nothing);
}

static void remove_parts(const struct harness *harness)
{
    for (size_t i = 0; parts[i] != NULL; i++) {
        g_autofree char *path = pulls_path(harness, parts[i]);

        g_unlink(path);
    }
}

/* --- faults on the way --- */

struct fault {
    const char *name;
    struct demo_faults faults;
    enum squeeze_mode compress;
    unsigned min_cuts;
    const char *proof;
};

#define NO_DIGEST "sha256sum md5sum cksum"
#define SHELL_ALONE "sh stat wc tail dd head gzip sha256sum md5sum cksum"

static const struct fault faults[] = {
    {"none", {0}, SQUEEZE_AUTO, 0, "proved by sha256"},
    {"cut", {.cut_after_bytes = 400000}, SQUEEZE_AUTO, 6, "proved by sha256"},
    {"cut-v4", {.cut_after_bytes = 400000, .v4_only = true}, SQUEEZE_AUTO, 6, "proved by sha256"},
    {"cut-v5", {.cut_after_bytes = 400000, .v5_only = true}, SQUEEZE_AUTO, 6, "proved by sha256"},
    {"tail-lost",
     {.cut_after_bytes = 2000000, .cut_with_success = true, .v5_only = true},
     SQUEEZE_AUTO,
     1,
     "proved by sha256"},
    {"tail-lost-always",
     {.cut_after_bytes = 900000, .cut_with_success = true},
     SQUEEZE_AUTO,
     2,
     "proved by sha256"},
    {"tail-lost-no-digest",
     {.cut_after_bytes = 2000000, .cut_with_success = true, .v5_only = true, .missing = NO_DIGEST},
     SQUEEZE_AUTO,
     1,
     "by size and time only: the container has no digest tool"},
    {"stdin-ends", {.stdin_ends = true}, SQUEEZE_AUTO, 1, "proved by sha256"},
    {"stall", {.stall_after_bytes = 1600000}, SQUEEZE_AUTO, 1, "proved by sha256"},
    {"compressed", {0}, SQUEEZE_ALWAYS, 0, "proved by sha256"},
    {"compressed-cut", {.cut_after_bytes = 700000}, SQUEEZE_ALWAYS, 3, "proved by sha256"},
    {"compressed-tail-lost",
     {.cut_after_bytes = 2000000, .cut_with_success = true, .v5_only = true},
     SQUEEZE_ALWAYS,
     1,
     "proved by sha256"},
    {"md5", {.missing = "sha256sum"}, SQUEEZE_AUTO, 0, "proved by md5"},
    {"cksum", {.missing = "sha256sum md5sum"}, SQUEEZE_AUTO, 0, "proved by cksum"},
    {"no-stat",
     {.missing = "stat " NO_DIGEST},
     SQUEEZE_AUTO,
     0,
     "by size only: the container has no stat and no digest tool"},
    {"no-size", {.missing = "stat wc"}, SQUEEZE_AUTO, 0, "proved by sha256"},
    {"no-size-no-digest",
     {.missing = "stat wc " NO_DIGEST},
     SQUEEZE_AUTO,
     0,
     "by its reading's good end only: its size is not known"},
    {"tail", {.cut_after_bytes = 1000000, .missing = "dd"}, SQUEEZE_AUTO, 2, "proved by sha256"},
    {"no-shell",
     {.missing = "sh"},
     SQUEEZE_AUTO,
     0,
     "by size and time only: the container has no digest tool"},
    {"cat-alone",
     {.missing = SHELL_ALONE},
     SQUEEZE_AUTO,
     0,
     "by its reading's good end only: its size is not known"},
};

static void test_fault(gconstpointer data)
{
    const struct fault *fault = (const struct fault *)data;
    const struct pull_request request = {.compress = fault->compress};
    struct stage stage;
    struct pulls run = {.harness = &stage.harness};

    stage_up(&stage);
    demo_set_faults(stage.harness.demo, &fault->faults);
    pulls_run(&run, BIG, &request);
    check_equal(&stage, &run);
    g_assert_cmpstr(run.last.proof, ==, fault->proof);
    g_assert_cmpuint(run.last.cuts, >=, fault->min_cuts);
    g_assert_cmpint(run.last.compressed, ==, fault->compress == SQUEEZE_ALWAYS);
    pulls_clear(&run);
    stage_down(&stage);
}

/* Where only cat can read, each try begins at the beginning and its bytes are skipped here: it gets
 * there when a cut comes later than the one before. */
static void mend(struct pulls *pulls, const char *note)
{
    if (note != NULL && strstr(note, "; going on") != NULL)
        demo_set_faults(pulls->harness->demo, &(struct demo_faults){.missing = "dd tail"});
}

static void test_skipped(void)
{
    static const struct demo_faults cut = {.cut_after_bytes = 2500000, .missing = "dd tail"};
    struct stage stage;
    struct pulls run = {.harness = &stage.harness, .watch = mend};

    stage_up(&stage);
    demo_set_faults(stage.harness.demo, &cut);
    pulls_run(&run, BIG, NULL);
    check_equal(&stage, &run);
    g_assert_cmpuint(run.last.cuts, ==, 1);
    pulls_clear(&run);
    stage_down(&stage);
}

/* Streams that are each shorter than a block bring it forward all the same. */
static void test_short_streams(gconstpointer data)
{
    const struct demo_faults cut = {.cut_after_bytes = 38076, .missing = (const char *)data};
    const struct pull_request impatient = {.patience_ms = 5000};
    struct harness harness;
    struct pulls run = {.harness = &harness};
    g_autofree char *mine = NULL, *wanted = NULL;

    harness_up(&harness, HARNESS_TIMEOUT_MS);
    demo_add_file(harness.demo, BIG, 200000);
    wanted = pulls_expect(&harness, BIG);
    demo_set_faults(harness.demo, &cut);
    pulls_run(&run, BIG, &impatient);
    g_assert_no_error(run.error);
    mine = pulls_digest(&harness, "file");
    g_assert_cmpstr(mine, ==, wanted);
    pulls_clear(&run);
    harness_down(&harness);
}

/* --- small files --- */

#define SMALL_BYTES 50000

static const struct small {
    const char *name;
    struct demo_faults faults;
    unsigned n_execs; /* 0: as many as it takes */
    const char *proof;
} smalls[] = {
    {"none", {0}, 1, "proved by sha256"},
    {"v4", {.v4_only = true}, 1, "proved by sha256"},
    {"cksum", {.missing = "sha256sum md5sum"}, 1, "proved by cksum"},
    {"no-digest",
     {.missing = NO_DIGEST},
     3,
     "by size and time only: the container has no digest tool"},
    {"no-shell", {.missing = "sh"}, 0, "by size and time only: the container has no digest tool"},
    {"cut", {.cut_after_bytes = 20000}, 0, "proved by sha256"},
    {"tail-lost", {.cut_after_bytes = 20000, .cut_with_success = true}, 0, "proved by sha256"},
    {"one-byte-lost",
     {.cut_after_bytes = SMALL_BYTES, .cut_with_success = true},
     0,
     "proved by sha256"},
};

static void test_small(gconstpointer data)
{
    const struct small *small = (const struct small *)data;
    const struct pull_request packed = {.compress = SQUEEZE_ALWAYS};
    struct harness harness;
    struct pulls run = {.harness = &harness};
    g_autofree char *mine = NULL, *wanted = NULL;

    harness_up(&harness, HARNESS_TIMEOUT_MS);
    demo_add_file(harness.demo, BIG, SMALL_BYTES);
    pulls_run(&run, BIG, &packed); /* by another way */
    g_assert_no_error(run.error);
    wanted = pulls_digest(&harness, "file");
    demo_set_faults(harness.demo, &small->faults);
    harness_execs();
    pulls_run(&run, BIG, NULL);
    g_assert_no_error(run.error);
    if (small->n_execs > 0)
        g_assert_cmpuint(harness_execs(), ==, small->n_execs);
    g_assert_cmpstr(run.last.proof, ==, small->proof);
    mine = pulls_digest(&harness, "file");
    g_assert_cmpstr(mine, ==, wanted);
    harness_check_folder(&harness, nothing);
    pulls_clear(&run);
    harness_down(&harness);
}

/* A digest that says no to what came with the answer: the bytes are read the usual way. */
static void test_small_differs(void)
{
    static const struct demo_faults wrong = {.wrong_digest = true};
    struct harness harness;
    struct pulls run = {.harness = &harness};
    g_autofree char *left = NULL;

    harness_up(&harness, HARNESS_TIMEOUT_MS);
    demo_add_file(harness.demo, BIG, SMALL_BYTES);
    demo_set_faults(harness.demo, &wrong);
    pulls_run(&run, BIG, NULL);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_INCOMPLETE);
    g_assert_nonnull(strstr(run.notes->str, "reading it once more"));
    left = pulls_digest(&harness, "file.part");
    pulls_clear(&run);
    harness_down(&harness);
}

/* --- giving up, and going on --- */

static void refuse(struct pulls *pulls, const char *note)
{
    static const struct demo_faults down = {.http_status = 503};

    if (note != NULL && strstr(note, "; going on") != NULL)
        demo_set_faults(pulls->harness->demo, &down);
}

static void test_gives_up(void)
{
    static const struct demo_faults cut = {.cut_after_bytes = 1000000};
    const struct pull_request impatient = {.patience_ms = 500};
    struct stage stage;
    struct pulls run = {.harness = &stage.harness, .watch = refuse};

    stage_up(&stage);
    demo_set_faults(stage.harness.demo, &cut);
    pulls_run(&run, BIG, &impatient);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_SERVER);
    g_assert_nonnull(strstr(run.error->message, " bytes are missing; the same command goes on from "
                                                "there)"));
    harness_check_folder(&stage.harness, parts);

    run.watch = NULL;
    demo_set_faults(stage.harness.demo, &none);
    pulls_run(&run, BIG, NULL);
    g_assert_cmpuint(run.last.resumed_bytes, >=, 1000000);
    check_equal(&stage, &run);
    pulls_clear(&run);
    stage_down(&stage);
}

/* Runs a pull until some bytes are here, and leaves it. */
static void leave_part(struct stage *stage)
{
    struct pulls run = {.harness = &stage->harness};

    demo_set_faults(stage->harness.demo, &slow);
    pulls_begin(&run, BIG, NULL);
    while (run.last.bytes < BIG_BYTES / 3)
        g_main_context_iteration(NULL, TRUE);
    g_assert_true(pull_cancel(run.pull));
    harness_check_folder(&stage->harness, parts);
    demo_set_faults(stage->harness.demo, &none);
    pulls_clear(&run);
}

/* The server is well again at the fourth thing that went wrong. */
static void recover(struct pulls *pulls, const char *note)
{
    unsigned n = 0;

    for (const char *at = pulls->notes->str; (at = strstr(at, "; going on")) != NULL; at++)
        n++;
    if (note != NULL && n == 4)
        demo_set_faults(pulls->harness->demo, &none);
}

/* A pull that goes on where an earlier one was killed has patience from its first question on: what
 * stopped that one may not have passed yet. */
static void test_patient(void)
{
    static const struct demo_faults down = {.http_status = 500};
    struct stage stage;
    struct pulls run = {.harness = &stage.harness, .watch = recover};

    stage_up(&stage);
    leave_part(&stage);
    demo_set_faults(stage.harness.demo, &down);
    pulls_run(&run, BIG, NULL);
    g_assert_cmpuint(run.last.resumed_bytes, >, 0);
    check_equal(&stage, &run);
    pulls_clear(&run);
    stage_down(&stage);
}

static void set_note(const struct harness *harness, const char *key, json_t *value)
{
    g_autofree char *path = pulls_path(harness, "file.part.json");
    json_t *note = json_load_file(path, 0, NULL);

    g_assert_cmpint(json_object_set_new(note, key, value), ==, 0);
    g_assert_cmpint(json_dump_file(note, path, 0), ==, 0);
    json_decref(note);
}

/* What an earlier pull left is used when it is of the same file, and else not. */
static const struct {
    const char *key, *text; /* what is changed in the note */
    json_int_t number;
    const char *anew; /* NULL: it goes on */
} leftovers[] = {
    {NULL, NULL, 0, NULL},
    {"server", "https://elsewhere", 0, NULL}, /* another way to the same pod */
    {"uid", "4711", 0, "another pod of that name"},
    {"path", "/other", 0, "another file"},
    {"container", "sidecar", 0, "another file"},
    {"inode", NULL, 1, "an earlier file of that name"},
    {"mtime", "yesterday", 0, "an earlier state of the file"},
    {"size", NULL, BIG_BYTES + 1, "an earlier state of the file"},
    {"version", NULL, 99, "nobody knows what"},
};

static void test_leftovers(void)
{
    struct stage stage;
    struct pulls run = {.harness = &stage.harness};

    stage_up(&stage);
    for (size_t i = 0; i < G_N_ELEMENTS(leftovers); i++) {
        const char *key = leftovers[i].key, *text = leftovers[i].text;
        g_autofree char *anew = g_strconcat("is a part of ", leftovers[i].anew, "\n", NULL);

        leave_part(&stage);
        if (key != NULL)
            set_note(&stage.harness, key,
                     text != NULL ? json_string(text) : json_integer(leftovers[i].number));
        pulls_run(&run, BIG, NULL);
        check_equal(&stage, &run);
        g_assert_cmpint(run.last.resumed_bytes > 0, ==, leftovers[i].anew == NULL);
        g_assert_cmpint(strstr(run.notes->str, "beginning anew") != NULL, ==,
                        leftovers[i].anew != NULL);
        g_assert_true(leftovers[i].anew == NULL || strstr(run.notes->str, anew) != NULL);
    }
    pulls_clear(&run);
    stage_down(&stage);
}

/* A note that is no JSON, none at all, more bytes than the file has, and bytes that are others: a
 * power cut may leave such. */
static void test_spoilt(void)
{
    struct stage stage;
    g_autofree char *part = NULL, *note = NULL;
    g_autofree char *wrong = g_strnfill(BIG_BYTES / 2, 'x');
    struct pulls run = {.harness = &stage.harness};

    stage_up(&stage);
    part = pulls_path(&stage.harness, parts[0]);
    note = pulls_path(&stage.harness, parts[1]);
    leave_part(&stage);
    g_assert_true(g_file_set_contents(note, "{\"version\": 1, ", -1, NULL));
    pulls_run(&run, BIG, NULL);
    check_equal(&stage, &run);
    g_assert_cmpuint(run.last.resumed_bytes, ==, 0);

    leave_part(&stage);
    g_unlink(note);
    pulls_run(&run, BIG, NULL);
    check_equal(&stage, &run);
    g_assert_cmpuint(run.last.resumed_bytes, ==, 0);

    leave_part(&stage);
    g_assert_cmpint(truncate(part, BIG_BYTES + 1), ==, 0);
    pulls_run(&run, BIG, NULL);
    check_equal(&stage, &run);
    g_assert_cmpuint(run.last.resumed_bytes, ==, 0);

    leave_part(&stage);
    g_assert_true(g_file_set_contents(part, wrong, BIG_BYTES / 2, NULL));
    pulls_run(&run, BIG, NULL);
    check_equal(&stage, &run);
    g_assert_nonnull(strstr(run.notes->str, "sha256sum differs from that in the container"));
    pulls_clear(&run);
    stage_down(&stage);
}

/* Without a digest only what is known to have reached the disk is believed. */
static void test_unproved(void)
{
    static const struct demo_faults no_digest = {.missing = NO_DIGEST};
    struct stage stage;
    struct pulls run = {.harness = &stage.harness};

    stage_up(&stage);
    leave_part(&stage);
    set_note(&stage.harness, "safe_bytes", json_integer(12345));
    demo_set_faults(stage.harness.demo, &no_digest);
    pulls_run(&run, BIG, NULL);
    check_equal(&stage, &run);
    g_assert_cmpuint(run.last.resumed_bytes, ==, 12345);
    pulls_clear(&run);
    stage_down(&stage);
}

/* --- the file changes --- */

struct change {
    const char *name;
    enum demo_change_kind kind;
    uint64_t size_bytes;
    const char *message; /* NULL: it ends well all the same */
};

static const struct change changes[] = {
    {"grows", DEMO_GROWS, BIG_BYTES + 7,
     "the file grew while it was read: it had 3000000 bytes, now it has 3000007"},
    {"shrinks", DEMO_SHRINKS, 2500000,
     "the file was made shorter while it was read: it had 3000000 bytes, now it has 2500000"},
    {"rewritten", DEMO_REWRITES, 0, "the file was written to while it was read"},
    {"replaced", DEMO_REPLACES, 0, "the file was replaced by another while it was read"},
    {"deleted", DEMO_DELETES, 0, "the file was deleted while it was read"},
    {"touched", DEMO_TOUCHES, 0, NULL},
};

static void test_change(gconstpointer data)
{
    const struct change *change = (const struct change *)data;
    struct stage stage;
    struct pulls run = {.harness = &stage.harness};

    stage_up(&stage);
    demo_set_faults(stage.harness.demo, &slow);
    pulls_begin(&run, BIG, NULL);
    while (run.last.bytes < BIG_BYTES / 3)
        g_main_context_iteration(NULL, TRUE);
    demo_change_file(stage.harness.demo, BIG, change->kind, change->size_bytes);
    demo_set_faults(stage.harness.demo, &none);
    harness_wait(&run.done);
    if (change->message == NULL) {
        check_equal(&stage, &run);
    } else {
        g_autofree char *message = g_strconcat(PULLS_PLACE BIG ": ", change->message, NULL);

        pulls_check_error(&run, KUBE_ERROR_INCOMPLETE, message);
        harness_check_folder(&stage.harness, parts);
        remove_parts(&stage.harness);
    }
    pulls_clear(&run);
    stage_down(&stage);
}

/* What came of a file that grows is its beginning, so the next pull goes on from there. */
static void test_grown(void)
{
    struct stage stage;
    struct pulls run = {.harness = &stage.harness};
    g_autofree char *mine = NULL, *wanted = NULL;

    stage_up(&stage);
    leave_part(&stage);
    demo_change_file(stage.harness.demo, BIG, DEMO_GROWS, BIG_BYTES + 100000);
    pulls_run(&run, BIG, NULL);
    g_assert_no_error(run.error);
    g_assert_cmpuint(run.last.bytes, ==, BIG_BYTES + 100000);
    g_assert_cmpuint(run.last.resumed_bytes, >, 0);
    g_assert_cmpstr(run.last.proof, ==, "proved by sha256");
    mine = pulls_digest(&stage.harness, "file");
    wanted = pulls_expect(&stage.harness, BIG);
    g_assert_cmpstr(mine, ==, wanted);
    pulls_clear(&run);
    stage_down(&stage);
}

/* --- the digest says no --- */

static void set_right(struct pulls *pulls, const char *note)
{
    if (note != NULL && strstr(note, "reading it once more") != NULL)
        demo_set_faults(pulls->harness->demo, &none);
}

static void test_wrong_digest(void)
{
    static const struct demo_faults wrong = {.wrong_digest = true};
    static const char *const part[] = {"file.part", NULL};
    struct stage stage;
    struct pulls run = {.harness = &stage.harness, .watch = set_right};

    stage_up(&stage);
    demo_set_faults(stage.harness.demo, &wrong);
    pulls_run(&run, BIG, NULL);
    check_equal(&stage, &run);
    g_assert_nonnull(strstr(run.notes->str, "reading it once more"));

    run.watch = NULL;
    demo_set_faults(stage.harness.demo, &wrong);
    pulls_run(&run, BIG, NULL);
    pulls_check_error(&run, KUBE_ERROR_INCOMPLETE,
                      PULLS_PLACE BIG ": what came differs from the file there by its sha256sum, "
                                      "twice; it stays in FOLDER/file.part to be looked at");
    harness_check_folder(&stage.harness, part);
    remove_parts(&stage.harness);
    pulls_clear(&run);
    stage_down(&stage);
}

/* --- killed --- */

/* The program itself, pulling the big file to FOLDER/file. */
static GPid program_start(const struct harness *harness, const char *config)
{
    g_autofree char *program = g_test_build_filename(G_TEST_BUILT, "..", "tracetui", NULL);
    g_autofree char *file = pulls_path(harness, "file");
    const char *const argv[] = {program, "pull",          "--kubeconfig", config, "-c",
                                "app",   "shop/web:" BIG, file,           NULL};
    g_autoptr(GError) error = NULL;
    GPid pid = 0;

    g_spawn_async(NULL, (char **)(uintptr_t)argv, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

/* Kills it when so many bytes are in FILE.part. */
static void program_kill(const struct harness *harness, GPid pid, goffset bytes)
{
    g_autofree char *part = pulls_path(harness, "file.part");
    GStatBuf info = {0};

    while (g_stat(part, &info) != 0 || info.st_size < bytes)
        g_usleep(2000);
    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static void test_killed(void)
{
    struct stage stage;
    g_autofree char *config = NULL;
    struct pulls run = {.harness = &stage.harness};

    stage_up(&stage);
    config = pulls_path(&stage.harness, "config");
    g_assert_true(g_file_set_contents(config, demo_kubeconfig(stage.harness.demo), -1, NULL));
    demo_set_faults(stage.harness.demo, &slow);
    program_kill(&stage.harness, program_start(&stage.harness, config), 1);
    program_kill(&stage.harness, program_start(&stage.harness, config), BIG_BYTES / 2);
    demo_set_faults(stage.harness.demo, &none);
    g_unlink(config);
    pulls_run(&run, BIG, NULL);
    g_assert_cmpuint(run.last.resumed_bytes, >=, BIG_BYTES / 2);
    check_equal(&stage, &run);
    pulls_clear(&run);
    stage_down(&stage);
}

/* --- several at once --- */

#define N_PULLS 6

static void test_many(void)
{
    static const struct demo_faults cut = {.cut_after_bytes = 700000};
    struct stage stage;
    struct pulls runs[N_PULLS];

    stage_up(&stage);
    demo_set_faults(stage.harness.demo, &cut);
    for (size_t i = 0; i < N_PULLS; i++) {
        g_autofree char *name = g_strdup_printf("file%zu", i);
        g_autofree char *file = pulls_path(&stage.harness, name);
        const struct pull_request request = {.file = file};

        runs[i] = (struct pulls){.harness = &stage.harness};
        pulls_begin(&runs[i], BIG, &request);
    }
    for (size_t i = 0; i < N_PULLS; i++) {
        g_autofree char *name = g_strdup_printf("file%zu", i);
        g_autofree char *mine = NULL;

        harness_wait(&runs[i].done);
        g_assert_no_error(runs[i].error);
        mine = pulls_digest(&stage.harness, name);
        g_assert_cmpstr(mine, ==, stage.wanted);
        pulls_clear(&runs[i]);
    }
    harness_check_folder(&stage.harness, nothing);
    stage_down(&stage);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autofree char *name = g_strconcat("/resume/fault/", faults[i].name, NULL);

        g_test_add_data_func(name, &faults[i], test_fault);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *name = g_strconcat("/resume/change/", changes[i].name, NULL);

        g_test_add_data_func(name, &changes[i], test_change);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(smalls); i++) {
        g_autofree char *path = g_strconcat("/resume/small/", smalls[i].name, NULL);

        g_test_add_data_func(path, &smalls[i], test_small);
    }
    g_test_add_func("/resume/small-differs", test_small_differs);
    g_test_add_data_func("/resume/short-streams", "", test_short_streams);
    g_test_add_data_func("/resume/short-streams-dd-alone", "tail", test_short_streams);
    g_test_add_func("/resume/skipped", test_skipped);
    g_test_add_func("/resume/gives-up", test_gives_up);
    g_test_add_func("/resume/patient", test_patient);
    g_test_add_func("/resume/leftovers", test_leftovers);
    g_test_add_func("/resume/spoilt", test_spoilt);
    g_test_add_func("/resume/unproved", test_unproved);
    g_test_add_func("/resume/grown", test_grown);
    g_test_add_func("/resume/wrong-digest", test_wrong_digest);
    g_test_add_func("/resume/killed", test_killed);
    g_test_add_func("/resume/many", test_many);
    return g_test_run();
}
