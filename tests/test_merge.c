/* Summaries added up: the sums, what is not known of several, any order with the same result, and
 * files that are no summaries. */
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "config.h"

#include "trace/error.h"
#include "trace/export.h"
#include "trace/merge.h"

static const char *const traces[] = {"1.26-annot", "1.23-annot", "1.22-doathing", "1.19-sys"};

/* --- helpers --- */

static char *text_of(GOutputStream *stream)
{
    g_autoptr(GBytes) bytes = g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(stream));
    gsize len;
    const char *data = g_bytes_get_data(bytes, &len);
    return g_strndup(data, len);
}

/* What `tracetui summary -o json` prints of a trace of the references. */
static char *summary_of(const char *name)
{
    g_autofree char *file = g_strconcat(name, ".trace", NULL);
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "traces", "ref", file, NULL);
    g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
    g_autoptr(GError) error = NULL;
    const struct exporter *json = exporter_find("json");
    struct trace *trace = trace_open(path, json->parts, NULL, NULL, &error);
    g_assert_no_error(error);
    /* The folder is that of the tests. */
    g_free(trace->path);
    trace->path = g_strdup(name);
    g_assert_true(json->write(trace, NULL, out, NULL, &error));
    g_output_stream_close(out, NULL, NULL);
    trace_free(trace);
    return text_of(out);
}

static char *json_of(struct merge *merge)
{
    g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
    g_autoptr(GError) error = NULL;
    g_assert_true(merge_write_json(merge, out, &error));
    g_assert_no_error(error);
    g_output_stream_close(out, NULL, NULL);
    return text_of(out);
}

/* The merge of these texts, up to the first NULL. */
static char *merged(const char *first, ...)
{
    struct merge *merge = merge_new();
    va_list arguments;

    va_start(arguments, first);
    for (const char *text = first; text != NULL; text = va_arg(arguments, const char *)) {
        g_autoptr(GError) error = NULL;
        g_assert_true(merge_add(merge, "x.json", text, strlen(text), &error));
        g_assert_no_error(error);
    }
    va_end(arguments);
    char *json = json_of(merge);
    merge_free(merge);
    return json;
}

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *value = json_loads(text, JSON_ALLOW_NUL, &error);
    g_assert_nonnull(value);
    return value;
}

/* The value at a path of keys, as "counts.events". */
static const json_t *find(const json_t *value, const char *path)
{
    g_auto(GStrv) keys = g_strsplit(path, ".", 0);
    for (size_t i = 0; keys[i] != NULL; i++)
        value = g_ascii_isdigit(keys[i][0]) && json_is_array(value)
                    ? json_array_get(value, (size_t)g_ascii_strtoull(keys[i], NULL, 10))
                    : json_object_get(value, keys[i]);
    return value;
}

static json_int_t number(const json_t *value, const char *path)
{
    const json_t *found = find(value, path);
    if (!json_is_integer(found))
        g_error("no number at %s", path);
    return json_integer_value(found);
}

/* --- real summaries --- */

static void any_order_gives_the_same(void)
{
    g_autofree char *a = summary_of(traces[0]), *b = summary_of(traces[1]);
    g_autofree char *c = summary_of(traces[2]), *d = summary_of(traces[3]);
    g_autofree char *all = merged(a, b, c, d, NULL), *back = merged(d, c, b, a, NULL);
    g_autofree char *ab = merged(a, b, NULL), *cd = merged(c, d, NULL), *da = merged(d, a, NULL);
    g_autofree char *bcd = merged(b, cd, NULL), *bc = merged(c, b, NULL);
    g_autofree char *left = merged(ab, cd, NULL), *right = merged(a, bcd, NULL);
    g_autofree char *crossed = merged(bc, da, NULL), *again = merged(all, NULL);

    g_assert_cmpstr(back, ==, all);
    g_assert_cmpstr(left, ==, all);
    g_assert_cmpstr(right, ==, all);
    g_assert_cmpstr(crossed, ==, all);
    g_assert_cmpstr(again, ==, all);
}

