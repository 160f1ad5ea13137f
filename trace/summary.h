/* What each goroutine did with its time, and the totals by start function.
 *
 * Definitions are those of Go's internal/trace (summary.go of Go 1.26). */
#ifndef TRACE_SUMMARY_H
#define TRACE_SUMMARY_H

#include "trace/reader.h"

#define SUMMARY_UNKNOWN_NS INT64_MIN

/* A time under a name: a block reason or a range. */
struct summary_time {
    uint32_t name; /* string id */
    int64_t ns;
};

/* Sums of one goroutine, or of a group. */
struct summary_times {
    int64_t total_ns, exec_ns, sched_wait_ns, syscall_ns, syscall_block_ns;
    GArray *block; /* of struct summary_time, sorted by time, the longest first */
    GArray *range; /* likewise */
};

/* All waits added up. */
int64_t summary_times_block_ns(const struct summary_times *times);

struct summary_goroutine {
    int64_t id;
    int64_t parent;      /* EVENT_NO_ID: not known */
    uint32_t name;       /* string id of the start function, 0 when it is not known */
    int64_t creation_ns; /* SUMMARY_UNKNOWN_NS where the trace does not know, likewise below */
    int64_t start_ns, end_ns;
    struct summary_times times;
};

struct summary_group {
    uint32_t name; /* string id, 0: goroutines of which no stack was seen */
    size_t count;
    struct summary_times times;
};

/* Finished; everything is sorted by name, then id. */
struct summary {
    size_t n_goroutines;         /* distinct ones seen */
    GArray *goroutines;          /* of struct summary_goroutine, by id */
    GArray *groups;              /* of struct summary_group, longest exec time first */
    GArray *gomaxprocs;          /* of struct summary_gomaxprocs, in time */
    uint64_t n_procs, n_threads; /* distinct ones seen */
    uint64_t heap_min_bytes, heap_max_bytes, heap_goal_max_bytes;
};

struct summary_gomaxprocs {
    int64_t time_ns;
    uint64_t n;
};

/* The name of a goroutine by the stack of one of its transitions: the string id of the outermost
 * frame's function; 0 for the empty stack. */
uint32_t summary_start_function(const struct symbols *symbols, uint32_t stack);

struct summary_builder;

struct summary_builder *summary_builder_new(const struct symbols *symbols);
void summary_builder_free(struct summary_builder *builder);
struct sink summary_builder_sink(struct summary_builder *builder);

/* From now on goroutines that end are added to their groups and forgotten, but for the
 * SUMMARY_LONGEST of them that ran longest (of equal ones the lower ids): memory is needed for
 * those that live. Rows are kept all the same where Go's tool may yet put another in their place:
 * callbacks from C are numbered anew with the ids of old ones. */
#define SUMMARY_LONGEST 10
void summary_builder_fold(struct summary_builder *builder);

/* The sums of one goroutine, by its slot (that of its end, when it has ended) and id, as if the
 * trace ended at this time, which is not before the last event; all 0 when it is not known. `ends`:
 * it is the goroutine that ends, so that a syscall which lost its P is told apart from the wait
 * behind it. The caller frees them with summary_times_free(). Not for a builder that folds. */
struct summary_times *summary_builder_times(const struct summary_builder *builder, uint32_t slot,
                                            int64_t id, int64_t now_ns, bool ends);
/* NULL is fine. */
void summary_times_free(struct summary_times *times);

/* What has been seen so far, as if the trace ended here; the builder can go on. */
struct summary *summary_builder_finish(const struct summary_builder *builder);
void summary_free(struct summary *summary);

#endif
