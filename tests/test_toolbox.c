/* What is found out of a container: on the practice cluster, and by the same scripts in the shells
 * that are here. */
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "kube/stream.h"
#include "kube/toolbox.h"
#include "tests/harness.h"

#define PLACE "pod shop/web, container app: "

struct run {
    bool done;
    struct toolbox_answer answer;
    GError *error;
};

static void on_done(const struct toolbox_answer *answer, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    run->done = true;
    run->answer = *answer;
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

static void look(struct run *run, struct harness *harness, const char *path,
                 const struct toolbox *known, enum tool digest)
{
    const struct toolbox_ask ask = {
        .place = {"shop", "web", "app"}, .path = path, .known = known, .digest = digest};

    g_clear_error(&run->error);
    *run = (struct run){0};
    toolbox_look_start(harness->client, &ask, on_done, run);
    g_assert_false(run->done);
    harness_wait(&run->done);
}

struct row {
    const char *missing, *path;
    bool shell;
    const char *tools; /* some that must be there, or with a - must not */
    int64_t size_bytes;
    bool knows_time;
    int code; /* -1: none */
    const char *message;
};

static const struct row rows[] = {
    {NULL, "/etc/hostname", true, "cat dd tail gzip stat -find", 9, true, -1, NULL},
    {NULL, NULL, true, "cat ls", -1, false, -1, NULL},
    {"stat", "/etc/hostname", true, "cat -stat", 9, false, -1, NULL},
    {"stat wc", "/etc/hostname", true, "cat", -1, false, -1, NULL},
    {"sh", "/etc/hostname", false, "cat stat -dd", 9, true, -1, NULL},
    {"sh stat", "/etc/hostname", false, "cat -stat", -1, false, -1, NULL},
    {"sh", NULL, false, "cat", -1, false, -1, NULL},
    {NULL, "/nope", true, "", -1, false, KUBE_ERROR_COMMAND,
     PLACE "cat: can't open '/nope': No such file or directory (exit status 1)"},
    {"sh", "/nope", false, "", -1, false, KUBE_ERROR_COMMAND,
     PLACE "stat: can't stat '/nope': No such file or directory (exit status 1)"},
    {"sh cat", "/etc/hostname", false, "", -1, false, KUBE_ERROR_NO_TOOLS,
     PLACE "the container has no program that could read a file: no sh, no cat"},
    {"sh stat cat", "/etc/hostname", false, "", -1, false, KUBE_ERROR_NO_TOOLS,
     PLACE "the container has no program that could read a file: no sh, no cat"},
};

static enum tool find_tool(const char *name)
{
    for (enum tool tool = 0; tool < N_TOOLS; tool++)
        if (strcmp(tool_name(tool), name) == 0)
            return tool;
    g_assert_not_reached();
}

static void check_tools(const struct toolbox *box, const char *words)
{
    g_auto(GStrv) names = g_strsplit(words, " ", -1);

    for (char **name = names; *name != NULL && **name != '\0'; name++) {
        bool without = **name == '-';

        g_assert_cmpint(toolbox_has(box, find_tool(*name + without)), ==, !without);
    }
}

static void test_practice(void)
{
    struct harness harness;
    struct run run = {0};

    harness_up(&harness, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct row *row = &rows[i];

        g_test_message("row %zu: without %s", i, row->missing);
        demo_set_faults(harness.demo, &(struct demo_faults){.missing = row->missing});
        look(&run, &harness, row->path, NULL, TOOL_NONE);
        if (row->code >= 0) {
            g_assert_error(run.error, KUBE_ERROR, row->code);
            g_assert_cmpstr(run.error->message, ==, row->message);
            continue;
        }
        g_assert_no_error(run.error);
        g_assert_cmpint(run.answer.box.shell, ==, row->shell);
        check_tools(&run.answer.box, row->tools);
        g_assert_cmpint(run.answer.facts.size_bytes, ==, row->size_bytes);
        g_assert_cmpint(*run.answer.facts.mtime != '\0', ==, row->knows_time);
        g_assert_cmpint(run.answer.facts.mode != 0, ==, row->knows_time);
    }
    g_clear_error(&run.error);
    harness_down(&harness);
}

/* Once the tools are known, one exec has the digest and the facts. */
static void test_digest(void)
{
    struct harness harness;
    struct run run = {0};
    struct toolbox box;

    harness_up(&harness, 0);
    look(&run, &harness, NULL, NULL, TOOL_NONE);
    box = run.answer.box;
    look(&run, &harness, "/etc/hostname", &box, TOOL_MD5SUM);
    g_assert_no_error(run.error);
    g_assert_cmpstr(run.answer.digest, ==, "087125eb8ddc4612e90d54b5607f74c7");
    g_assert_cmpint(run.answer.facts.size_bytes, ==, 9);
    look(&run, &harness, "/etc/hostname", &box, TOOL_CKSUM);
    g_assert_cmpstr(run.answer.digest, ==, "3684376150");
    harness_down(&harness);
}

static void test_cut(void)
{
    static const struct demo_faults cut = {.cut_after_bytes = 30, .cut_with_success = true};
    struct harness harness;
    struct run run = {0};
    struct toolbox_look *left;
    const struct toolbox_ask ask = {.place = {"shop", "web", "app"}, .digest = TOOL_NONE};

    harness_up(&harness, 0);
    demo_set_faults(harness.demo, &cut);
    look(&run, &harness, "/etc/hostname", NULL, TOOL_NONE);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_CUT);
    g_clear_error(&run.error);
    run = (struct run){0};
    left = toolbox_look_start(harness.client, &ask, on_done, &run);
    toolbox_look_cancel(left);
    for (int i = 0; i < 20; i++)
        g_main_context_iteration(NULL, FALSE);
    g_assert_false(run.done);
    harness_down(&harness);
}

