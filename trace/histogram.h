/* How a great many durations are distributed, in little memory.
 *
 * Up to 64 values are kept as they are and every quantile is exact. From then on they are counted
 * in buckets, 64 to each power of two: a quantile is the middle of its bucket, at most 0.8% beside
 * the true value, and the memory is at most 30 kB, however many come. Count, sum, least and
 * greatest stay exact. */
#ifndef TRACE_HISTOGRAM_H
#define TRACE_HISTOGRAM_H

#include <stdint.h>
#include <stddef.h>

#include "trace/sum.h"

#define HISTOGRAM_EXACT 64

#define HISTOGRAM_SUB_BITS 6
#define HISTOGRAM_N_SUB (1 << HISTOGRAM_SUB_BITS)

/* All zero is an empty one. */
struct histogram {
    uint64_t count;
    int64_t total_ns, min_ns, max_ns; /* 0 while nothing was added */
    int64_t *values;                  /* while there are few: room for n_values, count are used */
    uint64_t **octaves;               /* then: buckets by power of two, NULL where all are empty */
    uint32_t n_values;
};

/* What is said of one. */
struct histogram_stats {
    uint64_t count;
    int64_t total_ns, p50_ns, p95_ns, p99_ns, max_ns;
};

void histogram_clear(struct histogram *histogram);

/* Adds all values of another. */
void histogram_merge(struct histogram *histogram, const struct histogram *other);

/* The value that so many thousandths of all values do not pass (nearest rank); 0 of nothing. */
int64_t histogram_quantile(const struct histogram *histogram, unsigned thousandths);

struct histogram_stats histogram_stats(const struct histogram *histogram);

/* Where there are no buckets yet. */
void histogram_add_slowly(struct histogram *histogram, int64_t ns);

/* The octave that a value belongs to: the first holds 0..63 one by one, each other the values of
 * one highest bit from 6 on. */
static inline int histogram_octave(uint64_t value)
{
    return value < HISTOGRAM_N_SUB ? 0 : 63 - __builtin_clzll(value) - HISTOGRAM_SUB_BITS + 1;
}

static inline unsigned histogram_sub(uint64_t value, int octave)
{
    return (unsigned)(octave == 0 ? value : value >> (octave - 1)) % HISTOGRAM_N_SUB;
}

/* Negative durations, which only a damaged clock gives, count as 0. */
static inline void histogram_add(struct histogram *histogram, int64_t ns)
{
    uint64_t value = ns < 0 ? 0 : (uint64_t)ns;
    int octave = histogram_octave(value);
    if (histogram->octaves == NULL || histogram->octaves[octave] == NULL) {
        histogram_add_slowly(histogram, ns);
        return;
    }
    histogram->octaves[octave][histogram_sub(value, octave)]++;
    histogram->count++;
    histogram->total_ns = sum_ns(histogram->total_ns, (int64_t)value);
    if ((int64_t)value > histogram->max_ns)
        histogram->max_ns = (int64_t)value;
    else if ((int64_t)value < histogram->min_ns)
        histogram->min_ns = (int64_t)value;
}

#endif
