/* The few numbers of a summary that fit beside those of others: one column of a comparison. */
#ifndef TRACE_OUTLINE_H
#define TRACE_OUTLINE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "trace/trace.h"

struct outline_group {
    char *name; /* the start function, "" when it is not known; foreign bytes */
    uint64_t count;
    int64_t exec_ns;
};

struct outline {
    char *name; /* the file's, or a word for several; foreign bytes */
    uint64_t n; /* traces in it: more than 1 of a sum */
    char *go;   /* "1.26"; NULL: of several versions */
    bool complete;
    uint64_t bytes;
    int64_t duration_ns;
    uint64_t events, goroutines, procs;
    int64_t exec_ns, sched_wait_ns, syscall_ns, block_ns; /* of all goroutines */
    uint64_t gc_cycles;
    int64_t stw_ns; /* stopped by the garbage collector or others */
    uint64_t heap_max_bytes;
    GArray *groups; /* of struct outline_group, longest running first */
};

struct outline *outline_new(void);
void outline_free(struct outline *outline);

/* Adds a group and its running time; the name is copied. */
void outline_add_group(struct outline *outline, const char *name, size_t len, uint64_t count,
                       int64_t exec_ns);

/* Of a trace that was read with its summary; name NULL: the trace's path. */
struct outline *outline_of_trace(const struct trace *trace, const char *name);

#endif
