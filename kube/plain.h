/* Columns of our own, for a server that answers with whole objects where a Table was asked for. */
#ifndef KUBE_PLAIN_H
#define KUBE_PLAIN_H

#include <jansson.h>

#include "kube/list.h"

/* Their names, ending with NULL: what a real server's table has of that kind, the wide columns left
 * out. Static. */
const char *const *plain_columns(enum list_kind kind);

/* The cells of an object under them, but that of its age, which is "". g_strfreev() it. */
char **plain_cells(enum list_kind kind, const json_t *object);

#endif
