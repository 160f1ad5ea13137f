/* Tasks, regions and logs, from hand-made events. */
#include <glib.h>
#include <string.h>

#include "tests/feed.h"
#include "trace/annotation.h"

#define NONE UINT64_MAX

struct fixture {
    struct feed feed;
    struct annotation_builder *builder;
    struct annotations *annotations;
};

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->feed.symbols = symbols_new();
    f->builder = annotation_builder_new(f->feed.symbols, true);
    f->feed.sink = annotation_builder_sink(f->builder);
    f->feed.m = 100;
    f->feed.p = 0;
    f->feed.g = 1;
    feed_sync(&f->feed, 0);
    feed_go(&f->feed, 1, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "x<main.main", true);
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    annotations_free(f->annotations);
    annotation_builder_free(f->builder);
    symbols_free(f->feed.symbols);
}

static const struct annotations *finish(struct fixture *f)
{
    annotations_free(f->annotations);
    return f->annotations = annotation_builder_finish(f->builder);
}

static const char *text_of(struct fixture *f, uint32_t id)
{
    return symbols_string(f->feed.symbols, id).at;
}

/* "name n/complete p50 p95 p99 max; ..." */
static void assert_groups(struct fixture *f, const GArray *groups, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < groups->len; i++) {
        const struct annotation_group *group = &g_array_index(groups, struct annotation_group, i);
        g_string_append_printf(text, "%s%s %d/%d %d %d %d %d", i > 0 ? "; " : "",
                               text_of(f, group->name), (int)group->n, (int)group->n_complete,
                               (int)group->p50_ns, (int)group->p95_ns, (int)group->p99_ns,
                               (int)group->max_ns);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

/* "id type start..end parent children logs regions [goroutines]; ..."; -1 for unknown times. */
static void assert_tasks(struct fixture *f, const char *expected)
{
    const struct annotation_rows *rows = f->annotations->rows;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < rows->tasks->len; i++) {
        const struct annotation_task *task = &g_array_index(rows->tasks, struct annotation_task, i);
        int parent = -1;
        if (task->parent != 0)
            parent = (int)g_array_index(rows->tasks, struct annotation_task, task->parent - 1).id;
        g_string_append_printf(text, "%s%d %s %d..%d %d %u %u %u [", i > 0 ? "; " : "",
                               (int)task->id, text_of(f, task->type),
                               task->start_ns == SUMMARY_UNKNOWN_NS ? -1 : (int)task->start_ns,
                               task->end_ns == SUMMARY_UNKNOWN_NS ? -1 : (int)task->end_ns, parent,
                               task->n_children, task->n_logs, task->n_regions);
        for (uint32_t j = 0; j < task->n_goroutines; j++)
            g_string_append_printf(
                text, "%s%d", j > 0 ? " " : "",
                (int)g_array_index(rows->task_goroutines, int64_t, task->goroutine + j));
        g_string_append_c(text, ']');
    }
    g_assert_cmpstr(text->str, ==, expected);
}

