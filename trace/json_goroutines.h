/* Goroutines as JSON: what `tracetui goroutines -o json` prints. */
#ifndef TRACE_JSON_GOROUTINES_H
#define TRACE_JSON_GOROUTINES_H

#include "trace/goroutine_table.h"

/* {"goroutines": [...]} of rows of goroutine_table_new(). False: the stream's error. */
bool json_goroutines_write(const struct trace *trace, const GPtrArray *rows, GOutputStream *out,
                           GCancellable *cancellable, GError **error);

#endif
