/* Compares tasks, regions and logs, each single one and by name. */
#include <string.h>

#include "tests/reference.h"

/* Rows are compared as sorted lines, so that it does not matter how they are put. */
static void compare_rows(struct reference *check, const char *what, GPtrArray *got, GPtrArray *want)
{
    reference_differ(check, what, got->len, want->len);
    g_ptr_array_sort(got, reference_order);
    g_ptr_array_sort(want, reference_order);
    for (guint i = 0; i < MIN(got->len, want->len); i++) {
        const char *a = g_ptr_array_index(got, i), *b = g_ptr_array_index(want, i);
        if (strcmp(a, b) != 0 && check->differences++ < 20)
            g_test_message("%s: %s: got %s, want %s", check->stem, what, a, b);
    }
}

static char *raw_point(const struct reference *check, int64_t ns)
{
    return ns == SUMMARY_UNKNOWN_NS
               ? g_strdup("?")
               : g_strdup_printf("%" G_GINT64_FORMAT, ns + check->trace->info.start_ns);
}

static char *want_point(const json_t *row, const char *key)
{
    const json_t *value = json_object_get(row, key);
    return json_is_integer(value)
               ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value))
               : g_strdup("?");
}

/* Both sides show what is no text in the same way. */
static char *want_text(const json_t *row, const char *key)
{
    const json_t *text = json_object_get(row, key);
    return g_utf8_make_valid(json_string_value(text), (gssize)json_string_length(text));
}

static char *task_line(const struct reference *check, const struct annotation_task *task)
{
    const struct annotation_rows *rows = check->trace->annotations->rows;
    g_autofree char *name = reference_name(check, task->type);
    g_autofree char *start = raw_point(check, task->start_ns);
    g_autofree char *end = raw_point(check, task->end_ns);
    int64_t parent = -1;
    if (task->parent != 0)
        parent = (int64_t)g_array_index(rows->tasks, struct annotation_task, task->parent - 1).id;
    return g_strdup_printf("%" G_GUINT64_FORMAT " '%s' %s..%s parent %" G_GINT64_FORMAT
                           " children %u logs %u regions %u goroutines %u",
                           task->id, name, start, end, parent, task->n_children, task->n_logs,
                           task->n_regions, task->n_goroutines);
}

static char *want_task_line(const json_t *row)
{
    g_autofree char *start = want_point(row, "start");
    g_autofree char *end = want_point(row, "end");
    const json_t *parent = json_object_get(row, "parent");
    g_autofree char *name = want_text(row, "name");
    return g_strdup_printf(
        "%" G_GINT64_FORMAT " '%s' %s..%s parent %" G_GINT64_FORMAT " children %d logs %d "
        "regions %d goroutines %d",
        reference_number(row, "id"), name, start, end,
        parent == NULL ? -1 : (int64_t)json_integer_value(parent),
        (int)reference_number(row, "children"), (int)reference_number(row, "logs"),
        (int)reference_number(row, "regions"), (int)reference_number(row, "goroutines"));
}

static void compare_tasks(struct reference *check, json_t *want)
{
    const GArray *tasks = check->trace->annotations->rows->tasks;
    g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) expected = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < tasks->len; i++)
        g_ptr_array_add(got, task_line(check, &g_array_index(tasks, struct annotation_task, i)));
    for (size_t i = 0; i < json_array_size(want); i++)
        g_ptr_array_add(expected, want_task_line(json_array_get(want, i)));
    compare_rows(check, "task", got, expected);
}

/* The times under names, sorted by name. */
static char *named_times(const struct reference *check, uint32_t first, uint32_t n)
{
    const GArray *times = check->trace->annotations->rows->times;
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < n; i++) {
        const struct summary_time *time = &g_array_index(times, struct summary_time, first + i);
        g_autofree char *name = reference_name(check, time->name);
        g_ptr_array_add(parts, g_strdup_printf("%s=%" G_GINT64_FORMAT, name, time->ns));
    }
    g_ptr_array_sort(parts, reference_order);
    g_ptr_array_add(parts, NULL);
    return g_strjoinv(",", (char **)parts->pdata);
}

static char *want_named_times(json_t *times)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    json_t *value;
    json_object_foreach(times, name, value)
    {
        if (json_integer_value(value) != 0)
            g_ptr_array_add(parts, g_strdup_printf("%s=%" JSON_INTEGER_FORMAT, name,
                                                   json_integer_value(value)));
    }
    g_ptr_array_sort(parts, reference_order);
    g_ptr_array_add(parts, NULL);
    return g_strjoinv(",", (char **)parts->pdata);
}

#define REGION_LINE                                                                        \
    "g %" G_GINT64_FORMAT " '%s' task %" G_GINT64_FORMAT " %s..%s total %" G_GINT64_FORMAT \
    " exec %" G_GINT64_FORMAT " sched %" G_GINT64_FORMAT " syscall %" G_GINT64_FORMAT      \
    "+%" G_GINT64_FORMAT " block %s range %s"

