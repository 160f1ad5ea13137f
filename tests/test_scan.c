/* Big lists are read element by element, whatever stands in them, and what is no JSON is no list.
 */
#include <string.h>

#include "kube/scan.h"

/* The elements, one a line, or the error's message. */
static char *scan_text(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    /* Without a NUL behind it, as the network gives it. */
    g_autofree char *bytes = g_memdup2(text, strlen(text));
    struct scan scan;
    json_t *frame = scan_begin(&scan, bytes, strlen(text), &error);
    json_t *element;

    if (frame != NULL) {
        char *kind = json_dumps(frame, JSON_COMPACT | JSON_SORT_KEYS);

        g_string_append(out, kind);
        free(kind);
    }
    while (frame != NULL && (element = scan_next(&scan, &error)) != NULL) {
        char *line = json_dumps(element, JSON_COMPACT | JSON_ENCODE_ANY);

        g_string_append_printf(out, " | %s", line);
        free(line);
        json_decref(element);
    }
    scan_clear(&scan);
    json_decref(frame);
    if (error != NULL)
        g_string_append_printf(out, " ! %s", error->message);
    return g_strdup(out->str);
}

static const struct {
    const char *text, *result;
} rows[] = {
    {"{\"kind\":\"T\",\"rows\":[]}", "{\"kind\":\"T\",\"rows\":[]}"},
    {" {\"rows\" : [ {\"a\":1} ,{\"b\":[1,{}]}\n, 7,\"x\" ] , \"z\":[2] } ",
     "{\"rows\":[],\"z\":[2]} | {\"a\":1} | {\"b\":[1,{}]} | 7 | \"x\""},
    {"{\"items\":[null]}", "{\"items\":[]} | null"},
    {"{\"metadata\":{\"items\":[1]},\"items\":[2]}",
     "{\"items\":[],\"metadata\":{\"items\":[1]}} | 2"},
    {"{\"a\":\"]}\\\"[\",\"rows\":[\"]},\\\\\",{\"k\\\"]\":\"}\"}]}",
     "{\"a\":\"]}\\\"[\",\"rows\":[]} | \"]},\\\\\" | {\"k\\\"]\":\"}\"}"},
    {"{\"rows\":[{\"managedFields\" : [{\"f:x\":{\"]\":\"}\"}}],\"b\":\"managedFields\"}]}",
     "{\"rows\":[]} | {\"managedFields\":null,\"b\":\"managedFields\"}"},
    {"{\"rows\":[[{\"managedFields\":{}}]]}", "{\"rows\":[]} | [{\"managedFields\":null}]"},
    {"{\"a\":1}", "{\"a\":1}"},
    {"{\"rows\":{}}", "{\"rows\":{}}"},
    {"{}", "{}"},
    {"", " ! the answer is empty"},
    {"[]", " ! the answer is no JSON object"},
    {"[{\"rows\":[1]}]", " ! the answer is no JSON object"},
    {"{\"rows\":[1,]}",
     "{\"rows\":[]} | 1 ! the answer is not JSON (byte 12 of 13: unexpected token near end of "
     "file)"},
    {"{\"rows\":[,1]}",
     "{\"rows\":[]} ! the answer is not JSON (byte 10 of 13: unexpected token near end of file)"},
    {"{\"rows\":[1 2]}",
     "{\"rows\":[]} ! the answer is not JSON (byte 12 of 14: a comma was expected)"},
    {"{\"rows\":[{\"a\"}]}", "{\"rows\":[]} ! the answer is not JSON (byte 10 of 16: ':' expected "
                             "near '}')"},
    {"{\"rows\":[{\"a\":[}]}]}",
     " ! the answer is not JSON (byte 16 of 20: unexpected token near '}')"},
};

static void test_rows(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *result = scan_text(rows[i].text);

        g_assert_cmpstr(result, ==, rows[i].result);
    }
}

/* Cut short anywhere, it is an error, and nothing is read beyond the end. */
static void test_cut(void)
{
    const char *whole = rows[4].text;

    for (size_t len = 0; len < strlen(whole); len++) {
        g_autofree char *part = g_strndup(whole, len);
        g_autofree char *result = scan_text(part);

        g_assert_nonnull(strstr(result, " ! "));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scan/rows", test_rows);
    g_test_add_func("/scan/cut", test_cut);
    return g_test_run();
}
