/* JSON onto a stream. */
#ifndef TRACE_JSON_WRITE_H
#define TRACE_JSON_WRITE_H

#include <stdbool.h>

#include <gio/gio.h>
#include <jansson.h>

/* Writes the value, indented by two, and a newline; takes the value in any case. False: the
 * stream's error. */
bool json_write(json_t *value, GOutputStream *out, GCancellable *cancellable, GError **error);

/* The same on one line without blanks, for what goes through a log. */
bool json_write_line(json_t *value, GOutputStream *out, GCancellable *cancellable, GError **error);

#endif
