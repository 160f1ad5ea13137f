/* A local file that appears whole or not at all: bytes go to FILE.part, which takes the name FILE
 * at the end. FILE.part is locked, so that two pulls cannot mix their bytes. Beside it,
 * FILE.part.json says what it is a part of, so that a later pull can go on from there, whenever
 * this one ended. */
#ifndef KUBE_PART_H
#define KUBE_PART_H

#include <jansson.h>

#include "kube/error.h"

struct part;

/* Leaves what is there as it is. KUBE_ERROR_FILE, also when FILE is there and must not be
 * overwritten. */
struct part *part_open(const char *file, bool overwrite, GError **error);

/* What FILE.part.json says of it, borrowed; NULL: there is none that can be read. */
const json_t *part_note(const struct part *part);
/* So many bytes were found in FILE.part, of which so many are known to have reached the disk: after
 * a power cut the others may be anything. */
uint64_t part_found_bytes(const struct part *part);
uint64_t part_safe_bytes(const struct part *part);

/* Keeps the first so many of the bytes that were found, drops the rest; what is written next comes
 * behind them. The note (an object; taken over) says from now on what they are a part of; NULL: of
 * nothing that could be gone on with, so that what does not become FILE does not stay. May be
 * called again. */
bool part_begin(struct part *part, uint64_t keep_bytes, json_t *note, GError **error);

/* Bytes are gathered and written in large pieces; an error may tell of earlier ones. */
bool part_write(struct part *part, const uint8_t *bytes, size_t len, GError **error);
bool part_flush(struct part *part, GError **error);
/* So many bytes of the file's beginning are written and can be read by part_fd(). */
uint64_t part_written_bytes(const struct part *part);
int part_fd(const struct part *part);

/* Syncs what is written, and notes that, in a worker thread; nothing while one is at it. Errors
 * show at the end. */
void part_checkpoint(struct part *part);

/* Writes the rest, syncs it to the disk and renames, in a worker thread. `done` is called once from
 * the thread-default main context, unless part_close() comes first. After an error all is still
 * there. */
void part_finish(struct part *part, void (*done)(const GError *error, void *data), void *data);

/* Lets go of it and frees; also after part_finish() while it runs. What has come stays, for a later
 * pull to go on from; FILE.part without a byte is removed. NULL is allowed. */
void part_close(struct part *part);
/* Before part_close(): nothing stays. */
void part_discard(struct part *part);
/* Forgets what FILE.part is a part of: a later pull begins anew. */
void part_spoil(struct part *part);

#endif