/* Every key of a summary is in what is made of it, at every depth, so that one that the exporter
 * learns cannot be forgotten here. */
static void same_keys(const json_t *one, const json_t *other, const char *where)
{
    const char *key;
    json_t *value;
    if (json_is_array(one) && json_is_array(other) && json_array_size(one) > 0) {
        same_keys(json_array_get(one, 0), json_array_get(other, 0), where);
        return;
    }
    if (!json_is_object(one) || json_is_null(other))
        return;
    json_object_foreach((json_t *)(uintptr_t)one, key, value)
    {
        g_autofree char *path = g_strconcat(where, ".", key, NULL);
        if (json_object_get(other, key) == NULL)
            g_error("%s is not there", path);
        same_keys(value, json_object_get(other, key), path);
    }
}

static void no_key_is_lost(void)
{
    static const char *const lists[] = {"groups",         "tasks",         "regions",
                                        "latency.groups", "latency.block", "wakeups.edges",
                                        "creation.edges", "procs.rows",    "gc.mmu_by"};
    for (size_t i = 0; i < G_N_ELEMENTS(traces); i++) {
        g_autofree char *text = summary_of(traces[i]), *alone = merged(text, NULL);
        json_t *before = parse(text), *after = parse(alone);
        same_keys(before, after, "");
        for (size_t k = 0; k < G_N_ELEMENTS(lists); k++)
            g_assert_cmpuint(json_array_size(find(after, lists[k])), ==,
                             json_array_size(find(before, lists[k])));
        g_assert_cmpint(number(after, "merged.n"), ==, 1);
        g_assert_cmpstr(json_string_value(find(after, "merged.files.0.path")), ==, traces[i]);
        g_assert_true(json_equal(find(before, "counts"), find(after, "counts")));
        g_assert_true(
            json_equal(find(before, "gomaxprocs"), find(after, "merged.files.0.gomaxprocs")));
        json_decref(before);
        json_decref(after);
    }
}

/* What is added is what stands in the summaries, summed here in another way. */
static void sums_are_the_sums(void)
{
    static const char *const sums[] = {
        "counts.events",
        "counts.goroutines",
        "counts.threads",
        "file.bytes",
        "gc.cycles",
        "gc.mark_ns",
        "gc.stw_ns",
        "wakeups.count",
        "creation.count",
        "latency.sched.count",
        "latency.run.total_ns",
        "procs.idle_while_runnable_ns",
        "parallelism.running_ns.1",
        "logs",
        "events.StateTransition",
    };
    json_t *one[G_N_ELEMENTS(traces)];
    g_autofree char *texts[G_N_ELEMENTS(traces)] = {NULL};
    for (size_t i = 0; i < G_N_ELEMENTS(traces); i++) {
        texts[i] = summary_of(traces[i]);
        one[i] = parse(texts[i]);
    }
    g_autofree char *text = merged(texts[0], texts[1], texts[2], texts[3], NULL);
    json_t *all = parse(text);

    for (size_t k = 0; k < G_N_ELEMENTS(sums); k++) {
        json_int_t sum = 0;
        for (size_t i = 0; i < G_N_ELEMENTS(traces); i++)
            sum += json_integer_value(find(one[i], sums[k]));
        g_assert_cmpint(number(all, sums[k]), ==, sum);
    }
    json_int_t longest = 0, groups = 0, in_all = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(traces); i++) {
        longest = MAX(longest, number(one[i], "clock.duration_ns"));
        for (size_t g = 0; g < json_array_size(find(one[i], "groups")); g++)
            groups += number(json_array_get(find(one[i], "groups"), g), "exec_ns");
        json_decref(one[i]);
        g_free(g_steal_pointer(&texts[i]));
    }
    for (size_t g = 0; g < json_array_size(find(all, "groups")); g++)
        in_all += number(json_array_get(find(all, "groups"), g), "exec_ns");
    g_assert_cmpint(in_all, ==, groups);
    g_assert_cmpint(number(all, "clock.duration_ns"), ==, longest);
    g_assert_cmpint(number(all, "merged.n"), ==, G_N_ELEMENTS(traces));
    json_decref(all);
}

