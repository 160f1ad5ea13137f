/* A list of objects as the server's own table: read page by page, then kept live by one watch, or,
 * where that is refused, by reading it again now and then. */
#ifndef KUBE_LIST_H
#define KUBE_LIST_H

#include "kube/client.h"

enum list_kind { LIST_NAMESPACES, LIST_PODS };

struct list_query {
    enum list_kind kind;
    const char *namespace; /* of pods; NULL: all */
    const char *selector;  /* labels; NULL: none */
    bool watch;            /* keep it live after the last page */
};

struct list_column {
    char *name;   /* as the server calls it: "Name", "Ready", "Status", "Restarts", "Age" */
    int priority; /* above 0: only in wide output */
};

struct list_row {
    char *namespace; /* "" for what has none */
    char *name;
    char *uid; /* "" in a list of one namespace, or of namespaces: there it is not asked for */
    int64_t created_s; /* seconds since 1970, 0: unknown; there only as exact as the server's age */
    char **cells;      /* one per column, terminated by NULL; "" where the server gave nothing */
};

enum list_event {
    LIST_GREW,    /* a page came */
    LIST_SYNCED,  /* all pages are here */
    LIST_CHANGED, /* the watch brought news */
    LIST_FAILED,  /* error is set; what was read stays readable. A live list retries by itself and
                   * says so by LIST_FAILED with will_retry */
};

struct list;
typedef void list_fn(struct list *list, enum list_event event, const GError *error, bool will_retry,
                     void *data);

struct list *list_start(struct client *client, const struct list_query *query, list_fn *fn,
                        void *data);
void list_free(struct list *list);

/* Borrowed, valid until the next event. Rows are sorted by namespace, then name. */
size_t list_n_columns(const struct list *list);
const struct list_column *list_column_at(const struct list *list, size_t index);
size_t list_n_rows(const struct list *list);
const struct list_row *list_row_at(const struct list *list, size_t index);
bool list_synced(const struct list *list);
/* How many rows there will be when all pages are here; 0: the server does not say. */
size_t list_n_expected(const struct list *list);
/* Above 0: the list may be read but not watched, and so it is read again every so many seconds. */
unsigned list_poll_s(const struct list *list);

#endif
