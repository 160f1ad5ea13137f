/* The keys in the order in which they are written; a test holds them against the exporter's. */
#include "trace/merge_rules.h"

/* Rows: a key whose value is put together without a look at what is inside of it ... */
#define PLAIN(name, what)            \
    {                                \
        .key = (name), .how = (what) \
    }
/* ... and one by rules of its own. */
#define OBJECT(name, rules)                                   \
    {                                                         \
        .key = (name), .how = MERGE_OBJECT, .inside = (rules) \
    }
#define ROWS(name, rules, first, ...)                                                  \
    {                                                                                  \
        .key = (name), .how = MERGE_ROWS, .inside = (rules), .order = (first), .by = { \
            __VA_ARGS__                                                                \
        }                                                                              \
    }
#define QUANTILE(name, counter)                                  \
    {                                                            \
        .key = (name), .how = MERGE_QUANTILE, .by = {(counter) } \
    }
#define END          \
    {                \
        .key = NULL, \
    }

static const struct merge_rule merged[] = {
    PLAIN("n", MERGE_SUM),
    PLAIN("files", MERGE_LIST),
    END,
};

static const struct merge_rule file[] = {
    PLAIN("path", MERGE_OWN),
    PLAIN("bytes", MERGE_SUM),
    PLAIN("compression", MERGE_OWN),
    END,
};

static const struct merge_rule format[] = {
    PLAIN("go", MERGE_SAME),
    PLAIN("wire", MERGE_SAME),
    END,
};

static const struct merge_rule clock_[] = {
    PLAIN("start", MERGE_OWN),
    PLAIN("duration_ns", MERGE_MAX),
    PLAIN("wall", MERGE_FIRST),
    END,
};

static const struct merge_rule counts[] = {
    PLAIN("events", MERGE_SUM),  PLAIN("goroutines", MERGE_SUM),
    PLAIN("procs", MERGE_SUM),   PLAIN("threads", MERGE_SUM),
    PLAIN("stacks", MERGE_SUM),  PLAIN("strings", MERGE_SUM),
    PLAIN("batches", MERGE_SUM), END,
};

static const struct merge_rule heap[] = {
    {.key = "min_bytes", .how = MERGE_MIN, .by = {"max_bytes"}}, /* 0 of a trace without news */
    PLAIN("max_bytes", MERGE_MAX),
    PLAIN("goal_max_bytes", MERGE_MAX),
    PLAIN("series", MERGE_OWN),
    END,
};

static const struct merge_rule group[] = {
    PLAIN("name", MERGE_SAME),
    PLAIN("count", MERGE_SUM),
    PLAIN("total_ns", MERGE_SUM),
    PLAIN("exec_ns", MERGE_SUM),
    PLAIN("sched_wait_ns", MERGE_SUM),
    PLAIN("syscall_ns", MERGE_SUM),
    PLAIN("syscall_block_ns", MERGE_SUM),
    PLAIN("block_ns", MERGE_NAMES),
    PLAIN("range_ns", MERGE_NAMES),
    END,
};

static const struct merge_rule mmu[] = {
    PLAIN("100us", MERGE_MIN), PLAIN("1ms", MERGE_MIN), PLAIN("10ms", MERGE_MIN),
    PLAIN("100ms", MERGE_MIN), PLAIN("1s", MERGE_MIN),  END,
};

static const struct merge_rule mmu_row[] = {
    PLAIN("flags", MERGE_SAME),
    PLAIN("per_p", MERGE_SAME),
    OBJECT("mmu", mmu),
    PLAIN("mud", MERGE_OWN),
    END,
};

static const struct merge_rule gc[] = {
    PLAIN("cycles", MERGE_SUM),
    PLAIN("mark_ns", MERGE_SUM),
    PLAIN("assist_ns", MERGE_SUM),
    PLAIN("assists", MERGE_SUM),
    PLAIN("sweep_ns", MERGE_SUM),
    PLAIN("sweeps", MERGE_SUM),
    PLAIN("swept_bytes", MERGE_SUM),
    PLAIN("reclaimed_bytes", MERGE_SUM),
    PLAIN("stw_ns", MERGE_SUM),
    PLAIN("stw", MERGE_OWN),
    PLAIN("marks", MERGE_OWN),
    OBJECT("mmu", mmu),
    ROWS("mmu_by", mmu_row, NULL, "flags", "per_p"),
    END,
};

/* Durations of what began and ended, of tasks, regions, and a region's places. */
#define DURATIONS                                                                            \
    PLAIN("count", MERGE_SUM), PLAIN("complete", MERGE_SUM), QUANTILE("p50_ns", "complete"), \
        QUANTILE("p95_ns", "complete"), QUANTILE("p99_ns", "complete"),                      \
        PLAIN("max_ns", MERGE_MAX), PLAIN("histogram", MERGE_PAIRS)

