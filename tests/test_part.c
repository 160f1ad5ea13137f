/* FILE.part and what says what it is a part of, in a folder where others may write, too. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kube/part.h"

struct place {
    char *folder, *file, *part, *note, *fresh;
};

static void set_up(struct place *place, gconstpointer data)
{
    (void)data;
    place->folder = g_dir_make_tmp("tracetui-part-XXXXXX", NULL);
    place->file = g_build_filename(place->folder, "file", NULL);
    place->part = g_strconcat(place->file, ".part", NULL);
    place->note = g_strconcat(place->file, ".part.json", NULL);
    place->fresh = g_strconcat(place->file, ".part.json.new", NULL);
}

static void tear_down(struct place *place, gconstpointer data)
{
    (void)data;
    g_unlink(place->file);
    g_unlink(place->part);
    g_unlink(place->note);
    g_unlink(place->fresh);
    g_assert_cmpint(g_rmdir(place->folder), ==, 0);
    g_free(place->folder);
    g_free(place->file);
    g_free(place->part);
    g_free(place->note);
    g_free(place->fresh);
}

static void write_some(struct part *part)
{
    GError *error = NULL;

    g_assert_true(part_write(part, (const uint8_t *)"some", 4, &error));
    g_assert_true(part_flush(part, &error));
    g_assert_no_error(error);
}

/* What was written is found again, with the note. */
static void test_goes_on(struct place *place, gconstpointer data)
{
    GError *error = NULL;
    struct part *part = part_open(place->file, false, &error);

    (void)data;
    g_assert_no_error(error);
    g_assert_null(part_note(part));
    g_assert_true(part_begin(part, 0, json_pack("{s:s}", "of", "this"), &error));
    write_some(part);
    part_close(part);

    part = part_open(place->file, false, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(part_found_bytes(part), ==, 4);
    g_assert_cmpstr(json_string_value(json_object_get(part_note(part), "of")), ==, "this");
    part_discard(part);
    part_close(part);
}

/* Somebody else, who may write to the file afterwards, is not trusted with it, nor with the note.
 */
static void test_others(struct place *place, gconstpointer data)
{
    GError *error = NULL;
    struct part *part;
    g_autofree char *wanted = NULL;

    (void)data;
    if (geteuid() != 0) {
        g_test_skip("only root can give files away");
        return;
    }
    g_assert_true(g_file_set_contents(place->part, "some", 4, NULL));
    g_assert_cmpint(chown(place->part, 12345, 12345), ==, 0);
    g_assert_null(part_open(place->file, false, &error));
    g_assert_error(error, KUBE_ERROR, KUBE_ERROR_FILE);
    wanted = g_strdup_printf("%s: this belongs to another user, so nothing is written into it",
                             place->part);
    g_assert_cmpstr(error->message, ==, wanted);
    g_clear_error(&error);

    g_assert_cmpint(chown(place->part, geteuid(), getegid()), ==, 0);
    part = part_open(place->file, false, &error);
    g_assert_true(part_begin(part, 4, json_pack("{s:s}", "of", "this"), &error));
    part_close(part);
    g_assert_cmpint(chown(place->note, 12345, 12345), ==, 0);
    part = part_open(place->file, false, &error);
    g_assert_null(part_note(part));
    part_discard(part);
    part_close(part);
}

/* A pipe that waits for a reader, a hard link to a file of ours: under the note's next name. */
static void test_traps(struct place *place, gconstpointer data)
{
    g_autofree char *mine = g_build_filename(place->folder, "mine", NULL);
    g_autofree char *text = NULL;
    GError *error = NULL;
    struct part *part = part_open(place->file, false, &error);

    (void)data;
    g_assert_cmpint(mkfifo(place->fresh, 0600), ==, 0);
    g_assert_true(part_begin(part, 0, json_pack("{s:s}", "of", "this"), &error));
    g_assert_true(g_file_test(place->note, G_FILE_TEST_IS_REGULAR));
    g_assert_true(g_file_set_contents(mine, "mine", 4, NULL));
    g_assert_cmpint(link(mine, place->fresh), ==, 0);
    g_assert_true(part_begin(part, 0, json_pack("{s:s}", "of", "that"), &error));
    g_assert_true(g_file_get_contents(mine, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
    part_discard(part);
    part_close(part);
    g_unlink(mine);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*fn)(struct place *place, gconstpointer data);
    } tests[] = {
        {"/part/goes-on", test_goes_on},
        {"/part/others", test_others},
        {"/part/traps", test_traps},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct place, NULL, set_up, tests[i].fn, tear_down);
    return g_test_run();
}
