#include "tui/complete.h"

#include <string.h>

/* The rows that begin so, each name once. */
static GPtrArray *candidates(const struct command *commands, const struct command *globals,
                             const char *text)
{
    const struct command *const tables[] = {commands, globals};
    GPtrArray *found = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const struct command *row = tables[i]; row->name; row++) {
            bool known = false;
            for (size_t k = 0; k < found->len; k++) {
                const struct command *other = g_ptr_array_index(found, k);
                known = known || strcmp(other->name, row->name) == 0;
            }
            if (!known && g_str_has_prefix(row->name, text))
                g_ptr_array_add(found, (gpointer)(uintptr_t)row);
        }
    }
    return found;
}

const struct command *complete_find(const struct command *commands, const struct command *globals,
                                    const char *text)
{
    g_autoptr(GPtrArray) found = candidates(commands, globals, text);
    for (size_t i = 0; i < found->len; i++) {
        const struct command *row = g_ptr_array_index(found, i);
        if (strcmp(row->name, text) == 0)
            return row;
    }
    return found->len == 1 ? g_ptr_array_index(found, 0) : NULL;
}

char *complete_text(const struct command *commands, const struct command *globals, const char *text)
{
    g_autoptr(GPtrArray) found = candidates(commands, globals, text);
    if (found->len == 0)
        return g_strdup(text);
    const struct command *first = g_ptr_array_index(found, 0);
    size_t common = strlen(first->name);
    for (size_t i = 1; i < found->len; i++) {
        const struct command *row = g_ptr_array_index(found, i);
        size_t same = 0;
        while (same < common && row->name[same] == first->name[same])
            same++;
        common = same;
    }
    return g_strndup(first->name, common);
}

char *complete_names(const struct command *commands, const struct command *globals,
                     const char *text)
{
    g_autoptr(GPtrArray) found = candidates(commands, globals, text);
    GString *names = g_string_new(NULL);
    for (size_t i = 0; i < found->len; i++) {
        const struct command *row = g_ptr_array_index(found, i);
        g_string_append_printf(names, "%s%s", i ? "  " : "", row->name);
    }
    return g_string_free(names, FALSE);
}
