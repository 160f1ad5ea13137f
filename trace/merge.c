/* Each summary is made what a merged one of it alone is; then two of them give one, as in a
 * tournament: putting each to the sum of all before it would look at that sum again and again. */
#include "config.h"

#include "trace/merge.h"

#include <string.h>

#include "trace/error.h"
#include "trace/export_csv.h"
#include "trace/json_merge.h"
#include "trace/json_write.h"
#include "trace/merge_rules.h"
#include "trace/sum.h"

struct merge {
    GPtrArray *outlines; /* of what was added, as it came */
    json_t *sums[64];    /* each of 2^i summaries, NULL: none */
    json_t *total;       /* of those that were added to it already, NULL: none */
};

static void unref(void *value)
{
    json_decref(value);
}

struct merge *merge_new(void)
{
    struct merge *merge = g_new0(struct merge, 1);
    merge->outlines = g_ptr_array_new_with_free_func((GDestroyNotify)outline_free);
    return merge;
}

void merge_free(struct merge *merge)
{
    if (merge == NULL)
        return;
    g_ptr_array_unref(merge->outlines);
    for (size_t i = 0; i < G_N_ELEMENTS(merge->sums); i++)
        json_decref(merge->sums[i]);
    json_decref(merge->total);
    g_free(merge);
}

/* --- reading --- */

static const json_t *at(const json_t *object, const char *key, const char *inner)
{
    return json_object_get(json_object_get(object, key), inner);
}

static uint64_t count_at(const json_t *object, const char *key, const char *inner)
{
    return (uint64_t)MAX(json_integer_value(at(object, key, inner)), 0);
}

/* What is known of one trace only, beside the sums. */
static json_t *merged_of(const json_t *summary)
{
    static const struct {
        const char *name, *key, *inner;
    } kept[] = {
        {"path", "file", "path"},
        {"bytes", "file", "bytes"},
        {"compression", "file", "compression"},
        {"go", "format", "go"},
        {"start", "clock", "start"},
        {"duration_ns", "clock", "duration_ns"},
        {"wall", "clock", "wall"},
        {"complete", "complete", NULL},
        {"lost_bytes", "lost_bytes", NULL},
        {"error", "error", NULL},
        {"gomaxprocs", "gomaxprocs", NULL},
    };
    json_t *file = json_object(), *files = json_array(), *merged = json_object();

    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
        const json_t *value = kept[i].inner != NULL ? at(summary, kept[i].key, kept[i].inner)
                                                    : json_object_get(summary, kept[i].key);
        json_object_set_new(file, kept[i].name,
                            value != NULL ? json_deep_copy(value) : json_null());
    }
    json_array_append_new(files, file);
    json_object_set_new(merged, "n", json_integer(1));
    json_object_set_new(merged, "files", files);
    return merged;
}

/* Where in a file something is. */
struct text {
    const char *name, *at;
    size_t len;
};

static void complain(GError **error, enum trace_error code, const struct text *text, size_t offset,
                     const char *why)
{
    size_t line = 1;
    for (size_t i = 0; i < MIN(offset, text->len); i++)
        line += text->at[i] == '\n';
    g_set_error(error, TRACE_ERROR, code, "%s: line %zu: %s", text->name, line, why);
}

/* A summary, as it stands in the file from the offset on. */
static bool check(const json_t *summary, const struct text *text, size_t offset, GError **error)
{
    const char *version = json_string_value(json_object_get(summary, "tracetui"));
    g_autofree char *where = NULL;
    const char *why = NULL;

    if (version == NULL || !json_is_object(json_object_get(summary, "counts")) ||
        !json_is_array(json_object_get(summary, "groups"))) {
        complain(error, TRACE_ERROR_NOT_A_TRACE, text, offset,
                 "it is JSON, but no summary; try: tracetui summary -o json FILE, which makes one");
        return false;
    }
    if (strcmp(version, PACKAGE_VERSION) != 0) {
        g_autofree char *words = g_strdup_printf(
            "it is a summary of tracetui %s, and this is %s, whose numbers may mean something "
            "else; try: the same tracetui for all of them",
            version, PACKAGE_VERSION);
        complain(error, TRACE_ERROR_VERSION, text, offset, words);
        return false;
    }
    if (!json_merge_fits(merge_rules, summary, &where, &why)) {
        g_autofree char *words = g_strdup_printf("it is no whole summary: %s: %s", where, why);
        complain(error, TRACE_ERROR_NOT_A_TRACE, text, offset, words);
        return false;
    }
    return true;
}

