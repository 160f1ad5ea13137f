/* How many goroutines ran at a time, and when it was at most one although there were more Ps.
 *
 * Running means the state "running": a goroutine in a syscall does not count, the collector's
 * workers do. A goroutine that ran when the trace began counts from the event that first names
 * it. */
#ifndef TRACE_PARALLELISM_H
#define TRACE_PARALLELISM_H

#include "trace/follow.h"

/* As many phases are kept, and as many groups in each. */
#define PARALLELISM_PHASES 10
#define PARALLELISM_WHO 8

struct parallelism_who {
    uint32_t name; /* string id of a start function, 0: not known */
    int64_t ns;
};

/* Some time in which at most one goroutine ran at once while GOMAXPROCS was above 1. */
struct parallelism_phase {
    int64_t start_ns, end_ns;
    int64_t ran_ns; /* of it one ran; in the rest none */
    size_t n_who;
    struct parallelism_who who[PARALLELISM_WHO]; /* the longest first; too many: the first seen */
};

struct parallelism {
    GArray *running_ns; /* of int64_t: how long 0, 1, 2... goroutines ran at once */
    int64_t serial_ns;  /* of all phases, also those that are not kept */
    uint64_t n_serial;
    GArray *serial; /* of struct parallelism_phase, the longest first */
};

struct parallelism_builder;
struct parallelism_builder *parallelism_builder_new(void);
void parallelism_builder_free(struct parallelism_builder *builder);
/* Goroutines begin and cease to run. */
void parallelism_builder_start(struct parallelism_builder *builder, const struct follow *follow,
                               uint32_t slot, int64_t now_ns);
void parallelism_builder_stop(struct parallelism_builder *builder, const struct follow *follow,
                              uint32_t slot, int64_t now_ns);
void parallelism_builder_gomaxprocs(struct parallelism_builder *builder,
                                    const struct follow *follow, uint64_t n, int64_t now_ns);
/* As if the trace ended now; the builder takes nothing more then. */
struct parallelism *parallelism_builder_finish(struct parallelism_builder *builder,
                                               const struct follow *follow, int64_t now_ns);
void parallelism_free(struct parallelism *parallelism);

#endif
