#include "kube/listing.h"

#include <string.h>

#include "kube/json.h"
#include "kube/plain.h"

static void column_free(void *data)
{
    struct list_column *column = (struct list_column *)data;

    g_free(column->name);
    g_free(column);
}

struct listing *listing_new(enum list_kind kind, const char *namespace)
{
    struct listing *table = g_new0(struct listing, 1);

    table->kind = kind;
    table->namespace = g_strdup(namespace);
    table->columns = g_ptr_array_new_with_free_func(column_free);
    table->rows = g_ptr_array_new_with_free_func(g_free);
    table->sorted = true;
    return table;
}

void listing_free(struct listing *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref(table->columns);
    g_ptr_array_unref(table->rows);
    g_free(table->namespace);
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

static void add_column(struct listing *table, const char *name, json_int_t priority)
{
    struct list_column *column = g_new0(struct list_column, 1);

    column->name = g_strdup(name);
    column->priority = (int)CLAMP(priority, 0, G_MAXINT16);
    g_ptr_array_add(table->columns, column);
}

static void read_columns(struct listing *table, const json_t *object)
{
    const json_t *definition;
    size_t index;

    json_array_foreach(json_object_get(object, "columnDefinitions"), index, definition)
    {
        if (index == LISTING_MAX_COLUMNS)
            return;
        add_column(table, json_text(definition, "name", NULL),
                   json_integer_value(json_object_get(definition, "priority")));
    }
}

static bool is_column(const struct listing *table, guint index, const char *name)
{
    const struct list_column *column = (const struct list_column *)table->columns->pdata[index];

    return g_ascii_strcasecmp(column->name, name) == 0;
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

static char **table_cells(const struct listing *table, const json_t *item)
{
    const json_t *cells = json_object_get(item, "cells");
    char **texts = g_new0(char *, table->columns->len + 1);

    for (guint i = 0; i < table->columns->len; i++)
        texts[i] = cell_text(json_array_get(cells, i));
    return texts;
}

/* Those of a whole object, under the columns that the list has: a server may change its mind. */
static char **object_cells(const struct listing *table, const json_t *object)
{
    const char *const *names = plain_columns(table->kind);
    g_auto(GStrv) plain = plain_cells(table->kind, object);
    char **texts = g_new0(char *, table->columns->len + 1);

    for (guint i = 0; i < table->columns->len; i++) {
        size_t from = 0;

        while (names[from] != NULL && !is_column(table, i, names[from]))
            from++;
        texts[i] = g_strdup(names[from] != NULL ? plain[from] : "");
    }
    return texts;
}

/* "3d2h" in seconds; -1: no age. */
static int64_t age_s(const char *text)
{
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'y', 31536000}};
    int64_t sum = 0;

    if (*text == '\0')
        return -1;
    while (*text != '\0') {
        char *end;
        guint64 n = g_ascii_strtoull(text, &end, 10);
        size_t i = 0;

        while (i < G_N_ELEMENTS(units) && units[i].letter != *end)
            i++;
        if (end == text || i == G_N_ELEMENTS(units) || n > G_MAXINT32)
            return -1;
        sum += (int64_t)n * units[i].seconds;
        text = end + 1;
    }
    return sum;
}

static int64_t created_s(const struct listing *table, const json_t *metadata, char **cells)
{
    const char *created = json_text(metadata, "creationTimestamp", NULL);

    if (*created != '\0')
        return json_time_s(created);
    for (guint i = 0; i < table->columns->len; i++) {
        int64_t age = is_column(table, i, "Age") ? age_s(cells[i]) : -1;

        if (age >= 0)
            return g_get_real_time() / G_USEC_PER_SEC - age;
    }
    return 0;
}

static char *keep_text(char **room, const char *text)
{
    char *kept = *room;

    *room = g_stpcpy(kept, text) + 1;
    return kept;
}

/* A row and all its strings are one piece of memory: there may be many thousands. */
static struct list_row *row_new(const char *namespace, const char *name, const char *uid,
                                char **cells, guint n)
{
    size_t size = sizeof(struct list_row) + (n + 1) * sizeof(char *) + strlen(namespace) +
                  strlen(name) + strlen(uid) + 3;
    struct list_row *row;
    char *room;

    for (guint i = 0; i < n; i++)
        size += strlen(cells[i]) + 1;
    row = (struct list_row *)g_malloc(size);
    row->cells = (char **)(row + 1);
    room = (char *)(row->cells + n + 1);
    row->namespace = keep_text(&room, namespace);
    row->name = keep_text(&room, name);
    row->uid = keep_text(&room, uid);
    for (guint i = 0; i < n; i++)
        row->cells[i] = keep_text(&room, cells[i]);
    row->cells[n] = NULL;
    return row;
}

