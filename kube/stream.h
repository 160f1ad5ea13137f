/* The bytes of a file in a container from some place on, by whatever the container has for that:
 * as they are, or compressed there and inflated here. */
#ifndef KUBE_STREAM_H
#define KUBE_STREAM_H

#include "kube/toolbox.h"

/* What is read goes on at a multiple of this, unless it is to be fine: a stream that ended within
 * so many bytes may do so again and bring nothing. */
#define STREAM_BLOCK_BYTES 65536

struct stream_ask {
    struct place place;
    const char *path;
    const struct toolbox *box;
    uint64_t offset;
    uint64_t max_bytes; /* so many or a few more, when stream_can_sample(); 0: all */
    unsigned level;     /* of gzip, 1 to 9; 0: as they are. Only when stream_can_compress() */
    bool v4;            /* EXEC_V4 */
    bool fine;          /* go on at the very byte, at the price of speed */
    bool unguarded; /* nothing ends the reader there when the connection is lost; only with level 0
                     */
};

struct stream_calls {
    /* Bytes of the file, one after the other; borrowed. */
    void (*bytes)(const uint8_t *bytes, size_t len, void *data);
    /* Once, last, then the stream is freed: as that of an exec. KUBE_ERROR_CUT also when what is
     * compressed makes no sense.
     */
    void (*done)(const struct exec_result *result, const GError *error, void *data);
};

struct stream;

/* Copies what it needs. */
struct stream *stream_start(struct client *client, const struct stream_ask *ask,
                            const struct stream_calls *calls, void *data);
/* `done` is not called any more. */
void stream_cancel(struct stream *stream);

/* Also from `done`: so many bytes came over the wire; more than those of the file when it has to be
 * skipped here. */
uint64_t stream_wire_bytes(const struct stream *stream);

bool stream_can_compress(const struct toolbox *box);
bool stream_can_sample(const struct toolbox *box);

/* For the practice cluster. Of gzip: $1 the path, $2 the first byte's number (from 1), $3 the
 * level; of the guard: the words of the command that it guards. */
extern const char stream_gzip_script[], stream_guard_script[];

#endif
