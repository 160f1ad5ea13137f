/* The timeline's list of rows: the lanes of one kind, filtered and sorted. */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include "trace/trace.h"

enum rows_order { ROWS_BY_ID, ROWS_BY_FIRST, ROWS_BY_BUSY, ROWS_N_ORDERS };

struct rows {
    const struct trace *trace; /* borrowed */
    enum lane_kind kind;
    enum rows_order order;
    char *filter;  /* "": all */
    GArray *lanes; /* of const struct lane *, borrowed from the trace; those that are shown */
};

struct rows *rows_new(const struct trace *trace, enum lane_kind kind);
void rows_free(struct rows *rows);

/* A part of the name in any case, or of the id ("12", "g12"). */
void rows_set_filter(struct rows *rows, const char *filter);
void rows_set_order(struct rows *rows, enum rows_order order);
/* "id", "first event", "busy time"; static. */
const char *rows_order_name(enum rows_order order);

/* How many are shown, and each of them. */
int rows_n(const struct rows *rows);
const struct lane *rows_at(const struct rows *rows, int index);
/* The index of an id among those shown, else -1. */
int rows_find(const struct rows *rows, int64_t id);

/* Bytes hold a part in any (ASCII) case. */
bool rows_holds(struct slice bytes, const char *part);

#endif
