/* Lanes and spans in words. What comes from the trace is not sanitised here: the canvas does. */
#ifndef TUI_LANE_TEXT_H
#define TUI_LANE_TEXT_H

#include "trace/trace.h"
#include "tui/canvas.h"

/* 'P', 'G', 'M'. */
char lane_letter(enum lane_kind kind);
/* "P", "goroutine", "thread"; static. */
const char *lane_kind_name(enum lane_kind kind);
/* "P3", "G18 main.worker", "M4711". g_free() it. */
char *lane_name(const struct trace *trace, const struct lane *lane);
/* "G18 main.worker", "G18" when the trace does not know its function. g_free() it. */
char *goroutine_name(const struct trace *trace, int64_t g);
/* A function without the path of its package: "http.(*conn).serve". Borrowed, a part of `name`. */
const char *function_short(const char *name);

/* What a bar of this state looks like and how its legend calls it; static. */
enum style span_style(enum span_state state);
/* Where the state takes only a part of the place: for characters, not for spaces. */
enum style span_part_style(enum span_state state);
const char *span_state_name(enum span_state state);

/* "waiting (chan receive)", "running". g_free() it. */
char *span_what(const struct trace *trace, const struct span *span);
/* "G18 main.worker on P2, thread 4711", without what the lane itself says. g_free() it. */
char *span_where(const struct trace *trace, const struct lane *lane, const struct span *span);
/* What stands in a bar of this lane, at most so wide; NULL when nothing sensible fits. g_free(). */
char *span_label(const struct trace *trace, enum lane_kind kind, enum span_state state, int64_t g,
                 int64_t p, uint32_t reason, int width);

#endif
