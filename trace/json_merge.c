/* A function a rule: what fits it, and what it makes of two. */
#include "trace/json_merge.h"

#include <stdlib.h>
#include <string.h>

#include "trace/sum.h"

static bool is_known(const json_t *value)
{
    return value != NULL && !json_is_null(value);
}

/* Values are shared: what is in a summary is never changed. */
static json_t *share(const json_t *value)
{
    return value != NULL ? json_incref((json_t *)(uintptr_t)value) : json_null();
}

/* --- what fits --- */

static bool rows_fit(const struct merge_rule *rule, const json_t *rows, char **where,
                     const char **why)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        if (json_merge_fits(rule->inside, json_array_get(rows, i), where, why))
            continue;
        char *inner = *where;
        *where = g_strdup_printf("[%zu]%s%s", i, *inner ? "." : "", inner);
        g_free(inner);
        return false;
    }
    return true;
}

static bool are_integers(const json_t *array, size_t n)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (!json_is_integer(json_array_get(array, i)))
            return false;
    return json_is_array(array) && (n == 0 || json_array_size(array) == n);
}

static bool are_pairs(const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (!are_integers(json_array_get(array, i), 2))
            return false;
    return json_is_array(array);
}

static bool are_counts(const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (!json_is_integer(value))
            return false;
    }
    return json_is_object(object);
}

/* NULL when the value fits by itself, without a look at what is inside of it. */
static const char *misfit(enum merge_how how, const json_t *value)
{
    switch (how) {
    case MERGE_SUM:
        return json_is_integer(value) ? NULL : "it is no whole number";
    case MERGE_MIN:
    case MERGE_MAX:
        return json_is_number(value) || json_is_null(value) ? NULL : "it is no number";
    case MERGE_QUANTILE:
    case MERGE_TOTAL:
        return json_is_integer(value) || json_is_null(value) ? NULL : "it is no whole number";
    case MERGE_ALL:
        return json_is_boolean(value) ? NULL : "it is neither true nor false";
    case MERGE_FIRST:
        return json_is_string(value) || json_is_null(value) ? NULL : "it is no string";
    case MERGE_OBJECT:
        return json_is_object(value) ? NULL : "it is no object";
    case MERGE_NAMES:
        return are_counts(value) ? NULL : "it is no object of whole numbers";
    case MERGE_ROWS:
    case MERGE_LIST:
        return json_is_array(value) ? NULL : "it is no list";
    case MERGE_PAIRS:
        return are_pairs(value) ? NULL : "it is no list of pairs of whole numbers";
    case MERGE_SERIES:
        return are_integers(value, 0) ? NULL : "it is no list of whole numbers";
    case MERGE_SAME:
    case MERGE_OWN:
        break;
    }
    return NULL;
}

bool json_merge_fits(const struct merge_rule *rules, const json_t *object, char **where,
                     const char **why)
{
    *where = NULL;
    if (!json_is_object(object)) {
        *where = g_strdup("");
        *why = "it is no object";
        return false;
    }
    for (const struct merge_rule *rule = rules; rule->key != NULL; rule++) {
        const json_t *value = json_object_get(object, rule->key);
        if (value == NULL)
            continue;
        char *inner = NULL;
        *why = misfit(rule->how, value);
        if (*why == NULL &&
            (rule->how == MERGE_OBJECT ? json_merge_fits(rule->inside, value, &inner, why)
             : rule->how == MERGE_ROWS ? rows_fit(rule, value, &inner, why)
                                       : true))
            continue;
        *where = g_strdup_printf("%s%s%s", rule->key,
                                 inner != NULL && *inner && *inner != '[' ? "." : "",
                                 inner != NULL ? inner : "");
        g_free(inner);
        return false;
    }
    return true;
}

/* --- one value of two --- */

static json_t *extreme(const json_t *a, const json_t *b, bool lower)
{
    if (!is_known(a) || !is_known(b))
        return share(is_known(a) ? a : b);
    if (json_is_integer(a) && json_is_integer(b)) {
        json_int_t x = json_integer_value(a), y = json_integer_value(b);
        return json_integer(lower ? MIN(x, y) : MAX(x, y));
    }
    double x = json_number_value(a), y = json_number_value(b);
    return share((x < y) == lower ? a : b);
}

/* The least of those that count anything. */
static json_t *least(const struct merge_rule *rule, const json_t *a, const json_t *b)
{
    bool in_a = rule->by[0] == NULL || json_integer_value(json_object_get(a, rule->by[0])) > 0;
    bool in_b = rule->by[0] == NULL || json_integer_value(json_object_get(b, rule->by[0])) > 0;
    const json_t *of_a = json_object_get(a, rule->key), *of_b = json_object_get(b, rule->key);
    return in_a == in_b ? extreme(of_a, of_b, true) : share(in_a ? of_a : of_b);
}

