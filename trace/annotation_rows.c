/* Arrays that only grow; what belongs together is sorted when all is read. */
#include "config.h"

#include "trace/annotation_rows.h"

#include <string.h>

/* A goroutine that has to do with a task. */
struct touch {
    uint64_t task;
    int64_t goroutine;
};

struct annotation_recorder {
    struct summary_builder *summary; /* knows what each goroutine has done so far */
    struct sink summary_sink;
    struct annotation_rows *rows; /* so far; without tasks */
    GArray *touches;              /* of struct touch */
};

static struct annotation_rows *rows_new(void)
{
    struct annotation_rows *rows = g_new0(struct annotation_rows, 1);
    rows->regions = g_array_new(FALSE, FALSE, sizeof(struct annotation_region));
    rows->logs = g_array_new(FALSE, FALSE, sizeof(struct annotation_log));
    rows->times = g_array_new(FALSE, FALSE, sizeof(struct summary_time));
    rows->messages = g_byte_array_new();
    rows->tasks = g_array_new(FALSE, FALSE, sizeof(struct annotation_task));
    rows->task_goroutines = g_array_new(FALSE, FALSE, sizeof(int64_t));
    return rows;
}

static struct annotation_rows *rows_copy(const struct annotation_rows *rows)
{
    struct annotation_rows *copy = g_new0(struct annotation_rows, 1);
    copy->regions = g_array_copy(rows->regions);
    copy->logs = g_array_copy(rows->logs);
    copy->times = g_array_copy(rows->times);
    copy->messages = g_byte_array_new();
    g_byte_array_append(copy->messages, rows->messages->data, rows->messages->len);
    copy->tasks = g_array_copy(rows->tasks);
    copy->task_goroutines = g_array_copy(rows->task_goroutines);
    return copy;
}

void annotation_rows_free(struct annotation_rows *rows)
{
    if (rows == NULL)
        return;
    g_array_unref(rows->regions);
    g_array_unref(rows->logs);
    g_array_unref(rows->times);
    g_byte_array_unref(rows->messages);
    g_array_unref(rows->tasks);
    g_array_unref(rows->task_goroutines);
    g_free(rows);
}

struct annotation_recorder *annotation_recorder_new(const struct symbols *symbols)
{
    struct annotation_recorder *recorder = g_new0(struct annotation_recorder, 1);
    recorder->summary = summary_builder_new(symbols);
    recorder->summary_sink = summary_builder_sink(recorder->summary);
    recorder->rows = rows_new();
    recorder->touches = g_array_new(FALSE, FALSE, sizeof(struct touch));
    return recorder;
}

void annotation_recorder_free(struct annotation_recorder *recorder)
{
    if (recorder == NULL)
        return;
    summary_builder_free(recorder->summary);
    annotation_rows_free(recorder->rows);
    g_array_unref(recorder->touches);
    g_free(recorder);
}

void annotation_recorder_follow(struct annotation_recorder *recorder, const struct event *event)
{
    recorder->summary_sink.event(recorder->summary_sink.self, event);
}

/* What a goroutine's sum under a name was before. */
static int64_t time_before(const GArray *before, uint32_t name)
{
    for (guint i = 0; before != NULL && i < before->len; i++) {
        const struct summary_time *time = &g_array_index(before, struct summary_time, i);
        if (time->name == name)
            return time->ns;
    }
    return 0;
}

/* Appends what has been added to sums under names; returns how many are not 0. */
static uint32_t add_times(GArray *times, const GArray *after, const GArray *before)
{
    uint32_t n = 0;
    for (guint i = 0; i < after->len; i++) {
        struct summary_time time = g_array_index(after, struct summary_time, i);
        time.ns -= time_before(before, time.name);
        if (time.ns == 0)
            continue;
        g_array_append_val(times, time);
        n++;
    }
    return n;
}

static void add_region(struct annotation_rows *rows, const struct summary_builder *summary,
                       const struct region *region, int64_t now_ns, bool ends)
{
    static const struct summary_times nothing = {0};
    const struct summary_times *before = region->before != NULL ? region->before : &nothing;
    struct summary_times *after =
        summary_builder_times(summary, region->slot, region->goroutine, now_ns, ends);
    struct annotation_region row = {
        .goroutine = region->goroutine,
        .task = region->task,
        .name = region->name,
        .stack = region->stack,
        .start_ns = region->start_ns,
        .end_ns = region->end_ns,
        .inherited = region->inherited,
        .total_ns = after->total_ns - before->total_ns,
        .exec_ns = after->exec_ns - before->exec_ns,
        .sched_wait_ns = after->sched_wait_ns - before->sched_wait_ns,
        .syscall_ns = after->syscall_ns - before->syscall_ns,
        .syscall_block_ns = after->syscall_block_ns - before->syscall_block_ns,
        .block = rows->times->len,
    };
    row.n_block = add_times(rows->times, after->block, before->block);
    row.range = rows->times->len;
    row.n_range = add_times(rows->times, after->range, before->range);
    g_array_append_val(rows->regions, row);
    summary_times_free(after);
}

static void watch(void *self, const struct region *region, const struct event *event)
{
    struct annotation_recorder *recorder = self;
    add_region(recorder->rows, recorder->summary, region, event->time_ns,
               event->kind == EVENT_STATE_TRANSITION);
}

struct region_watcher annotation_recorder_watcher(struct annotation_recorder *recorder)
{
    return (struct region_watcher){watch, recorder, recorder->summary};
}