static bool take(GPtrArray *found, const json_t *value, const struct text *text, size_t offset,
                 GError **error)
{
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++)
            if (!take(found, json_array_get(value, i), text, offset, error))
                return false;
        return true;
    }
    if (!check(value, text, offset, error))
        return false;
    json_t *own = json_copy((json_t *)(uintptr_t)value);
    if (json_object_get(own, "merged") == NULL)
        json_object_set_new(own, "merged", merged_of(value));
    g_ptr_array_add(found, own);
    return true;
}

static size_t skip_blanks(const struct text *text, size_t offset)
{
    while (offset < text->len && strchr(" \t\r\n", text->at[offset]) != NULL &&
           text->at[offset] != '\0')
        offset++;
    return offset;
}

static bool not_json(const struct text *text, size_t offset, const json_error_t *bad,
                     GError **error)
{
    size_t from = offset + (size_t)MAX(bad->position, 0);
    bool begun = text->at[offset] == '{' || text->at[offset] == '[';

    /* A word that is cut in two is no token either. */
    if (begun && skip_blanks(text, from) == text->len) {
        complain(error, TRACE_ERROR_TRUNCATED, text, text->len,
                 "it ends in the midst of a summary");
        return false;
    }
    g_autofree char *words = g_strdup_printf("it is no JSON: %s", bad->text);
    complain(error, TRACE_ERROR_NOT_A_TRACE, text, from, words);
    return false;
}

static bool read_all(GPtrArray *found, const struct text *text, GError **error)
{
    size_t offset = skip_blanks(text, 0);

    if (offset == text->len) {
        complain(error, TRACE_ERROR_NOT_A_TRACE, text, 0, "there is no summary in it");
        return false;
    }
    while (offset < text->len) {
        json_error_t bad;
        json_t *value = json_loadb(text->at + offset, text->len - offset,
                                   JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &bad);
        if (value == NULL)
            return not_json(text, offset, &bad, error);
        bool taken = take(found, value, text, offset, error);
        json_decref(value);
        if (!taken)
            return false;
        offset = skip_blanks(text, offset + (size_t)bad.position);
    }
    return true;
}

static struct outline *outline_of(const json_t *summary)
{
    struct outline *outline = outline_new();
    const char *go = json_string_value(at(summary, "format", "go"));
    const json_t *files = at(summary, "merged", "files");
    /* A sum has no file; of one alone it is that one's. */
    const char *path = json_array_size(files) == 1
                           ? json_string_value(json_object_get(json_array_get(files, 0), "path"))
                           : NULL;
    const json_t *group, *groups = json_object_get(summary, "groups");
    size_t i;

    outline->n = count_at(summary, "merged", "n");
    outline->name =
        path != NULL ? g_strdup(path) : g_strdup_printf("%" G_GUINT64_FORMAT " traces", outline->n);
    outline->go = g_strdup(go);
    outline->complete = json_is_true(json_object_get(summary, "complete"));
    outline->bytes = count_at(summary, "file", "bytes");
    outline->duration_ns = json_integer_value(at(summary, "clock", "duration_ns"));
    outline->events = count_at(summary, "counts", "events");
    outline->goroutines = count_at(summary, "counts", "goroutines");
    outline->procs = count_at(summary, "counts", "procs");
    outline->heap_max_bytes = count_at(summary, "heap", "max_bytes");
    outline->gc_cycles = count_at(summary, "gc", "cycles");
    outline->stw_ns = json_integer_value(at(summary, "gc", "stw_ns"));
    json_array_foreach(groups, i, group)
    {
        const json_t *name = json_object_get(group, "name"), *ns;
        const char *reason;
        outline_add_group(outline, json_is_string(name) ? json_string_value(name) : "",
                          json_string_length(name),
                          (uint64_t)json_integer_value(json_object_get(group, "count")),
                          json_integer_value(json_object_get(group, "exec_ns")));
        json_int_t waited = json_integer_value(json_object_get(group, "sched_wait_ns"));
        json_int_t in = json_integer_value(json_object_get(group, "syscall_ns"));
        json_int_t beyond = json_integer_value(json_object_get(group, "syscall_block_ns"));
        outline->sched_wait_ns = sum_ns(outline->sched_wait_ns, waited);
        outline->syscall_ns = sum_ns(outline->syscall_ns, sum_ns(in, beyond));
        json_object_foreach(json_object_get(group, "block_ns"), reason, ns)
        {
            outline->block_ns = sum_ns(outline->block_ns, json_integer_value(ns));
        }
    }
    return outline;
}

