/* A local file that appears whole or not at all: bytes go to FILE.part, which takes the name FILE
 * at the end. FILE.part is locked, so that two pulls cannot mix their bytes; one that a killed
 * pull left behind is written anew. */
#ifndef KUBE_PART_H
#define KUBE_PART_H

#include "kube/error.h"

struct part;

/* KUBE_ERROR_FILE, also when FILE is there and must not be overwritten. */
struct part *part_open(const char *file, bool overwrite, GError **error);

/* Bytes are gathered and written in large pieces; an error may tell of earlier ones. */
bool part_write(struct part *part, const uint8_t *bytes, size_t len, GError **error);

/* Takes all bytes back: what is written next is the file's beginning. */
bool part_rewind(struct part *part, GError **error);

/* Writes the rest, syncs it to the disk and renames, in a worker thread. `done` is called once
 * from the thread-default main context, unless part_drop() comes first; then the part is freed. */
void part_finish(struct part *part, void (*done)(const GError *error, void *data), void *data);

/* Closes and removes FILE.part, and frees; also after part_finish() while it runs. */
void part_drop(struct part *part);

#endif
