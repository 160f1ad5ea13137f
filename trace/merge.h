/* Summaries that were made elsewhere, by `tracetui summary -o json`, added up to one of the same
 * shape; so that merged ones can be merged again, in any order, with the same result. */
#ifndef TRACE_MERGE_H
#define TRACE_MERGE_H

#include <gio/gio.h>

#include "trace/outline.h"

struct merge;

struct merge *merge_new(void);
void merge_free(struct merge *merge);

/* Adds all summaries in some bytes: one or several objects, one after another, or a list of them;
 * `name` is that of the file, for errors. False: TRACE_ERROR_NOT_A_TRACE (no JSON, no summary),
 * _TRUNCATED (it ends in the midst of one) or _VERSION (of another tracetui), with the file and the
 * line; nothing of it was added then. */
bool merge_add(struct merge *merge, const char *name, const void *bytes, size_t len,
               GError **error);

/* How many summaries were added. */
size_t merge_n(const struct merge *merge);
/* One that was added, the caller's: its name is that of its trace. */
struct outline *merge_outline(const struct merge *merge, size_t i);
/* All of them, the caller's. The following need one at least. */
struct outline *merge_total(const struct merge *merge);

/* Names of traces that are in it more than once, each one once; the caller's, NULL-terminated. */
char **merge_repeated(const struct merge *merge);

/* The sum, as the exporter of that format writes a trace, JSON on one line. False: the stream's
 * error. */
bool merge_write_json(const struct merge *merge, GOutputStream *out, GError **error);
bool merge_write_csv(const struct merge *merge, GOutputStream *out, GError **error);

#endif