static json_t *same(const json_t *a, const json_t *b)
{
    return a != NULL && b != NULL && !json_equal(a, b) ? json_null() : share(a != NULL ? a : b);
}

static json_t *first(const json_t *a, const json_t *b)
{
    if (!is_known(a) || !is_known(b))
        return share(is_known(a) ? a : b);
    return share(strcmp(json_string_value(a), json_string_value(b)) <= 0 ? a : b);
}

static json_t *sum(const json_t *a, const json_t *b)
{
    return json_integer(sum_ns(json_integer_value(a), json_integer_value(b)));
}

static json_t *quantile(const struct merge_rule *rule, const json_t *a, const json_t *b)
{
    bool in_a = json_integer_value(json_object_get(a, rule->by[0])) > 0;
    bool in_b = json_integer_value(json_object_get(b, rule->by[0])) > 0;
    if (in_a && in_b)
        return json_null();
    return share(json_object_get(in_b ? b : a, rule->key));
}

/* `out` has the rows already. */
static json_t *total(const struct merge_rule *rule, const json_t *a, const json_t *b,
                     const json_t *out)
{
    const json_t *sides[] = {a, b};
    if (a == NULL || b == NULL)
        return share(json_object_get(a != NULL ? a : b, rule->key));
    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++) {
        const json_t *n = json_object_get(sides[i], rule->key);
        if (!json_is_integer(n) || (size_t)json_integer_value(n) !=
                                       json_array_size(json_object_get(sides[i], rule->by[0])))
            return json_null();
    }
    return json_integer((json_int_t)json_array_size(json_object_get(out, rule->by[0])));
}

/* --- many values --- */

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static json_t *names(const json_t *a, const json_t *b)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    json_t *all = json_object(), *sorted = json_object(), *value;
    const json_t *sides[] = {a, b};
    const char *key;

    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++)
        json_object_foreach((json_t *)(uintptr_t)sides[i], key, value)
        {
            json_object_set_new(all, key, sum(json_object_get(all, key), value));
        }
    json_object_foreach(all, key, value)
    {
        g_ptr_array_add(keys, (void *)(uintptr_t)key);
    }
    g_ptr_array_sort(keys, by_name);
    for (guint i = 0; i < keys->len; i++) {
        key = g_ptr_array_index(keys, i);
        json_object_set(sorted, key, json_object_get(all, key));
    }
    json_decref(all);
    return sorted;
}

/* What a row or an item is sorted by. */
struct sorted {
    json_int_t order;
    char *key; /* owned */
    json_t *item;
};

static void sorted_clear(void *data)
{
    struct sorted *sorted = data;
    g_free(sorted->key);
    json_decref(sorted->item);
}

static int compare_sorted(const void *a, const void *b)
{
    const struct sorted *x = a, *y = b;
    return x->order != y->order ? (x->order > y->order ? -1 : 1) : strcmp(x->key, y->key);
}

static char *text_of(const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}

static GArray *sorted_new(void)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(struct sorted));
    g_array_set_clear_func(list, sorted_clear);
    return list;
}

/* Takes the list. */
static json_t *sorted_array(GArray *list)
{
    json_t *array = json_array();
    g_array_sort(list, compare_sorted);
    for (guint i = 0; i < list->len; i++)
        json_array_append(array, g_array_index(list, struct sorted, i).item);
    g_array_unref(list);
    return array;
}

static json_t *list_of(const json_t *a, const json_t *b)
{
    const json_t *sides[] = {a, b};
    GArray *list = sorted_new();

    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++)
        for (size_t j = 0; j < json_array_size(sides[i]); j++) {
            json_t *item = json_array_get(sides[i], j);
            struct sorted sorted = {0, text_of(item), json_incref(item)};
            g_array_append_val(list, sorted);
        }
    return sorted_array(list);
}

/* Numbers get the same length, so that 10 comes after 9. */
static char *row_key(const struct merge_rule *rule, const json_t *row)
{
    GString *key = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rule->by) && rule->by[i] != NULL; i++) {
        const json_t *value = json_object_get(row, rule->by[i]);
        g_autofree char *text =
            json_is_integer(value)
                ? g_strdup_printf("%020" G_GINT64_FORMAT, (gint64)json_integer_value(value))
                : text_of(value != NULL ? value : json_null());
        g_string_append_printf(key, "%s\n", text);
    }
    return g_string_free(key, FALSE);
}

