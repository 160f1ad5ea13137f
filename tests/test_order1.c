/* Hand-written old traces: in which order their events come, what they become, what is refused.
 *
 * tests/golden/old.txt holds them: a name behind "## ", the trace as assemble1.h says behind "> ",
 * then the events that come out, and behind "! " why there are no more. RUNNING stands for a trace
 * of one tick a nanosecond, in which goroutine 1 traces itself on P 0 and thread 5. Go 1.26 prints
 * the same of those whose header is at least 1.11. With TRACETUI_GOLDEN_UPDATE=1 what follows the
 * traces is written anew. */
#include <string.h>

#include "tests/assemble1.h"
#include "tests/readout.h"

#define RUNNING                                                                     \
    "go 1.21; batch 0 1000; frequency 1000000000; ProcStart 1 5; GoCreate 1 1 0 0;" \
    "GoStart 1 1 1; Gomaxprocs 1 2 0"

/* Appends what comes of a trace. */
static void append_outcome(GString *text, const char *trace)
{
    g_autoptr(GString) whole = g_string_new(trace);
    g_string_replace(whole, "RUNNING", RUNNING, 0);
    g_autoptr(GBytes) bytes = assemble1(whole->str);
    gsize len;
    const uint8_t *at = g_bytes_get_data(bytes, &len);
    struct readout readout = readout_take(at, len, false);
    g_string_append_len(text, readout.text->str, (gssize)readout.text->len);
    if (readout.error != NULL)
        g_string_append_printf(text, "! %s\n", readout.error->message);
    readout_clear(&readout);
}

/* What a golden file should be, by the traces in it. */
static GString *made_anew(const char *golden)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GString) trace = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(golden, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        bool is_trace = g_str_has_prefix(lines[i], "> ");
        if (is_trace || g_str_has_prefix(lines[i], "## "))
            g_string_append_printf(text, "%s\n", lines[i]);
        if (is_trace)
            g_string_append_printf(trace, "%s\n", lines[i] + 2);
        if (is_trace && !g_str_has_prefix(lines[i + 1], "> ")) {
            append_outcome(text, trace->str);
            g_string_truncate(trace, 0);
        }
    }
    return text;
}

static void test_golden(void)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "golden", "old.txt", NULL);
    g_autofree char *golden = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &golden, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(GString) anew = made_anew(golden);
    if (g_getenv("TRACETUI_GOLDEN_UPDATE")) {
        g_file_set_contents(path, anew->str, -1, &error);
        g_assert_no_error(error);
        return;
    }
    g_auto(GStrv) want = g_strsplit(golden, "\n", -1);
    g_auto(GStrv) got = g_strsplit(anew->str, "\n", -1);
    const char *name = "";
    for (size_t i = 0; want[i] != NULL && got[i] != NULL; i++) {
        if (g_str_has_prefix(want[i], "## "))
            name = want[i];
        if (strcmp(want[i], got[i]) != 0) {
            g_test_message("%s: got %s, want %s", name, got[i], want[i]);
            g_test_fail();
            return;
        }
    }
    g_assert_cmpuint(g_strv_length(got), ==, g_strv_length(want));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order1/golden", test_golden);
    return g_test_run();
}
