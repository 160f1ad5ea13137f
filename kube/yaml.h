/* A YAML document as a JSON value. The keeper of libyaml. */
#ifndef KUBE_YAML_H
#define KUBE_YAML_H

#include <jansson.h>

#include "kube/error.h"

/* Above these the document is refused. A value that is reached through an alias counts each time,
 * so a small text cannot blow up into a large value. */
#define YAML_MAX_BYTES (4u << 20)
#define YAML_MAX_DEPTH 32
#define YAML_MAX_NODES 100000

/* Reads one document. Mappings become objects, sequences arrays. Scalars stay text as they are
 * written (the reader knows whether it wants a number; `no` and 0123 are not guessed at), only a
 * plain ~, null or nothing is null. An empty document is null, a new reference either way.
 *
 * NULL and KUBE_ERROR_CONFIG: "line 3: what is wrong". */
json_t *yaml_parse(const char *text, size_t len, GError **error);

/* The same, but plain scalars that are numbers or booleans become those, for a value that is handed
 * on as JSON and not read here. */
json_t *yaml_parse_typed(const char *text, size_t len, GError **error);

#endif
