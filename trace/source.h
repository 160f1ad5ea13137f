/* Where the bytes of a trace come from. */
#ifndef TRACE_SOURCE_H
#define TRACE_SOURCE_H

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

/* The bytes of a file: a map of a regular one, a copy of what comes through a pipe. */
struct source {
    GMappedFile *map;
    char *copy;
    const uint8_t *bytes;
    size_t len;
};

/* Opens a file ("-": standard input) and has all its bytes at hand. Blocks. False: error is set and
 * there is nothing to clear. */
bool source_open(struct source *source, const char *path, GCancellable *cancellable,
                 GError **error);
void source_clear(struct source *source);

/* Lets the memory of these bytes go until they are read again, which then takes longer: pages of a
 * mapped file count as this process's own. Nothing happens where they could not be had again. */
void source_relax(const struct source *source, size_t from, size_t to);

#endif
