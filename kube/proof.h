/* Whether what has come equals the file in the container: its facts must be those of before, and
 * where the container has a tool for it, its digest that of the bytes that came. */
#ifndef KUBE_PROOF_H
#define KUBE_PROOF_H

#include "kube/toolbox.h"

enum verdict {
    VERDICT_EQUAL,
    VERDICT_DIFFERENT, /* by the digest, and nothing says why */
    VERDICT_CHANGED,   /* the file there is no more as it was */
};

struct proof_result {
    enum verdict verdict;
    enum tool by;            /* the digest that tells; TOOL_NONE: the facts alone */
    const char *changed;     /* static, to go behind "the file "; NULL: nothing that shows */
    struct file_facts facts; /* of now; of a file that is gone, all unknown */
    int exit_status;         /* with an error, as in struct exec_result */
};

struct proof;

/* The bytes that come are those of fd's file. `before` has the facts that they should have. Copies
 * what it needs; the client must outlive it. */
struct proof *proof_new(struct client *client, const struct place *place, const char *path,
                        const struct toolbox *box, const struct file_facts *before, int fd);
/* NULL is allowed. */
void proof_free(struct proof *proof);

/* The digest that is used; TOOL_NONE: none can be. */
enum tool proof_digest(const struct proof *proof);
/* So many bytes are here. */
void proof_allow(struct proof *proof, uint64_t bytes);
/* Lets the container count its digest now, beside the reading. */
void proof_begin_early(struct proof *proof);

/* What the container says of the file, as of a time after the bytes were read; so the first
 * proof_finish() need not ask. */
void proof_know(struct proof *proof, enum tool by, const char *digest,
                const struct file_facts *after);

/* All bytes are here. On an error nothing is known, and it may be called again. */
void proof_finish(struct proof *proof,
                  void (*done)(const struct proof_result *result, const GError *error, void *data),
                  void *data);
/* Stops that, as an error would; `done` is not called any more. */
void proof_stop(struct proof *proof);

/* What was had of a file that is equal, for people: "proved by sha256". Its facts, and how many
 * bytes came; static. */
const char *proof_words(enum tool by, const struct file_facts *facts, uint64_t bytes);

#endif
