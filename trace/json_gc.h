/* What the garbage collector did, as JSON. */
#ifndef TRACE_JSON_GC_H
#define TRACE_JSON_GC_H

#include <jansson.h>

#include "trace/trace.h"

/* The object "gc" of the summary. */
json_t *json_gc(const struct trace *trace);

/* The heap over time: rows of time, lowest and highest size, last goal; null where a piece of time
 * has none. */
json_t *json_heap_series(const struct heap *heap);

#endif
