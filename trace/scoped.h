/* Blocking profiles of a part of the program: of what happened inside regions of a name, or inside
 * tasks of a type.
 *
 * Definitions are those of the region profiles of Go's trace tool (1.26): a wait counts when its
 * goroutine is inside a matching region, nested ones once; a region that was begun before the trace
 * reaches back to its start; unlike in profile.h the wait before the first run counts. Inside a
 * task is what is inside a region of it; a goroutine that is created there is so for its whole
 * life. Tasks begun before the trace have no type that is known, so they match nothing. Where C
 * threads use a goroutine's id again, all its lives count, not only the last. */
#ifndef TRACE_SCOPED_H
#define TRACE_SCOPED_H

#include "trace/profile.h"

struct scoped_builder;

/* Of a kind of wait. One of the names is given, the other NULL; they are copied. */
struct scoped_builder *scoped_builder_new(const struct symbols *symbols, enum profile_kind kind,
                                          const char *region, const char *task);
void scoped_builder_free(struct scoped_builder *builder);
struct sink scoped_builder_sink(struct scoped_builder *builder);
struct profile *scoped_builder_finish(const struct scoped_builder *builder);

#endif
