/* Columns are rows of a table here; the writers know only what they show. */
#include "config.h"

#include "trace/goroutine_table.h"

#include <string.h>

#include "trace/export_csv.h"
#include "trace/export_text.h"
#include "trace/printable.h"
#include "trace/quantity.h"
#include "trace/sum.h"
#include "trace/text_page.h"

#define UNKNOWN SUMMARY_UNKNOWN_NS

static int64_t id_of(const struct summary_goroutine *g)
{
    return g->id;
}

static int64_t parent_of(const struct summary_goroutine *g)
{
    return g->parent == EVENT_NO_ID ? UNKNOWN : g->parent;
}

static int64_t creation_of(const struct summary_goroutine *g)
{
    return g->creation_ns;
}

static int64_t start_of(const struct summary_goroutine *g)
{
    return g->start_ns;
}

static int64_t end_of(const struct summary_goroutine *g)
{
    return g->end_ns;
}

static int64_t total_of(const struct summary_goroutine *g)
{
    return g->times.total_ns;
}

static int64_t exec_of(const struct summary_goroutine *g)
{
    return g->times.exec_ns;
}

static int64_t sched_wait_of(const struct summary_goroutine *g)
{
    return g->times.sched_wait_ns;
}

static int64_t syscall_of(const struct summary_goroutine *g)
{
    return g->times.syscall_ns;
}

static int64_t syscall_block_of(const struct summary_goroutine *g)
{
    return g->times.syscall_block_ns;
}

static int64_t block_of(const struct summary_goroutine *g)
{
    return summary_times_block_ns(&g->times);
}

const struct goroutine_column goroutine_columns[] = {
    {"id", "id", false, id_of},
    {"name", "function", false, NULL},
    {"parent", "parent", false, parent_of},
    {"creation", "creation", false, creation_of},
    {"start", "start", false, start_of},
    {"end", "end", false, end_of},
    {"total", "total", true, total_of},
    {"exec", "running", true, exec_of},
    {"sched_wait", "runnable", true, sched_wait_of},
    {"syscall", "syscall", true, syscall_of},
    {"syscall_block", "syscall_block", true, syscall_block_of},
    {"block", "waiting", true, block_of},
    {NULL, NULL, false, NULL},
};

const struct goroutine_column *goroutine_column_find(const char *name)
{
    for (const struct goroutine_column *c = goroutine_columns; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0 || strcmp(c->title, name) == 0)
            return c;
    return NULL;
}

char *goroutine_column_list(void)
{
    GString *names = g_string_new(NULL);
    for (const struct goroutine_column *c = goroutine_columns; c->name != NULL; c++)
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", c->name);
    return g_string_free(names, FALSE);
}

/* --- choosing and sorting --- */

struct order {
    const struct goroutine_column *by;
    const struct symbols *symbols;
};

static int compare_names(struct slice x, struct slice y)
{
    int order = memcmp(x.at, y.at, MIN(x.len, y.len));
    return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
}

static int compare_values(const struct order *order, const struct summary_goroutine *x,
                          const struct summary_goroutine *y)
{
    if (order->by->value == NULL)
        return compare_names(symbols_string(order->symbols, x->name),
                             symbols_string(order->symbols, y->name));
    int64_t a = order->by->value(x), b = order->by->value(y);
    if (a == b)
        return 0;
    if (a == UNKNOWN || b == UNKNOWN)
        return a == UNKNOWN ? 1 : -1;
    return (a < b) == order->by->longest_first ? 1 : -1;
}

static gint compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct summary_goroutine *x = *(const struct summary_goroutine *const *)a;
    const struct summary_goroutine *y = *(const struct summary_goroutine *const *)b;
    int order = compare_values(data, x, y);
    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static bool matches(const struct trace *trace, const struct summary_goroutine *g,
                    const GRegex *match)
{
    if (match == NULL)
        return true;
    struct slice name = symbols_string(trace->symbols, g->name);
    g_autofree char *valid = g_utf8_make_valid(name.at, (gssize)name.len);
    return g_regex_match(match, valid, 0, NULL);
}

GPtrArray *goroutine_table_new(const struct trace *trace, const struct goroutine_column *by,
                               const GRegex *match)
{
    GArray *all = trace->summary->goroutines;
    GPtrArray *rows = g_ptr_array_sized_new(all->len);
    for (guint i = 0; i < all->len; i++) {
        struct summary_goroutine *g = &g_array_index(all, struct summary_goroutine, i);
        if (matches(trace, g, match))
            g_ptr_array_add(rows, g);
    }
    struct order order = {by, trace->symbols};
    g_ptr_array_sort_with_data(rows, compare_rows, &order);
    return rows;
}

/* --- writing --- */

void goroutine_table_text(const struct trace *trace, const GPtrArray *rows, int width, GString *out)
{
    static const char *const titles[] = {"id",       "total",   "running",
                                         "runnable", "syscall", "waiting"};
    text_table_row(out, MAX(width, EXPORT_TEXT_MIN_WIDTH), titles, G_N_ELEMENTS(titles),
                   "function");
    for (guint i = 0; i < rows->len; i++) {
        const struct summary_goroutine *g = g_ptr_array_index(rows, i);
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, g->id);
        g_autofree char *name = g->name == 0
                                    ? g_strdup("(no stack seen)")
                                    : printable_new(symbols_string(trace->symbols, g->name));
        g_autofree char *total = quantity_cell(g->times.total_ns);
        g_autofree char *exec = quantity_cell(g->times.exec_ns);
        g_autofree char *sched = quantity_cell(g->times.sched_wait_ns);
        g_autofree char *syscall =
            quantity_cell(sum_ns(g->times.syscall_ns, g->times.syscall_block_ns));
        g_autofree char *block = quantity_cell(block_of(g));
        const char *const cells[] = {id, total, exec, sched, syscall, block};
        text_table_row(out, MAX(width, EXPORT_TEXT_MIN_WIDTH), cells, G_N_ELEMENTS(cells), name);
    }
}

void goroutine_table_csv(const struct trace *trace, const GPtrArray *rows, GString *out)
{
    for (const struct goroutine_column *c = goroutine_columns; c->name != NULL; c++) {
        bool is_time = c->value != NULL && c->value != id_of && c->value != parent_of;
        g_string_append_printf(out, "%s%s%s", c == goroutine_columns ? "" : ",", c->name,
                               is_time ? "_ns" : "");
    }
    g_string_append(out, "\r\n");
    for (guint i = 0; i < rows->len; i++) {
        const struct summary_goroutine *g = g_ptr_array_index(rows, i);
        for (const struct goroutine_column *c = goroutine_columns; c->name != NULL; c++) {
            if (c != goroutine_columns)
                g_string_append_c(out, ',');
            if (c->value == NULL)
                export_csv_append(out, symbols_string(trace->symbols, g->name));
            else if (c->value(g) != UNKNOWN)
                g_string_append_printf(out, "%" G_GINT64_FORMAT, c->value(g));
        }
        g_string_append(out, "\r\n");
    }
}