/* A row that came without its object is named by its cells, and by the list. */
static const char *row_name(const struct listing *table, const json_t *metadata, char **cells)
{
    const char *name = json_text(metadata, "name", NULL);

    for (guint i = 0; *name == '\0' && table->namespace != NULL && i < table->columns->len; i++)
        if (is_column(table, i, "Name"))
            name = cells[i];
    return name;
}

/* NULL: nothing that has a name. */
static struct list_row *read_row(const struct listing *table, const json_t *item)
{
    bool in_table = json_object_get(item, "cells") != NULL;
    const json_t *object = in_table ? json_object_get(item, "object") : item;
    const json_t *metadata = json_object_get(object, "metadata");
    g_auto(GStrv) cells = in_table ? table_cells(table, item) : object_cells(table, item);
    const char *namespace = json_text(metadata, "namespace", NULL);
    const char *name = row_name(table, metadata, cells);
    struct list_row *row;

    if (*name == '\0')
        return NULL;
    if (*namespace == '\0' && table->namespace != NULL)
    namespace = table->namespace;
    row = row_new(namespace, name, json_text(metadata, "uid", NULL), cells, table->columns->len);
    row->created_s = created_s(table, metadata, cells);
    return row;
}

bool listing_begin(struct listing *table, const json_t *object, GError **error)
{
    const char *kind = json_text(object, "kind", NULL);

    if (table->columns->len > 0)
        return true;
    if (strcmp(kind, "Table") == 0) {
        read_columns(table, object);
    } else if (g_str_has_suffix(kind, "List") && json_object_get(object, "items") != NULL) {
        for (const char *const *name = plain_columns(table->kind); *name != NULL; name++)
            add_column(table, *name, 0);
    } else {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                    "the server answered with a \"%.40s\" where a list was asked for", kind);
        return false;
    }
    return true;
}

void listing_add(struct listing *table, const json_t *item)
{
    struct list_row *row = read_row(table, item);

    if (row == NULL)
        return;
    if (table->rows->len > 0 && compare_rows(&table->rows->pdata[table->rows->len - 1], &row) > 0)
        table->sorted = false;
    g_ptr_array_add(table->rows, row);
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

/* The rows of an event: of its Table, or the object itself. */
static size_t n_items(const json_t *object)
{
    const json_t *rows = json_object_get(object, "rows");

    return json_is_array(rows) ? json_array_size(rows) : 1;
}

static const json_t *item_at(const json_t *object, size_t index)
{
    const json_t *rows = json_object_get(object, "rows");

    return json_is_array(rows) ? json_array_get(rows, index) : object;
}

/* Takes the row over; false: all is as it was. */
static bool put_row(struct listing *table, struct list_row *row)
{
    struct list_row *old;
    guint index;
    bool changed;

    if (!find_row(table, row->namespace, row->name, &index)) {
        if (table->rows->len >= LISTING_MAX_ROWS) {
            g_free(row);
            return false;
        }
        g_ptr_array_insert(table->rows, (gint)index, row);
        return true;
    }
    old = (struct list_row *)table->rows->pdata[index];
    changed = !rows_equal(old, row);
    /* What an age tells of the beginning is more exact the younger it was. */
    if (*row->uid == '\0' && old->created_s != 0)
        row->created_s = old->created_s;
    g_free(old);
    table->rows->pdata[index] = row;
    return changed;
}

bool listing_put(struct listing *table, const json_t *object)
{
    bool changed = false;

    for (size_t i = 0; i < n_items(object); i++) {
        struct list_row *row = read_row(table, item_at(object, i));

        if (row != NULL)
            changed |= put_row(table, row);
    }
    return changed;
}

bool listing_remove(struct listing *table, const json_t *object)
{
    bool changed = false;

    for (size_t i = 0; i < n_items(object); i++) {
        g_autofree struct list_row *row = read_row(table, item_at(object, i));
        guint index;

        if (row != NULL && find_row(table, row->namespace, row->name, &index)) {
            g_ptr_array_remove_index(table->rows, index);
            changed = true;
        }
    }
    return changed;
}
