/* A file out of a container, whole or not at all.
 *
 * The file's size is asked for first (stat, else wc). The bytes go to FILE.part, which takes the
 * name FILE when all have come, the command's good status was seen and the file was fsynced. When
 * the server says that all is well and bytes are missing, the file is read once more, from its
 * beginning. */
#ifndef KUBE_PULL_H
#define KUBE_PULL_H

#include "kube/exec.h"

struct pull_request {
    struct place place;
    const char *path; /* in the container */
    const char *file; /* here */
    bool overwrite;   /* else an existing file is KUBE_ERROR_FILE */
};

enum pull_stage { PULL_ASKING_SIZE, PULL_READING, PULL_FINISHING, PULL_DONE };

struct pull_progress {
    enum pull_stage stage;
    uint64_t bytes;     /* here by now */
    int64_t size_bytes; /* -1: not known */
    double bytes_per_s; /* over the last seconds */
    double left_s;      /* -1: not known */
    double elapsed_s;
};

struct pull_calls {
    /* At most 20 times a second. May be NULL. */
    void (*progress)(const struct pull_progress *progress, void *data);
    /* Called once, last. On an error FILE is as it was before. */
    void (*done)(const struct pull_progress *final, const GError *error, void *data);
};

struct pull;

/* Strings are copied. */
struct pull *pull_start(struct client *client, const struct pull_request *request,
                        const struct pull_calls *calls, void *data);
/* Stops it, removes FILE.part; `done` is not called any more. */
void pull_cancel(struct pull *pull);

/* "1.5 MiB of 3.0 MiB  50%  1.2 MiB/s  1 s left": for a bar, a log line; g_free() it. */
char *pull_progress_text(const struct pull_progress *progress);

#endif
