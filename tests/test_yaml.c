/* YAML becomes JSON; what is broken is refused with its line. */
#include <string.h>

#include "kube/yaml.h"

static void check(const char *yaml, const char *json)
{
    g_autoptr(GError) error = NULL;
    json_auto_t *value = yaml_parse(yaml, strlen(yaml), &error);
    g_autofree char *text = NULL;

    g_assert_no_error(error);
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    g_assert_cmpstr(text, ==, json);
}

static void check_bad(const char *yaml, size_t len, const char *message)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(yaml_parse(yaml, len, &error));
    g_assert_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG);
    g_assert_cmpstr(error->message, ==, message);
}

static void test_values(void)
{
    check("", "null");
    check("# nothing\n", "null");
    check("a: b\nc: [d, 'e', \"f\\n\"]\n", "{\"a\":\"b\",\"c\":[\"d\",\"e\",\"f\\n\"]}");
    check("{\"a\": {\"b\": []}}", "{\"a\":{\"b\":[]}}");
    check("a: ~\nb:\nc: null\nd: 'null'\n", "{\"a\":null,\"b\":null,\"c\":null,\"d\":\"null\"}");
    check("a: no\nb: 0123\nc: true\n", "{\"a\":\"no\",\"b\":\"0123\",\"c\":\"true\"}");
    check("a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\"}");
    check("a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n",
          "{\"a\":[\"1\",\"2\"],\"b\":[\"1\",\"2\"],\"c\":\"3\",\"d\":\"3\"}");
    check("--- \na: 1\n...\n", "{\"a\":\"1\"}");
    check("\xef\xbb\xbf"
          "a: \xc3\xa4\n",
          "{\"a\":\"\xc3\xa4\"}");
}

static void test_broken(void)
{
    static const struct {
        const char *yaml, *message;
    } rows[] = {
        {"a: b\n  c: d\n", "line 2: mapping values are not allowed in this context"},
        {"a:\n\t- b\n", "line 2: found character that cannot start any token"},
        {"a: [b\n", "line 2: did not find expected ',' or ']'"},
        {"a: 'b\n", "line 2: found unexpected end of stream"},
        {"a: 1\nb: 2\na: 3\n", "line 3: \"a\" is here twice"},
        {"[a]: 1\n", "line 1: a key is not text"},
        {"a: *x\n", "line 1: an alias of something that is not there (yet)"},
        {"a: &x [*x]\n", "line 1: an alias of something that is not there (yet)"},
        {"a: \"x\\0y\"\n", "line 1: a value is not text in UTF-8"},
        {"\"x\\0y\": a\n", "line 1: a key is not text"},
        {"a: 1\n---\nb: 2\n", "line 2: a second document begins here"},
        {"a: \xff\n", "line 1: invalid leading UTF-8 octet"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        check_bad(rows[i].yaml, strlen(rows[i].yaml), rows[i].message);
}

/* Ten lines that stand for 10^9 values. */
static void test_bomb(void)
{
    g_autoptr(GString) yaml = g_string_new("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");

    for (int i = 1; i < 10; i++) {
        g_string_append_printf(yaml, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            g_string_append_printf(yaml, "%s*a%d", j > 0 ? "," : "", i - 1);
        g_string_append(yaml, "]\n");
    }
    check_bad(yaml->str, yaml->len, "line 5: too many values");
}

static void test_limits(void)
{
    g_autoptr(GString) yaml = g_string_new(NULL);

    for (int i = 0; i < 100000; i++)
        g_string_append_c(yaml, '[');
    check_bad(yaml->str, yaml->len, "line 1: nested too deeply");

    g_string_truncate(yaml, 0);
    for (int i = 0; i <= YAML_MAX_NODES; i++)
        g_string_append(yaml, "- x\n");
    check_bad(yaml->str, yaml->len, "line 100000: too many values");

    g_string_set_size(yaml, YAML_MAX_BYTES + 1);
    check_bad(yaml->str, yaml->len, "larger than 4 MiB");
}

/* Every beginning of a document is read or refused, and nothing leaks or crashes. */
static void test_prefixes(void)
{
    static const char yaml[] = "a: &x {b: [1, 'two', \"three\\x41\"]}\nc: *x\n? d\n: |\n  e\n";

    for (size_t len = 0; len < sizeof yaml; len++) {
        g_autofree char *copy = (char *)g_memdup2(yaml, len);
        g_autoptr(GError) error = NULL;
        json_auto_t *value = yaml_parse(copy, len, &error);

        g_assert_true((value == NULL) == (error != NULL));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/yaml/values", test_values);
    g_test_add_func("/yaml/broken", test_broken);
    g_test_add_func("/yaml/bomb", test_bomb);
    g_test_add_func("/yaml/limits", test_limits);
    g_test_add_func("/yaml/prefixes", test_prefixes);
    return g_test_run();
}
