/* Mutator utilisation: which share of the Ps was left to the program by the garbage collector.
 *
 * Definitions are those of `go tool trace` (internal/trace/gc.go), as they were up to Go 1.21:
 * since then a mark worker counts as working for good after its first turn, and a stop of the world
 * that a trace of the old format begins in makes all others count for nothing. Here a worker's mark
 * ends with its turn, and GOMAXPROCS is what it was first said to be from the first event on. */
#ifndef TRACE_UTILIZATION_H
#define TRACE_UTILIZATION_H

#include "trace/gc.h"

/* What is taken for the collector's. */
enum {
    UTILIZATION_STW = 1 << 0,        /* times in which the collector has stopped the world */
    UTILIZATION_BACKGROUND = 1 << 1, /* mark workers, but for idle ones */
    UTILIZATION_ASSIST = 1 << 2,     /* mark assists */
    UTILIZATION_SWEEP = 1 << 3,      /* sweeps */
    /* A curve for each P, each 0 or 1; dedicated workers do not count then, as they take a P as a
     * whole and no goroutine waits for it. */
    UTILIZATION_PER_P = 1 << 4,
    UTILIZATION_DEFAULT = UTILIZATION_STW | UTILIZATION_BACKGROUND | UTILIZATION_ASSIST,
};

/* From this time on the share is this. */
struct utilization_point {
    int64_t time_ns;
    double share; /* 0..1 */
    double sum;   /* integral of the share from the curve's first point to here, in ns */
};

/* Finished. */
struct utilization {
    GPtrArray *curves; /* of GArray of struct utilization_point, in time; the last point ends it */
};

/* NULL when GOMAXPROCS is not known, when the trace has too many sweeps and these are asked for, or
 * when there would be too many points for all Ps. */
struct utilization *utilization_new(const struct gc *gc, unsigned flags);
void utilization_free(struct utilization *utilization);

#endif
