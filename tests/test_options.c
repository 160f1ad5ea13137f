/* The small languages of the command line's values. */
#include <glib.h>

#include "tui/options.h"

static void test_durations(void)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"0", 0},           {"30", 30000},  {"30s", 30000},    {"1.5s", 1500}, {"2m", 120000},
        {"1h30m", 5400000}, {"250ms", 250}, {"1m0.5s", 60500}, {"", -1},       {"soon", -1},
        {"-1s", -1},        {"5x", -1},     {"1s2", -1},       {"nan", -1},    {"1e99h", -1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_assert_cmpint(options_parse_duration(rows[i].text), ==, rows[i].ms);
    }
}

static void test_places(void)
{
    static const struct {
        const char *text, *namespace, *pod, *path;
    } rows[] = {
        {"web:/tmp/t", NULL, "web", "/tmp/t"},
        {"shop/web:/tmp/t", "shop", "web", "/tmp/t"},
        {"shop/web:rel/a:b", "shop", "web", "rel/a:b"},
        {"web:", NULL, NULL, NULL},
        {"web", NULL, NULL, NULL},
        {":/tmp/t", NULL, NULL, NULL},
        {"/web:/tmp/t", NULL, NULL, NULL},
        {"shop/:/tmp/t", NULL, NULL, NULL},
        {"a/b/c:/tmp/t", NULL, NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *namespace = NULL, *pod = NULL, *path = NULL;
        g_autoptr(GError) error = NULL;
        bool ok = options_parse_place(rows[i].text, &namespace, &pod, &path, &error);
        g_test_message("%s", rows[i].text);
        g_assert_cmpint(ok, ==, rows[i].pod != NULL);
        g_assert_cmpint(ok, ==, error == NULL);
        g_assert_cmpstr(namespace, ==, rows[i].namespace);
        g_assert_cmpstr(pod, ==, rows[i].pod);
        g_assert_cmpstr(path, ==, rows[i].path);
    }
}

static bool parse(struct options *options, const char *line, GError **error)
{
    g_auto(GStrv) args = g_strsplit(line, " ", 0);
    g_autofree char *help = NULL;
    return options_parse(options, OPTIONS_CLUSTER | OPTIONS_NAMESPACE | OPTIONS_SELECT, "", "",
                         NULL, &args, &help, error);
}

static void test_flags(void)
{
    struct options options = {0};
    g_autoptr(GError) error = NULL;

    g_assert_true(parse(&options,
                        "get --as=jo --as-group a --as-group=b -nshop --request-timeout=2s "
                        "--insecure-skip-tls-verify -s https://x",
                        &error));
    g_assert_no_error(error);
    g_assert_cmpstr(options.flags.as, ==, "jo");
    g_assert_cmpstr(options.flags.as_groups[1], ==, "b");
    g_assert_cmpstr(options.flags.namespace, ==, "shop");
    g_assert_cmpstr(options.flags.server, ==, "https://x");
    g_assert_cmpint(options.flags.request_timeout_ms, ==, 2000);
    g_assert_true(options.flags.insecure_skip_tls_verify);
    options_clear(&options);

    g_assert_false(parse(&options, "get -c app", &error));
    g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION);
    options_clear(&options);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/options/durations", test_durations);
    g_test_add_func("/options/places", test_places);
    g_test_add_func("/options/flags", test_flags);
    return g_test_run();
}
