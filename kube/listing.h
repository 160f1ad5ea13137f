/* Kubernetes' Table (meta.k8s.io/v1): the columns that the server would have kubectl show, and the
 * rows, sorted by namespace, then name. Or, from a server that makes no tables, whole objects under
 * columns of our own. */
#ifndef KUBE_LISTING_H
#define KUBE_LISTING_H

#include <jansson.h>

#include "kube/list.h"

#define LISTING_MAX_COLUMNS 64
#define LISTING_MAX_ROWS 1000000 /* over all pages; the largest clusters have 150,000 pods */

#define LISTING_ACCEPT "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"

struct listing {
    enum list_kind kind;
    char *namespace;    /* of rows that come without their object */
    GPtrArray *columns; /* of struct list_column; those of the first page */
    GPtrArray *rows;    /* of struct list_row */
    bool sorted;        /* false only between listing_add() and listing_sort() */
};

/* namespace NULL: each row must come with its object's metadata. */
struct listing *listing_new(enum list_kind kind, const char *namespace);
void listing_free(struct listing *table);

/* Begins a page by its object, whose rows come by listing_add(); KUBE_ERROR_SERVER when it is
 * neither a Table nor a List. */
bool listing_begin(struct listing *table, const json_t *object, GError **error);
/* A row of a Table, or an object of a List. Kept are the strings that are shown. */
void listing_add(struct listing *table, const json_t *item);
void listing_sort(struct listing *table);
/* Moves the rows of a later page over, and frees it; KUBE_ERROR_SERVER when its columns are not
 * those of the first, or there are too many rows. */
bool listing_join(struct listing *table, struct listing *page, GError **error);

/* News of a watch: puts the rows of a Table, or an object, in, unless there are too many, or takes
 * them out; false: nothing changed. */
bool listing_put(struct listing *table, const json_t *object);
bool listing_remove(struct listing *table, const json_t *object);

#endif
