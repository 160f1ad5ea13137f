/* Sums of times over many goroutines, which a damaged clock can make larger than 64 bits hold. */
#ifndef TRACE_SUM_H
#define TRACE_SUM_H

#include <stdint.h>

/* a + b, or the end of the range that it would pass. */
static inline int64_t sum_ns(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        sum = b < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

#endif
