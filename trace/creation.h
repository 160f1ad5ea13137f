/* Who creates whom: goroutines by the groups of creator and created one. */
#ifndef TRACE_CREATION_H
#define TRACE_CREATION_H

#include "trace/follow.h"

struct creation_edge {
    bool has_creator; /* false: no goroutine, as when a C thread calls Go for the first time */
    uint32_t creator; /* string id of its start function, 0: not known */
    uint32_t created; /* likewise */
    uint64_t count;
};

struct creation {
    uint64_t count;
    GArray *edges; /* of struct creation_edge, the most frequent first */
};

struct creation_builder;
struct creation_builder *creation_builder_new(void);
void creation_builder_free(struct creation_builder *builder);
/* So many goroutines of one group, created by one of another. */
void creation_builder_add(struct creation_builder *builder, bool has_creator, uint32_t creator,
                          uint32_t created, uint64_t count);
struct creation *creation_builder_finish(const struct creation_builder *builder,
                                         const struct follow *follow);
void creation_free(struct creation *creation);

#endif
