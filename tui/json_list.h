/* A Kubernetes List as JSON, object by object. Held on disk, in a file without a name, because it
 * may be big and must be printed whole or not at all. */
#ifndef TUI_JSON_LIST_H
#define TUI_JSON_LIST_H

#include <stdbool.h>

#include <gio/gio.h>
#include <jansson.h>

struct json_list;

/* Errors of all three: G_IO_ERROR, of the folder for temporary files. */
struct json_list *json_list_new(GError **error);
bool json_list_add(struct json_list *list, const json_t *object, GError **error);
/* Once, last. */
bool json_list_print(struct json_list *list, GOutputStream *out, GError **error);
void json_list_free(struct json_list *list);

#endif
