/* The practice cluster's objects in the words of the Kubernetes API. All results are owned by the
 * caller. */
#ifndef KUBE_DEMO_JSON_H
#define KUBE_DEMO_JSON_H

#include <jansson.h>

#include "kube/demo_world.h"

/* A whole Namespace or Pod; `typed` says kind and apiVersion, which items of a list lack. */
json_t *demo_object_json(const struct demo_object *object, bool typed);

/* "" when the pod has none yet. g_free() it. */
char *demo_pod_ip(const struct demo_object *pod);

/* What of an object goes into a row of a table. */
enum demo_include { DEMO_INCLUDE_METADATA, DEMO_INCLUDE_OBJECT, DEMO_INCLUDE_NONE };

/* A Table of meta.k8s.io/v1 with its columns (or without, as in the later events of a watch) and
 * no rows yet. */
json_t *demo_table_json(enum demo_kind kind, uint64_t version, bool with_columns);
void demo_table_add(json_t *table, const struct demo_object *object, enum demo_include include);

/* A Status of failure; details is taken over, NULL: none. The message may come from outside: what
 * is no UTF-8 in it is replaced. */
json_t *demo_status_json(int code, const char *reason, const char *message, json_t *details);
/* What a real server calls an HTTP status: 404 is "NotFound". */
const char *demo_status_reason(int code);

/* Whether an object fits a labelSelector or fieldSelector (=, ==, !=, key, !key; commas between).
 * NULL or "" fits all. */
bool demo_object_fits(const struct demo_object *object, const char *labels, const char *fields);

#endif
