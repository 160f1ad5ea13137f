/* Traces side by side, as lines: names, blocks, functions that only some of them have. */
#include <string.h>

#include "trace/outline.h"
#include "tests/golden.h"
#include "tui/side.h"
#include "tui/text.h"

/* Made-up numbers that differ from one to the next. */
static struct outline *made(const char *name, unsigned i)
{
    static const char *const functions[] = {"main.main", "main.(*Server).handle.func1",
                                            "net/http.(*conn).serve", "runtime.gcBgMarkWorker",
                                            "main.\033[31mred"};
    struct outline *outline = outline_new();
    outline->name = g_strdup(name);
    outline->n = 1;
    outline->go = g_strdup("1.26");
    outline->complete = i != 2;
    outline->bytes = 100000 * (i + 1);
    outline->duration_ns = INT64_C(1000000000) + 12345678 * i;
    outline->events = 12345 * (i + 1);
    outline->goroutines = 17 + i;
    outline->procs = 4;
    outline->sched_wait_ns = 3000000 * (i + 2);
    outline->block_ns = INT64_C(90000000000) * (i + 1);
    outline->gc_cycles = i;
    outline->heap_max_bytes = 4 << 20;
    for (unsigned f = 0; f < G_N_ELEMENTS(functions); f++)
        if ((f + i) % 4 != 3)
            outline_add_group(outline, functions[f], strlen(functions[f]), f + 1,
                              INT64_C(700000000) / (f + i + 1));
    return outline;
}

static GPtrArray *array_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)outline_free);
}

/* As a screen, so that the golden files are of one kind. */
static void check(const GPtrArray *outlines, int width, const char *name)
{
    g_autoptr(GString) text = g_string_new(NULL);
    side_write(outlines, width, text);
    g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
    struct canvas *canvas = canvas_new(width, (int)g_strv_length(lines) - 1, true);
    for (int i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++) {
        g_assert_cmpint(text_width(lines[i]), <=, width);
        g_assert_false(g_str_has_suffix(lines[i], " "));
        canvas_put(canvas, 0, i, -1, STYLE_NORMAL, lines[i]);
    }
    golden_check(canvas, name);
    canvas_free(canvas);
}

static void names(void)
{
    static const char *const pods[] = {"traces/shop/cart-0.trace.out",
                                       "traces/shop/cart-1.trace.out", "traces/web.trace.out"};
    g_autoptr(GPtrArray) outlines = array_new();
    for (unsigned i = 0; i < G_N_ELEMENTS(pods); i++)
        g_ptr_array_add(outlines, made(pods[i], i));
    check(outlines, 80, "side-3-80");
    /* a sum has no name that could have a folder */
    struct outline *sum = made("3 traces", 3);
    sum->n = 3;
    g_clear_pointer(&sum->go, g_free);
    g_ptr_array_insert(outlines, 0, sum);
    check(outlines, 80, "side-sum-80");
}

static void twelve(void)
{
    g_autoptr(GPtrArray) outlines = array_new();
    for (unsigned i = 0; i < 12; i++) {
        g_autofree char *name = g_strdup_printf(
            "recommendation-engine-batch-feature-extractor-7d4f9b6c8-q5w%u.trace", i);
        g_ptr_array_add(outlines, made(name, i));
    }
    check(outlines, 80, "side-12-80");
    g_ptr_array_set_size(outlines, 2);
    check(outlines, 45, "side-2-45");
}

static void odd_names(void)
{
    static const char *const odd[][2] = {
        {"a.trace", "a.trace"}, {"/a/b", "/a/bc"}, {".x", "y.x"}, {"-", "\xff\xfe\n"}, {"", "/"}};
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_autoptr(GPtrArray) outlines = array_new();
        g_autoptr(GString) text = g_string_new(NULL);
        g_ptr_array_add(outlines, made(odd[i][0], 0));
        g_ptr_array_add(outlines, made(odd[i][1], 1));
        side_write(outlines, 80, text);
        g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
        g_assert_null(strchr(text->str, '\033'));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/side/names", names);
    g_test_add_func("/side/twelve", twelve);
    g_test_add_func("/side/odd-names", odd_names);
    return g_test_run();
}
