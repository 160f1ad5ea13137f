/* The summary as one JSON object, for scripts. */
#ifndef TRACE_EXPORT_JSON_H
#define TRACE_EXPORT_JSON_H

#include "trace/export.h"

/* The exporter's row function. Times are integers in nanoseconds. Strings that are not valid UTF-8
 * get U+FFFD for each wrong byte, as Go's encoding/json does; when names become equal by that,
 * their times are added up. Needs TRACE_SUMMARY. */
bool export_json(const struct trace *trace, const char *kind, GOutputStream *out,
                 GCancellable *cancellable, GError **error);

#endif
