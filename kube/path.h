/* Addresses of the API, with what is foreign in them escaped. */
#ifndef KUBE_PATH_H
#define KUBE_PATH_H

#include <glib.h>

/* Appends the pattern; each % in it takes one string argument, escaped so that it stays one part
 * of a path or one value of a query. */
void path_append(GString *path, const char *pattern, ...);

/* Appends a path with its query as a person types them, from '/' on: what cannot stand in an
 * address is escaped, escapes stay. */
void path_append_typed(GString *path, const char *typed);

#endif
