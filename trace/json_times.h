/* Times as JSON. */
#ifndef TRACE_JSON_TIMES_H
#define TRACE_JSON_TIMES_H

#include <jansson.h>

#include "trace/summary.h"

/* Puts the sums of a goroutine or a group into an object: "total_ns", "exec_ns", ...; "block_ns" and
 * "range_ns" are objects with a time under each name. */
void json_times_set(json_t *object, const struct symbols *symbols,
                    const struct summary_times *times);

/* A point of time, null for SUMMARY_UNKNOWN_NS. */
json_t *json_time_point(int64_t ns);

#endif
