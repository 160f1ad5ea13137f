/* The inner loop of reading a trace of Go 1.22+: what plays nearly all of its records. */
#ifndef TRACE_QUICK2_H
#define TRACE_QUICK2_H

#include "trace/frontier.h"
#include "trace/order2.h"
#include "trace/stream.h"

/* Plays records in their order and gives out their events, as long as that is plain: the earliest
 * thread's record is an ordinary one that need not wait and is not later than `until_ns`, and no
 * more than `most` have been played. Returns how many; the next one is for others to look at.
 * Errors are those of frontier_step() and stream_push(): then *bad is set, and *offset to where. */
size_t quick2_play(struct stream *stream, struct order2 *order, struct frontier *frontier,
                   int64_t until_ns, size_t most, bool *bad, size_t *offset, GError **error);

#endif
