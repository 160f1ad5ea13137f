/* Which lanes, in which order. */
#include "tui/rows.h"

#include <string.h>

#include "tui/lane_text.h"

static const char *const order_names[ROWS_N_ORDERS] = {
    [ROWS_BY_ID] = "id",
    [ROWS_BY_FIRST] = "first event",
    [ROWS_BY_BUSY] = "busy time",
};

const char *rows_order_name(enum rows_order order)
{
    g_assert(order < ROWS_N_ORDERS);
    return order_names[order];
}

bool rows_holds(struct slice bytes, const char *part)
{
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= bytes.len; i++)
        if (g_ascii_strncasecmp(bytes.at + i, part, len) == 0)
            return true;
    return false;
}

static gint compare_first(gconstpointer a, gconstpointer b)
{
    const struct lane *x = *(const struct lane *const *)a, *y = *(const struct lane *const *)b;
    if (x->start_ns != y->start_ns)
        return x->start_ns < y->start_ns ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static gint compare_busy(gconstpointer a, gconstpointer b)
{
    const struct lane *x = *(const struct lane *const *)a, *y = *(const struct lane *const *)b;
    if (x->busy_ns != y->busy_ns)
        return x->busy_ns > y->busy_ns ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool id_matches(const struct lane *lane, const char *filter)
{
    char id[32];
    int len = g_snprintf(id, sizeof id, "%c%" G_GINT64_FORMAT, lane_letter(lane->kind), lane->id);
    return rows_holds((struct slice){id, (size_t)len}, filter);
}

/* Lanes come by id, so that only the other orders have to sort. Thousands of goroutines share a
 * few names: each name is held against the filter once. */
static void fill(struct rows *rows)
{
    const struct lanes *lanes = rows->trace->lanes;
    g_array_set_size(rows->lanes, 0);
    enum { UNKNOWN, NO, YES };
    g_autofree char *matches = g_malloc0(symbols_n_strings(rows->trace->symbols) + 1);
    for (size_t i = 0; i < lanes_n(lanes, rows->kind); i++) {
        const struct lane *lane = lanes_at(lanes, rows->kind, i);
        if (matches[lane->name] == UNKNOWN) {
            struct slice name = symbols_string(rows->trace->symbols, lane->name);
            matches[lane->name] = rows_holds(name, rows->filter) ? YES : NO;
        }
        if (matches[lane->name] == YES || id_matches(lane, rows->filter))
            g_array_append_val(rows->lanes, lane);
    }
    if (rows->order == ROWS_BY_FIRST)
        g_array_sort(rows->lanes, compare_first);
    if (rows->order == ROWS_BY_BUSY)
        g_array_sort(rows->lanes, compare_busy);
}

struct rows *rows_new(const struct trace *trace, enum lane_kind kind)
{
    struct rows *rows = g_new0(struct rows, 1);
    rows->trace = trace;
    rows->kind = kind;
    rows->filter = g_strdup("");
    rows->lanes = g_array_new(FALSE, FALSE, sizeof(const struct lane *));
    fill(rows);
    return rows;
}

void rows_free(struct rows *rows)
{
    if (!rows)
        return;
    g_array_unref(rows->lanes);
    g_free(rows->filter);
    g_free(rows);
}

void rows_set_filter(struct rows *rows, const char *filter)
{
    char *copy = g_strdup(filter);
    g_free(rows->filter);
    rows->filter = copy;
    fill(rows);
}

void rows_set_order(struct rows *rows, enum rows_order order)
{
    rows->order = order;
    fill(rows);
}

int rows_n(const struct rows *rows)
{
    return (int)rows->lanes->len;
}

const struct lane *rows_at(const struct rows *rows, int index)
{
    g_assert(index >= 0 && index < rows_n(rows));
    return g_array_index(rows->lanes, const struct lane *, index);
}

int rows_find(const struct rows *rows, int64_t id)
{
    for (int i = 0; i < rows_n(rows); i++)
        if (rows_at(rows, i)->id == id)
            return i;
    return -1;
}
