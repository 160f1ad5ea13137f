/* A big JSON list, element by element: what is held as a tree is never more than one of them. */
#ifndef KUBE_SCAN_H
#define KUBE_SCAN_H

#include <jansson.h>

#include "kube/error.h"

struct scan {
    const char *bytes; /* the whole answer, borrowed */
    size_t len;
    const char *at, *end; /* what is left of the array */
    bool comma;           /* one was read, so an element must follow */
    GString *scratch;
};

/* The object without the elements of its array `rows` (of a Table) or `items` (of a List), which
 * scan_next() gives one by one: both new references. NULL, KUBE_ERROR_SERVER: no JSON object. */
json_t *scan_begin(struct scan *scan, const char *bytes, size_t len, GError **error);
/* NULL without an error: that was the last. managedFields are half of an object and nobody reads
 * them here: they are null, and only their brackets are looked at. */
json_t *scan_next(struct scan *scan, GError **error);
void scan_clear(struct scan *scan);

#endif
