/* Events as text equal `go tool trace -d=parsed`, line for line, for every trace that has a
 * reference beside it: NAME.trace and NAME.parsed.gz. */
#include <gio/gio.h>
#include <string.h>

#include "tests/load.h"
#include "trace/event_writer.h"
#include "trace/parsed.h"

/* What parsed makes of a trace; where it ends damaged, what came before that. NULL when its version
 * is not read. */
static GBytes *print(GBytes *trace)
{
    struct symbols *symbols = symbols_new();
    g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
    struct event_writer *writer = event_writer_new(symbols, parsed_append, out);
    struct sink sink = event_writer_sink(writer);
    struct reader *reader = reader_new(symbols, &sink, 1);
    g_autoptr(GError) error = NULL;
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(trace, &len);
    if (!reader_read(reader, bytes, len, true, NULL, NULL, &error))
        g_test_message("reader: %s", error->message);
    bool unread = g_error_matches(error, TRACE_ERROR, TRACE_ERROR_VERSION);
    g_clear_error(&error);
    g_assert_true(event_writer_finish(writer, &error));
    g_assert_no_error(error);
    reader_free(reader);
    event_writer_free(writer);
    symbols_free(symbols);
    g_output_stream_close(out, NULL, NULL);
    if (unread)
        return NULL;
    return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(out));
}

/* Names the first line that differs. */
static void compare(const char *path, GBytes *got, GBytes *want)
{
    gsize got_len, want_len;
    const char *a = g_bytes_get_data(got, &got_len), *b = g_bytes_get_data(want, &want_len);
    gsize line = 1, begin = 0, i = 0;
    for (; i < got_len && i < want_len && a[i] == b[i]; i++) {
        if (a[i] == '\n') {
            line++;
            begin = i + 1;
        }
    }
    if (i == got_len && i == want_len)
        return;
    g_test_message("%s line %" G_GSIZE_FORMAT ": got  %.*s", path, line,
                   (int)MIN(strcspn(a + begin, "\n"), got_len - begin), a + begin);
    g_test_message("%s line %" G_GSIZE_FORMAT ": want %.*s", path, line,
                   (int)MIN(strcspn(b + begin, "\n"), want_len - begin), b + begin);
    g_test_fail_printf("%s differs from line %" G_GSIZE_FORMAT " on", path, line);
}

static void test_file(const void *data)
{
    const char *path = data;
    g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".trace"));
    g_autofree char *reference = g_strconcat(stem, ".parsed.gz", NULL);
    g_autoptr(GBytes) trace = load_file(path);
    g_autoptr(GBytes) got = print(trace);
    if (got == NULL) {
        g_test_skip("its version is not read");
        return;
    }
    g_autoptr(GBytes) want = load_file(reference);
    compare(path, got, want);
}

/* Adds a test for each trace in a folder and those below it. */
static void add_folder(const char *folder, const char *prefix)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    g_assert_no_error(error);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *test = g_strconcat(prefix, "/", name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            add_folder(path, test);
        } else if (g_str_has_suffix(name, ".trace")) {
            g_test_add_data_func_full(test, g_strdup(path), test_file, g_free);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *own = g_test_build_filename(G_TEST_DIST, "traces", "ref", NULL);
    add_folder(own, "/parsed");
    const char *more = g_getenv("TRACETUI_TRACES");
    if (more != NULL)
        add_folder(more, "/parsed/more");
    return g_test_run();
}
