/* Rows of sanitised cells. */
#include "tui/sheet.h"

#include "tui/text.h"

#define GAP 3

struct sheet {
    GPtrArray *rows; /* of GPtrArray of strings */
    GPtrArray *open; /* the row that is being filled, NULL: none */
};

struct sheet *sheet_new(void)
{
    struct sheet *sheet = g_new0(struct sheet, 1);
    sheet->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    return sheet;
}

void sheet_free(struct sheet *sheet)
{
    if (!sheet)
        return;
    g_ptr_array_unref(sheet->rows);
    g_free(sheet);
}

void sheet_cell(struct sheet *sheet, const char *text)
{
    if (!sheet->open) {
        sheet->open = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(sheet->rows, sheet->open);
    }
    g_ptr_array_add(sheet->open, text_sanitise(text, -1));
}

void sheet_end(struct sheet *sheet)
{
    sheet->open = NULL;
}

guint sheet_n_rows(const struct sheet *sheet)
{
    return sheet->rows->len;
}

void sheet_print(const struct sheet *sheet, GString *out)
{
    g_autoptr(GArray) widths = g_array_new(FALSE, TRUE, sizeof(int));

    for (guint r = 0; r < sheet->rows->len; r++) {
        const GPtrArray *row = g_ptr_array_index(sheet->rows, r);
        if (row->len > widths->len)
            g_array_set_size(widths, row->len);
        for (guint c = 0; c < row->len; c++) {
            int *width = &g_array_index(widths, int, c);
            *width = MAX(*width, text_width(g_ptr_array_index(row, c)));
        }
    }
    for (guint r = 0; r < sheet->rows->len; r++) {
        const GPtrArray *row = g_ptr_array_index(sheet->rows, r);
        for (guint c = 0; c < row->len; c++) {
            const char *text = g_ptr_array_index(row, c);
            int rest = g_array_index(widths, int, c) + GAP - text_width(text);
            g_string_append_printf(out, "%s%*s", text, c + 1 < row->len ? rest : 0, "");
        }
        while (out->len > 0 && out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, '\n');
    }
}
