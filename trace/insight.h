/* The analyses that stretches of time are enough for, behind one sink: latency, wake-ups, Ps,
 * creation, parallelism, flame. */
#ifndef TRACE_INSIGHT_H
#define TRACE_INSIGHT_H

#include "trace/creation.h"
#include "trace/flame.h"
#include "trace/latency.h"
#include "trace/parallelism.h"
#include "trace/procs.h"
#include "trace/wakeups.h"

/* Those that were not asked for are NULL. */
struct insight {
    struct latency *latency;
    struct wakeups *wakeups;
    struct procs *procs;
    struct creation *creation;
    struct parallelism *parallelism;
    struct flame *flame;
};

struct insight_builder;
/* `flame`: whether flame data is wanted; `all`: everything else. */
struct insight_builder *insight_builder_new(const struct symbols *symbols, bool all, bool flame);
void insight_builder_free(struct insight_builder *builder);
struct sink insight_builder_sink(struct insight_builder *builder);
/* As if the trace ended now; the builder takes nothing more then. */
struct insight *insight_builder_finish(struct insight_builder *builder);
void insight_free(struct insight *insight);

#endif
