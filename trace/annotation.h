/* What a program says about itself: user tasks, user regions, logs (package runtime/trace).
 *
 * Definitions are those of Go's internal/trace (summary.go of Go 1.26) but for one: Go's tool
 * forgets the regions of a goroutine whose id comes again, as those of C threads do. Here they
 * count. */
#ifndef TRACE_ANNOTATION_H
#define TRACE_ANNOTATION_H

#include "trace/durations.h"
#include "trace/reader.h"
#include "trace/summary.h"
#include "trace/symbols.h"

/* Tasks or regions of one name. */
struct annotation_group {
    uint32_t name;       /* string id */
    struct frame site;   /* regions by site: outermost frame of the stack that they began with */
    uint64_t n;          /* all of them */
    uint64_t n_complete; /* that were seen to begin and to end */
    int64_t p50_ns, p95_ns, p99_ns, max_ns; /* of the complete ones; 0 when there are none */
    /* Of struct durations_bar. Tasks: the complete ones. Regions: all, from the trace's begin
     * and to its end where their own was not seen; as Go's tool has it. */
    GArray *histogram;
};

struct annotation_task {
    uint64_t id;      /* 0: the background, whatever is in no task */
    uint32_t type;    /* string id */
    uint32_t parent;  /* its row plus 1, 0 when it has none that is known */
    int64_t start_ns; /* SUMMARY_UNKNOWN_NS where the trace does not know, likewise below */
    int64_t end_ns;
    uint32_t n_children, n_logs, n_regions;
    uint32_t goroutine, n_goroutines; /* its part of annotations->task_goroutines */
};

struct annotation_region {
    int64_t goroutine;
    uint64_t task;
    uint32_t name;            /* string id */
    uint32_t stack;           /* that it began with, 0 when that is not known */
    int64_t start_ns, end_ns; /* SUMMARY_UNKNOWN_NS where the trace does not know */
    bool inherited;           /* it is its goroutine as a whole, begun in a region of `task` */
    /* What its goroutine did meanwhile. */
    int64_t total_ns, exec_ns, sched_wait_ns, syscall_ns, syscall_block_ns;
    uint32_t block, n_block, range, n_range; /* its parts of annotations->times */
};

struct annotation_log {
    int64_t time_ns;
    int64_t goroutine;
    uint64_t task;
    uint32_t category;             /* string id */
    size_t message, message_bytes; /* its part of annotations->messages */
};

/* Finished. */
struct annotations {
    GArray *tasks;   /* of struct annotation_group by type, the most frequent first */
    GArray *regions; /* likewise, by name */
    GArray *sites;   /* likewise, regions by name and site */
    uint64_t n_tasks, n_regions, n_logs;
    struct annotation_rows *rows; /* NULL when they were not asked for */
};

/* Each single one. */
struct annotation_rows {
    GArray *tasks;           /* of struct annotation_task, by id */
    GArray *regions;         /* of struct annotation_region, by goroutine, then start */
    GArray *logs;            /* of struct annotation_log, in time */
    GArray *task_goroutines; /* of int64_t: ids */
    GArray *times;           /* of struct summary_time */
    GByteArray *messages;
};

struct annotation_builder;

/* With `rows` it costs as much as a summary more, since each region's goroutine is followed, and for
 * each region as much as its goroutine has reasons that it waited for. */
struct annotation_builder *annotation_builder_new(const struct symbols *symbols, bool rows);
void annotation_builder_free(struct annotation_builder *builder);
struct sink annotation_builder_sink(struct annotation_builder *builder);

/* What has been seen so far, as if the trace ended here; the builder can go on. */
struct annotations *annotation_builder_finish(const struct annotation_builder *builder);
void annotations_free(struct annotations *annotations);

/* A time in which a goroutine is in a region that somebody asked for. */
struct annotation_interval {
    int64_t goroutine;
    int64_t start_ns, end_ns;
};

/* The outermost of the regions for which `match` is true, by goroutine, then time: what lies within
 * another one is left out. What a region does not tell of its begin and end is that of the trace,
 * which ends at `end_ns`. Returns a new array of struct annotation_interval. */
GArray *annotation_intervals(const struct annotation_rows *rows, int64_t end_ns,
                             bool (*match)(const struct annotation_region *region, void *data),
                             void *data);

#endif
