/* Kubernetes' Table (meta.k8s.io/v1): the columns that the server would have kubectl show, and the
 * rows, sorted by namespace, then name. */
#ifndef KUBE_TABLE_H
#define KUBE_TABLE_H

#include <jansson.h>

#include "kube/list.h"

#define TABLE_MAX_COLUMNS 64

/* Says Table, and for each row only the object's metadata. */
#define TABLE_ACCEPT "application/json;as=Table;v=v1;g=meta.k8s.io"

struct table {
    GPtrArray *columns; /* of struct list_column; those of the first page */
    GPtrArray *rows;    /* of struct list_row */
    bool sorted;        /* false only between table_add() and table_sort() */
};

struct table *table_new(void);
void table_free(struct table *table);

/* Adds a page; KUBE_ERROR_SERVER when the object is no Table. A row is kept as the strings that
 * are shown, the rest of the page is not needed any more. */
bool table_add(struct table *table, const json_t *object, GError **error);
void table_sort(struct table *table);
/* Moves the rows of a later page over, and frees it; KUBE_ERROR_SERVER when its columns are not
 * those of the first. */
bool table_join(struct table *table, struct table *page, GError **error);

/* News of a watch: puts the rows of a Table in, or takes them out; false: nothing changed. */
bool table_put(struct table *table, const json_t *object);
bool table_remove(struct table *table, const json_t *object);

#endif