static const struct merge_rule task[] = {
    PLAIN("type", MERGE_SAME),
    DURATIONS,
    END,
};

static const struct merge_rule site[] = {
    PLAIN("func", MERGE_SAME), PLAIN("file", MERGE_SAME), PLAIN("line", MERGE_SAME), DURATIONS, END,
};

static const struct merge_rule region[] = {
    PLAIN("name", MERGE_SAME),
    PLAIN("type", MERGE_SAME),
    DURATIONS,
    ROWS("sites", site, "count", "func", "file", "line"),
    END,
};

/* --- the analyses of insight.h --- */

#define STATS                                                                             \
    PLAIN("count", MERGE_SUM), PLAIN("total_ns", MERGE_SUM), QUANTILE("p50_ns", "count"), \
        QUANTILE("p95_ns", "count"), QUANTILE("p99_ns", "count"), PLAIN("max_ns", MERGE_MAX)

static const struct merge_rule stats[] = {STATS, END};

static const struct merge_rule block[] = {STATS, PLAIN("reason", MERGE_SAME), END};

#define LATENCY                                                             \
    OBJECT("sched", stats), OBJECT("run", stats), OBJECT("syscall", stats), \
        ROWS("block", block, "total_ns", "reason")

static const struct merge_rule latency_group[] = {PLAIN("name", MERGE_SAME), LATENCY, END};

static const struct merge_rule latency[] = {
    LATENCY,
    ROWS("groups", latency_group, NULL, "name"),
    END,
};

static const struct merge_rule wakeup[] = {
    PLAIN("source", MERGE_SAME),
    PLAIN("by", MERGE_SAME),
    PLAIN("name", MERGE_SAME),
    PLAIN("reason", MERGE_SAME),
    PLAIN("count", MERGE_SUM),
    OBJECT("waited", stats),
    END,
};

static const struct merge_rule wakeups[] = {
    PLAIN("count", MERGE_SUM),
    ROWS("edges", wakeup, "count", "source", "by", "name", "reason"),
    {.key = "edges_total", .how = MERGE_TOTAL, .by = {"edges"}},
    END,
};

static const struct merge_rule created[] = {
    PLAIN("by", MERGE_SAME),
    PLAIN("name", MERGE_SAME),
    PLAIN("count", MERGE_SUM),
    END,
};

static const struct merge_rule creation[] = {
    PLAIN("count", MERGE_SUM),
    ROWS("edges", created, "count", "by", "name"),
    {.key = "edges_total", .how = MERGE_TOTAL, .by = {"edges"}},
    END,
};

static const struct merge_rule proc[] = {
    PLAIN("id", MERGE_SAME),       PLAIN("running_ns", MERGE_SUM),
    PLAIN("gc_ns", MERGE_SUM),     PLAIN("syscall_ns", MERGE_SUM),
    PLAIN("sched_ns", MERGE_SUM),  PLAIN("idle_ns", MERGE_SUM),
    PLAIN("absent_ns", MERGE_SUM), END,
};

static const struct merge_rule procs[] = {
    PLAIN("idle_while_runnable_ns", MERGE_SUM),
    ROWS("rows", proc, NULL, "id"),
    END,
};

static const struct merge_rule parallelism[] = {
    PLAIN("running_ns", MERGE_SERIES),
    PLAIN("serial_ns", MERGE_SUM),
    PLAIN("serial_count", MERGE_SUM),
    PLAIN("serial", MERGE_OWN),
    END,
};

const struct merge_rule merge_rules[] = {
    PLAIN("tracetui", MERGE_SAME),
    OBJECT("merged", merged),
    OBJECT("file", file),
    OBJECT("format", format),
    OBJECT("clock", clock_),
    PLAIN("complete", MERGE_ALL),
    PLAIN("lost_bytes", MERGE_SUM),
    PLAIN("error", MERGE_OWN),
    PLAIN("generations", MERGE_SUM),
    OBJECT("counts", counts),
    PLAIN("events", MERGE_NAMES),
    PLAIN("gomaxprocs", MERGE_OWN),
    OBJECT("heap", heap),
    ROWS("groups", group, "exec_ns", "name"),
    OBJECT("gc", gc),
    ROWS("tasks", task, "count", "type"),
    ROWS("regions", region, "count", "name"),
    PLAIN("logs", MERGE_SUM),
    OBJECT("latency", latency),
    OBJECT("wakeups", wakeups),
    OBJECT("procs", procs),
    OBJECT("creation", creation),
    OBJECT("parallelism", parallelism),
    END,
};
