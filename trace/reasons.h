/* What kinds of waits the reasons of a trace are, by string id.
 *
 * The words are those of Go's runtime and, for what is a net or a sync wait, of `go tool trace`. */
#ifndef TRACE_REASONS_H
#define TRACE_REASONS_H

#include "trace/symbols.h"

enum reason_kind {
    REASON_OTHER,
    REASON_FOREVER, /* "forever": it is over for this goroutine */
    REASON_NET,     /* "network" */
    REASON_SYNC,    /* contains "chan", "sync" or "select" */
};

#define REASONS_KNOWN 64

/* Remembers the few that a trace has; to be made by reasons_init(). */
struct reasons {
    const struct symbols *symbols;
    uint32_t ids[REASONS_KNOWN];
    uint8_t kinds[REASONS_KNOWN];
};

void reasons_init(struct reasons *reasons, const struct symbols *symbols);
enum reason_kind reasons_look_up(struct reasons *reasons, uint32_t id);

static inline enum reason_kind reasons_kind(struct reasons *reasons, uint32_t id)
{
    unsigned place = id % REASONS_KNOWN;
    return reasons->ids[place] == id ? (enum reason_kind)reasons->kinds[place]
                                     : reasons_look_up(reasons, id);
}

#endif
