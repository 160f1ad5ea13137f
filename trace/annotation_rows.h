/* The single tasks, regions and logs, kept where somebody wants to see each. */
#ifndef TRACE_ANNOTATION_ROWS_H
#define TRACE_ANNOTATION_ROWS_H

#include "trace/annotation.h"
#include "trace/region.h"
#include "trace/task.h"

struct annotation_recorder;

struct annotation_recorder *annotation_recorder_new(const struct symbols *symbols);
void annotation_recorder_free(struct annotation_recorder *recorder);

/* How it gets to know of regions. */
struct region_watcher annotation_recorder_watcher(struct annotation_recorder *recorder);

/* Every event, after its regions are told of. */
void annotation_recorder_follow(struct annotation_recorder *recorder, const struct event *event);

/* A goroutine has to do with a task. */
void annotation_recorder_touch(struct annotation_recorder *recorder, uint64_t task,
                               int64_t goroutine);

void annotation_recorder_log(struct annotation_recorder *recorder, const struct event *event);

struct annotation_rows *annotation_recorder_finish(const struct annotation_recorder *recorder,
                                                   const struct tasks *tasks,
                                                   const struct regions *regions, int64_t now_ns);
void annotation_rows_free(struct annotation_rows *rows);

#endif
