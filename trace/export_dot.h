/* The blocking graph for Graphviz, as text and as a picture. */
#ifndef TRACE_EXPORT_DOT_H
#define TRACE_EXPORT_DOT_H

#include "trace/export.h"

/* The DOT text of a profile kind (any of profile.h; NULL: "sync"). The caller owns
 * it. NULL and TRACE_ERROR_USAGE when there is no such kind; the trace needs TRACE_PROFILES. */
GString *export_dot_text(const struct trace *trace, const char *kind, GError **error);

/* The exporter's row function. */
bool export_dot(const struct trace *trace, const char *kind, GOutputStream *out,
                GCancellable *cancellable, GError **error);

#endif
