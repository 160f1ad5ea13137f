/* Blocking profiles: where goroutines waited, by stack.
 *
 * Definitions are those of `go tool trace -pprof=` of Go 1.26 and 1.27. A profile of CPU samples
 * (samples.h) has the same shape. */
#ifndef TRACE_PROFILE_H
#define TRACE_PROFILE_H

#include "trace/reader.h"

enum profile_kind {
    PROFILE_NET,
    PROFILE_SYNC,
    PROFILE_SYSCALL,
    PROFILE_SCHED,
    PROFILE_CPU,
    PROFILE_N_KINDS,
    PROFILE_N_WAITS = PROFILE_CPU, /* those before it are waits, which profile_builder makes */
};

struct profile_record {
    uint32_t stack; /* 0: no stack */
    uint64_t count;
    int64_t delay_ns;
};

struct profile {
    enum profile_kind kind;
    uint64_t count;
    int64_t delay_ns;
    GArray *records; /* of struct profile_record, longest delay first */
};

/* "net", "sync", "syscall", "sched", "cpu"; static. */
const char *profile_kind_name(enum profile_kind kind);
/* PROFILE_N_KINDS when there is none of that name. */
enum profile_kind profile_kind_parse(const char *name);
/* "net, sync, syscall, sched, cpu", for messages; static. */
const char *profile_kind_list(void);

/* What makes a wait of a kind: the state, and for waiting its reason. */
extern const enum event_state profile_kind_states[PROFILE_N_WAITS];
bool profile_kind_fits(enum profile_kind kind, struct slice reason);

/* Stacks are told apart by their pcs in Go's tool: one of nothing but zeros is no stack, 0. */
uint32_t profile_stack(const struct symbols *symbols, uint32_t stack);

/* A profile of copied records, one for each stack, in any order. */
struct profile *profile_new(enum profile_kind kind, GArray *records);

struct profile_builder;
/* The kind is one of the waits. */
struct profile_builder *profile_builder_new(const struct symbols *symbols, enum profile_kind kind);
void profile_builder_free(struct profile_builder *builder);
struct sink profile_builder_sink(struct profile_builder *builder);
struct profile *profile_builder_finish(const struct profile_builder *builder);

/* All kinds at once. */
struct profile_builder *profile_builder_new_all(const struct symbols *symbols);
struct profile *profile_builder_finish_kind(const struct profile_builder *builder,
                                            enum profile_kind kind);
void profile_free(struct profile *profile);

#endif
