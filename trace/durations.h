/* Durations of things that came to an end, each kept, so that percentiles are exact.
 *
 * A percentile is the nearest rank: of n sorted durations the one at place ceil(p * n), counted
 * from 1. So it is always one that occurred. */
#ifndef TRACE_DURATIONS_H
#define TRACE_DURATIONS_H

#include <glib.h>
#include <stdint.h>

/* All zero is an empty one. */
struct durations {
    int64_t *ns; /* never negative */
    size_t n, size;
};

/* One bar of a histogram with five for each power of ten, as `go tool trace` has it: durations of
 * 10^(bucket/5) ns up to the next. */
struct durations_bar {
    int bucket;
    uint64_t count; /* not 0 */
};

void durations_clear(struct durations *durations);

/* Adds one; a negative one, which only a damaged clock makes, counts as 0. */
void durations_add(struct durations *durations, int64_t ns);
void durations_add_all(struct durations *durations, const struct durations *others);

/* Time linear in the number of durations. */
void durations_sort(struct durations *durations);

/* Of sorted ones, at least one; percent is 1..100. */
int64_t durations_percentile(const struct durations *durations, unsigned percent);

/* Of sorted ones: a new array of struct durations_bar, shortest first. */
GArray *durations_histogram(const struct durations *durations);

/* The shortest duration that falls into a bucket, about: buckets have no whole nanoseconds as
 * borders. */
int64_t durations_bucket_ns(int bucket);

#endif