/* --- the scripts, in real shells --- */

static GSubprocess *begin_here(const char *via, const char *script, const char *const *args)
{
    const char *argv[16] = {NULL};
    size_t n = 0;
    g_autoptr(GError) error = NULL;
    GSubprocess *process;

    if (*via != '\0')
        argv[n++] = via;
    argv[n++] = "sh";
    argv[n++] = "-c";
    argv[n++] = script;
    argv[n++] = via;
    for (; *args != NULL; args++)
        argv[n++] = *args;
    process = g_subprocess_newv(
        argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
    g_assert_no_error(error);
    return process;
}

/* With a stdin that stays open, as that of an exec does. */
static char *run_here(const char *via, const char *script, const char *const *args, gsize *len)
{
    g_autoptr(GSubprocess) process = begin_here(via, script, args);
    g_autoptr(GOutputStream) held = g_memory_output_stream_new_resizable();
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) out = NULL;

    g_output_stream_splice(held, g_subprocess_get_stdout_pipe(process),
                           G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_wait(process, NULL, &error));
    out = g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(held));
    return g_bytes_unref_to_data(g_steal_pointer(&out), len);
}

static void check_script(const char *via, const char *file, const char *bytes, gsize len)
{
    g_autofree char *sha256 =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, len);
    g_autofree char *digest = g_strdup_printf("\ndigest %s", sha256);
    g_autofree char *facts = g_strdup_printf("\nfacts %" G_GSIZE_FORMAT " 81", len);
    const char *const args[] = {file, "sha256sum", "cat dd no-such-tool", "", NULL};
    gsize out_len;
    g_autofree char *out = run_here(via, toolbox_script, args, &out_len);
    g_autofree char *text = g_strndup(out, out_len);

    g_assert_nonnull(strstr(text, "cat\n"));
    g_assert_null(strstr(text, "no-such-tool"));
    g_assert_nonnull(strstr(text, "\n.\n"));
    g_assert_nonnull(strstr(text, digest));
    g_assert_nonnull(strstr(text, facts));
    g_assert_true(g_str_has_suffix(text, "\nend\n"));
}

