/* Kubernetes' Table (meta.k8s.io/v1): the columns that the server would have kubectl show, and the
 * rows, sorted by namespace, then name. */
#ifndef KUBE_LISTING_H
#define KUBE_LISTING_H

#include <jansson.h>

#include "kube/list.h"

#define LISTING_MAX_COLUMNS 64
#define LISTING_MAX_ROWS 1000000 /* over all pages; the largest clusters have 150,000 pods */

/* Says Table, and for each row only the object's metadata. */
#define LISTING_ACCEPT "application/json;as=Table;v=v1;g=meta.k8s.io"

struct listing {
    GPtrArray *columns; /* of struct list_column; those of the first page */
    GPtrArray *rows;    /* of struct list_row */
    bool sorted;        /* false only between listing_add() and listing_sort() */
};

struct listing *listing_new(void);
void listing_free(struct listing *table);

/* Adds a page; KUBE_ERROR_SERVER when the object is no Table. A row is kept as the strings that
 * are shown, the rest of the page is not needed any more. */
bool listing_add(struct listing *table, const json_t *object, GError **error);
void listing_sort(struct listing *table);
/* Moves the rows of a later page over, and frees it; KUBE_ERROR_SERVER when its columns are not
 * those of the first, or there are too many rows. */
bool listing_join(struct listing *table, struct listing *page, GError **error);

/* News of a watch: puts the rows of a Table in, unless there are too many, or takes them out;
 * false: nothing changed. */
bool listing_put(struct listing *table, const json_t *object);
bool listing_remove(struct listing *table, const json_t *object);

#endif