static char *region_line(const struct reference *check, const struct annotation_region *region)
{
    g_autofree char *name = reference_name(check, region->name);
    g_autofree char *start = raw_point(check, region->start_ns);
    g_autofree char *end = raw_point(check, region->end_ns);
    g_autofree char *block = named_times(check, region->block, region->n_block);
    g_autofree char *range = named_times(check, region->range, region->n_range);
    return g_strdup_printf(REGION_LINE, region->goroutine, name, (int64_t)region->task, start, end,
                           region->total_ns, region->exec_ns, region->sched_wait_ns,
                           region->syscall_ns, region->syscall_block_ns, block, range);
}

static char *want_region_line(const json_t *row)
{
    g_autofree char *start = want_point(row, "start");
    g_autofree char *end = want_point(row, "end");
    g_autofree char *block = want_named_times(json_object_get(row, "block"));
    g_autofree char *range = want_named_times(json_object_get(row, "range"));
    g_autofree char *name = want_text(row, "name");
    return g_strdup_printf(REGION_LINE, reference_number(row, "g"), name,
                           reference_number(row, "task"), start, end,
                           reference_number(row, "total"), reference_number(row, "exec"),
                           reference_number(row, "sched_wait"), reference_number(row, "syscall"),
                           reference_number(row, "syscall_block"), block, range);
}

static void compare_regions(struct reference *check, json_t *want)
{
    const GArray *regions = check->trace->annotations->rows->regions;
    g_autoptr(GPtrArray) got = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) expected = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < regions->len; i++)
        g_ptr_array_add(got,
                        region_line(check, &g_array_index(regions, struct annotation_region, i)));
    for (size_t i = 0; i < json_array_size(want); i++)
        g_ptr_array_add(expected, want_region_line(json_array_get(want, i)));
    compare_rows(check, "region", got, expected);
}

static void compare_logs(struct reference *check, json_t *want)
{
    const struct annotation_rows *rows = check->trace->annotations->rows;
    reference_differ(check, "logs", rows->logs->len, (int64_t)json_array_size(want));
    for (guint i = 0; i < MIN(rows->logs->len, json_array_size(want)); i++) {
        const struct annotation_log *log = &g_array_index(rows->logs, struct annotation_log, i);
        const json_t *row = json_array_get(want, i);
        g_autofree char *category = reference_name(check, log->category);
        g_autofree char *message = g_utf8_make_valid(
            (const char *)rows->messages->data + log->message, (gssize)log->message_bytes);
        reference_point(check, "log", "t", log->time_ns, row);
        reference_differ(check, "log's goroutine", log->goroutine, reference_number(row, "g"));
        reference_differ(check, "log's task", (int64_t)log->task, reference_number(row, "task"));
        g_autofree char *want_category = want_text(row, "category");
        g_autofree char *want_message = want_text(row, "message");
        reference_differ(check, category, strcmp(category, want_category), 0);
        reference_differ(check, message, strcmp(message, want_message), 0);
    }
}

/* What there is of each name, counted in the reference's rows. */
static void compare_names(struct reference *check, const char *what, const GArray *groups,
                          json_t *want)
{
    uint64_t n = 0;
    for (guint i = 0; i < groups->len; i++) {
        const struct annotation_group *group = &g_array_index(groups, struct annotation_group, i);
        g_autofree char *name = reference_name(check, group->name);
        int64_t count = 0, complete = 0, max_ns = 0;
        for (size_t j = 0; j < json_array_size(want); j++) {
            const json_t *row = json_array_get(want, j);
            g_autofree char *own = want_text(row, "name");
            if (strcmp(own, name) != 0)
                continue;
            count++;
            if (!json_is_integer(json_object_get(row, "start")) ||
                !json_is_integer(json_object_get(row, "end")))
                continue;
            complete++;
            max_ns = MAX(max_ns, reference_number(row, "end") - reference_number(row, "start"));
        }
        g_autofree char *label = g_strdup_printf("%s '%s'", what, name);
        reference_differ(check, label, (int64_t)group->n, count);
        reference_differ(check, label, (int64_t)group->n_complete, complete);
        reference_differ(check, label, group->max_ns, max_ns);
        n += group->n;
    }
    reference_differ(check, what, (int64_t)n, (int64_t)json_array_size(want));
}

void reference_annotations(struct reference *check, json_t *want)
{
    const struct annotations *annotations = check->trace->annotations;
    reference_differ(check, "tasks", (int64_t)annotations->n_tasks,
                     reference_number(want, "n_tasks"));
    reference_differ(check, "regions", (int64_t)annotations->n_regions,
                     reference_number(want, "n_regions"));
    compare_names(check, "tasks", annotations->tasks, json_object_get(want, "tasks"));
    compare_names(check, "regions", annotations->regions, json_object_get(want, "regions"));
    compare_tasks(check, json_object_get(want, "tasks"));
    compare_regions(check, json_object_get(want, "regions"));
    compare_logs(check, json_object_get(want, "logs"));
}
