#include "tui/table.h"

#include <math.h>
#include <string.h>

#include "tui/text.h"

#define GAP 2             /* columns of blank between two columns */
#define READABLE_WIDTH 30 /* a column gives way down to this before others go */
#define MIN_WIDTH 16      /* ... and then down to this */
#define MAX_WIDTH 1000    /* no cell is worth more */

struct column {
    char *title;
    bool right, shrinks, optional;
    int natural; /* width that its title and all its cells ask for */
};

struct row {
    char *id;
    enum style style;
    char **cells;   /* sanitised */
    char **folded;  /* the same for comparing without case */
    double *order;  /* NULL, or one per column */
    size_t arrival; /* place as it came */
};

struct table {
    GArray *columns;   /* of struct column */
    GPtrArray *rows;   /* of struct row, all */
    GPtrArray *shown;  /* those that pass, in the order to show; borrowed */
    char *selected_id; /* survives when its row goes and comes back */
    size_t selected;   /* index in shown */
    size_t top;        /* first row on the screen */
    GHashTable *marks; /* set of ids */
    char *filter, *folded_filter;
    int sort_column; /* -1: as they came */
    bool reverse;
    int height;
};

static void column_clear(void *data)
{
    struct column *column = data;
    g_free(column->title);
}

static void row_free(void *data)
{
    struct row *row = data;
    g_free(row->id);
    g_strfreev(row->cells);
    g_strfreev(row->folded);
    g_free(row->order);
    g_free(row);
}

struct table *table_new(void)
{
    struct table *table = g_new0(struct table, 1);
    table->columns = g_array_new(FALSE, TRUE, sizeof(struct column));
    g_array_set_clear_func(table->columns, column_clear);
    table->rows = g_ptr_array_new_with_free_func(row_free);
    table->shown = g_ptr_array_new();
    table->marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    table->filter = g_strdup("");
    table->folded_filter = g_strdup("");
    table->sort_column = -1;
    table->height = 2;
    return table;
}

void table_free(struct table *table)
{
    if (!table)
        return;
    g_ptr_array_unref(table->shown);
    g_ptr_array_unref(table->rows);
    g_array_unref(table->columns);
    g_hash_table_unref(table->marks);
    g_free(table->selected_id);
    g_free(table->filter);
    g_free(table->folded_filter);
    g_free(table);
}

static struct column *column_at(const struct table *table, size_t index)
{
    return &g_array_index(table->columns, struct column, index);
}

static struct row *shown_at(const struct table *table, size_t index)
{
    return g_ptr_array_index(table->shown, index);
}

void table_set_columns(struct table *table, const struct table_column *columns, size_t n)
{
    g_ptr_array_set_size(table->shown, 0);
    g_ptr_array_set_size(table->rows, 0);
    g_array_set_size(table->columns, 0);
    for (size_t i = 0; i < n; i++) {
        struct column column = {
            .title = text_sanitise(columns[i].title, -1),
            .right = columns[i].right,
            .shrinks = columns[i].shrinks,
            .optional = columns[i].optional,
        };
        column.natural = text_width(column.title);
        g_array_append_val(table->columns, column);
    }
    if (table->sort_column >= (int)n)
        table->sort_column = -1;
}

/* --- rows in --- */

void table_begin(struct table *table)
{
    g_ptr_array_set_size(table->shown, 0);
    g_ptr_array_set_size(table->rows, 0);
    for (size_t i = 0; i < table->columns->len; i++)
        column_at(table, i)->natural = text_width(column_at(table, i)->title);
}

void table_add(struct table *table, const char *id, enum style style, const char *const *cells,
               const double *order)
{
    size_t n = table->columns->len;
    struct row *row = g_new0(struct row, 1);
    row->id = g_strdup(id);
    row->style = style;
    row->cells = g_new0(char *, n + 1);
    row->folded = g_new0(char *, n + 1);
    row->arrival = table->rows->len;
    row->order = order ? g_memdup2(order, n * sizeof *order) : NULL;
    for (size_t i = 0; i < n; i++) {
        row->cells[i] = text_sanitise(cells[i], -1);
        row->folded[i] = text_fold(row->cells[i]);
        struct column *column = column_at(table, i);
        column->natural = MAX(column->natural, MIN(text_width(row->cells[i]), MAX_WIDTH));
    }
    g_ptr_array_add(table->rows, row);
}

