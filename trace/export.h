/* What can be written from a trace, as one table: formats are rows. */
#ifndef TRACE_EXPORT_H
#define TRACE_EXPORT_H

#include <gio/gio.h>

#include "trace/trace.h"

struct exporter {
    const char *name;   /* "text", "json", "csv", "dot", "svg" */
    const char *suffix; /* ".txt": chooses the exporter from an output's name */
    const char *help;   /* one line: what it is and what reads it */
    unsigned parts;     /* which parts of the trace it needs */
    const char *kinds;  /* those that it can write, separated by blanks, the first by default; or
                           NULL when there is nothing to choose */
    /* Writes all of it; `kind` is one of the above (NULL: the first). False: error is set. */
    bool (*write)(const struct trace *trace, const char *kind, GOutputStream *out,
                  GCancellable *cancellable, GError **error);
};

/* The table; ends with a row whose name is NULL. */
extern const struct exporter exporters[];

/* Whether it writes this kind; anything goes where there is nothing to choose. */
bool exporter_takes(const struct exporter *exporter, const char *kind);

/* By name; else NULL. */
const struct exporter *exporter_find(const char *name);
/* By the ending of a file's name, the longest that fits; else NULL. */
const struct exporter *exporter_for_path(const char *path);

/* The profile of this kind (NULL: "sync"), for exporters. NULL: TRACE_ERROR_USAGE, there is none.
 */
const struct profile *export_profile(const struct trace *trace, const char *kind, GError **error);

/* Writes through a temporary file beside `path` that takes its name when all is written; on an
 * error (or when cancelled) nothing is left and an existing file is as it was. Blocks. */
bool export_to_file(const struct trace *trace, const struct exporter *exporter, const char *kind,
                    const char *path, GCancellable *cancellable, GError **error);

#endif
