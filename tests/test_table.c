/* The table: selection by identity, filter, order, and what fits on a line. */
#include <math.h>
#include <string.h>

#include "tests/golden.h"
#include "tui/table.h"

static const struct table_column columns[] = {
    {.title = "NAME", .shrinks = true},
    {.title = "STATUS"},
    {.title = "RESTARTS", .right = true, .optional = true},
    {.title = "IMAGE", .shrinks = true, .optional = true},
};

/* Rows of "name status restarts image". */
static void put(struct table *table, const char *const *rows)
{
    table_begin(table);
    for (size_t i = 0; rows[i]; i++) {
        g_auto(GStrv) words = g_strsplit(rows[i], " ", 4);
        const double order[] = {NAN, NAN, g_ascii_strtod(words[2], NULL), NAN};
        table_add(table, words[0], STYLE_NORMAL, (const char *const *)words, order);
    }
    table_end(table);
}

static const char *const some[] = {"alpha Running 10 a:1", "beta Pending 9 b:1",
                                   "gamma Running 0 c:1", "Delta Error 100 d:1", NULL};

static struct table *some_table(void)
{
    struct table *table = table_new();
    table_set_columns(table, columns, G_N_ELEMENTS(columns));
    put(table, some);
    table_set_height(table, 10);
    return table;
}

static void test_moves(void)
{
    struct table *table = some_table();
    g_assert_cmpstr(table_selected(table), ==, "alpha");
    table_move(table, TABLE_UP);
    g_assert_cmpstr(table_selected(table), ==, "alpha");
    table_move(table, TABLE_DOWN);
    g_assert_cmpstr(table_selected(table), ==, "beta");
    table_move(table, TABLE_PAGE_DOWN);
    g_assert_cmpstr(table_selected(table), ==, "Delta");
    table_move(table, TABLE_DOWN);
    g_assert_cmpstr(table_selected(table), ==, "Delta");
    table_move(table, TABLE_HOME);
    g_assert_cmpstr(table_selected(table), ==, "alpha");
    table_move(table, TABLE_END);
    table_move(table, TABLE_PAGE_UP);
    g_assert_cmpstr(table_selected(table), ==, "alpha");
    table_free(table);
}

static void test_empty(void)
{
    struct table *table = table_new();
    table_set_columns(table, columns, G_N_ELEMENTS(columns));
    g_assert_null(table_selected(table));
    for (int move = TABLE_UP; move <= TABLE_END; move++)
        table_move(table, (enum table_move)move);
    g_assert_null(table_selected(table));
    struct canvas *canvas = canvas_new(40, 3, false);
    table_draw(table, canvas, 0, 0, 40, 3);
    table_draw(table, canvas, 0, 0, 40, 0);
    table_draw(table, canvas, 0, 0, 0, 3);
    canvas_free(canvas);
    table_free(table);
}

static guint n_marked(const struct table *table)
{
    g_autoptr(GPtrArray) ids = table_marked(table);
    return ids->len;
}

static void test_marks(void)
{
    static const char *const less[] = {"beta Running 0 x", NULL};
    struct table *table = some_table();

    g_assert_cmpuint(n_marked(table), ==, 0);
    table_mark(table);
    table_move(table, TABLE_END);
    table_mark(table);
    g_autoptr(GPtrArray) ids = table_marked(table);
    g_assert_cmpuint(ids->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(ids, 0), ==, "alpha");
    g_assert_cmpstr(g_ptr_array_index(ids, 1), ==, "Delta");
    table_mark(table);
    g_assert_cmpuint(n_marked(table), ==, 1);

    /* what is not there is not meant, until it is there again */
    put(table, less);
    g_assert_cmpuint(n_marked(table), ==, 0);
    put(table, some);
    g_assert_cmpuint(n_marked(table), ==, 1);

    /* all that is shown: first the rest, then none of them; others keep theirs */
    table_set_filter(table, "Running");
    table_mark_shown(table);
    g_assert_cmpuint(n_marked(table), ==, 2);
    table_mark_shown(table);
    g_assert_cmpuint(n_marked(table), ==, 0);
    table_set_filter(table, "Error");
    table_mark_shown(table);
    table_set_filter(table, "Running");
    table_mark_shown(table);
    table_mark_shown(table);
    g_assert_cmpuint(n_marked(table), ==, 1);

    /* shown in the column before the table, where there is one */
    table_set_filter(table, NULL);
    struct canvas *canvas = canvas_new(40, 6, true);
    table_draw(table, canvas, 1, 0, 38, 6);
    g_autofree char *page = canvas_text(canvas);
    g_assert_nonnull(strstr(page, "\n*Delta"));
    g_assert_null(strstr(page, "*alpha"));
    canvas_erase(canvas);
    table_draw(table, canvas, 0, 0, 38, 6);
    g_autofree char *without = canvas_text(canvas);
    g_assert_null(strstr(without, "*"));
    canvas_free(canvas);
    table_free(table);
}

static void test_keeps_selection(void)
{
    static const char *const more[] = {"aaa Running 0 x", "alpha Running 0 x", "beta Running 0 x",
                                       "gamma Running 0 x", NULL};
    static const char *const less[] = {"aaa Running 0 x", "alpha Running 0 x", "gamma Running 0 x",
                                       NULL};
    struct table *table = some_table();
    table_select(table, "beta");
    put(table, more);
    g_assert_cmpstr(table_selected(table), ==, "beta");
    /* It goes: its neighbour takes its place, and it is selected again when it is back. */
    put(table, less);
    g_assert_cmpstr(table_selected(table), ==, "gamma");
    put(table, more);
    g_assert_cmpstr(table_selected(table), ==, "beta");
    /* Unless the user moved meanwhile. */
    put(table, less);
    table_move(table, TABLE_UP);
    put(table, more);
    g_assert_cmpstr(table_selected(table), ==, "alpha");
    table_free(table);
}

