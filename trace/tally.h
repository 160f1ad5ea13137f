/* Sums of time under names for many owners: how long each goroutine waited for each reason.
 *
 * All owners share one store, and none costs more than a short walk and one lookup, however many
 * names a file invents. An owner holds the head of its list, 0 while it has none. */
#ifndef TRACE_TALLY_H
#define TRACE_TALLY_H

#include <glib.h>

#include "trace/idmap.h"
#include "trace/summary.h"

#define TALLY_CLOSED INT64_MIN

struct tally_entry {
    uint32_t name; /* string id */
    uint32_t next; /* of the same owner, plus 1; 0: the last */
    int64_t ns;
    int64_t since_ns; /* when a piece began that is still open; TALLY_CLOSED when there is none */
};

struct tally {
    struct tally_entry *entries;
    uint32_t n, size;
    uint32_t free;       /* head of the list of those to be used again */
    struct idmap others; /* (owner, name) of what stands far back in its list */
};

void tally_init(struct tally *tally);
void tally_clear(struct tally *tally);

/* What names the entry of an owner's name, which is made when it is new. */
uint32_t tally_link(struct tally *tally, uint32_t owner, uint32_t *head, uint32_t name);

/* What a link names, which is not 0. Valid until the next one is made. */
static inline struct tally_entry *tally_entry(const struct tally *tally, uint32_t link)
{
    return &tally->entries[link - 1];
}

/* Walks an owner's list: the entry that `link` (a head or a next) names, NULL at its end. */
static inline struct tally_entry *tally_follow(const struct tally *tally, uint32_t link)
{
    return link == 0 ? NULL : tally_entry(tally, link);
}

/* The entry of an owner's name. */
static inline struct tally_entry *tally_at(struct tally *tally, uint32_t owner, uint32_t *head,
                                           uint32_t name)
{
    return tally_entry(tally, tally_link(tally, owner, head, name));
}

/* Ends an open piece and adds it; nothing when none is open. */
static inline void tally_close(struct tally_entry *entry, int64_t now_ns)
{
    if (entry->since_ns == TALLY_CLOSED)
        return;
    entry->ns += now_ns - entry->since_ns;
    entry->since_ns = TALLY_CLOSED;
}

/* The owner's number will be another's; its list stays and can be walked. */
void tally_seal(struct tally *tally, uint32_t owner, uint32_t head);

/* Gives a sealed list back. */
void tally_drop(struct tally *tally, uint32_t head);

/* An owner's sums as an array of struct summary_time, the longest first, open pieces added as if
 * they ended now; sums of 0 are left out. When there are none this is a reference to `none`, which
 * is an empty array: most goroutines of a big trace never wait. */
GArray *tally_times(const struct tally *tally, uint32_t head, int64_t now_ns, GArray *none);

/* Adds to one of such an array, which is taken, and returns it. */
GArray *tally_times_add(GArray *times, uint32_t name, int64_t ns);

#endif
