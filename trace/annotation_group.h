/* What tasks and regions of one name have in common: how many there were and how long they took. */
#ifndef TRACE_ANNOTATION_GROUP_H
#define TRACE_ANNOTATION_GROUP_H

#include "trace/annotation.h"

/* Sets what follows from durations: of complete ones, and of others that the histogram counts too
 * (may be NULL). Sorts both. */
void annotation_group_measure(struct annotation_group *group, struct durations *whole,
                              struct durations *cut);

/* The most frequent first, then by name and site. */
void annotation_groups_sort(GArray *groups);

void annotation_groups_free(GArray *groups);

/* Order of frames, for sorting. */
int annotation_compare_sites(const struct frame *a, const struct frame *b);

#endif
