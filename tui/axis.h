/* Moments in words: the marks of a time axis, and a moment as exactly as a zoom shows it. */
#ifndef TUI_AXIS_H
#define TUI_AXIS_H

#include <stdint.h>

/* Marks at round times, labels relative to a base: "1.2 s +" and then "300 us", "400 us". */
struct axis {
    int64_t base_ns;  /* 0, or what all labels leave out, a round time */
    int64_t first_ns; /* of the first mark in the stretch */
    int64_t step_ns;  /* from mark to mark: 1, 2 or 5 times a power of ten */
    int64_t unit_ns;  /* what the labels count: 1, 1000, ... 1000000000 */
};

/* For a stretch of time on n columns, so that a label of `label_columns` has room at each mark. */
void axis_init(struct axis *axis, int64_t from_ns, int64_t to_ns, int n, int label_columns);
/* "300 us": the label at a mark; g_free() it. */
char *axis_label(const struct axis *axis, int64_t time_ns);
/* "1.2 s +", or NULL when there is nothing to add; g_free() it. */
char *axis_base(const struct axis *axis);

/* "1.234567 s": a moment with the digits that tell columns of `column_ns` apart; g_free() it. */
char *axis_moment(int64_t time_ns, int64_t column_ns);

#endif
