/* A finished trace: read once, then never changed, and handed from the worker to the screens. */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "trace/lanes.h"
#include "trace/profile.h"
#include "trace/summary.h"

/* What to keep while reading; a summary alone needs memory for live goroutines only. */
enum trace_parts {
    TRACE_SUMMARY = 1 << 0,
    TRACE_LANES = 1 << 1,
    TRACE_PROFILES = 1 << 2,
    TRACE_ALL = TRACE_SUMMARY | TRACE_LANES | TRACE_PROFILES,
};

struct trace {
    char *path;     /* as it was opened; "-" for standard input */
    uint64_t bytes; /* of the file */
    struct reader_info info;
    GError *damage; /* why the end could not be read, or what was done to read what Go refuses; NULL
                       when info.complete */
    struct symbols *symbols;
    struct summary *summary; /* NULL when it was not asked for, likewise below */
    struct lanes *lanes;
    struct profile *profiles[PROFILE_N_KINDS];
};

/* Reads a whole file ("-": standard input). A trace that is damaged after some events is returned
 * with `damage` set; NULL and an error when nothing can be shown (no such file, no trace, an
 * unsupported version, not one event, cancelled). Blocks: call it in a worker.
 * `progress` (may be NULL) is set atomically to the bytes read. */
struct trace *trace_open(const char *path, unsigned parts, GCancellable *cancellable,
                         uint64_t *progress, GError **error);
void trace_free(struct trace *trace);

/* Sends the events of a file to one sink and keeps nothing; what Go's reader refuses is refused.
 * Returns false on any error, damage included; `info` (may be NULL) is set either way. The symbols
 * given to the sink live until the call returns. */
bool trace_events(const char *path, struct sink (*make_sink)(const struct symbols *, void *data),
                  void *data, struct reader_info *info, GCancellable *cancellable, GError **error);

#endif
