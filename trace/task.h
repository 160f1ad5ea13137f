/* User tasks while events come in: one row for each id that a task, region or log names. */
#ifndef TRACE_TASK_H
#define TRACE_TASK_H

#include "trace/annotation.h"
#include "trace/roster.h"

struct tasks {
    struct roster numbers;
    GArray *rows; /* of struct annotation_task, in the order in which they were first named */
};

void tasks_init(struct tasks *tasks);
void tasks_clear(struct tasks *tasks);

/* The row of an id, made when it is new. Valid until the next call. */
struct annotation_task *tasks_at(struct tasks *tasks, uint64_t id);

/* A begin or an end of a task; of several the last one counts. */
void tasks_event(struct tasks *tasks, const struct event *event);

/* A new array of struct annotation_group by type. */
GArray *tasks_groups(const struct tasks *tasks);

#endif
