/* What the sections of a summary for people are made of: headings, paragraphs, tables. */
#ifndef TRACE_TEXT_PAGE_H
#define TRACE_TEXT_PAGE_H

#include "trace/trace.h"

struct text_page {
    const struct trace *trace;
    int width; /* in cells */
    GString *out;
};

/* A blank line and a title. */
void text_heading(struct text_page *page, const char *title);

/* "Label       words that go on ... / below each other"; labels have up to 11 letters. */
void text_paragraph(struct text_page *page, const char *label, const char *words);

/* One row: numbers right-aligned in 8 cells each, then a name in what is left. */
void text_row(struct text_page *page, const char *const *cells, size_t n, const char *name);
/* The same outside of a page. */
void text_table_row(GString *out, int width, const char *const *cells, size_t n, const char *name);

/* How many cells the name has behind n numbers. */
int text_name_width(const struct text_page *page, size_t n);

/* Says how many rows are not there, when some are not. */
void text_more(struct text_page *page, size_t n, size_t shown);

/* A string of the trace, made printable, or these words when its id is 0. The caller owns it,
 * likewise below. */
char *text_string(const struct text_page *page, uint32_t id, const char *when_empty);

#endif
