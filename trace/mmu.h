/* Minimum mutator utilisation and its distribution: how little of any stretch of time the garbage
 * collector left to the program.
 *
 * Both are exact and take time linear in the points of the curves. */
#ifndef TRACE_MMU_H
#define TRACE_MMU_H

#include "trace/utilization.h"

/* The lowest mean share over any window of this length, or over a whole curve that is shorter, and
 * when that window begins (`when_ns` may be NULL). 1 where there is no curve. */
double mmu_minimum(const struct utilization *utilization, int64_t window_ns, int64_t *when_ns);

/* For each of n quantiles (0..1) the mean share that this part of all windows of this length does
 * not exceed. Where no curve is longer than the window each is the minimum. */
void mmu_quantiles(const struct utilization *utilization, int64_t window_ns,
                   const double *quantiles, size_t n, double *shares);

#endif