/* Takes the sum of 2^level summaries. */
static void add_sum(struct merge *merge, json_t *sum)
{
    size_t level = 0;
    for (; merge->sums[level] != NULL; level++) {
        json_t *both = json_merge(merge_rules, merge->sums[level], sum);
        json_decref(merge->sums[level]);
        json_decref(sum);
        merge->sums[level] = NULL;
        sum = both;
    }
    merge->sums[level] = sum;
}

bool merge_add(struct merge *merge, const char *name, const void *bytes, size_t len, GError **error)
{
    const struct text text = {name, bytes, len};
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(unref);

    if (!read_all(found, &text, error))
        return false;
    for (guint i = 0; i < found->len; i++) {
        const json_t *summary = g_ptr_array_index(found, i);
        g_ptr_array_add(merge->outlines, outline_of(summary));
        add_sum(merge, json_merge(merge_rules, summary, NULL));
    }
    return true;
}

/* --- what came out --- */

/* NULL: nothing was added. */
static json_t *total_of(struct merge *merge)
{
    for (size_t i = 0; i < G_N_ELEMENTS(merge->sums); i++) {
        json_t *sum = merge->sums[i];
        if (sum == NULL)
            continue;
        merge->sums[i] = NULL;
        json_t *both =
            merge->total != NULL ? json_merge(merge_rules, merge->total, sum) : json_incref(sum);
        json_decref(sum);
        json_decref(merge->total);
        merge->total = both;
    }
    return merge->total;
}

const GPtrArray *merge_outlines(const struct merge *merge)
{
    return merge->outlines;
}

struct outline *merge_total(struct merge *merge)
{
    return outline_of(total_of(merge));
}

char **merge_repeated(struct merge *merge)
{
    const json_t *files = at(total_of(merge), "merged", "files"), *last = NULL;
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    for (size_t i = 1; i < json_array_size(files); i++) {
        const json_t *file = json_array_get(files, i);
        const char *path = json_string_value(json_object_get(file, "path"));
        if (!json_equal(json_array_get(files, i - 1), file))
            continue;
        if (last == NULL || !json_equal(last, file))
            g_strv_builder_add(names, path != NULL ? path : "(no name)");
        last = file;
    }
    return g_strv_builder_end(names);
}

bool merge_write_json(struct merge *merge, GOutputStream *out, GError **error)
{
    return json_write_line(json_incref(total_of(merge)), out, NULL, error);
}

bool merge_write_csv(struct merge *merge, GOutputStream *out, GError **error)
{
    static const char *const keys[] = {"count",         "total_ns",   "exec_ns",
                                       "sched_wait_ns", "syscall_ns", "syscall_block_ns"};
    const json_t *group, *groups = json_object_get(total_of(merge), "groups"), *ns;
    g_autoptr(GString) text = g_string_new(EXPORT_CSV_HEADER);
    g_autofree char *file = NULL;
    const char *reason;
    size_t i;

    struct outline *total = merge_total(merge);
    file = g_strdup(total->name);
    outline_free(total);
    json_array_foreach(groups, i, group)
    {
        const json_t *name = json_object_get(group, "name");
        int64_t block_ns = 0;
        export_csv_append(text, (struct slice){file, strlen(file)});
        g_string_append_c(text, ',');
        export_csv_append(text, (struct slice){json_is_string(name) ? json_string_value(name) : "",
                                               json_string_length(name)});
        for (size_t k = 0; k < G_N_ELEMENTS(keys); k++)
            g_string_append_printf(text, ",%" JSON_INTEGER_FORMAT,
                                   json_integer_value(json_object_get(group, keys[k])));
        json_object_foreach(json_object_get(group, "block_ns"), reason, ns)
        {
            block_ns = sum_ns(block_ns, json_integer_value(ns));
        }
        g_string_append_printf(text, ",%" G_GINT64_FORMAT "\r\n", block_ns);
    }
    return g_output_stream_write_all(out, text->str, text->len, NULL, NULL, error);
}
