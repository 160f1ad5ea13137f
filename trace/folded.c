/* Stacks that differ only in their lines look alike, so lines are added up in a table. */
#include "trace/folded.h"

#include <string.h>

#include "trace/printable.h"
#include "trace/sum.h"

struct line {
    char *text; /* the table's */
    int64_t n;
};

struct folded {
    GHashTable *numbers; /* text -> place in lines, plus 1 */
    GArray *lines;
};

struct folded *folded_new(void)
{
    struct folded *folded = g_new0(struct folded, 1);
    folded->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    folded->lines = g_array_new(FALSE, FALSE, sizeof(struct line));
    return folded;
}

void folded_free(struct folded *folded)
{
    if (folded == NULL)
        return;
    g_hash_table_unref(folded->numbers);
    g_array_unref(folded->lines);
    g_free(folded);
}

void folded_add(struct folded *folded, const char *line, int64_t n)
{
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(folded->numbers, line));
    if (number == 0) {
        struct line fresh = {g_strdup(line), 0};
        g_array_append_val(folded->lines, fresh);
        number = folded->lines->len;
        g_hash_table_insert(folded->numbers, fresh.text, GUINT_TO_POINTER(number));
    }
    struct line *known = &g_array_index(folded->lines, struct line, number - 1);
    known->n = sum_ns(known->n, n);
}

static int compare_lines(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return strcmp(x->text, y->text);
}

void folded_print(const struct folded *folded, GString *out)
{
    g_autoptr(GArray) sorted = g_array_copy(folded->lines);
    g_array_sort(sorted, compare_lines);
    for (guint i = 0; i < sorted->len; i++) {
        const struct line *line = &g_array_index(sorted, struct line, i);
        g_string_append_printf(out, "%s %" G_GINT64_FORMAT "\n", line->text, line->n);
    }
}

void folded_name(const struct symbols *symbols, uint32_t name, GString *out)
{
    if (name == 0) {
        g_string_append(out, "(unknown)");
        return;
    }
    gsize from = out->len;
    printable_append(out, symbols_string(symbols, name));
    for (gsize i = from; i < out->len; i++)
        if (out->str[i] == ';' || out->str[i] == ' ')
            out->str[i] = '_';
}

void folded_stack(const struct symbols *symbols, uint32_t stack, GString *out)
{
    struct stack frames = symbols_stack(symbols, stack);
    for (size_t i = frames.n; i > 0; i--) {
        folded_name(symbols, frames.frames[i - 1].func, out);
        g_string_append_c(out, ';');
    }
}