static bool row_passes(const struct table *table, const struct row *row)
{
    if (!*table->folded_filter)
        return true;
    for (char **cell = row->folded; *cell; cell++) {
        if (strstr(*cell, table->folded_filter))
            return true;
    }
    return false;
}

static int compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct table *table = data;
    const struct row *left = *(struct row *const *)a, *right = *(struct row *const *)b;
    int result = 0;
    if (table->sort_column >= 0) {
        size_t i = (size_t)table->sort_column;
        double x = left->order ? left->order[i] : NAN, y = right->order ? right->order[i] : NAN;
        if (isnan(x) || isnan(y))
            result = strcmp(left->folded[i], right->folded[i]);
        else
            result = (x > y) - (x < y);
    }
    if (result == 0)
        result = (left->arrival > right->arrival) - (left->arrival < right->arrival);
    return table->reverse ? -result : result;
}

/* The header takes a line. */
static size_t page(const struct table *table)
{
    return (size_t)MAX(table->height - 1, 1);
}

/* The first row to show, so that the selected one is seen and no line is left empty needlessly. */
static size_t top_for(const struct table *table, size_t lines)
{
    size_t n = table->shown->len, top = table->top;
    top = MIN(top, n > lines ? n - lines : 0);
    if (table->selected < top)
        top = table->selected;
    if (table->selected >= top + lines)
        top = table->selected - lines + 1;
    return top;
}

static void select_index(struct table *table, size_t index)
{
    table->selected = table->shown->len ? MIN(index, table->shown->len - 1) : 0;
    if (table->shown->len) {
        g_free(table->selected_id);
        table->selected_id = g_strdup(shown_at(table, table->selected)->id);
    }
    table->top = top_for(table, page(table));
}

/* Filters and sorts anew, then looks for the selected row; when it is gone, the one that took its
 * place is selected, but the old one is still wanted until the user moves. */
static void arrange(struct table *table)
{
    g_ptr_array_set_size(table->shown, 0);
    for (size_t i = 0; i < table->rows->len; i++) {
        struct row *row = g_ptr_array_index(table->rows, i);
        if (row_passes(table, row))
            g_ptr_array_add(table->shown, row);
    }
    if (table->sort_column >= 0 || table->reverse)
        g_ptr_array_sort_with_data(table->shown, compare_rows, table);
    for (size_t i = 0; table->selected_id && i < table->shown->len; i++) {
        if (strcmp(shown_at(table, i)->id, table->selected_id) == 0) {
            table->selected = i;
            table->top = top_for(table, page(table));
            return;
        }
    }
    table->selected = table->shown->len ? MIN(table->selected, table->shown->len - 1) : 0;
    table->top = top_for(table, page(table));
}

void table_end(struct table *table)
{
    arrange(table);
}

/* --- what the user does --- */

const char *table_selected(const struct table *table)
{
    return table->shown->len ? shown_at(table, table->selected)->id : NULL;
}

void table_select(struct table *table, const char *id)
{
    g_free(table->selected_id);
    table->selected_id = g_strdup(id);
    arrange(table);
}

size_t table_n_rows(const struct table *table)
{
    return table->rows->len;
}

size_t table_n_shown(const struct table *table)
{
    return table->shown->len;
}

void table_mark(struct table *table)
{
    const char *id = table_selected(table);
    if (id && !g_hash_table_remove(table->marks, id))
        g_hash_table_add(table->marks, g_strdup(id));
}

void table_mark_shown(struct table *table)
{
    size_t n = 0;
    for (size_t i = 0; i < table->shown->len; i++)
        n += g_hash_table_contains(table->marks, shown_at(table, i)->id);
    bool all = n == table->shown->len;
    for (size_t i = 0; i < table->shown->len; i++) {
        if (all)
            g_hash_table_remove(table->marks, shown_at(table, i)->id);
        else
            g_hash_table_add(table->marks, g_strdup(shown_at(table, i)->id));
    }
}

