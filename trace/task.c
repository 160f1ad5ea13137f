/* Rows by id; types are added up when all is read, as a late end can still change its task. */
#include "config.h"

#include "trace/task.h"

#include "trace/annotation_group.h"

#define NO_TASK UINT64_MAX

void tasks_init(struct tasks *tasks)
{
    roster_init(&tasks->numbers);
    tasks->rows = g_array_new(FALSE, FALSE, sizeof(struct annotation_task));
}

void tasks_clear(struct tasks *tasks)
{
    roster_clear(&tasks->numbers);
    g_array_unref(tasks->rows);
}

struct annotation_task *tasks_at(struct tasks *tasks, uint64_t id)
{
    uint32_t number = roster_add(&tasks->numbers, (int64_t)id);
    if (number == tasks->rows->len) {
        struct annotation_task row = {
            .id = id, .start_ns = SUMMARY_UNKNOWN_NS, .end_ns = SUMMARY_UNKNOWN_NS};
        g_array_append_val(tasks->rows, row);
    }
    return &g_array_index(tasks->rows, struct annotation_task, number);
}

void tasks_event(struct tasks *tasks, const struct event *event)
{
    struct annotation_task *task = tasks_at(tasks, event->task.id);
    task->type = event->task.type;
    if (event->kind == EVENT_TASK_BEGIN)
        task->start_ns = event->time_ns;
    else
        task->end_ns = event->time_ns;
    if (event->task.parent == NO_TASK || task->parent != 0)
        return;
    struct annotation_task *parent = tasks_at(tasks, event->task.parent);
    parent->n_children++;
    uint32_t number = roster_find(&tasks->numbers, (int64_t)event->task.parent);
    tasks_at(tasks, event->task.id)->parent = number + 1;
}

GArray *tasks_groups(const struct tasks *tasks)
{
    struct roster numbers;
    roster_init(&numbers);
    g_autoptr(GArray) groups = g_array_new(FALSE, TRUE, sizeof(struct annotation_group));
    g_autoptr(GArray) durations = g_array_new(FALSE, TRUE, sizeof(struct durations));
    for (guint i = 0; i < tasks->rows->len; i++) {
        const struct annotation_task *task = &g_array_index(tasks->rows, struct annotation_task, i);
        uint32_t number = roster_add(&numbers, task->type);
        if (number == groups->len) {
            g_array_set_size(groups, number + 1);
            g_array_set_size(durations, number + 1);
        }
        struct annotation_group *group = &g_array_index(groups, struct annotation_group, number);
        group->name = task->type;
        group->n++;
        if (task->start_ns == SUMMARY_UNKNOWN_NS || task->end_ns == SUMMARY_UNKNOWN_NS)
            continue;
        durations_add(&g_array_index(durations, struct durations, number),
                      task->end_ns - task->start_ns);
    }
    roster_clear(&numbers);
    for (guint i = 0; i < groups->len; i++) {
        struct durations *whole = &g_array_index(durations, struct durations, i);
        annotation_group_measure(&g_array_index(groups, struct annotation_group, i), whole, NULL);
        durations_clear(whole);
    }
    annotation_groups_sort(groups);
    return g_steal_pointer(&groups);
}
