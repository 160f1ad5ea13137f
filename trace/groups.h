/* Goroutines added up by their start function. */
#ifndef TRACE_GROUPS_H
#define TRACE_GROUPS_H

#include "trace/summary.h"

/* From an array of struct summary_goroutine: one of struct summary_group, longest exec time
 * first. */
GArray *groups_new(const GArray *goroutines);
void groups_free(GArray *groups);

#endif