GPtrArray *table_marked(const struct table *table)
{
    GPtrArray *ids = g_ptr_array_new();
    for (size_t i = 0; g_hash_table_size(table->marks) > 0 && i < table->rows->len; i++) {
        struct row *row = g_ptr_array_index(table->rows, i);
        if (g_hash_table_contains(table->marks, row->id))
            g_ptr_array_add(ids, row->id);
    }
    return ids;
}

void table_set_filter(struct table *table, const char *filter)
{
    g_free(table->filter);
    g_free(table->folded_filter);
    table->filter = text_sanitise(filter ? filter : "", -1);
    table->folded_filter = text_fold(table->filter);
    arrange(table);
}

const char *table_filter(const struct table *table)
{
    return table->filter;
}

void table_sort_next(struct table *table)
{
    table->sort_column++;
    if (table->sort_column >= (int)table->columns->len)
        table->sort_column = -1;
    arrange(table);
}

void table_sort_reverse(struct table *table)
{
    table->reverse = !table->reverse;
    arrange(table);
}

void table_move(struct table *table, enum table_move move)
{
    size_t last = table->shown->len ? table->shown->len - 1 : 0;
    size_t at = table->selected, step = page(table) > 1 ? page(table) - 1 : 1;
    switch (move) {
    case TABLE_UP:
        at -= at > 0;
        break;
    case TABLE_DOWN:
        at += at < last;
        break;
    case TABLE_PAGE_UP:
        at -= MIN(at, step);
        break;
    case TABLE_PAGE_DOWN:
        at = MIN(at + step, last);
        break;
    case TABLE_HOME:
        at = 0;
        break;
    case TABLE_END:
        at = last;
        break;
    }
    select_index(table, at);
}

void table_set_height(struct table *table, int height)
{
    table->height = height;
    table->top = top_for(table, page(table));
}

/* --- drawing --- */

/* Takes what is too much from the columns that shrink, down to a width. */
static int shrink_columns(const struct table *table, int *widths, int too_much, bool optional,
                          int down_to)
{
    for (size_t i = 0; i < table->columns->len && too_much > 0; i++) {
        const struct column *column = column_at(table, i);
        if (!column->shrinks || column->optional != optional || widths[i] <= down_to)
            continue;
        int less = MIN(too_much, widths[i] - down_to);
        widths[i] -= less;
        too_much -= less;
    }
    return too_much;
}

/* Widths for a line of so many columns; 0: the column is left out. Long cells of columns that are
 * not needed give way first, then names, as far as they stay readable; then columns go; then names
 * give way as far as they can. */
static int *fit_columns(const struct table *table, int width)
{
    size_t n = table->columns->len;
    int *widths = g_new0(int, n + 1);
    int too_much = -GAP - width;
    for (size_t i = 0; i < n; i++) {
        widths[i] = MAX(column_at(table, i)->natural, 1);
        too_much += widths[i] + GAP;
    }
    too_much = shrink_columns(table, widths, too_much, true, MIN_WIDTH);
    too_much = shrink_columns(table, widths, too_much, false, READABLE_WIDTH);
    for (size_t i = n; i-- > 0 && too_much > 0;) {
        const struct column *column = column_at(table, i);
        if (!column->optional)
            continue;
        too_much -= widths[i] + GAP;
        widths[i] = 0;
    }
    if (too_much < 0) { /* the room of a column that went is the names' again */
        for (size_t i = 0; i < n && too_much < 0; i++) {
            int more = MIN(-too_much, column_at(table, i)->natural - widths[i]);
            if (!column_at(table, i)->shrinks || widths[i] == 0)
                continue;
            widths[i] += more;
            too_much += more;
        }
    }
    shrink_columns(table, widths, too_much, false, MIN_WIDTH);
    return widths;
}

