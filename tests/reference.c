/* What the comparisons have in common. */
#include "tests/reference.h"

#include <string.h>

void reference_differ(struct reference *check, const char *what, int64_t got, int64_t want)
{
    if (got == want)
        return;
    if (check->differences++ < 20)
        g_test_message("%s: %s: got %" G_GINT64_FORMAT ", want %" G_GINT64_FORMAT, check->stem,
                       what, got, want);
}

int64_t reference_number(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

char *reference_name(const struct reference *check, uint32_t id)
{
    struct slice slice = symbols_string(check->trace->symbols, id);
    return g_utf8_make_valid(slice.at, (gssize)slice.len);
}

void reference_point(struct reference *check, const char *what, const char *key, int64_t ns,
                     const json_t *want)
{
    g_autofree char *label = g_strdup_printf("%s %s", what, key);
    int64_t raw = ns == SUMMARY_UNKNOWN_NS ? 0 : ns + check->trace->info.start_ns;
    reference_differ(check, label, raw, reference_number(want, key));
}

int reference_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_folder(const char *folder, const char *prefix, GTestDataFunc test)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    g_assert_no_error(error);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *title = g_strconcat(prefix, "/", name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            add_folder(path, title, test);
        else if (g_str_has_suffix(name, ".trace"))
            g_test_add_data_func_full(title, g_strdup(path), test, g_free);
    }
}

void reference_add_tests(const char *prefix, GTestDataFunc test)
{
    g_autofree char *own = g_test_build_filename(G_TEST_DIST, "traces", "ref", NULL);
    add_folder(own, prefix, test);
    const char *more = g_getenv("TRACETUI_TRACES");
    g_autofree char *beside = g_strconcat(prefix, "/more", NULL);
    if (more != NULL)
        add_folder(more, beside, test);
}
