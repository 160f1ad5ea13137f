/* A list of objects, page by page, for what the server's table does not tell. They are whole but
 * for their managedFields, which kubectl leaves out, too. */
#ifndef KUBE_ITEMS_H
#define KUBE_ITEMS_H

#include "kube/client.h"

struct items_calls {
    /* Each object in the server's order; borrowed. Must not free the list. */
    void (*item)(json_t *item, void *data);
    /* Called once, last. */
    void (*done)(const GError *error, void *data);
};

struct items;

/* `path` is a collection ("/api/v1/namespaces/shop/pods"); selector may be NULL. A list that
 * expires between two pages is KUBE_ERROR_GONE. */
struct items *items_start(struct client *client, const char *path, const char *selector,
                          const struct items_calls *calls, void *data);
/* Stops it; `done` is not called any more. Also frees a list that is done. */
void items_free(struct items *items);

#endif
