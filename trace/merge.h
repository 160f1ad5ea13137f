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

/* What was added, borrowed: struct outline, each by the name of its trace. */
const GPtrArray *merge_outlines(const struct merge *merge);
/* All of it, the caller's. This and the following need one summary at least. */
struct outline *merge_total(struct merge *merge);

/* Names of traces that are in it more than once, each one once; the caller's, NULL-terminated. */
char **merge_repeated(struct merge *merge);

/* The sum, as the exporter of that format writes a trace, JSON on one line. False: the stream's
 * error. */
bool merge_write_json(struct merge *merge, GOutputStream *out, GError **error);
bool merge_write_csv(struct merge *merge, GOutputStream *out, GError **error);

#endif
