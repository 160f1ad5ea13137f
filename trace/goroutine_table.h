/* The goroutines of a trace as rows: chosen, sorted, written. */
#ifndef TRACE_GOROUTINE_TABLE_H
#define TRACE_GOROUTINE_TABLE_H

#include "trace/trace.h"

/* What the rows can be sorted by. */
struct goroutine_column {
    const char *name;  /* the key of the JSON, without "_ns" */
    const char *title; /* the word that the tables for people have for it */
    bool longest_first;
    /* What is compared; SUMMARY_UNKNOWN_NS where it is not known. NULL: the function's name. */
    int64_t (*value)(const struct summary_goroutine *goroutine);
};

/* Ends with a row whose name is NULL. */
extern const struct goroutine_column goroutine_columns[];

/* By name or title; else NULL. */
const struct goroutine_column *goroutine_column_find(const char *name);

/* The names of all columns, for a message. The caller owns it. */
char *goroutine_column_list(void);

/* Borrowed rows, of struct summary_goroutine *, of those whose function the expression is found in
 * (NULL: all). Times are sorted longest first, the rest smallest first, what is not known last,
 * equal ones by id. Needs TRACE_SUMMARY; the caller unrefs the array. */
GPtrArray *goroutine_table_new(const struct trace *trace, const struct goroutine_column *by,
                               const GRegex *match);

/* A table in `width` cells, for people. */
void goroutine_table_text(const struct trace *trace, const GPtrArray *rows, int width,
                          GString *out);

/* RFC 4180, with a header; what is not known is empty. */
void goroutine_table_csv(const struct trace *trace, const GPtrArray *rows, GString *out);

#endif
