/* The analyses of insight.h in words and tables, for people. */
#ifndef TRACE_INSIGHT_TEXT_H
#define TRACE_INSIGHT_TEXT_H

#include "trace/trace.h"

/* Appends sections in lines of `width` cells, as export_text_write() does; nothing when the trace
 * was opened without TRACE_INSIGHT, and no section that would be empty. */
void insight_text(const struct trace *trace, int width, GString *out);

#endif
