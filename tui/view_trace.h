/* The screens of one trace: timeline, summary, goroutines. They share a bench, so that each opens
 * at the time and the row that another was left at. */
#ifndef TUI_VIEW_TRACE_H
#define TUI_VIEW_TRACE_H

#include "trace/trace.h"
#include "tui/bench.h"
#include "tui/view.h"

/* The door: takes the trace (TRACE_ALL) over, copies the origin (words for where it came from; may
 * be NULL). The timeline comes first. */
struct view *view_trace_new(struct trace *trace, const char *origin);

/* The screens by themselves; each takes a reference to the bench. */
struct view *view_timeline_new(struct bench *bench);
struct view *view_summary_new(struct bench *bench);
struct view *view_goroutines_new(struct bench *bench);

#endif