static void draw_cell(struct canvas *canvas, int x, int y, int width, bool right, enum style style,
                      const char *text)
{
    g_autofree char *shortened = text_shorten(text, width, canvas->ascii);
    if (right)
        canvas_put_right(canvas, x, y, width, style, shortened);
    else
        canvas_put(canvas, x, y, width, style, shortened);
}

/* Marks what the filter found in a cell, as far as it is seen where it stood. */
static void mark_matches(const struct table *table, struct canvas *canvas, int x, int y, int width,
                         const char *text)
{
    if (!*table->folded_filter || text_width(text) > width)
        return;
    int length = text_width(table->filter);
    for (const char *at = text; *at; at = text_next(at)) {
        g_autofree char *folded = text_fold(at);
        if (g_str_has_prefix(folded, table->folded_filter)) {
            int before = text_width(text) - text_width(at);
            canvas_restyle(canvas, x + before, y, MIN(length, width - before), STYLE_MATCH);
        }
    }
}

static void draw_header(const struct table *table, struct canvas *canvas, int x, int y, int width,
                        const int *widths)
{
    canvas_fill(canvas, x, y, width, 1, STYLE_HEADER);
    for (size_t i = 0; i < table->columns->len; i++) {
        const struct column *column = column_at(table, i);
        if (widths[i] == 0)
            continue;
        draw_cell(canvas, x, y, widths[i], column->right, STYLE_HEADER, column->title);
        if ((int)i == table->sort_column)
            canvas_put(canvas, x + widths[i], y, 1, STYLE_HEADER, table->reverse ? "v" : "^");
        x += widths[i] + GAP;
    }
}

static void draw_row(const struct table *table, struct canvas *canvas, int x, int y, int width,
                     const int *widths, const struct row *row, bool selected)
{
    enum style style = selected ? STYLE_SELECTED : row->style;
    canvas_fill(canvas, x, y, width, 1, style);
    if (x > 0 && g_hash_table_contains(table->marks, row->id))
        canvas_put(canvas, x - 1, y, 1, STYLE_KEY, "*");
    for (size_t i = 0; i < table->columns->len; i++) {
        bool right = column_at(table, i)->right;
        if (widths[i] == 0)
            continue;
        draw_cell(canvas, x, y, widths[i], right, style, row->cells[i]);
        int blank = right ? widths[i] - text_width(row->cells[i]) : 0;
        mark_matches(table, canvas, x + MAX(blank, 0), y, widths[i] - MAX(blank, 0), row->cells[i]);
        x += widths[i] + GAP;
    }
}

/* Where in the whole the screen stands: a bar at the right edge, only when not all is seen. */
static void draw_scroll_bar(const struct table *table, struct canvas *canvas, int x, int y,
                            int lines, size_t top)
{
    size_t n = table->shown->len;
    if (lines < 2 || n <= (size_t)lines)
        return;
    int length = MAX((int)((double)lines * lines / (double)n), 1);
    int begin = (int)((double)(lines - length) * (double)top / (double)(n - (size_t)lines) + 0.5);
    for (int i = 0; i < lines; i++) {
        bool thumb = i >= begin && i < begin + length;
        const char *sign = canvas->ascii ? (thumb ? "#" : "|") : (thumb ? "┃" : "│");
        canvas_put(canvas, x, y + i, 1, STYLE_DIM, sign);
    }
}

void table_draw(const struct table *table, struct canvas *canvas, int x, int y, int width,
                int height)
{
    if (height < 1 || width < 1)
        return;
    int lines = height - 1;
    bool scrolls = table->shown->len > (size_t)lines;
    int text_columns = scrolls ? width - GAP : width;
    g_autofree int *widths = fit_columns(table, text_columns);
    draw_header(table, canvas, x, y, width, widths);
    if (lines < 1)
        return;
    size_t top = top_for(table, (size_t)lines);
    for (int i = 0; i < lines && top + (size_t)i < table->shown->len; i++) {
        size_t index = top + (size_t)i;
        draw_row(table, canvas, x, y + 1 + i, text_columns, widths, shown_at(table, index),
                 index == table->selected);
    }
    draw_scroll_bar(table, canvas, x + width - 1, y + 1, lines, top);
}