/* "g name task start..end exec/sched/block total; ..." */
static void assert_regions(struct fixture *f, const char *expected)
{
    const struct annotation_rows *rows = f->annotations->rows;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < rows->regions->len; i++) {
        const struct annotation_region *region =
            &g_array_index(rows->regions, struct annotation_region, i);
        int64_t block_ns = 0;
        for (uint32_t j = 0; j < region->n_block; j++)
            block_ns += g_array_index(rows->times, struct summary_time, region->block + j).ns;
        g_string_append_printf(
            text, "%s%d %s%s %d %d..%d %d/%d/%d %d", i > 0 ? "; " : "", (int)region->goroutine,
            text_of(f, region->name), region->inherited ? "(inherited)" : "", (int)region->task,
            region->start_ns == SUMMARY_UNKNOWN_NS ? -1 : (int)region->start_ns,
            region->end_ns == SUMMARY_UNKNOWN_NS ? -1 : (int)region->end_ns, (int)region->exec_ns,
            (int)region->sched_wait_ns, (int)block_ns, (int)region->total_ns);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void test_tasks(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_task(feed, 10, EVENT_TASK_BEGIN, 5, NONE, "root");
    feed_task(feed, 20, EVENT_TASK_BEGIN, 6, 5, "child");
    feed->g = 2;
    feed_task(feed, 30, EVENT_TASK_END, 6, 5, "child");
    feed_task(feed, 40, EVENT_TASK_BEGIN, 7, 5, "child");
    feed_log(feed, 50, 6, "late", "of a task that is over");
    feed_log(feed, 51, 0, "nobody", "");
    feed_log(feed, 52, 9, "unknown", "task");
    feed_task(feed, 60, EVENT_TASK_END, 8, NONE, "begun before");
    /* an end called twice: the last one counts, and its type is not known any more */
    feed_task(feed, 70, EVENT_TASK_BEGIN, 3, 0, "twice");
    feed_task(feed, 75, EVENT_TASK_END, 3, 0, "twice");
    feed_task(feed, 79, EVENT_TASK_END, 3, NONE, "");
    const struct annotations *annotations = finish(f);
    g_assert_cmpuint(annotations->n_tasks, ==, 7);
    g_assert_cmpuint(annotations->n_logs, ==, 3);
    assert_groups(f, annotations->tasks,
                  " 3/1 9 9 9 9; child 2/1 10 10 10 10; root 1/0 0 0 0 0; "
                  "begun before 1/0 0 0 0 0");
    assert_tasks(f, "0  -1..-1 -1 1 1 0 [2]; 3  70..79 0 0 0 0 [2]; 5 root 10..-1 -1 2 0 0 [1]; "
                    "6 child 20..30 5 0 1 0 [1 2]; 7 child 40..-1 5 0 0 0 [2]; "
                    "8 begun before -1..60 -1 0 0 0 [2]; 9  -1..-1 -1 0 1 0 [2]");
    const struct annotation_rows *rows = annotations->rows;
    const struct annotation_log *log = &g_array_index(rows->logs, struct annotation_log, 2);
    g_assert_cmpuint(rows->logs->len, ==, 3);
    g_assert_cmpint(log->time_ns, ==, 52);
    g_assert_cmpint(log->goroutine, ==, 2);
    g_assert_cmpuint(log->task, ==, 9);
    g_assert_cmpstr(text_of(f, log->category), ==, "unknown");
    g_assert_cmpmem(rows->messages->data + log->message, log->message_bytes, "task", 4);
}

static void test_nested(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_region(feed, 10, EVENT_REGION_BEGIN, 4, "outer", "a<main.main");
    feed_region(feed, 15, EVENT_REGION_BEGIN, 4, "inner", "b<a<main.main");
    feed_go(feed, 20, 1, STATE_RUNNING, STATE_WAITING, "sleep", "", false);
    feed_go(feed, 50, 1, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed_go(feed, 57, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_region(feed, 60, EVENT_REGION_END, 4, "inner", "");
    feed_region(feed, 70, EVENT_REGION_BEGIN, 0, "inner", "c<main.main");
    feed_region(feed, 72, EVENT_REGION_END, 0, "inner", "");
    feed_region(feed, 80, EVENT_REGION_END, 4, "outer", "");
    /* one that the trace begins in, one that it ends in */
    feed_region(feed, 90, EVENT_REGION_END, 4, "before", "");
    feed_region(feed, 95, EVENT_REGION_BEGIN, 4, "after", "x<main.main");
    feed_sync(feed, 100);
    const struct annotations *annotations = finish(f);
    g_assert_cmpuint(annotations->n_regions, ==, 5);
    assert_groups(f, annotations->regions,
                  "inner 2/2 2 45 45 45; outer 1/1 70 70 70 70; before 1/0 0 0 0 0; "
                  "after 1/0 0 0 0 0");
    assert_regions(f, "1 before 4 -1..90 53/7/30 90; 1 outer 4 10..80 33/7/30 70; "
                      "1 inner 4 15..60 8/7/30 45; 1 inner 0 70..72 2/0/0 2; "
                      "1 after 4 95..-1 5/0/0 5");
    assert_tasks(f, "0  -1..-1 -1 0 0 1 [1]; 4  -1..-1 -1 0 0 4 [1]");
    /* the histogram counts all, from the trace's begin and to its end */
    const struct annotation_group *before =
        &g_array_index(annotations->regions, struct annotation_group, 2);
    const struct durations_bar *bar = &g_array_index(before->histogram, struct durations_bar, 0);
    g_assert_cmpuint(before->histogram->len, ==, 1);
    g_assert_cmpint(bar->bucket, ==, 9); /* 63.1 ns and up: 90 */

    /* looking in between changes nothing */
    feed_region(feed, 110, EVENT_REGION_END, 4, "after", "");
    assert_groups(f, finish(f)->regions,
                  "inner 2/2 2 45 45 45; outer 1/1 70 70 70 70; before 1/0 0 0 0 0; "
                  "after 1/1 15 15 15 15");
}

/* Groups are told apart by the outermost frame only: its line is that of the call in it. */
static void test_sites(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    static const char *const stacks[] = {"a<main.main", "b<main.main", "main.other<main.main",
                                         "a<main.second"};
    int64_t at = 10;
    for (size_t i = 0; i < G_N_ELEMENTS(stacks); i++, at += 10) {
        feed_region(feed, at, EVENT_REGION_BEGIN, 0, "r", stacks[i]);
        feed_region(feed, at + 1 + (int64_t)i, EVENT_REGION_END, 0, "r", "");
    }
    const struct annotations *annotations = finish(f);
    assert_groups(f, annotations->regions, "r 4/4 2 4 4 4");
    assert_groups(f, annotations->sites, "r 3/3 2 3 3 3; r 1/1 4 4 4 4");
    const struct annotation_group *site =
        &g_array_index(annotations->sites, struct annotation_group, 1);
    g_assert_cmpstr(text_of(f, site->site.func), ==, "main.second");
    g_assert_cmpuint(site->site.line, ==, 2);
}

/* Whoever is begun in a region does its task, without a name, up to its own end. */
static void test_inherited(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_region(feed, 10, EVENT_REGION_BEGIN, 4, "outer", "a<main.main");
    feed_region(feed, 12, EVENT_REGION_BEGIN, 5, "inner", "a<main.main");
    feed_go(feed, 20, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.two", true);
    feed_go(feed, 21, 3, STATE_NOT_EXIST, STATE_RUNNABLE, "", "runtime.gcBgMarkWorker", true);
    feed_go(feed, 22, 4, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.four", true);
    feed_go(feed, 23, 6, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.six", true);
    feed_go(feed, 24, 7, STATE_NOT_EXIST, STATE_RUNNABLE, "", "runtime.bgsweep", true);
    feed_region(feed, 25, EVENT_REGION_END, 5, "inner", "");
    feed_region(feed, 26, EVENT_REGION_END, 4, "outer", "");
    feed_go(feed, 28, 5, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.five", true);

    feed->g = EVENT_NO_ID;
    feed_go(feed, 30, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed->g = 2;
    feed_go(feed, 35, 2, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    feed->g = EVENT_NO_ID;
    feed_go(feed, 40, 3, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed->g = 3;
    feed_go(feed, 45, 3, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    /* an end of what this goroutine never began ends what it inherited */
    feed->g = EVENT_NO_ID;
    feed_go(feed, 50, 4, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed->g = 4;
    feed_region(feed, 55, EVENT_REGION_END, 9, "foreign", "");
    feed_sync(feed, 100);
    const struct annotations *annotations = finish(f);
    assert_regions(f, "1 outer 4 10..26 16/0/0 16; 1 inner 5 12..25 13/0/0 13; "
                      "2 (inherited) 5 20..35 5/10/0 15; 4 (inherited) 5 22..55 5/28/0 33; "
                      "6 (inherited) 5 23..-1 0/77/0 77");
    assert_groups(f, annotations->regions,
                  " 3/2 15 33 33 33; outer 1/1 16 16 16 16; inner 1/1 13 13 13 13");
    /* inherited ones are no regions of their task */
    assert_tasks(f, "4  -1..-1 -1 0 0 1 [1]; 5  -1..-1 -1 0 0 1 [1]");
}

/* Regions end with their goroutine, and the next one in its slot has none. */
static void test_death(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_go(feed, 5, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.two", true);
    feed_go(feed, 6, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed->g = 2;
    feed_region(feed, 10, EVENT_REGION_BEGIN, 1, "a", "main.two");
    feed_region(feed, 20, EVENT_REGION_BEGIN, 1, "b", "main.two");
    feed_go(feed, 50, 2, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    feed->g = 1;
    feed_go(feed, 60, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.three", true);
    feed_go(feed, 61, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed->g = 2;
    feed_region(feed, 70, EVENT_REGION_END, 1, "before", "");
    /* who waits forever is as good as dead */
    feed_region(feed, 75, EVENT_REGION_BEGIN, 1, "c", "main.three");
    feed_go(feed, 80, 2, STATE_RUNNING, STATE_WAITING, "forever", "", false);
    feed_sync(feed, 100);
    finish(f);
    assert_regions(f, "2 before 1 -1..70 9/1/0 10; 2 a 1 10..50 40/0/0 40; "
                      "2 b 1 20..50 30/0/0 30; 2 c 1 75..80 5/0/0 5");
}

/* A slot that is given to the next goroutine though nobody ended, as in damaged traces. */
static void test_replaced(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed->g = 2;
    feed_go(feed, 5, 2, STATE_NOT_EXIST, STATE_RUNNING, "", "runtime.two", true);
    feed_region(feed, 10, EVENT_REGION_BEGIN, 1, "a", "main.two");
    feed->g = 1;
    feed_go(feed, 20, 2, STATE_NOT_EXIST, STATE_RUNNING, "", "main.three", true);
    feed_sync(feed, 100);
    finish(f);
    assert_regions(f, "");
    g_assert_cmpuint(f->annotations->n_regions, ==, 0);
}

/* The syscall that ends a goroutine is told apart from the wait behind it. */
static void test_syscall(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    feed_go(feed, 5, 2, STATE_NOT_EXIST, STATE_RUNNING, "", "main.two", true);
    feed->g = 2;
    feed_region(feed, 10, EVENT_REGION_BEGIN, 1, "a", "main.two");
    feed_go(feed, 20, 2, STATE_RUNNING, STATE_SYSCALL, "", "", false);
    feed_proc(feed, 30, 0, STATE_RUNNING, STATE_IDLE);
    feed_go(feed, 70, 2, STATE_SYSCALL, STATE_NOT_EXIST, "", "", false);
    finish(f);
    const struct annotation_region *region =
        &g_array_index(f->annotations->rows->regions, struct annotation_region, 0);
    g_assert_cmpint(region->exec_ns, ==, 10);
    g_assert_cmpint(region->syscall_ns, ==, 10);
    g_assert_cmpint(region->syscall_block_ns, ==, 40);
    g_assert_cmpint(region->sched_wait_ns, ==, 0);
}

static bool is_named(const struct annotation_region *region, void *data)
{
    return region->name == *(const uint32_t *)data;
}

static void test_intervals(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct feed *feed = &f->feed;
    static const struct {
        int64_t g, time_ns;
        bool ends;
        const char *name;
    } marks[] = {{1, 10, true, "a"},  {1, 20, false, "a"}, {1, 25, false, "b"}, {1, 30, false, "a"},
                 {1, 40, true, "a"},  {1, 45, true, "b"},  {1, 50, true, "a"},  {1, 60, false, "a"},
                 {1, 61, true, "a"},  {1, 70, false, "b"}, {1, 71, true, "b"},  {1, 80, false, "a"},
                 {2, 30, false, "a"}, {2, 35, true, "a"}};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        feed->g = marks[i].g;
        feed_region(feed, marks[i].time_ns, marks[i].ends ? EVENT_REGION_END : EVENT_REGION_BEGIN,
                    0, marks[i].name, "main.main");
    }
    uint32_t name = feed_string(feed, "a");
    g_autoptr(GArray) intervals = annotation_intervals(finish(f)->rows, 100, is_named, &name);
    static const struct annotation_interval expected[] = {
        {1, 0, 10}, {1, 20, 50}, {1, 60, 61}, {1, 80, 100}, {2, 30, 35}};
    g_assert_cmpmem(intervals->data, intervals->len * sizeof *expected, expected, sizeof expected);
}

/* A region of nobody is nobody's. */
static void test_nobody(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->feed.g = EVENT_NO_ID;
    feed_region(&f->feed, 10, EVENT_REGION_BEGIN, 1, "a", "");
    feed_region(&f->feed, 20, EVENT_REGION_END, 1, "a", "");
    g_assert_cmpuint(finish(f)->n_regions, ==, 0);
    g_assert_cmpuint(f->annotations->n_tasks, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const struct {
        const char *path;
        void (*test)(struct fixture *, gconstpointer);
    } tests[] = {
        {"/annotation/tasks", test_tasks},     {"/annotation/nested", test_nested},
        {"/annotation/sites", test_sites},     {"/annotation/inherited", test_inherited},
        {"/annotation/death", test_death},     {"/annotation/replaced", test_replaced},
        {"/annotation/syscall", test_syscall}, {"/annotation/intervals", test_intervals},
        {"/annotation/nobody", test_nobody},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, setup, tests[i].test, teardown);
    return g_test_run();
}
