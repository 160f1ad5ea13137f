/* Inside of the reader of Go 1.22+: finding generations (reader.c) and playing them
 * (reader_play.c).
 *
 * Only these two include this. */
#ifndef TRACE_READER_STATE_H
#define TRACE_READER_STATE_H

#include "trace/order2.h"
#include "trace/reader.h"
#include "trace/salvage.h"

/* Headers from this version on mark the end of a generation. */
#define READER_FIRST_WITH_END_MARK 26
#define READER_NEWEST_KNOWN 26

#define READER_ENDS_EARLY "the file ends before the generation does"

struct reader {
    struct symbols *symbols; /* borrowed */
    struct stream stream;    /* where the events go */
    struct order2 *order;
    uint32_t n_syncs;
    size_t work; /* records looked at since the cancellable was */
    struct relax relax;
    size_t until_relax; /* records to be played before it is told */
    bool over;          /* nothing more will be read: at the end, or after an error */
    bool counted;       /* what is lost has been added up */
    struct salvage salvage;

    /* The generation that is being collected; kept while its end has not been seen. */
    GArray *batches; /* of struct wire2_batch */
    size_t scan_at;  /* behind the last of them */
    GError *pending; /* what stands behind the generation, when that is damaged */
    size_t pending_at;
};

/* What one call of reader_read() works with. */
struct reader_pass {
    const uint8_t *bytes;
    size_t len;
    bool last;
    GCancellable *cancellable;
    uint64_t *progress;
};

/* Gives out a Sync event; `generation` is the one that begins, NULL at the end. */
bool reader_emit_sync(struct reader *reader, const struct generation *generation, GError **error);

/* Keeps what is wrong behind the batches that have been collected. */
void reader_note_damage(struct reader *reader, size_t at, int code, const char *what);

/* Puts in front of an error where it happened; always false. */
bool reader_place(GError **error, uint64_t number, size_t offset);

/* Of the generation of these batches; 0: there are none. */
uint64_t reader_number(const GArray *batches);

/* Whether to go on where Go's reader stops. Not in a version that nobody knows: there, what makes
 * no sense may be right. */
bool reader_may_salvage(const struct reader *reader);

/* Plays the generation that has been collected. */
bool reader_play_generation(struct reader *reader, const struct reader_pass *pass, GError **error);

#endif
