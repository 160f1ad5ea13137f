/* The timeline's rows: what each P, goroutine and thread did when, as spans without gaps of
 * meaning.
 *
 * A lane is sorted and its spans do not overlap; finding one and filling a window cost O(log n) a
 * column, whatever the length of the trace. */
#ifndef TRACE_LANES_H
#define TRACE_LANES_H

#include "trace/reader.h"

enum lane_kind { LANE_PROC, LANE_GOROUTINE, LANE_THREAD, LANE_N_KINDS };

enum span_state {
    SPAN_NONE, /* nothing is known: before creation, after the end, an idle P */
    SPAN_RUNNING,
    SPAN_SYSCALL,
    SPAN_RUNNABLE,
    SPAN_WAITING,
    SPAN_GC,  /* a GC worker, an assist, a sweep */
    SPAN_STW, /* the world is stopped */
    SPAN_N_STATES
};

struct span {
    int64_t start_ns, end_ns; /* end > start */
    enum span_state state;
    int64_t g, p, m; /* who and where, EVENT_NO_ID where that is not known */
    uint32_t reason; /* string id: why it waits, or which range; 0: none */
    uint32_t stack;  /* where it began to wait or run; 0: none */
};

struct lane {
    enum lane_kind kind;
    int64_t id;               /* of the P, goroutine or thread */
    uint32_t name;            /* string id: a goroutine's start function; else 0 */
    int64_t start_ns, end_ns; /* of the first and last span */
    int64_t busy_ns;          /* time running (and in syscalls, GC) */
    size_t n_spans;
    struct lane_spans *spans; /* the spans themselves, kept as compactly as they can be */
};

struct lanes; /* all of them; read-only once finished */

struct lanes_builder;
struct lanes_builder *lanes_builder_new(const struct symbols *symbols);
void lanes_builder_free(struct lanes_builder *builder);
struct sink lanes_builder_sink(struct lanes_builder *builder);
/* All spans so far, open ones closed at the last event's time. The builder can go on. */
struct lanes *lanes_builder_finish(struct lanes_builder *builder);
/* The same, in less memory, when nothing will come: takes the builder. */
struct lanes *lanes_builder_close(struct lanes_builder *builder);

void lanes_free(struct lanes *lanes);
/* The lanes of one kind, by id. */
size_t lanes_n(const struct lanes *lanes, enum lane_kind kind);
const struct lane *lanes_at(const struct lanes *lanes, enum lane_kind kind, size_t index);
/* NULL when there is none of that id. */
const struct lane *lanes_find(const struct lanes *lanes, enum lane_kind kind, int64_t id);

/* The span that covers a time; false when none does. */
bool lane_span_at(const struct lane *lane, int64_t time_ns, struct span *span);
/* The first span that starts after / the last that ends at or before a time; false: none. */
bool lane_span_after(const struct lane *lane, int64_t time_ns, struct span *span);
bool lane_span_before(const struct lane *lane, int64_t time_ns, struct span *span);

#endif
