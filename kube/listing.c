#include "kube/listing.h"

#include <string.h>

#include "kube/json.h"

static void column_free(void *data)
{
    struct list_column *column = (struct list_column *)data;

    g_free(column->name);
    g_free(column);
}

static void row_free(void *data)
{
    struct list_row *row = (struct list_row *)data;

    g_free(row->namespace);
    g_free(row->name);
    g_free(row->uid);
    g_strfreev(row->cells);
    g_free(row);
}

struct listing *listing_new(void)
{
    struct listing *table = g_new0(struct listing, 1);

    table->columns = g_ptr_array_new_with_free_func(column_free);
    table->rows = g_ptr_array_new_with_free_func(row_free);
    table->sorted = true;
    return table;
}

void listing_free(struct listing *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref(table->columns);
    g_ptr_array_unref(table->rows);
    g_free(table);
}

static int compare_names(const struct list_row *row, const char *namespace, const char *name)
{
    int order = strcmp(row->namespace, namespace);

    return order != 0 ? order : strcmp(row->name, name);
}

static int compare_rows(gconstpointer a, gconstpointer b)
{
    const struct list_row *right = *(const struct list_row *const *)b;

    return compare_names(*(const struct list_row *const *)a, right->namespace, right->name);
}

static void read_columns(struct listing *table, const json_t *object)
{
    const json_t *definition;
    size_t index;

    json_array_foreach(json_object_get(object, "columnDefinitions"), index, definition)
    {
        struct list_column *column;

        if (index == LISTING_MAX_COLUMNS)
            return;
        column = g_new0(struct list_column, 1);
        column->name = g_strdup(json_text(definition, "name", NULL));
        column->priority =
            (int)CLAMP(json_integer_value(json_object_get(definition, "priority")), 0, G_MAXINT16);
        g_ptr_array_add(table->columns, column);
    }
}

static char *cell_text(const json_t *cell)
{
    g_autofree char *text = NULL;

    if (cell == NULL || json_is_null(cell))
        return g_strdup("");
    if (json_is_string(cell))
        return g_strdup(json_string_value(cell));
    text = json_dumps(cell, JSON_COMPACT | JSON_ENCODE_ANY);
    return g_strdup(text);
}

/* NULL: a row without an object that has a name. */
static struct list_row *read_row(const struct listing *table, const json_t *item)
{
    const json_t *metadata = json_object_get(json_object_get(item, "object"), "metadata");
    const json_t *cells = json_object_get(item, "cells");
    struct list_row *row;

    if (*json_text(metadata, "name", NULL) == '\0')
        return NULL;
    row = g_new0(struct list_row, 1);
    row->namespace = g_strdup(json_text(metadata, "namespace", NULL));
    row->name = g_strdup(json_text(metadata, "name", NULL));
    row->uid = g_strdup(json_text(metadata, "uid", NULL));
    row->created_s = json_time_s(json_text(metadata, "creationTimestamp", NULL));
    row->cells = g_new0(char *, table->columns->len + 1);
    for (guint i = 0; i < table->columns->len; i++)
        row->cells[i] = cell_text(json_array_get(cells, i));
    return row;
}

bool listing_add(struct listing *table, const json_t *object, GError **error)
{
    const json_t *item;
    size_t index;

    if (strcmp(json_text(object, "kind", NULL), "Table") != 0) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                    "the server answered with a \"%.40s\" where a Table was asked for",
                    json_text(object, "kind", NULL));
        return false;
    }
    if (table->columns->len == 0)
        read_columns(table, object);
    json_array_foreach(json_object_get(object, "rows"), index, item)
    {
        struct list_row *row = read_row(table, item);

        if (row == NULL)
            continue;
        if (table->rows->len > 0 &&
            compare_rows(&table->rows->pdata[table->rows->len - 1], &row) > 0)
            table->sorted = false;
        g_ptr_array_add(table->rows, row);
    }
    return true;
}

void listing_sort(struct listing *table)
{
    if (!table->sorted)
        g_ptr_array_sort(table->rows, compare_rows);
    table->sorted = true;
}

bool listing_join(struct listing *table, struct listing *page, GError **error)
{
    guint n = table->rows->len;
    bool joins = n == 0 || table->columns->len == page->columns->len;

    if (!joins) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                    "the pages of the list have different columns");
    } else if (page->rows->len > LISTING_MAX_ROWS - n) {
        joins = false;
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER, "a list of more than %d rows",
                    LISTING_MAX_ROWS);
    } else if (n == 0) {
        struct listing first = *table;

        *table = *page;
        *page = first;
    } else {
        g_ptr_array_extend_and_steal(table->rows, page->rows);
        page->rows = g_ptr_array_new();
        if (n < table->rows->len &&
            compare_rows(&table->rows->pdata[n - 1], &table->rows->pdata[n]) > 0)
            table->sorted = false;
        listing_sort(table);
    }
    listing_free(page);
    return joins;
}

/* Where the row is, or would be put. */
static bool find_row(const struct listing *table, const char *namespace, const char *name,
                     guint *index)
{
    guint low = 0, high = table->rows->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        int order =
            compare_names((const struct list_row *)table->rows->pdata[middle], namespace, name);

        if (order == 0) {
            *index = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *index = low;
    return false;
}

static bool rows_equal(const struct list_row *a, const struct list_row *b)
{
    return strcmp(a->uid, b->uid) == 0 &&
           g_strv_equal((const gchar *const *)a->cells, (const gchar *const *)b->cells);
}

bool listing_put(struct listing *table, const json_t *object)
{
    bool changed = false;
    const json_t *item;
    size_t at;

    json_array_foreach(json_object_get(object, "rows"), at, item)
    {
        struct list_row *row = read_row(table, item);
        guint index;

        if (row == NULL)
            continue;
        if (!find_row(table, row->namespace, row->name, &index)) {
            if (table->rows->len >= LISTING_MAX_ROWS) {
                row_free(row);
                continue;
            }
            g_ptr_array_insert(table->rows, (gint)index, row);
            changed = true;
            continue;
        }
        if (!rows_equal((const struct list_row *)table->rows->pdata[index], row))
            changed = true;
        row_free(table->rows->pdata[index]);
        table->rows->pdata[index] = row;
    }
    return changed;
}

bool listing_remove(struct listing *table, const json_t *object)
{
    bool changed = false;
    const json_t *item;
    size_t at;

    json_array_foreach(json_object_get(object, "rows"), at, item)
    {
        const json_t *metadata = json_object_get(json_object_get(item, "object"), "metadata");
        guint index;

        if (find_row(table, json_text(metadata, "namespace", NULL),
                     json_text(metadata, "name", NULL), &index)) {
            g_ptr_array_remove_index(table->rows, index);
            changed = true;
        }
    }
    return changed;
}