void annotation_recorder_touch(struct annotation_recorder *recorder, uint64_t task,
                               int64_t goroutine)
{
    GArray *touches = recorder->touches;
    struct touch touch = {task, goroutine};
    if (touches->len > 0) {
        const struct touch *last = &g_array_index(touches, struct touch, touches->len - 1);
        if (last->task == task && last->goroutine == goroutine)
            return;
    }
    g_array_append_val(touches, touch);
}

void annotation_recorder_log(struct annotation_recorder *recorder, const struct event *event)
{
    struct annotation_rows *rows = recorder->rows;
    struct annotation_log row = {.time_ns = event->time_ns,
                                 .goroutine = event->g,
                                 .task = event->log.task,
                                 .category = event->log.category,
                                 .message = rows->messages->len,
                                 .message_bytes = event->log.message.len};
    g_byte_array_append(rows->messages, (const guint8 *)event->log.message.at,
                        (guint)event->log.message.len);
    g_array_append_val(rows->logs, row);
}

/* --- put in order --- */

static int compare_touches(const void *a, const void *b)
{
    const struct touch *x = a, *y = b;
    if (x->task != y->task)
        return x->task < y->task ? -1 : 1;
    return x->goroutine < y->goroutine ? -1 : x->goroutine > y->goroutine;
}

static int compare_tasks(const void *a, const void *b)
{
    const struct annotation_task *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int compare_regions(const void *a, const void *b)
{
    const struct annotation_region *x = a, *y = b;
    if (x->goroutine != y->goroutine)
        return x->goroutine < y->goroutine ? -1 : 1;
    if (x->start_ns != y->start_ns)
        return x->start_ns < y->start_ns ? -1 : 1;
    return x->end_ns < y->end_ns ? -1 : x->end_ns > y->end_ns;
}

/* Tasks sorted by id; their parents are named by where they are then. */
static GArray *tasks_sorted(const struct tasks *tasks)
{
    GArray *rows = g_array_copy(tasks->rows);
    g_array_sort(rows, compare_tasks);
    g_autofree uint32_t *place = g_new(uint32_t, MAX(1, rows->len));
    for (guint i = 0; i < rows->len; i++) {
        const struct annotation_task *row = &g_array_index(rows, struct annotation_task, i);
        place[roster_find(&tasks->numbers, (int64_t)row->id)] = i;
    }
    for (guint i = 0; i < rows->len; i++) {
        struct annotation_task *row = &g_array_index(rows, struct annotation_task, i);
        if (row->parent != 0)
            row->parent = place[row->parent - 1] + 1;
    }
    return rows;
}

/* Gives each task its goroutines; every task that somebody touched has a row. */
static void add_goroutines(struct annotation_rows *rows, GArray *touches)
{
    g_autoptr(GArray) sorted = g_array_copy(touches);
    g_array_sort(sorted, compare_touches);
    guint at = 0;
    for (guint i = 0; i < rows->tasks->len; i++) {
        struct annotation_task *task = &g_array_index(rows->tasks, struct annotation_task, i);
        task->goroutine = rows->task_goroutines->len;
        for (; at < sorted->len; at++) {
            const struct touch *touch = &g_array_index(sorted, struct touch, at);
            if (touch->task != task->id)
                break;
            if (at > 0 && compare_touches(touch - 1, touch) == 0)
                continue;
            g_array_append_val(rows->task_goroutines, touch->goroutine);
            task->n_goroutines++;
        }
    }
}

/* What regions are added to that the trace ends in. */
struct open_regions {
    struct annotation_rows *rows;
    const struct summary_builder *summary;
    int64_t now_ns;
};

static void add_open(void *data, const struct region *region)
{
    struct open_regions *open = data;
    add_region(open->rows, open->summary, region, open->now_ns, false);
}

struct annotation_rows *annotation_recorder_finish(const struct annotation_recorder *recorder,
                                                   const struct tasks *tasks,
                                                   const struct regions *regions, int64_t now_ns)
{
    struct annotation_rows *rows = rows_copy(recorder->rows);
    struct open_regions open = {rows, recorder->summary, now_ns};
    regions_each_open(regions, add_open, &open);
    g_array_sort(rows->regions, compare_regions);
    g_array_unref(rows->tasks);
    rows->tasks = tasks_sorted(tasks);
    add_goroutines(rows, recorder->touches);
    return rows;
}

GArray *annotation_intervals(const struct annotation_rows *rows, int64_t end_ns,
                             bool (*match)(const struct annotation_region *region, void *data),
                             void *data)
{
    GArray *intervals = g_array_new(FALSE, FALSE, sizeof(struct annotation_interval));
    for (guint i = 0; i < rows->regions->len; i++) {
        const struct annotation_region *region =
            &g_array_index(rows->regions, struct annotation_region, i);
        if (!match(region, data))
            continue;
        bool begun = region->start_ns != SUMMARY_UNKNOWN_NS;
        bool ended = region->end_ns != SUMMARY_UNKNOWN_NS;
        struct annotation_interval interval = {region->goroutine, begun ? region->start_ns : 0,
                                               ended ? region->end_ns : end_ns};
        if (intervals->len > 0) {
            const struct annotation_interval *last =
                &g_array_index(intervals, struct annotation_interval, intervals->len - 1);
            if (last->goroutine == interval.goroutine && interval.start_ns < last->end_ns)
                continue;
        }
        g_array_append_val(intervals, interval);
    }
    return intervals;
}
