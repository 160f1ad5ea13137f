/* A finished trace: read once, then never changed, and handed from the worker to the screens. */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "trace/annotation.h"
#include "trace/gc.h"
#include "trace/insight.h"
#include "trace/lanes.h"
#include "trace/profile.h"
#include "trace/related.h"
#include "trace/summary.h"

/* What to keep while reading; a summary alone needs memory for live goroutines only. */
enum trace_parts {
    TRACE_SUMMARY = 1 << 0, /* without most of the goroutines that ended: summary_builder_fold() */
    TRACE_LANES = 1 << 1,
    TRACE_PROFILES = 1 << 2,
    TRACE_INSIGHT = 1 << 3,
    TRACE_FLAME = 1 << 4,
    TRACE_RELATED = 1 << 5,
    TRACE_ANNOTATIONS = 1 << 6, /* each task, region and log; the summary has them by name */
    TRACE_GOROUTINES = 1 << 8 | TRACE_SUMMARY, /* a summary with all of them */
    TRACE_ALL = TRACE_GOROUTINES | TRACE_LANES | TRACE_PROFILES | TRACE_INSIGHT,
};

struct trace {
    char *path;              /* as it was opened; "-" for standard input */
    uint64_t bytes;          /* of the file, as it is */
    const char *compression; /* "gzip", "zstd"; NULL: none. Static */
    struct reader_info info;
    GError *damage; /* why the end could not be read, or what was done to read what Go refuses; NULL
                       when info.complete */
    struct symbols *symbols;
    struct summary *summary;         /* NULL when it was not asked for, likewise below */
    struct gc *gc;                   /* with the summary */
    struct annotations *annotations; /* with the summary; its rows when they were asked for */
    struct lanes *lanes;
    struct profile *profiles[PROFILE_N_KINDS];
    struct insight *insight; /* flame data with TRACE_FLAME, the rest with TRACE_INSIGHT */
    struct related *related;
};

/* Reads a whole file ("-": standard input). A trace that is damaged after some events is returned
 * with `damage` set; NULL and an error when nothing can be shown (no such file, no trace, an
 * unsupported version, not one event, cancelled). Blocks: call it in a worker.
 * `progress` (may be NULL) is set atomically to the bytes read. */
struct trace *trace_open(const char *path, unsigned parts, GCancellable *cancellable,
                         uint64_t *progress, GError **error);

/* The same, and one more analysis sees the events: `make_sink` makes its sink when the symbols are
 * there, which are those of the trace. */
typedef struct sink trace_make_sink_fn(const struct symbols *symbols, void *data);
struct trace *trace_open_with(const char *path, unsigned parts, trace_make_sink_fn *make_sink,
                              void *data, GCancellable *cancellable, uint64_t *progress,
                              GError **error);
void trace_free(struct trace *trace);

/* The damage in words, without the file's name in front; borrowed. "" when there is none. */
const char *trace_damage_words(const struct trace *trace);

/* Sends the events of a file to one sink and keeps nothing; what Go's reader refuses is refused.
 * Returns false on any error, damage included; `info` (may be NULL) is set either way. The symbols
 * given to the sink live until the call returns. */
bool trace_events(const char *path, trace_make_sink_fn *make_sink, void *data,
                  struct reader_info *info, GCancellable *cancellable, GError **error);

#endif