/* --- hand-made ones --- */

#define HEAD "{\"tracetui\": \"" PACKAGE_VERSION "\", \"counts\": {\"events\": 1}, "

static void what_is_not_a_sum(void)
{
    static const char a[] = HEAD
        "\"groups\": [{\"name\": \"f\", \"count\": 2, \"exec_ns\": 5, \"block_ns\": {\"x\": 1}}],"
        "\"complete\": true, \"heap\": {\"min_bytes\": 50, \"max_bytes\": 70},"
        "\"format\": {\"go\": \"1.26\", \"wire\": 2}, \"clock\": {\"wall\": \"2026-02\"},"
        "\"gc\": {\"mmu\": {\"1ms\": 0.5, \"1s\": null}, \"stw\": [1]},"
        "\"tasks\": [{\"type\": \"t\", \"count\": 3, \"complete\": 2, \"p50_ns\": 7,"
        "  \"max_ns\": 9, \"histogram\": [[6, 1], [9, 1]]}],"
        "\"wakeups\": {\"edges_total\": 1, \"edges\": [{\"by\": \"f\", \"count\": 1}]}}";
    static const char b[] = HEAD
        "\"groups\": [{\"name\": \"g\", \"count\": 1, \"exec_ns\": 9},"
        "  {\"name\": \"f\", \"count\": 1, \"exec_ns\": 6, \"block_ns\": {\"w\": 4, \"x\": 2}}],"
        "\"complete\": false, \"heap\": {\"min_bytes\": 0, \"max_bytes\": 0},"
        "\"format\": {\"go\": \"1.25\", \"wire\": 2}, \"clock\": {\"wall\": \"2026-01\"},"
        "\"gc\": {\"mmu\": {\"1ms\": 0.25, \"1s\": 0.75}, \"stw\": []},"
        "\"tasks\": [{\"type\": \"t\", \"count\": 1, \"complete\": 0, \"p50_ns\": null,"
        "  \"max_ns\": null, \"histogram\": []}],"
        "\"wakeups\": {\"edges_total\": 5, \"edges\": [{\"by\": \"f\", \"count\": 2}]}}";
    static const char c[] =
        HEAD "\"groups\": [], \"tasks\": [{\"type\": \"t\", \"count\": 1, \"complete\": 1,"
             "  \"p50_ns\": 8, \"max_ns\": 8, \"histogram\": [[6, 1]]}]}";
    g_autofree char *text = merged(a, b, NULL), *more = merged(text, c, NULL);
    json_t *both = parse(text), *three = parse(more);

    g_assert_cmpstr(json_string_value(find(both, "groups.0.name")), ==, "f");
    g_assert_cmpint(number(both, "groups.0.count"), ==, 3);
    g_assert_cmpint(number(both, "groups.0.exec_ns"), ==, 11);
    g_assert_cmpint(number(both, "groups.0.block_ns.x"), ==, 3);
    g_assert_cmpint(number(both, "groups.0.block_ns.w"), ==, 4);
    g_assert_true(json_is_false(find(both, "complete")));
    /* a trace that says nothing of its heap has no smallest one */
    g_assert_cmpint(number(both, "heap.min_bytes"), ==, 50);
    g_assert_true(json_is_null(find(both, "format.go")));
    g_assert_cmpint(number(both, "format.wire"), ==, 2);
    g_assert_cmpstr(json_string_value(find(both, "clock.wall")), ==, "2026-01");
    g_assert_cmpfloat(json_real_value(find(both, "gc.mmu.1ms")), ==, 0.25);
    g_assert_cmpfloat(json_real_value(find(both, "gc.mmu.1s")), ==, 0.75);
    g_assert_true(json_is_null(find(both, "gc.stw")));
    /* only one of them has durations, so that its percentiles are those of both */
    g_assert_cmpint(number(both, "tasks.0.count"), ==, 4);
    g_assert_cmpint(number(both, "tasks.0.p50_ns"), ==, 7);
    g_assert_cmpint(number(both, "tasks.0.max_ns"), ==, 9);
    g_assert_true(json_is_null(find(three, "tasks.0.p50_ns")));
    g_assert_cmpint(number(three, "tasks.0.max_ns"), ==, 9);
    g_assert_cmpint(number(three, "tasks.0.histogram.0.1"), ==, 2);
    /* one left four of five edges out: nobody knows how many there are */
    g_assert_true(json_is_null(find(both, "wakeups.edges_total")));
    g_assert_cmpint(number(both, "wakeups.edges.0.count"), ==, 3);
    json_decref(both);
    json_decref(three);
}

