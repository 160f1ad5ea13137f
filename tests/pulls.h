/* Pulls from a practice cluster into a harness' folder, and what came of them. */
#ifndef TESTS_PULLS_H
#define TESTS_PULLS_H

#include "kube/pull.h"
#include "tests/harness.h"

#define PULLS_PLACE "pod shop/web, container app: "

struct pulls {
    struct harness *harness;
    struct pull *pull; /* NULL: over */
    bool done;
    struct pull_progress last;
    unsigned n_progress;
    GError *error;
    GString *notes; /* a line each */
    /* Called for each piece of news, with the progress or the note's line; may be NULL. */
    void (*watch)(struct pulls *pulls, const char *note);
};

/* Begins: `path` of pod web's container app to FOLDER/file, unless the request says otherwise. All
 * of `pulls` but harness and watch is set anew. */
void pulls_begin(struct pulls *pulls, const char *path, const struct pull_request *more);
/* ... and waits for its end. */
void pulls_run(struct pulls *pulls, const char *path, const struct pull_request *more);
/* The request's further fields; as `more`. */
void pulls_clear(struct pulls *pulls);

/* FOLDER/NAME; g_free() it. */
char *pulls_path(const struct harness *harness, const char *name);
/* The sha256 of FOLDER/NAME, which is removed; g_free() it. */
char *pulls_digest(const struct harness *harness, const char *name);
/* The sha256 of a file in the container as a pull without any fault brings it; g_free() it. */
char *pulls_expect(struct harness *harness, const char *path);

/* The error, of this code; its message, cleaned by harness_clean(). */
void pulls_check_error(const struct pulls *pulls, int code, const char *message);

#endif
