/* The timeline as it stands: rows, scrolling, the filter being typed; and its picture. */
#ifndef TUI_TIMELINE_H
#define TUI_TIMELINE_H

#include "tui/bench.h"
#include "tui/rows.h"

struct timeline {
    struct bench_view base;
    struct rows *rows[LANE_N_KINDS]; /* made when first shown */
    int top;                         /* index of the first row on the screen */
    int selected;                    /* index of the row that the cursor is on */
    char *filter_before;             /* while the filter is typed */
};

/* The rows of the kind that is shown. */
struct rows *timeline_rows(const struct timeline *timeline);
/* The lane under the cursor; NULL when no row is shown. */
const struct lane *timeline_lane(const struct timeline *timeline);

/* How many rows fit on the view as it was last drawn, and how many columns their bars have. */
int timeline_page(const struct timeline *timeline);
int timeline_columns(const struct timeline *timeline);

/* The cursor goes to a row by its index (clamped) and the page follows. */
void timeline_select(struct timeline *timeline, int index);
/* To the row that the bench names, or the nearest there is; after the rows changed. */
void timeline_find_selected(struct timeline *timeline);
/* Other rows. */
void timeline_set_kind(struct timeline *timeline, enum lane_kind kind);

void timeline_draw(const struct timeline *timeline, struct canvas *canvas);

#endif
