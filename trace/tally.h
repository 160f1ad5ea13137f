/* Sums of time under names for many owners: how long each goroutine waited for each reason.
 *
 * All owners share one table, so that adding costs one lookup however many names a file invents.
 * An owner holds the head of its list, 0 while it has none. */
#ifndef TRACE_TALLY_H
#define TRACE_TALLY_H

#include <glib.h>

#include "trace/roster.h"
#include "trace/summary.h"

#define TALLY_CLOSED INT64_MIN

struct tally_entry {
    uint32_t name; /* string id */
    uint32_t next; /* of the same owner, plus 1; 0: the last */
    int64_t ns;
    int64_t since_ns; /* when a piece began that is still open; TALLY_CLOSED when there is none */
};

struct tally {
    struct roster numbers; /* of (owner, name) */
    GArray *entries;       /* of struct tally_entry */
};

void tally_init(struct tally *tally);
void tally_clear(struct tally *tally);

/* The entry of an owner's name, made when it is new. Valid until the next call. */
struct tally_entry *tally_at(struct tally *tally, uint32_t owner, uint32_t *head, uint32_t name);

/* Walks an owner's list: the entry that `link` (a head or a next) names, NULL at its end. */
struct tally_entry *tally_follow(const struct tally *tally, uint32_t link);

/* Ends an open piece and adds it; nothing when none is open. */
void tally_close(struct tally_entry *entry, int64_t now_ns);

/* Sets all sums of an owner to 0 and forgets open pieces. */
void tally_reset(struct tally *tally, uint32_t head);

/* An owner's sums as an array of struct summary_time, the longest first, open pieces added as if
 * they ended now; sums of 0 are left out. When there are none this is a reference to `none`, which
 * is an empty array: most goroutines of a big trace never wait. */
GArray *tally_times(const struct tally *tally, uint32_t head, int64_t now_ns, GArray *none);

#endif
