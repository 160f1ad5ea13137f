/* The screens of one trace: timeline, summary, goroutines. */
#ifndef TUI_VIEW_TRACE_H
#define TUI_VIEW_TRACE_H

#include "trace/trace.h"
#include "tui/view.h"

/* Takes the trace over. origin says in words where it came from; NULL: from its own path. */
struct view *view_trace_new(struct trace *trace, const char *origin);

#endif
