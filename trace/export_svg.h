/* The blocking graph as a picture, drawn by Graphviz's own program. */
#ifndef TRACE_EXPORT_SVG_H
#define TRACE_EXPORT_SVG_H

#include "trace/export.h"

/* The exporter's row function: runs `dot -Tsvg`. An error says what to install when there is no
 * such program, and what it said when it failed. */
bool export_svg(const struct trace *trace, const char *kind, GOutputStream *out,
                GCancellable *cancellable, GError **error);

#endif
