/* Times as JSON. */
#ifndef TRACE_JSON_TIMES_H
#define TRACE_JSON_TIMES_H

#include <jansson.h>

#include "trace/summary.h"

/* An object: a time in nanoseconds under each name, from an array of struct summary_time. Names
 * that become equal as UTF-8 are added up. */
json_t *json_times(const struct symbols *symbols, const GArray *times);

/* A point of time, null for SUMMARY_UNKNOWN_NS. */
json_t *json_time_point(int64_t ns);

#endif
