/* Goroutines added up by their start function. */
#ifndef TRACE_GROUPS_H
#define TRACE_GROUPS_H

#include "trace/roster.h"
#include "trace/summary.h"
#include "trace/tally.h"

struct groups {
    GArray *rows;  /* of struct summary_group, without its arrays */
    GArray *heads; /* of their lists in the two tallies */
    struct roster numbers;
    struct tally block, range;
};

void groups_init(struct groups *groups);
void groups_clear(struct groups *groups);

/* Adds `count` goroutines of a name; the arrays in `times` are not looked at. Returns the group's
 * number. */
uint32_t groups_add(struct groups *groups, uint32_t name, size_t count,
                    const struct summary_times *times);

/* Adds to a group what stands in lists of two other tallies; open pieces do not count. */
void groups_add_lists(struct groups *groups, uint32_t number, const struct tally *block,
                      uint32_t block_head, const struct tally *range, uint32_t range_head);

/* Adds a finished goroutine. */
void groups_add_goroutine(struct groups *groups, const struct summary_goroutine *goroutine);

/* Adds all that is in another. */
void groups_add_all(struct groups *groups, const struct groups *from);

/* What is in it: an array of struct summary_group, longest exec time first; groups_free() it. */
GArray *groups_finish(const struct groups *groups);
void groups_free(GArray *finished);

#endif
