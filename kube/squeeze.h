/* Whether to compress in the container: where the link is slower than gzip would feed it. */
#ifndef KUBE_SQUEEZE_H
#define KUBE_SQUEEZE_H

#include <stdbool.h>
#include <stdint.h>

enum squeeze_mode { SQUEEZE_AUTO, SQUEEZE_NEVER, SQUEEZE_ALWAYS };

/* Bytes are those of the file, times are monotonic. */
struct squeeze {
    enum squeeze_mode mode;
    bool can_compress, can_sample;
    bool sampled; /* the sample was asked for */
    bool useless; /* it was tried, and is not */
    unsigned level;
    double plain_per_s; /* what the link carries without; 0: not measured */

    /* The part of the sample that is coming in. */
    int64_t mark_us;
    uint64_t mark_bytes, bytes;
    /* The compressed stream that is coming in. */
    int64_t began_us;
    uint64_t began_bytes, began_wire;
};

struct squeeze_plan {
    uint64_t max_bytes; /* a sample of so many; 0: the rest */
    unsigned level;     /* of gzip; 0: plain */
};

/* How the next stream should be, with so many bytes left (-1: not known). */
struct squeeze_plan squeeze_plan(struct squeeze *squeeze, int64_t left_bytes);
/* A piece of the sample came. */
void squeeze_sample(struct squeeze *squeeze, int64_t now_us, uint64_t bytes);
/* The sample has come whole. */
void squeeze_sample_end(struct squeeze *squeeze, int64_t now_us);

/* A compressed stream begins, with so many bytes of the file here and so many on the wire. */
void squeeze_begin(struct squeeze *squeeze, int64_t now_us, uint64_t bytes, uint64_t wire_bytes);
/* Looks at the stream that runs, with what came in all so far and the rate of the last seconds.
 * True: another kind would be better, so plan anew. */
bool squeeze_look(struct squeeze *squeeze, int64_t now_us, uint64_t bytes, uint64_t wire_bytes,
                  int64_t left_bytes, double per_s);

#endif