static void many_in_one_file(void)
{
    static const char lines[] = HEAD "\"groups\": []}\n" HEAD "\"groups\": []}\n\n";
    static const char list[] = "[" HEAD "\"groups\": []}, " HEAD "\"groups\": []}]";
    g_autofree char *text = merged(lines, list, NULL);
    json_t *all = parse(text);
    struct merge *merge = merge_new();

    g_assert_cmpint(number(all, "merged.n"), ==, 4);
    g_assert_cmpint(number(all, "counts.events"), ==, 4);
    g_assert_true(merge_add(merge, "x", lines, strlen(lines), NULL));
    g_assert_cmpint(merge_outlines(merge)->len, ==, 2);
    g_auto(GStrv) repeated = merge_repeated(merge);
    g_assert_cmpint(g_strv_length(repeated), ==, 1);
    struct outline *total = merge_total(merge);
    g_assert_cmpstr(total->name, ==, "2 traces");
    g_assert_cmpint(total->events, ==, 2);
    outline_free(total);
    merge_free(merge);
    json_decref(all);
}

/* Of each real trace the same numbers stand in its column, whichever way they came. */
static void outlines_agree(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(traces); i++) {
        g_autofree char *text = summary_of(traces[i]);
        g_autofree char *file = g_strconcat(traces[i], ".trace", NULL);
        g_autofree char *path = g_test_build_filename(G_TEST_DIST, "traces", "ref", file, NULL);
        struct trace *trace = trace_open(path, TRACE_SUMMARY, NULL, NULL, NULL);
        struct outline *direct = outline_of_trace(trace, traces[i]);
        struct merge *merge = merge_new();

        g_assert_true(merge_add(merge, "x", text, strlen(text), NULL));
        const struct outline *read = g_ptr_array_index(merge_outlines(merge), 0);
        g_assert_cmpstr(read->name, ==, direct->name);
        struct outline *alone = merge_total(merge);
        g_assert_cmpstr(alone->name, ==, direct->name);
        outline_free(alone);
        g_assert_cmpstr(read->go, ==, direct->go);
        g_assert_cmpint(read->duration_ns, ==, direct->duration_ns);
        g_assert_cmpuint(read->events, ==, direct->events);
        g_assert_cmpint(read->exec_ns, ==, direct->exec_ns);
        g_assert_cmpint(read->sched_wait_ns, ==, direct->sched_wait_ns);
        g_assert_cmpint(read->syscall_ns, ==, direct->syscall_ns);
        g_assert_cmpint(read->block_ns, ==, direct->block_ns);
        g_assert_cmpint(read->stw_ns, ==, direct->stw_ns);
        g_assert_cmpuint(read->gc_cycles, ==, direct->gc_cycles);
        g_assert_cmpuint(read->heap_max_bytes, ==, direct->heap_max_bytes);
        g_assert_cmpuint(read->groups->len, ==, direct->groups->len);
        outline_free(direct);
        merge_free(merge);
        trace_free(trace);
    }
}

