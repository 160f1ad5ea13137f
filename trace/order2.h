/* Making one order of the events of all threads: the scheduler of Go 1.22+, replayed.
 *
 * Times only choose which thread is asked first; the sequence numbers in the events and the
 * states of goroutines, Ps and threads decide. A thread's next event either advances, or must
 * wait for another thread's, or contradicts the state, which ends the trace.
 * Source: internal/trace/order.go of Go 1.26, whose verdicts these are. */
#ifndef TRACE_ORDER2_H
#define TRACE_ORDER2_H

#include "trace/generation.h"
#include "trace/roster.h"

/* A GoSwitch is three events. */
#define ORDER2_MAX_EVENTS 3

struct order2;
struct order2_m; /* a thread, as far as the replay knows it */

/* Both are borrowed and filled: what events name, and the slots of goroutines. */
struct order2 *order2_new(struct symbols *symbols, struct roster *slots);
void order2_free(struct order2 *order);

/* From now on events are of this generation, borrowed until the next call (NULL: of none). */
void order2_set_generation(struct order2 *order, struct generation *generation);

enum order2_verdict { ORDER2_ADVANCED, ORDER2_WAIT, ORDER2_DAMAGED };

struct order2_events {
    unsigned n;
    struct event *event; /* room for ORDER2_MAX_EVENTS, the caller's; their times are not set */
};

/* Tries the next record of thread m (EVENT_NO_ID: of no thread). When it advances, the state is
 * changed and *events says what happened. TRACE_ERROR_DAMAGED is set only with the last
 * verdict. *bound is NULL at the first try of a thread and filled in for the next ones. */
enum order2_verdict order2_advance(struct order2 *order, int64_t m, struct order2_m **bound,
                                   const struct wire2_record *record, struct order2_events *events,
                                   GError **error);

/* For a generation whose end is missing, when no thread can go on: puts what the record of thread m
 * waits for into the state that the record tells of, so that it advances now. *from is the state
 * that was known before; the first transition of the record's events is from there. False: no
 * missing event could have let it go on, and nothing is changed. */
bool order2_rescue(struct order2 *order, int64_t m, const struct wire2_record *record,
                   enum event_state *from);

/* Likewise for a record that makes a goroutine which exists: forgets the one that there is. False:
 * it is no such record. */
bool order2_forget(struct order2 *order, const struct wire2_record *record);

#endif
