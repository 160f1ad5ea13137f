/* Where goroutines spent all their time, on and off the CPU, by stack: what a flame graph shows.
 *
 * Off the CPU a stack is where the goroutine left off: where it blocked, for which reason, where
 * it made its syscall, where it was preempted or created. Running time goes to the stack that the
 * goroutine had come to when it was taken off, for that is all that the trace says; without one to
 * the stack that it went on from. Where CPU samples fell into such a stretch, they divide it among
 * their stacks equally instead.
 *
 * All of a goroutine's time that the trace knows is in here once, the open stretches of the end
 * too, so that a group's times are those of the summary (exec, sched wait, syscall and syscall
 * block together, block). */
#ifndef TRACE_FLAME_H
#define TRACE_FLAME_H

#include "trace/follow.h"

struct flame_record {
    uint32_t name;          /* string id of the group's start function, 0: not known */
    enum event_state state; /* running, runnable, waiting or syscall */
    uint32_t reason;        /* of waiting, string id */
    uint32_t stack;         /* 0: not known */
    uint64_t count;         /* stretches, or samples */
    int64_t ns;
};

struct flame {
    GArray *records; /* of struct flame_record, longest first */
    int64_t total_ns;
};

struct flame_builder;
struct flame_builder *flame_builder_new(void);
void flame_builder_free(struct flame_builder *builder);
void flame_builder_add(struct flame_builder *builder, const struct stretch *stretch);
/* A CPU sample of the goroutine that is running in its context. */
void flame_builder_sample(struct flame_builder *builder, const struct event *event);
struct flame *flame_builder_finish(const struct flame_builder *builder,
                                   const struct follow *follow);
void flame_free(struct flame *flame);

/* Folded stacks (folded.h): "start function;...;leaf;[state or reason] NANOSECONDS", of the groups
 * that the expression is found in (NULL: all). */
void flame_fold(const struct flame *flame, const struct symbols *symbols, const GRegex *match,
                GString *out);

#endif
