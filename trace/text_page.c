/* Appends to the page's text. */
#include "config.h"

#include "trace/text_page.h"

#include <string.h>

#include "trace/printable.h"
#include "trace/quantity.h"

#define LABEL_WIDTH 12
#define CELL_WIDTH 8

void text_heading(struct text_page *page, const char *title)
{
    g_string_append_printf(page->out, "\n%s\n", title);
}

void text_paragraph(struct text_page *page, const char *label, const char *words)
{
    g_auto(GStrv) all = g_strsplit(words, " ", -1);
    int column = LABEL_WIDTH;
    g_string_append_printf(page->out, "%-*s", LABEL_WIDTH, label);
    for (int i = 0; all[i] != NULL; i++) {
        g_autofree char *word = printable_fit(all[i], page->width - LABEL_WIDTH);
        int width = printable_width(word);
        if (column > LABEL_WIDTH && column + 1 + width > page->width) {
            g_string_append_printf(page->out, "\n%*s", LABEL_WIDTH, "");
            column = LABEL_WIDTH;
        }
        if (column > LABEL_WIDTH) {
            g_string_append_c(page->out, ' ');
            column++;
        }
        g_string_append(page->out, word);
        column += width;
    }
    g_string_append_c(page->out, '\n');
}

char *text_string(const struct text_page *page, uint32_t id, const char *when_empty)
{
    return id == 0 ? g_strdup(when_empty) : printable_new(symbols_string(page->trace->symbols, id));
}

int text_name_width(const struct text_page *page, size_t n)
{
    return page->width - (int)n * (CELL_WIDTH + 1) - 1;
}

void text_table_row(GString *out, int width, const char *const *cells, size_t n, const char *name)
{
    g_autoptr(GString) row = g_string_new(NULL);
    for (size_t i = 0; i < n; i++)
        g_string_append_printf(row, "%*s%s", CELL_WIDTH, cells[i],
                               i + 1 < n || *name != '\0' ? " " : "");
    g_autofree char *fitted = printable_fit(name, width - (int)row->len - 1);
    g_string_append_printf(out, "%s%s%s\n", row->str, *name != '\0' ? " " : "", fitted);
}

void text_row(struct text_page *page, const char *const *cells, size_t n, const char *name)
{
    text_table_row(page->out, page->width, cells, n, name);
}

void text_more(struct text_page *page, size_t n, size_t shown)
{
    if (n > shown) {
        g_autofree char *count = quantity_count(n - shown);
        g_string_append_printf(page->out, "%8s   ... and %s more\n", "", count);
    }
}
