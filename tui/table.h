/* The one table of all lists: columns, a selected row, a live filter, an order.
 *
 * The owner puts rows in anew whenever its model changes; the table keeps the selection by the
 * identity of the row, not by its place, so that news do not move what the user looks at. */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include "tui/canvas.h"

struct table;

struct table_column {
    const char *title;
    bool right;    /* flush right: numbers */
    bool shrinks;  /* gives way first where the line is short, cut in its middle */
    bool optional; /* left out, from the right, where the line is still too short */
};

struct table *table_new(void);
void table_free(struct table *table);

/* Copied, titles too. Takes the rows away. */
void table_set_columns(struct table *table, const struct table_column *columns, size_t n);

/* Rows are put in between these two. id names the row for ever; cells are one per column, foreign
 * text; all is copied. `order` (may be NULL) has a number per column to sort by where the text
 * would sort wrongly; NAN: by the text. */
void table_begin(struct table *table);
void table_add(struct table *table, const char *id, enum style style, const char *const *cells,
               const double *order);
void table_end(struct table *table);

/* The id of the selected row, NULL when there is none; borrowed. */
const char *table_selected(const struct table *table);
/* Selects a row, now or when it comes. */
void table_select(struct table *table, const char *id);
size_t table_n_rows(const struct table *table);  /* all */
size_t table_n_shown(const struct table *table); /* those that pass the filter */

/* Rows that are meant together: the selected one is marked, or its mark goes; all that are shown
 * are, or, when they are already, none of them. A mark survives when its row goes and comes
 * back. */
void table_mark(struct table *table);
void table_mark_shown(struct table *table);
/* The ids of marked rows that are there, as they came: borrowed, in an array of the caller's. */
GPtrArray *table_marked(const struct table *table);

/* Only rows that have this text in a cell are shown, whatever its case; "" or NULL: all. */
void table_set_filter(struct table *table, const char *filter);
const char *table_filter(const struct table *table);

/* Sorts by the next column, after the last by none: as the rows came. */
void table_sort_next(struct table *table);
void table_sort_reverse(struct table *table);

enum table_move {
    TABLE_UP,
    TABLE_DOWN,
    TABLE_PAGE_UP,
    TABLE_PAGE_DOWN,
    TABLE_HOME,
    TABLE_END,
};
void table_move(struct table *table, enum table_move move);

/* How many lines the next drawings have, the header included; for paging and scrolling. */
void table_set_height(struct table *table, int height);

/* Marks are in the column before x. */
void table_draw(const struct table *table, struct canvas *canvas, int x, int y, int width,
                int height);

#endif
