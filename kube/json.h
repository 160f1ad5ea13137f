/* Small ways to read JSON values that servers and files gave. */
#ifndef KUBE_JSON_H
#define KUBE_JSON_H

#include <jansson.h>

#include "kube/error.h"

/* The string at a path of keys (ends with NULL), borrowed; "" when there is none. */
const char *json_text(const json_t *object, ...) G_GNUC_NULL_TERMINATED;

/* The first object of an array whose "name" is this, borrowed; NULL: there is none. */
const json_t *json_named(const json_t *array, const char *name);

/* A new reference to the object that an answer holds; KUBE_ERROR_SERVER when it holds none. */
json_t *json_read(const char *bytes, size_t len, GError **error);

/* Seconds since 1970 of a time as Kubernetes writes it (RFC 3339); 0: none. */
int64_t json_time_s(const char *text);

#endif
