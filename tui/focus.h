/* The stretch of time that is looked at, and the one moment in it that the cursor marks.
 *
 * Times are nanoseconds since the trace's first event. The stretch never leaves the trace and
 * never gets shorter than FOCUS_MIN_NS; the cursor never leaves the stretch. Columns are those of
 * trace/window.h: column i of n begins at from_ns + i*(to_ns-from_ns)/n. */
#ifndef TUI_FOCUS_H
#define TUI_FOCUS_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#define FOCUS_MIN_NS 1000

struct focus {
    int64_t end_ns;         /* of the longest stretch, at least FOCUS_MIN_NS; it begins at 0 */
    int64_t from_ns, to_ns; /* the stretch, to_ns not in it */
    int64_t cursor_ns;
    GArray *stack; /* of struct focus_stretch: where Backspace goes back to, oldest first */
};

struct focus_stretch {
    int64_t from_ns, to_ns, cursor_ns;
};

/* Everything from 0 to the time of the last event, the cursor at the begin. */
void focus_init(struct focus *focus, int64_t last_event_ns);
void focus_clear(struct focus *focus);

/* When a column begins; column 0..n. No overflow, whatever the times. */
int64_t focus_column_ns(const struct focus *focus, int column, int n);
/* The column in which a time of the stretch lies, 0..n-1; -1 / n: it lies before / behind. */
int focus_column(const struct focus *focus, int64_t time_ns, int n);

/* The cursor goes some columns left (< 0) or right; the stretch follows at its borders. */
void focus_move(struct focus *focus, int columns, int n);
/* The stretch goes some of its eighths left (< 0) or right, and the cursor with it. */
void focus_pan(struct focus *focus, int eighths);
/* The cursor goes to a moment; when that is out of sight the stretch is centred on it. */
void focus_go(struct focus *focus, int64_t time_ns);

/* Twice as near or far, the cursor stays in its place on the screen. False: it is at the limit. */
bool focus_zoom_in(struct focus *focus);
bool focus_zoom_out(struct focus *focus);
/* From start to end with a little room around; the cursor goes to the start. */
void focus_zoom_to(struct focus *focus, int64_t start_ns, int64_t end_ns);
/* The whole trace. False: it was there already. */
bool focus_fit(struct focus *focus);
bool focus_is_whole(const struct focus *focus);
/* Back to the stretch before the last zoom. False: there was none. */
bool focus_back(struct focus *focus);

#endif