/* A list alone may hold anything, also a key twice; of two, each is what this made of one alone. */
static json_t *rows(const struct merge_rule *rule, const json_t *a, const json_t *b)
{
    g_autoptr(GHashTable) of_key = g_hash_table_new(g_str_hash, g_str_equal);
    const json_t *sides[] = {a, b};
    bool alone = a == NULL || b == NULL;
    GArray *list = sorted_new();

    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++)
        for (size_t j = 0; j < json_array_size(sides[i]); j++) {
            const json_t *raw = json_array_get(sides[i], j);
            json_t *row = alone ? json_merge(rule->inside, raw, NULL) : share(raw);
            struct sorted sorted = {0, row_key(rule, row), row};
            gpointer at = g_hash_table_lookup(of_key, sorted.key);
            if (at == NULL) {
                g_array_append_val(list, sorted);
                g_hash_table_insert(of_key, sorted.key, GUINT_TO_POINTER(list->len));
                continue;
            }
            struct sorted *before = &g_array_index(list, struct sorted, GPOINTER_TO_UINT(at) - 1);
            json_t *both = json_merge(rule->inside, before->item, row);
            json_decref(before->item);
            before->item = both;
            sorted_clear(&sorted);
        }
    for (guint i = 0; rule->order != NULL && i < list->len; i++) {
        struct sorted *sorted = &g_array_index(list, struct sorted, i);
        sorted->order = json_integer_value(json_object_get(sorted->item, rule->order));
    }
    return sorted_array(list);
}

static json_t *pairs(const json_t *a, const json_t *b)
{
    json_t *array = json_array();
    size_t i = 0, j = 0;

    while (i < json_array_size(a) || j < json_array_size(b)) {
        const json_t *x = json_array_get(a, i), *y = json_array_get(b, j);
        json_int_t at = json_integer_value(json_array_get(x != NULL ? x : y, 0));
        if (x != NULL && y != NULL)
            at = MIN(at, json_integer_value(json_array_get(y, 0)));
        json_int_t n = 0;
        if (x != NULL && json_integer_value(json_array_get(x, 0)) == at) {
            n = sum_ns(n, json_integer_value(json_array_get(x, 1)));
            i++;
        }
        if (y != NULL && json_integer_value(json_array_get(y, 0)) == at) {
            n = sum_ns(n, json_integer_value(json_array_get(y, 1)));
            j++;
        }
        json_t *pair = json_array();
        json_array_append_new(pair, json_integer(at));
        json_array_append_new(pair, json_integer(n));
        json_array_append_new(array, pair);
    }
    return array;
}

static json_t *series(const json_t *a, const json_t *b)
{
    json_t *array = json_array();
    for (size_t i = 0; i < MAX(json_array_size(a), json_array_size(b)); i++)
        json_array_append_new(array, sum(json_array_get(a, i), json_array_get(b, i)));
    return array;
}

/* --- by the rules --- */

static json_t *apply(const struct merge_rule *rule, const json_t *a, const json_t *b,
                     const json_t *out)
{
    const json_t *in_a = json_object_get(a, rule->key), *in_b = json_object_get(b, rule->key);

    switch (rule->how) {
    case MERGE_SUM:
        return sum(in_a, in_b);
    case MERGE_MIN:
        return least(rule, a, b);
    case MERGE_MAX:
        return extreme(in_a, in_b, false);
    case MERGE_ALL:
        return json_boolean(!json_is_false(in_a) && !json_is_false(in_b));
    case MERGE_SAME:
        return same(in_a, in_b);
    case MERGE_FIRST:
        return first(in_a, in_b);
    case MERGE_OWN:
        break;
    case MERGE_QUANTILE:
        return quantile(rule, a, b);
    case MERGE_TOTAL:
        return total(rule, a, b, out);
    case MERGE_OBJECT:
        return in_a != NULL ? json_merge(rule->inside, in_a, in_b)
                            : json_merge(rule->inside, in_b, NULL);
    case MERGE_NAMES:
        return names(in_a, in_b);
    case MERGE_ROWS:
        return rows(rule, in_a, in_b);
    case MERGE_PAIRS:
        return pairs(in_a, in_b);
    case MERGE_SERIES:
        return series(in_a, in_b);
    case MERGE_LIST:
        return list_of(in_a, in_b);
    }
    return json_null();
}

json_t *json_merge(const struct merge_rule *rules, const json_t *a, const json_t *b)
{
    json_t *out = json_object();
    for (const struct merge_rule *rule = rules; rule->key != NULL; rule++)
        if (json_object_get(a, rule->key) != NULL || json_object_get(b, rule->key) != NULL)
            json_object_set_new(out, rule->key, apply(rule, a, b, out));
    return out;
}
