/* Numbers as people read them, in ASCII. */
#ifndef TRACE_QUANTITY_H
#define TRACE_QUANTITY_H

#include <glib.h>
#include <stdint.h>

/* "512 ns", "6.945 ms", "1.25 s", "12m 03s": a time or a duration, negative ones with a sign. The
 * caller owns the text, likewise below. */
char *quantity_time(int64_t ns);
/* The same for a column: narrow, "6.945ms", and nothing is "0". */
char *quantity_cell(int64_t ns);
/* "812 B", "3.4 MiB". */
char *quantity_bytes(uint64_t bytes);
/* "1,234,567". */
char *quantity_count(uint64_t n);
/* "38.2%" of a whole; "-" when that is nothing. */
char *quantity_percent(int64_t part, int64_t whole);

#endif
