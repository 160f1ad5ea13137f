/* The one way in: bytes of a Go execution trace become ordered events.
 *
 * The reader is incremental at generation borders: it is handed a range of bytes that begins at
 * the file's first byte and may have grown since the last call, consumes every complete
 * generation in it and leaves the rest for the next call.
 *
 * What it accepts, and the events that it gives out before it refuses, are those of Go's own reader
 * (internal/trace of Go 1.26), but for this: Go ends in silence where a table record is cut off
 * between two of its numbers, where a file ends behind the first byte of an experimental batch, and
 * where a generation has only tables yet. Bytes are lost then, so that is an error here. A
 * stack without frames is no stack here. And no goroutine may have more than 64 ranges open at
 * once.
 *
 * Salvage goes beyond that, and is never complete: a generation without its end gives what it
 * holds, a record that is none ends its thread only, strings and stacks that do not exist are
 * empty, and a newer version is read as 1.26 as long as its records are known. In a generation
 * without its end, threads go on over what was never written as far as their own records tell what
 * that did. The trace ends where no thread can go on, where a record contradicts the others, and
 * behind a generation that is not whole: of what comes then nothing certain can be said. */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include <gio/gio.h>

#include "trace/error.h"
#include "trace/relax.h"
#include "trace/stream.h"
#include "trace/symbols.h"

struct reader;

/* The symbols are borrowed and filled; the sinks are called in their order and borrowed too. */
struct reader *reader_new(struct symbols *symbols, const struct sink *sinks, size_t n_sinks);
void reader_free(struct reader *reader);

/* Whether to read what Go's own reader refuses, where that is sound; it is off at first. To be
 * called before the first read. */
void reader_set_salvage(struct reader *reader, bool salvage);
/* Lets sinks run on up to this many threads beside the reader's own; none at first. To be called
 * before the first read. reader_read() returns when they have seen everything that it gave out. */
void reader_set_threads(struct reader *reader, unsigned n);

/* Has `relax` called with ranges of bytes that were looked at and will be again much later, or not
 * at all: whoever has them may free their memory meanwhile, if they come back when they are read.
 * To be called before the first read. */
void reader_set_relax(struct reader *reader, relax_call *relax, void *data);

/* Reads on: bytes[0..len) is everything that there is of the file so far; `last` says that no more
 * will come. Returns false on an error (TRACE_ERROR_*, or G_IO_ERROR_CANCELLED); whatever events
 * came before it were given out and stay true. After an error only reader_info() and
 * reader_free() may be called. `progress` (may be NULL) is set atomically to the bytes read. */
bool reader_read(struct reader *reader, const uint8_t *bytes, size_t len, bool last,
                 GCancellable *cancellable, uint64_t *progress, GError **error);

const struct reader_info *reader_info(const struct reader *reader);

#endif
