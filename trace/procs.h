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
#include "trace/roster.h"

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

/* A P: what it is used for and since when. */
struct procs_state {
    struct proc_row out;
    enum proc_use use;
    int64_t since_ns;
};

struct procs_builder {
    const struct symbols *symbols;
    struct roster numbers;
    struct procs_state *rows;
    uint32_t n_rows, n_idle, n_busy, n_runnable;
    uint64_t gomaxprocs;
    int64_t last_ns, idle_while_runnable_ns;
    GByteArray *worker;       /* by slot: whether a label says that it marks */
    GByteArray *worker_group; /* by group: 0 not known yet, 1 no, 2 it is the mark workers' */
};

struct procs_builder *procs_builder_new(const struct symbols *symbols);
void procs_builder_free(struct procs_builder *builder);
/* Changes of state of Ps, and of goroutines from one state that was known (`before`) to another. */
void procs_builder_proc(struct procs_builder *builder, const struct event *event);
void procs_builder_goroutine(struct procs_builder *builder, const struct follow *follow,
                             const struct event *event, enum event_state before);
void procs_builder_label(struct procs_builder *builder, const struct event *event);
/* What a P is used for that runs this goroutine: PROC_RUNNING or PROC_GC. */
enum proc_use procs_builder_running(struct procs_builder *builder, const struct follow *follow,
                                    uint32_t slot);
void procs_builder_gomaxprocs(struct procs_builder *builder, uint64_t n, int64_t now_ns);
/* The time up to now belongs to the numbers of Ps and goroutines before. */
void procs_builder_advance(struct procs_builder *builder, int64_t now_ns);

/* Goroutines become runnable, or are it no more. */
static inline void procs_builder_runnable(struct procs_builder *builder, uint32_t n, int64_t now_ns)
{
    /* while no P is idle there is nothing to add up */
    if (builder->n_idle > 0)
        procs_builder_advance(builder, now_ns);
    builder->n_runnable += n;
}

/* A P is used for something else; nothing happens without a P. */
void procs_builder_use_slowly(struct procs_builder *builder, int64_t p, enum proc_use next,
                              int64_t now_ns);

/* The same from one business (neither is idle or absent) to another. */
static inline void procs_builder_use(struct procs_builder *builder, int64_t p, enum proc_use next,
                                     int64_t now_ns)
{
    uint32_t link = (uint64_t)p < builder->numbers.n_dense ? builder->numbers.dense[p] : 0;
    if (link == 0 || builder->rows[link - 1].use <= PROC_IDLE) {
        procs_builder_use_slowly(builder, p, next, now_ns);
        return;
    }
    struct procs_state *row = &builder->rows[link - 1];
    row->out.ns[row->use] += now_ns - row->since_ns;
    row->since_ns = now_ns;
    row->use = next;
}

/* As if the trace ended now; the builder takes nothing more then. */
struct procs *procs_builder_finish(struct procs_builder *builder, int64_t now_ns);
void procs_free(struct procs *procs);

#endif
