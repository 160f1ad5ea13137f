/* What the garbage collector did and what it cost: cycles, stops of the world, assists, sweeps, the
 * heap, and who worked for it when, of which utilization.[ch] makes its curves.
 *
 * A range that was open when the trace began counts from the Sync before the event that says so,
 * one that never ends to the last event. */
#ifndef TRACE_GC_H
#define TRACE_GC_H

#include "trace/heap.h"
#include "trace/reader.h"

#define GC_OPEN_NS INT64_MIN

/* Ps beyond this number are not followed. */
#define GC_MAX_PROCS 8192

/* Sweeps are many, a list of them can be larger than the file: one of more changes than this (8
 * MiB) is not kept. */
#define GC_MAX_SWEEP_CHANGES (512 * 1024)

/* One concurrent mark phase. */
struct gc_mark {
    int64_t start_ns;
    int64_t end_ns; /* GC_OPEN_NS: the trace ends in it */
};

/* One time in which the world stood still. */
struct gc_stw {
    uint32_t name; /* string id, as "stop-the-world (read mem stats)" */
    int64_t start_ns;
    int64_t end_ns;    /* GC_OPEN_NS: the trace ends in it */
    int64_t goroutine; /* that asked for it */
    uint32_t outer;    /* that the same goroutine had open already, plus 1; a damaged trace only */
};

/* Mark assists or sweeps, added up. */
struct gc_work {
    uint64_t count;
    int64_t ns;
    int64_t longest_ns;
};

enum gc_change_kind {
    GC_PROCS,     /* there are `p` Ps from now on */
    GC_STW,       /* the world is stopped by the collector */
    GC_MARK,      /* a P begins to run a mark worker that is neither idle nor dedicated */
    GC_DEDICATED, /* likewise, one that is dedicated to it */
    GC_ASSIST,    /* a P begins to run a goroutine in its mark assist */
    GC_SWEEP,     /* a P begins to sweep */
};

struct gc_change {
    int64_t time_ns;
    uint32_t p; /* of the last four; below GC_MAX_PROCS */
    uint8_t kind;
    bool ends; /* what the kind says is over */
};

/* Finished. */
struct gc {
    GArray *marks; /* of struct gc_mark, by start */
    GArray *stws;  /* of struct gc_stw, by start */
    int64_t mark_ns, stw_ns;
    struct gc_work assists, sweeps;
    uint64_t swept_bytes, reclaimed_bytes;
    GArray *changes;   /* of struct gc_change, in time */
    bool knows_sweeps; /* they are among the changes; else they were too many */
    struct heap *heap;
    int64_t end_ns; /* of the trace */
};

struct gc_builder;

struct gc_builder *gc_builder_new(const struct symbols *symbols);
void gc_builder_free(struct gc_builder *builder);
struct sink gc_builder_sink(struct gc_builder *builder);

/* What has been seen so far, as if the trace ended here; the builder can go on. */
struct gc *gc_builder_finish(const struct gc_builder *builder);
void gc_free(struct gc *gc);

#endif
