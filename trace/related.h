/* Which goroutines have to do with which: who unblocked whom, goroutine by goroutine.
 *
 * The definition of related goroutines is that of Go's internal/trace (RelatedGoroutinesV2 of Go
 * 1.26). Memory grows with the goroutines and the different pairs of them, so this is kept only
 * when it is asked for (TRACE_RELATED). */
#ifndef TRACE_RELATED_H
#define TRACE_RELATED_H

#include "trace/reader.h"

struct related_edge {
    int64_t by, of; /* goroutine ids: the waker, the woken */
    uint64_t count;
};

struct related {
    GArray *edges; /* of struct related_edge, by the woken, then the most frequent first */
};

/* Those related to a goroutine, itself included: twice, everybody is added who unblocked one of
 * them. An array of int64_t, sorted; the caller unrefs it. */
GArray *related_of(const struct related *related, int64_t id);

struct related_builder;
struct related_builder *related_builder_new(void);
void related_builder_free(struct related_builder *builder);
struct sink related_builder_sink(struct related_builder *builder);
struct related *related_builder_finish(const struct related_builder *builder);
void related_free(struct related *related);

#endif
