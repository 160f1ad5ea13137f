/* How values of JSON are put together by rules: one table says, key by key, what becomes of two
 * objects of the same shape, and what shape that is.
 *
 * Putting together is associative and commutative: rows and names have an order of their own, so
 * that the result depends on what went into it and not on how. */
#ifndef TRACE_JSON_MERGE_H
#define TRACE_JSON_MERGE_H

#include <stdbool.h>

#include <glib.h>
#include <jansson.h>

enum merge_how {
    MERGE_SUM,      /* integers: added, INT64_MAX at most */
    MERGE_MIN,      /* numbers, the least; null: not known, counts for nothing, nor does one beside
                      which the key by[0], if there is one, is 0 */
    MERGE_MAX,      /* likewise the greatest */
    MERGE_ALL,      /* booleans: true when all are */
    MERGE_SAME,     /* kept when all agree, else null */
    MERGE_FIRST,    /* strings: the first in the order of their bytes; null counts for nothing */
    MERGE_OWN,      /* belongs to one of them only: null */
    MERGE_QUANTILE, /* known only where but one of them counted anything: the key by[0] says */
    MERGE_TOTAL,    /* how many rows the key by[0] has; null once one of them left some out */
    MERGE_OBJECT,   /* by the rules inside */
    MERGE_NAMES,    /* an object of integers under any names: added, sorted by name */
    MERGE_ROWS,     /* objects, the same when all keys of `by` are: by the rules inside */
    MERGE_PAIRS,    /* [x, n]: n added for each x, sorted by x */
    MERGE_SERIES,   /* integers, added place by place */
    MERGE_LIST,     /* anything: one list after another, sorted by the text of the items */
};

struct merge_rule {
    const char *key; /* NULL: the end of the table */
    enum merge_how how;
    const struct merge_rule *inside;
    const char *by[5];
    const char *order; /* of rows: the greatest of this integer first; NULL: by their keys alone */
};

/* Whether a value has the shape that the rules are for. False: *where (g_free() it) says what has
 * not, and *why what is wrong. Keys may be missing, and others than these may be there. */
bool json_merge_fits(const struct merge_rule *rules, const json_t *object, char **where,
                     const char **why);

/* A new object that shares values with both, so that these must not be changed any more; both fit.
 * `b` NULL: what becomes of one alone. Only what came from here is put together with another. */
json_t *json_merge(const struct merge_rule *rules, const json_t *a, const json_t *b);

#endif
