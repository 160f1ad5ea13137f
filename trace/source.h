/* Where the bytes of a trace come from: a file, which is mapped, or one that is compressed, or a
 * pipe, whose bytes come one after the other. */
#ifndef TRACE_SOURCE_H
#define TRACE_SOURCE_H

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#include "trace/reserve.h"
#include "trace/unpack.h"

/* A small file can unpack to any size: at most so many bytes may come of a pipe or compressed file,
 * and so many that have not been released are held at a time. */
#define SOURCE_MAX_BYTES ((size_t)MIN((uint64_t)64 << 30, (uint64_t)SIZE_MAX / 4))
#define SOURCE_MAX_HELD_BYTES ((size_t)MIN((uint64_t)4 << 30, (uint64_t)SIZE_MAX / 4))

struct source {
    const uint8_t *bytes;    /* of the trace; they do not move */
    size_t len;              /* how many there are by now */
    bool whole;              /* no more will come */
    enum unpack_kind kind;   /* how the file is compressed */
    uint64_t file_bytes;     /* of the file; of a pipe, what has come through it by now */
    uint64_t consumed_bytes; /* of them have become bytes of the trace */
    size_t max_held_bytes;   /* SOURCE_MAX_HELD_BYTES; a test may lower it */

    /* Its own. */
    GMappedFile *map;    /* of a plain file: `bytes` lie in it */
    GMappedFile *packed; /* of a compressed one */
    GInputStream *pipe;  /* of what is no regular file, and ... */
    uint8_t *input;      /* ... a buffer for it */
    struct unpack_piece piece;
    struct unpack *unpack;
    struct reserve reserve;
};

/* Opens a file ("-": standard input). All bytes of a plain file are at hand then, of others none
 * yet. Blocks. False: error is set and there is nothing to clear. */
bool source_open(struct source *source, const char *path, GCancellable *cancellable,
                 GError **error);
void source_clear(struct source *source);

/* Waits for more of a source that is not whole, up to about a MiB. False: what is there stays and
 * no more will come; TRACE_ERROR_TRUNCATED and _DAMAGED for compressed data, G_IO_ERROR_NO_SPACE
 * at a limit, G_IO_ERROR_CANCELLED, or what the pipe says. */
bool source_grow(struct source *source, GCancellable *cancellable, GError **error);

/* Gives back memory: the bytes below `up_to` will not be read again. */
void source_release(struct source *source, size_t up_to);
/* Lets the memory of these bytes go until they are read again, which then takes longer: pages of a
 * mapped file count as this process's own. Nothing happens where they could not be had again. */
void source_relax(const struct source *source, size_t from, size_t to);

#endif
