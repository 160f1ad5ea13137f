/* A profile as a graph: functions, and who called whom on the way to a wait. */
#ifndef TRACE_CALLGRAPH_H
#define TRACE_CALLGRAPH_H

#include "trace/profile.h"
#include "trace/roster.h"

struct callgraph_node {
    uint32_t func;   /* string id; 0: waits without a stack */
    int64_t flat_ns; /* waits that began in it */
    int64_t cum_ns;  /* waits that began in it or below it */
    bool shown;
};

struct callgraph_edge {
    uint32_t caller, callee; /* places in nodes */
    int64_t ns;
    bool direct; /* false: functions that are not shown lie between */
};

struct callgraph {
    GArray *nodes; /* of struct callgraph_node */
    GArray *edges; /* of struct callgraph_edge, between shown nodes */
    int64_t total_ns;
    bool samples;    /* of a CPU profile: what is called ns here are numbers of samples */
    size_t n_hidden; /* nodes that are not shown */
};

/* Shows the `max_nodes` heaviest functions that take part in at least `min_share` (0..1) of the
 * whole. Functions that are left out are bridged, so that every shown caller still leads to what it
 * called. A function that is several times on a stack counts once. */
struct callgraph *callgraph_new(const struct profile *profile, const struct symbols *symbols,
                                double min_share, size_t max_nodes);
void callgraph_free(struct callgraph *graph);

#endif
