/* The digest of a local file that is still being written, counted behind its writer's back by a
 * thread of its own, so that the main loop has no work with it. */
#ifndef KUBE_DIGEST_H
#define KUBE_DIGEST_H

#include "kube/toolbox.h"

struct digest;

/* `by` is one of TOOL_SHA256SUM, TOOL_MD5SUM, TOOL_CKSUM, whose answers it counts. Reads the file
 * of a descriptor (of which it makes its own) from the beginning, wherever its writer stands. */
struct digest *digest_new(enum tool by, int fd);
/* So many bytes of the file are written by now and may be counted. */
void digest_allow(struct digest *digest, uint64_t bytes);
/* No more will come: `done` gets the digest as the tool prints it once all is counted; NULL and
 * KUBE_ERROR_FILE when the file cannot be read. From the thread-default main context. */
void digest_finish(struct digest *digest,
                   void (*done)(const char *text, const GError *error, void *data), void *data);
/* Stops it; `done` is not called any more. NULL is allowed. */
void digest_free(struct digest *digest);

#endif