static void test_select_before_it_comes(void)
{
    struct table *table = table_new();
    table_set_columns(table, columns, G_N_ELEMENTS(columns));
    table_select(table, "gamma");
    put(table, some);
    g_assert_cmpstr(table_selected(table), ==, "gamma");
    table_free(table);
}

static void test_filter(void)
{
    struct table *table = some_table();
    table_set_filter(table, "RUN");
    g_assert_cmpuint(table_n_shown(table), ==, 2);
    g_assert_cmpuint(table_n_rows(table), ==, 4);
    table_set_filter(table, "delta");
    g_assert_cmpstr(table_selected(table), ==, "Delta");
    table_set_filter(table, "nothing like it");
    g_assert_null(table_selected(table));
    table_set_filter(table, NULL);
    g_assert_cmpuint(table_n_shown(table), ==, 4);
    g_assert_cmpstr(table_selected(table), ==, "alpha");
    table_free(table);
}

/* Names of the rows in the order of the screen. */
static char *order_of(struct table *table)
{
    GString *order = g_string_new(NULL);
    table_move(table, TABLE_HOME);
    for (size_t i = 0; i < table_n_shown(table); i++) {
        g_string_append_printf(order, "%s ", table_selected(table));
        table_move(table, TABLE_DOWN);
    }
    return g_string_free(order, FALSE);
}

static void check_order(struct table *table, const char *expected)
{
    g_autofree char *order = order_of(table);
    g_assert_cmpstr(order, ==, expected);
}

static void test_sort(void)
{
    struct table *table = some_table();
    check_order(table, "alpha beta gamma Delta ");
    table_sort_next(table);
    check_order(table, "alpha beta Delta gamma ");
    table_sort_next(table);
    check_order(table, "Delta beta alpha gamma ");
    table_sort_next(table); /* numbers, not their letters */
    check_order(table, "gamma beta alpha Delta ");
    table_sort_reverse(table);
    check_order(table, "Delta alpha beta gamma ");
    table_sort_next(table);
    table_sort_next(table);
    table_sort_reverse(table);
    check_order(table, "alpha beta gamma Delta ");
    table_free(table);
}

static void draw(struct table *table, int width, int height, bool ascii, const char *golden)
{
    struct canvas *canvas = canvas_new(width, height, ascii);
    table_set_height(table, height);
    table_draw(table, canvas, 0, 0, width, height);
    golden_check(canvas, golden);
    canvas_free(canvas);
}

static void test_widths(void)
{
    static const char *const rows[] = {
        "checkout-service-with-a-very-long-deployment-name-7f9c4-x2x1z CrashLoopBackOff 17 "
        "registry.example.com/shop/checkout:1.2.3",
        "web-日本語-ünïcode Running 0 x", "bad\033[2Jname Running 0 x", NULL};
    struct table *table = some_table();
    put(table, rows);
    draw(table, 140, 5, false, "table-wide");
    draw(table, 100, 5, false, "table-100");
    draw(table, 60, 5, false, "table-60");
    draw(table, 60, 5, true, "table-60-ascii");
    draw(table, 20, 5, false, "table-20");
    table_free(table);
}

static void test_scrolls(void)
{
    struct table *table = table_new();
    table_set_columns(table, columns, 1);
    table_begin(table);
    for (int i = 0; i < 1000; i++) {
        g_autofree char *name = g_strdup_printf("row-%d", i);
        const char *cells[] = {name};
        table_add(table, name, STYLE_NORMAL, cells, NULL);
    }
    table_end(table);
    draw(table, 20, 6, false, "table-top");
    for (int i = 0; i < 7; i++)
        table_move(table, TABLE_DOWN);
    draw(table, 20, 6, false, "table-scrolled");
    table_move(table, TABLE_END);
    draw(table, 20, 6, true, "table-end");
    table_set_filter(table, "ROW-99");
    draw(table, 20, 6, false, "table-filtered");
    table_free(table);
}

static void test_marks_matches(void)
{
    struct table *table = some_table();
    struct canvas *canvas = canvas_new(40, 5, false);
    table_set_filter(table, "AMM");
    table_draw(table, canvas, 0, 0, 40, 5);
    const struct cell *row = canvas->cells + canvas->width;
    g_assert_cmpint(row[0].style, ==, STYLE_SELECTED);
    g_assert_cmpint(row[1].style, ==, STYLE_MATCH);
    g_assert_cmpint(row[3].style, ==, STYLE_MATCH);
    g_assert_cmpint(row[4].style, ==, STYLE_SELECTED);
    canvas_free(canvas);
    table_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/table/moves", test_moves);
    g_test_add_func("/table/empty", test_empty);
    g_test_add_func("/table/marks", test_marks);
    g_test_add_func("/table/keeps_selection", test_keeps_selection);
    g_test_add_func("/table/select_before_it_comes", test_select_before_it_comes);
    g_test_add_func("/table/filter", test_filter);
    g_test_add_func("/table/sort", test_sort);
    g_test_add_func("/table/widths", test_widths);
    g_test_add_func("/table/scrolls", test_scrolls);
    g_test_add_func("/table/marks_matches", test_marks_matches);
    return g_test_run();
}