/* With zeros and with what looks like the script's own words in it. */
static void check_small(const char *via, const char *folder)
{
    g_autofree char *file = g_build_filename(folder, "small", NULL);
    static const char bytes[] = "\0end\n\nend\n\nfacts 1\nend\n\0\xff";
    g_autofree char *sha256 =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, sizeof bytes);
    g_autofree char *line = g_strdup_printf("\nend\nsmall sha256sum %s  -\n", sha256);
    const char *const args[] = {file, "", "cat", "1000", NULL};
    gsize len;
    g_autofree char *out = NULL;
    const char *at;

    g_assert_true(g_file_set_contents(file, bytes, sizeof bytes, NULL));
    out = run_here(via, toolbox_script, args, &len);
    at = strstr(out, line);
    g_assert_nonnull(at);
    at += strlen(line);
    g_assert_cmpmem(at, sizeof bytes, bytes, sizeof bytes);
    g_assert_true(g_str_has_prefix(at + sizeof bytes, "\nfacts 26 81"));
    g_assert_true(g_str_has_suffix(at + sizeof bytes, "\nend\n"));
    g_unlink(file);
}

static void check_gzip(const char *via, const char *file, const char *bytes, gsize len)
{
    const char *const args[] = {file, "100001", "1", NULL};
    gsize out_len;
    g_autofree char *out = run_here(via, stream_gzip_script, args, &out_len);
    g_autoptr(GInputStream) packed =
        g_memory_input_stream_new_from_data(out, (gssize)out_len, NULL);
    g_autoptr(GConverter) inflater =
        G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    g_autoptr(GInputStream) plain = g_converter_input_stream_new(packed, inflater);
    g_autofree char *back = g_malloc(len);
    gsize n;

    g_assert_true(g_input_stream_read_all(plain, back, len, &n, NULL, NULL));
    g_assert_cmpmem(back, n, bytes + 100000, len - 100000);
}

static int end_here(const char *via, const char *script, const char *const *args, bool lose)
{
    g_autoptr(GSubprocess) process = begin_here(via, script, args);
    g_autoptr(GError) error = NULL;

    if (lose)
        g_output_stream_close(g_subprocess_get_stdin_pipe(process), NULL, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_wait(process, NULL, &error));
    return g_subprocess_get_exit_status(process);
}

/* What hangs at a stdout that nobody reads ends when stdin does; what comes to its own end keeps
 * its status. */
static void check_guard(const char *via)
{
    static const char *const endless[] = {"cat", "/dev/zero", NULL};
    static const char *const packed[] = {"/dev/zero", "1", "1", NULL};
    static const char *const failing[] = {"sh", "-c", "exit 7", NULL};

    g_assert_cmpint(end_here(via, stream_guard_script, endless, true), ==, 137);
    g_assert_cmpint(end_here(via, stream_gzip_script, packed, true), ==, 137);
    g_assert_cmpint(end_here(via, stream_guard_script, failing, false), ==, 7);
}

/* A name that a careless script stumbles over. */
#define AWKWARD "a $(name) of \"-x\" 'quotes'"

static void test_shells(void)
{
    static const char *const vias[] = {"", "busybox"};
    g_autofree char *folder = g_dir_make_tmp("toolbox-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, AWKWARD, NULL);
    g_autoptr(GString) bytes = g_string_new(NULL);

    for (int i = 0; i < 40000; i++)
        g_string_append_printf(bytes, "%d ", i);
    g_assert_true(g_file_set_contents(file, bytes->str, (gssize)bytes->len, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(vias); i++) {
        g_autofree char *there = *vias[i] != '\0' ? g_find_program_in_path(vias[i]) : g_strdup("");

        if (there == NULL) {
            g_test_message("%s is not here", vias[i]);
            continue;
        }
        check_script(vias[i], file, bytes->str, bytes->len);
        check_gzip(vias[i], file, bytes->str, bytes->len);
        check_guard(vias[i]);
        check_small(vias[i], folder);
    }
    g_unlink(file);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/toolbox/practice", test_practice);
    g_test_add_func("/toolbox/digest", test_digest);
    g_test_add_func("/toolbox/cut", test_cut);
    g_test_add_func("/toolbox/shells", test_shells);
    return g_test_run();
}
