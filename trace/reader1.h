/* Reads a whole trace of Go 1.5 to 1.21: bytes -> events.
 *
 * Go reads or refuses such a trace as a whole, and with `salvage` off so does this, for headers
 * from 1.11 on as Go 1.26 does it, for older ones by the rules of Go 1.8 to 1.15. Differences, all
 * in what no runtime writes: Go has meanings of its own for P 1000005 and goroutines 2^64-2 and
 * 2^64-1, and for string ids from 2^64-30 on.
 *
 * With `salvage` on, all that can be read soundly is given out, and then an error says what was
 * done to get there:
 * - Where no order of the events is consistent, as with every goroutine that a C thread's callback
 *   runs on, the goroutine of the earliest event that is stuck is put into the state that the event
 *   needs, with an event that says so. From the first of these on, times may go back and are then
 *   pushed up to the last one.
 * - What stands behind a damaged or cut record is lost. A killed process writes no stacks, no
 *   strings that were not yet flushed and no frequency of its clock, for these come last. Nothing
 *   in the file tells how long a tick is then, and no computer has the same: times are ticks,
 *   shown as nanoseconds, of which only the proportions are true.
 * - Names that are missing are empty. */
#ifndef TRACE_READER1_H
#define TRACE_READER1_H

#include <gio/gio.h>

#include "trace/relax.h"
#include "trace/stream.h"
#include "trace/symbols.h"

/* The stream's info must have go_minor; the rest of it is set. The events go to its sinks, and
 * `relax` hears of the bytes that are behind. Returns
 * false with TRACE_ERROR_DAMAGED, TRACE_ERROR_TRUNCATED or G_IO_ERROR_CANCELLED. */
bool reader1_read(struct stream *stream, struct symbols *symbols, const uint8_t *bytes, size_t len,
                  bool salvage, struct relax *relax, GCancellable *cancellable, uint64_t *progress,
                  GError **error);

#endif
