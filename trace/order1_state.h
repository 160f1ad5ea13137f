/* Inside of order1: what is known of goroutines and Ps while events are put in order.
 *
 * Only order1*.c include this. */
#ifndef TRACE_ORDER1_STATE_H
#define TRACE_ORDER1_STATE_H

#include "trace/order1.h"
#include "trace/queue1.h"
#include "trace/roster.h"

enum go1_status { GO1_DEAD, GO1_RUNNABLE, GO1_RUNNING, GO1_WAITING };

/* What an event needs before it can come. */
struct order1_need {
    enum { NEED1_NOTHING, NEED1_GOROUTINE, NEED1_GC } of;
    uint8_t status; /* enum go1_status */
    uint64_t g;
    uint64_t seq; /* ORDER1_ANY: any */
};

#define ORDER1_ANY UINT64_MAX
#define ORDER1_NO_SOURCE UINT32_MAX
#define ORDER1_N_BUCKETS 256

struct order1_region {
    uint64_t task, name;
};

/* Which number of its goroutine an event needs; which goroutine that is. */
enum order1_rule_seq {
    ORDER1_SEQ_ANY,
    ORDER1_SEQ_0,
    ORDER1_SEQ_1,
    ORDER1_SEQ_ARG_0,
    ORDER1_SEQ_ARG_1
};
enum order1_rule_of { ORDER1_OF_NONE, ORDER1_OF_OWN, ORDER1_OF_ARG, ORDER1_OF_GC };

/* What an event needs and does. */
struct order1_rule {
    uint8_t of, seq, status;
    uint8_t next; /* status */
    bool counts;  /* the goroutine's number grows by one */
};

/* Events without a row need nothing. */
extern const struct order1_rule order1_rules[WIRE1_N_TYPES];

/* A goroutine that has been created and has not ended. */
struct order1_g {
    uint64_t id;
    uint64_t seq;
    uint64_t pending;    /* number of the mark of its last GoSysCall, + 1, until its next event */
    int64_t block_ticks; /* its last GoSysBlock or GoInSyscall; 0: none */
    int64_t exit_ticks;  /* if `exits_late`: it must not start before that */
    GArray *regions;     /* of struct order1_region; NULL: none yet */
    uint32_t source;     /* where it runs */
    uint8_t status;      /* enum go1_status */
    bool in_net, in_syscall; /* what it waits for */
    bool assists, exits_late;
};

/* A P and its events; the one that stands first is in a heap or waits. */
struct order1_source {
    struct queue1 queue;
    uint64_t on; /* the goroutine that runs there, 0: none */
    uint32_t on_slot;
    bool started, sweeps, stops; /* stops: the world, which was a matter of a P before Go 1.10 */
    struct order1_need need;     /* of the first event */
    uint32_t need_slot;          /* where its goroutine was last seen */
    uint32_t next_waiting;       /* of those with the same need; ORDER1_NO_SOURCE: none */
    bool waits;
};

/* The earliest on top. Two arrays, so that no pair is read as one right after it was written as
 * two, for which processors have to wait. */
struct order1_heap {
    int64_t *keys;
    uint32_t *sources;
    size_t n, size;
};

struct order1_state {
    const struct tables1 *tables;
    bool salvage, by_seq; /* by_seq: events have numbers, as in Go 1.5 */
    struct order1 *out;
    uint64_t n_marks;
    struct order1_source *sources; /* the queues of the tables */
    uint32_t n_sources;
    uint32_t next_sample;
    struct order1_heap ready;
    struct order1_heap stuck; /* with `salvage`: those that waited, some no more */
    struct idmap waiting;     /* hash of a need -> index + 1 of the first source that has it */
    uint64_t mix[3];          /* of that hash */
    uint32_t n_waiting;
    uint32_t n_waiting_for[ORDER1_N_BUCKETS]; /* likewise, by the low bits of the goroutine */
    struct roster slots;                      /* of goroutines */
    struct order1_g *gs;                      /* by slot; the first is that of no goroutine, 0 */
    size_t gs_size;
    struct idset ended;
    struct idmap tasks; /* those that are open */
    uint64_t gc_seq;
    bool gc, stops;
    int64_t last_ticks;
    uint64_t next_relax; /* event before which it is looked where all sources stand */
};

/* Plays events from the earliest that is ready on, as long as they are of the kinds that nearly all
 * are of and nothing is wrong with them; not too many. */
void order1_quick(struct order1_state *state);

/* Lets a source wait for what its first event needs. */
void order1_wait(struct order1_state *state, uint32_t index);

/* Plays the first event of a source, whose need is met. False: TRACE_ERROR_DAMAGED. */
bool order1_play(struct order1_state *state, uint32_t source, GError **error);

/* Plays a CPU sample: it is an event of its goroutine, too. */
void order1_play_sample(struct order1_state *state, const struct tables1_sample *sample);

/* Puts the goroutine of a need into that state, whatever state it is in. False when there is none.
 */
bool order1_repair(struct order1_state *state, struct order1_source *source,
                   const struct order1_need *need);

/* Sources that wait for this get ready. */
void order1_wake(struct order1_state *state, const struct order1_need *need);

/* Sources that wait for the state that a goroutine is in now get ready. */
void order1_wake_for(struct order1_state *state, const struct order1_g *g);

/* The goroutine, NULL when it is not there. */
struct order1_g *order1_g(const struct order1_state *state, uint64_t id);

#endif
