/* What one look through a trace of Go 1.5 to 1.21 finds beside its events: where the batches of
 * each P are, strings, stacks, CPU samples, the clock. These stand anywhere in the file, most of
 * them at its end.
 *
 * The tables borrow the bytes of the file. Ids of the file become ids of `struct symbols` when they
 * are asked for. */
#ifndef TRACE_TABLES1_H
#define TRACE_TABLES1_H

#include <gio/gio.h>

#include "trace/idset.h"
#include "trace/relax.h"
#include "trace/symbols.h"
#include "trace/wire1.h"

#define TABLES1_NO_BATCH UINT32_MAX

struct tables1_batch {
    size_t at;     /* of its Batch record */
    uint32_t next; /* of the same P, TABLES1_NO_BATCH: none */
};

/* All batches of a P. */
struct tables1_queue {
    int64_t p; /* EVENT_NO_ID: those of no P */
    uint32_t first, last;
};

struct tables1_sample {
    int64_t ticks;
    int64_t p;
    uint64_t g; /* 0: none */
    uint32_t stack;
};

struct tables1 {
    const uint8_t *bytes; /* the file */
    size_t len;           /* of the bytes that were understood */
    struct wire1_format format;
    GArray *batches;    /* of struct tables1_batch, in file order */
    GArray *queues;     /* of struct tables1_queue */
    GArray *samples;    /* of struct tables1_sample, by their time */
    uint64_t n_records; /* events, without CPU samples */
    uint64_t n_marked;  /* of these, GoSysCall, GoUnblock, GoSysExit and those like them */
    uint64_t frequency; /* ticks a second; 0: the file does not say */
    uint64_t n_strings, n_stacks;
    uint64_t max_string; /* the highest id */
    bool invents;        /* strings above that are what Go takes them for: see tables1_string() */
    struct idset timers; /* goroutines that run timers */
    struct symbols *symbols;
    struct relax *relax; /* borrowed: who looks through the bytes tells it how far that has come */
    struct tables1_symbols *own;
};

/* Looks through bytes[0..len), which begin with a header of this version. Always returns tables:
 * when *error is set they hold what comes before tables->len, where something is wrong:
 * TRACE_ERROR_DAMAGED, TRACE_ERROR_TRUNCATED or G_IO_ERROR_CANCELLED. */
struct tables1 *tables1_new(const uint8_t *bytes, size_t len, int go_minor, struct symbols *symbols,
                            struct relax *relax, GCancellable *cancellable, uint64_t *progress,
                            GError **error);
void tables1_free(struct tables1 *tables);

/* The symbol of a string of the file; false, and the empty string, when it does not exist. Go gives
 * the ids above the highest to messages of logs and to words of its own, so a record that names one
 * of these by mistake gets it: here, too, if tables->invents. */
bool tables1_string(struct tables1 *tables, uint64_t id, uint32_t *symbol);

/* What tables1_stack() found. */
enum tables1_stack {
    TABLES1_STACK,
    TABLES1_NO_STACK, /* no such stack, or one without frames */
    TABLES1_NO_NAMES, /* a stack of which not all strings exist: the symbol has "" for them */
};

/* The symbol of a stack of the file; 0 when it does not exist. */
enum tables1_stack tables1_stack(struct tables1 *tables, uint64_t id, uint32_t *symbol);

#endif
