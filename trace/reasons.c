/* A table of those that were asked for last; string ids are their own hash. */
#include "config.h"

#include "trace/reasons.h"

#include <string.h>

void reasons_init(struct reasons *reasons, const struct symbols *symbols)
{
    memset(reasons, 0, sizeof *reasons); /* id 0 is "", which is none of them */
    reasons->symbols = symbols;
}

static bool is(struct slice reason, const char *word)
{
    return reason.len == strlen(word) && memcmp(reason.at, word, reason.len) == 0;
}

static bool contains(struct slice reason, const char *word)
{
    return memmem(reason.at, reason.len, word, strlen(word)) != NULL;
}

enum reason_kind reasons_look_up(struct reasons *reasons, uint32_t id)
{
    struct slice reason = symbols_string(reasons->symbols, id);
    enum reason_kind kind = REASON_OTHER;
    if (is(reason, "forever"))
        kind = REASON_FOREVER;
    else if (is(reason, "network"))
        kind = REASON_NET;
    else if (contains(reason, "chan") || contains(reason, "sync") || contains(reason, "select"))
        kind = REASON_SYNC;
    reasons->ids[id % REASONS_KNOWN] = id;
    reasons->kinds[id % REASONS_KNOWN] = (uint8_t)kind;
    return kind;
}
