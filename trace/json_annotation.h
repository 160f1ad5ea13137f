/* User tasks and regions as JSON. */
#ifndef TRACE_JSON_ANNOTATION_H
#define TRACE_JSON_ANNOTATION_H

#include <jansson.h>

#include "trace/trace.h"

/* Adds "tasks", "regions" and "logs" to the summary. */
void json_annotations_add(json_t *root, const struct trace *trace);

#endif
