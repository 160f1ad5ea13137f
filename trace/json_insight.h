/* The analyses of insight.h as JSON. */
#ifndef TRACE_JSON_INSIGHT_H
#define TRACE_JSON_INSIGHT_H

#include <jansson.h>

#include "trace/trace.h"

/* As many edges of a graph are written, the most frequent ones. */
#define JSON_INSIGHT_EDGES 1000

/* Sets the keys "latency", "wakeups", "procs", "creation" and "parallelism" of an object; nothing
 * when the trace was opened without TRACE_INSIGHT. */
void json_insight_set(json_t *object, const struct trace *trace);

#endif
