/* One table for tasks, one for regions, with the distribution of how long they took. */
#include "config.h"

#include "trace/text_annotation.h"

#include "trace/printable.h"
#include "trace/quantity.h"

#define TOP_GROUPS 12

static void write_group(struct text_page *page, const struct annotation_group *group)
{
    bool known = group->n_complete > 0;
    g_autofree char *count = quantity_count(group->n);
    g_autofree char *complete = quantity_count(group->n_complete);
    g_autofree char *p50 = known ? quantity_cell(group->p50_ns) : g_strdup("-");
    g_autofree char *p95 = known ? quantity_cell(group->p95_ns) : g_strdup("-");
    g_autofree char *p99 = known ? quantity_cell(group->p99_ns) : g_strdup("-");
    g_autofree char *max = known ? quantity_cell(group->max_ns) : g_strdup("-");
    g_autofree char *name = text_string(page, group->name, "(no name)");
    const char *const cells[] = {count, complete, p50, p95, p99, max};
    g_autofree char *head = printable_fit_head(name, text_name_width(page, G_N_ELEMENTS(cells)));
    text_row(page, cells, G_N_ELEMENTS(cells), head);
}

static void write_groups(struct text_page *page, const GArray *groups, const char *title,
                         const char *name)
{
    static const char *const head[] = {"count", "complete", "p50", "p95", "p99", "max"};
    if (groups->len == 0)
        return;
    text_heading(page, title);
    text_row(page, head, G_N_ELEMENTS(head), name);
    for (guint i = 0; i < MIN(groups->len, TOP_GROUPS); i++)
        write_group(page, &g_array_index(groups, struct annotation_group, i));
    text_more(page, groups->len, TOP_GROUPS);
}

void text_annotations(struct text_page *page)
{
    const struct annotations *annotations = page->trace->annotations;
    if (annotations == NULL)
        return;
    write_groups(page, annotations->tasks, "User tasks by type, most frequent first", "type");
    write_groups(page, annotations->regions, "User regions by name, most frequent first", "name");
    if (annotations->n_logs > 0) {
        g_autofree char *count = quantity_count(annotations->n_logs);
        g_string_append_c(page->out, '\n');
        text_paragraph(page, "User logs", count);
    }
}
