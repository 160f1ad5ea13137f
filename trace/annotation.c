/* Tasks, regions and logs come together here; rows are a copy of each that is over. */
#include "config.h"

#include "trace/annotation.h"

#include <string.h>

#include "trace/annotation_group.h"
#include "trace/annotation_rows.h"
#include "trace/region.h"
#include "trace/task.h"

struct annotation_builder {
    struct tasks tasks;
    struct regions regions;
    uint64_t n_logs;
    int64_t last_ns;
    struct annotation_recorder *recorder; /* NULL: no rows are wanted */
    struct region_watcher watcher;        /* which it is, then */
};

struct annotation_builder *annotation_builder_new(const struct symbols *symbols, bool rows)
{
    struct annotation_builder *b = g_new0(struct annotation_builder, 1);
    tasks_init(&b->tasks);
    if (rows) {
        b->recorder = annotation_recorder_new(symbols);
        b->watcher = annotation_recorder_watcher(b->recorder);
    }
    regions_init(&b->regions, symbols, rows ? &b->watcher : NULL);
    return b;
}

void annotation_builder_free(struct annotation_builder *b)
{
    if (b == NULL)
        return;
    tasks_clear(&b->tasks);
    regions_clear(&b->regions);
    annotation_recorder_free(b->recorder);
    g_free(b);
}

static void touch(struct annotation_builder *b, uint64_t task, const struct event *event)
{
    if (b->recorder != NULL)
        annotation_recorder_touch(b->recorder, task, event->g);
}

static void see_rare(struct annotation_builder *b, const struct event *event)
{
    switch (event->kind) {
    case EVENT_REGION_BEGIN:
    case EVENT_REGION_END:
        if (regions_event(&b->regions, event)) {
            tasks_at(&b->tasks, event->region.task)->n_regions++;
            touch(b, event->region.task, event);
        }
        break;
    case EVENT_TASK_BEGIN:
    case EVENT_TASK_END:
        tasks_event(&b->tasks, event);
        touch(b, event->task.id, event);
        break;
    case EVENT_LOG:
        b->n_logs++;
        tasks_at(&b->tasks, event->log.task)->n_logs++;
        touch(b, event->log.task, event);
        if (b->recorder != NULL)
            annotation_recorder_log(b->recorder, event);
        break;
    default:
        break;
    }
}

/* What a goroutine did counts up to the event that ends it, so that is recorded last. */
static void see_all(void *self, const struct event *event, size_t n)
{
    struct annotation_builder *b = self;
    for (size_t i = 0; i < n; i++, event = event_next(event)) {
        b->last_ns = event->time_ns;
        if (event->kind == EVENT_STATE_TRANSITION)
            regions_transition(&b->regions, event);
        else
            see_rare(b, event);
        if (b->recorder != NULL)
            annotation_recorder_follow(b->recorder, event);
    }
}

static void see_one(void *self, const struct event *event)
{
    see_all(self, event, 1);
}

struct sink annotation_builder_sink(struct annotation_builder *b)
{
    return (struct sink){.event = see_one, .events = see_all, .self = b};
}

struct annotations *annotation_builder_finish(const struct annotation_builder *b)
{
    struct annotations *annotations = g_new0(struct annotations, 1);
    annotations->tasks = tasks_groups(&b->tasks);
    annotations->n_tasks = b->tasks.rows->len;
    annotations->n_regions =
        regions_groups(&b->regions, b->last_ns, &annotations->sites, &annotations->regions);
    annotations->n_logs = b->n_logs;
    if (b->recorder != NULL)
        annotations->rows =
            annotation_recorder_finish(b->recorder, &b->tasks, &b->regions, b->last_ns);
    return annotations;
}

void annotations_free(struct annotations *annotations)
{
    if (annotations == NULL)
        return;
    annotation_groups_free(annotations->tasks);
    annotation_groups_free(annotations->regions);
    annotation_groups_free(annotations->sites);
    annotation_rows_free(annotations->rows);
    g_free(annotations);
}
