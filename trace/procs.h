/* What each P did with its time, and how long Ps were idle while goroutines waited for one.
 *
 * A P's time is divided into: running a goroutine; running a worker of the garbage collector's mark
 * phase; held by a goroutine in a syscall; looking for work or between goroutines ("sched"); idle;
 * and absent, before GOMAXPROCS first reached it. These add up to the length of the trace. A P that
 * was there before the trace is taken to have been from the start what it is first named as.
 *
 * Idle while runnable: at each moment as many Ps as were idle and could have run a goroutine that
 * was runnable, min(idle Ps, runnable goroutines), added up over time. Idle are those Ps that the
 * trace has named idle, but no more than GOMAXPROCS leaves. */
#ifndef TRACE_PROCS_H
#define TRACE_PROCS_H

#include "trace/follow.h"

enum proc_use {
    PROC_ABSENT,
    PROC_IDLE,
    PROC_SCHED,
    PROC_RUNNING,
    PROC_GC,
    PROC_SYSCALL,
    PROC_N_USES
};

struct proc_row {
    int64_t id;
    int64_t ns[PROC_N_USES];
};

struct procs {
    GArray *rows; /* of struct proc_row, by id */
    int64_t idle_while_runnable_ns;
};

/* "absent", "idle", "sched", "running", "gc", "syscall"; static. */
const char *proc_use_name(enum proc_use use);

struct procs_builder;
struct procs_builder *procs_builder_new(const struct symbols *symbols);
void procs_builder_free(struct procs_builder *builder);
/* Changes of state of Ps, and of goroutines from one state that was known (`before`) to another. */
void procs_builder_proc(struct procs_builder *builder, const struct event *event);
void procs_builder_goroutine(struct procs_builder *builder, const struct follow *follow,
                             const struct event *event, enum event_state before);
void procs_builder_label(struct procs_builder *builder, const struct event *event);
void procs_builder_gomaxprocs(struct procs_builder *builder, uint64_t n, int64_t now_ns);
/* As if the trace ended now; the builder takes nothing more then. */
struct procs *procs_builder_finish(struct procs_builder *builder, int64_t now_ns);
void procs_free(struct procs *procs);

#endif
