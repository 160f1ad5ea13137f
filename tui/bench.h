/* What the screens of one trace share: the trace, the stretch of time and the row that are looked
 * at. Counted references, of the main thread only; whoever gives back the last one frees the
 * trace, and ends the program that shows it in a browser. */
#ifndef TUI_BENCH_H
#define TUI_BENCH_H

#include "trace/trace.h"
#include "tui/focus.h"
#include "tui/view.h"

struct gotool;

struct bench {
    int n_references;
    struct trace *trace;
    char *origin; /* in words where it came from, NULL: a file of this machine */
    struct focus focus;
    enum lane_kind kind;               /* the rows that the timeline shows */
    int64_t selected_id[LANE_N_KINDS]; /* the row of the cursor; EVENT_NO_ID: the first one */
    struct gotool *gotool;             /* NULL: none was started */
    char *pending_path;             /* an output that exists and may be replaced when confirmed */
    const struct handover *pending; /* what is being asked for */
};

/* Takes the trace over; copies the origin. */
struct bench *bench_new(struct trace *trace, const char *origin);
struct bench *bench_ref(struct bench *bench);
void bench_unref(struct bench *bench);

/* What titles call the trace: its origin, else the last part of its path. g_free() it. */
char *bench_title(const struct bench *bench);

/* The row that a lane kind's cursor is on goes to that id. */
void bench_select(struct bench *bench, enum lane_kind kind, int64_t id);

/* Every view of a trace begins with these, so that they can share commands. */
struct bench_view {
    struct view view;
    struct bench *bench;
    int above; /* how many views it stands above a timeline; that itself: 0 */
};

/* To the timeline below a view, and from there to a new view when `make` is not NULL: going to and
 * fro between the screens of a trace does not pile them up. The view is freed unless it is that
 * timeline. */
void bench_switch(struct view *view, struct session *session,
                  struct view *(*make)(struct bench *bench));

#endif
