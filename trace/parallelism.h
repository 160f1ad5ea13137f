/* How many goroutines ran at a time, and when it was at most one although there were more Ps.
 *
 * Running means the state "running": a goroutine in a syscall does not count, the collector's
 * workers do. A goroutine that ran when the trace began counts from the event that first names
 * it. */
#ifndef TRACE_PARALLELISM_H
#define TRACE_PARALLELISM_H

#include "trace/follow.h"
#include "trace/sum.h"

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

/* Who ran, by group, for how long. */
struct parallelism_run {
    uint32_t group;
    int64_t ns;
};

/* A phase in the making. */
struct parallelism_serial {
    int64_t start_ns, end_ns, ran_ns;
    uint32_t n_who;
    struct parallelism_run who[PARALLELISM_WHO];
};

#define PARALLELISM_N_RUNS 32

struct parallelism_builder {
    GArray *running_ns; /* of int64_t, by number */
    uint32_t n_running;
    uint32_t slots; /* of all that run, by exclusive or: of one, that is its slot */
    bool has_more;  /* GOMAXPROCS is above 1 */
    bool in_phase;
    int64_t last_ns;
    int64_t serial_ns;
    uint64_t n_serial;
    /* What is not added up yet of the open phase: most phases are so short that they are forgotten
     * at their end. */
    uint32_t n_runs;
    struct parallelism_run runs[PARALLELISM_N_RUNS];
    struct parallelism_serial phase; /* the open one */
    struct parallelism_serial longest[PARALLELISM_PHASES];
    unsigned n_longest;
    int64_t least_ns; /* only longer ones are kept */
};

struct parallelism_builder *parallelism_builder_new(void);
void parallelism_builder_free(struct parallelism_builder *builder);
void parallelism_builder_grow(struct parallelism_builder *builder);
/* Adds up the runs of the open phase. */
void parallelism_builder_add_up(struct parallelism_builder *builder);
/* Keeps the open phase, which ends now. */
void parallelism_builder_keep(struct parallelism_builder *builder, int64_t now_ns);

/* The time up to now belongs to the state before. Who runs alone changes so often that no branch
 * would be guessed right: the run is written down in any case, and counts or not. */
static inline void parallelism_builder_advance(struct parallelism_builder *builder,
                                               const struct follow *follow, int64_t now_ns)
{
    int64_t ns = now_ns - builder->last_ns;
    int64_t *sum = &g_array_index(builder->running_ns, int64_t, builder->n_running);
    *sum = sum_ns(*sum, ns);
    builder->last_ns = now_ns;
    builder->runs[builder->n_runs] =
        (struct parallelism_run){follow_group(follow, builder->slots), ns};
    builder->n_runs += (uint32_t)builder->in_phase & (uint32_t)(builder->n_running == 1);
    if (G_UNLIKELY(builder->n_runs == PARALLELISM_N_RUNS))
        parallelism_builder_add_up(builder);
}

/* Begins or ends a phase, likewise without branches. */
static inline void parallelism_builder_look(struct parallelism_builder *builder, int64_t now_ns)
{
    bool serial = (builder->n_running <= 1) & builder->has_more;
    bool begins = serial & !builder->in_phase, ends = !serial & builder->in_phase;
    int64_t length_ns = ends ? now_ns - builder->phase.start_ns : 0;
    if (G_UNLIKELY(ends & (length_ns > builder->least_ns)))
        parallelism_builder_keep(builder, now_ns);
    builder->serial_ns = sum_ns(builder->serial_ns, length_ns);
    builder->n_serial += ends;
    builder->in_phase = serial;
    builder->phase.start_ns = begins ? now_ns : builder->phase.start_ns;
    builder->phase.n_who = begins ? 0 : builder->phase.n_who;
    builder->n_runs = begins ? 0 : builder->n_runs;
}

/* A goroutine of which there is a row begins or ceases to run. */
static inline void parallelism_builder_start(struct parallelism_builder *builder,
                                             const struct follow *follow, uint32_t slot,
                                             int64_t now_ns)
{
    parallelism_builder_advance(builder, follow, now_ns);
    builder->n_running++;
    builder->slots ^= slot;
    if (G_UNLIKELY(builder->n_running >= builder->running_ns->len))
        parallelism_builder_grow(builder);
    parallelism_builder_look(builder, now_ns);
}

static inline void parallelism_builder_stop(struct parallelism_builder *builder,
                                            const struct follow *follow, uint32_t slot,
                                            int64_t now_ns)
{
    parallelism_builder_advance(builder, follow, now_ns);
    builder->n_running--;
    builder->slots ^= slot;
    parallelism_builder_look(builder, now_ns);
}

void parallelism_builder_gomaxprocs(struct parallelism_builder *builder,
                                    const struct follow *follow, uint64_t n, int64_t now_ns);
/* As if the trace ended now; the builder takes nothing more then. */
struct parallelism *parallelism_builder_finish(struct parallelism_builder *builder,
                                               const struct follow *follow, int64_t now_ns);
void parallelism_free(struct parallelism *parallelism);

#endif
