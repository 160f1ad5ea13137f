/* Bytes of a trace as JSON strings, which are UTF-8: what encoding/json of Go does with others. */
#ifndef TRACE_JSON_SLICE_H
#define TRACE_JSON_SLICE_H

#include <glib.h>
#include <jansson.h>

#include "trace/event.h"

/* A string; U+FFFD stands for each byte that is no UTF-8. */
json_t *json_slice(struct slice bytes);

/* The same as the key of an object. jansson's keys end at a NUL, so that one becomes U+FFFD as
 * well. g_free() it. */
char *json_slice_key(struct slice bytes);

#endif
