/* User tasks and regions as JSON. */
#ifndef TRACE_JSON_ANNOTATION_H
#define TRACE_JSON_ANNOTATION_H

#include <jansson.h>

#include "trace/trace.h"

/* The arrays "tasks" and "regions" of the summary. */
json_t *json_tasks(const struct trace *trace);
json_t *json_regions(const struct trace *trace);

#endif
