/* Text in columns for standard output: rows of cells, sanitised, each column as wide as it needs.
 */
#ifndef TUI_SHEET_H
#define TUI_SHEET_H

#include <glib.h>

struct sheet;

struct sheet *sheet_new(void);
void sheet_free(struct sheet *sheet);

/* One row, cell by cell; sheet_end() ends it. Foreign text is welcome. */
void sheet_cell(struct sheet *sheet, const char *text);
void sheet_end(struct sheet *sheet);

guint sheet_n_rows(const struct sheet *sheet);

/* All rows as lines, three blanks between columns and none at the end. */
void sheet_print(const struct sheet *sheet, GString *out);

#endif