static void not_a_summary(void)
{
    static const struct {
        const char *text;
        enum trace_error code;
        const char *message;
    } rows[] = {
        {"", TRACE_ERROR_NOT_A_TRACE, "x.json: line 1: there is no summary in it"},
        {" \n\n", TRACE_ERROR_NOT_A_TRACE, "x.json: line 1: there is no summary in it"},
        {"go 1.26 trace", TRACE_ERROR_NOT_A_TRACE, "x.json: line 1: it is no JSON"},
        {"{}", TRACE_ERROR_NOT_A_TRACE, "x.json: line 1: it is JSON, but no summary"},
        {"[]\n[3]", TRACE_ERROR_NOT_A_TRACE, "x.json: line 2: it is JSON, but no summary"},
        {HEAD "\"groups\": []}\n" HEAD "\"grou", TRACE_ERROR_TRUNCATED,
         "x.json: line 2: it ends in the midst"},
        {HEAD "\"groups\": []}\ntracetui: summary: warning: y", TRACE_ERROR_NOT_A_TRACE,
         "x.json: line 2: it is no JSON"},
        {"{\"tracetui\": \"9.9\", \"counts\": {}, \"groups\": []}", TRACE_ERROR_VERSION,
         "x.json: line 1: it is a summary of tracetui 9.9, and this is " PACKAGE_VERSION},
        {"\n" HEAD "\"groups\": [{}, {\"count\": \"3\"}]}", TRACE_ERROR_NOT_A_TRACE,
         "x.json: line 2: it is no whole summary: groups[1].count: it is no whole number"},
        {HEAD "\"groups\": [], \"gc\": {\"mmu\": {\"1s\": []}}}", TRACE_ERROR_NOT_A_TRACE,
         "gc.mmu.1s: it is no number"},
        {HEAD "\"groups\": [], \"events\": {\"a\": 1.5}}", TRACE_ERROR_NOT_A_TRACE,
         "events: it is no object of whole numbers"},
        {HEAD "\"groups\": [], \"tasks\": [{\"histogram\": [[1, 2, 3]]}]}", TRACE_ERROR_NOT_A_TRACE,
         "tasks[0].histogram: it is no list of pairs"},
        {HEAD "\"groups\": 7}", TRACE_ERROR_NOT_A_TRACE, "no summary"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct merge *merge = merge_new();
        g_autoptr(GError) error = NULL;
        g_assert_false(merge_add(merge, "x.json", rows[i].text, strlen(rows[i].text), &error));
        g_assert_error(error, TRACE_ERROR, (gint)rows[i].code);
        if (strstr(error->message, rows[i].message) == NULL)
            g_error("wanted \"%s\", got \"%s\"", rows[i].message, error->message);
        g_assert_cmpint(merge_outlines(merge)->len, ==, 0);
        merge_free(merge);
    }
}

/* Every beginning of a summary is an error that says so, and nothing else. */
static void every_beginning(void)
{
    g_autofree char *text = summary_of("1.26-doathing");
    size_t len = strlen(text), step = MAX(len / 150, 1);
    for (size_t n = 1; n + 2 < len; n += step) {
        struct merge *merge = merge_new();
        g_autoptr(GError) error = NULL;
        g_autofree char *piece = g_strndup(text, n);
        g_assert_false(merge_add(merge, "x.json", piece, n, &error));
        g_assert_error(error, TRACE_ERROR, TRACE_ERROR_TRUNCATED);
        merge_free(merge);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/merge/any-order", any_order_gives_the_same);
    g_test_add_func("/merge/no-key-is-lost", no_key_is_lost);
    g_test_add_func("/merge/sums", sums_are_the_sums);
    g_test_add_func("/merge/what-is-not-a-sum", what_is_not_a_sum);
    g_test_add_func("/merge/many-in-one-file", many_in_one_file);
    g_test_add_func("/merge/outlines-agree", outlines_agree);
    g_test_add_func("/merge/not-a-summary", not_a_summary);
    g_test_add_func("/merge/every-beginning", every_beginning);
    return g_test_run();
}
