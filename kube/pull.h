/* A file out of a container, whole or not at all: when it says done, the file here equals the one
 * there.
 *
 * One exec tells what the container has, pins the file's facts, and brings a small file whole, with
 * its digest. The bytes of others come to FILE.part; a stream that is cut, stalls or ends too early
 * goes on from where it stopped, as often as that brings it forward; what read it there ends with
 * the stream (where there is a shell). At the end the facts must still be those of the beginning,
 * and the digest that a tool in the container counts that of the bytes here, where there is such a
 * tool; then FILE.part is synced and takes the name FILE. FILE.part.json says what FILE.part is a
 * part of, so that the same pull goes on from there after any end. */
#ifndef KUBE_PULL_H
#define KUBE_PULL_H

#include "kube/exec.h"
#include "kube/squeeze.h"

#define PULL_PATIENCE_MS 120000

struct pull_request {
    struct place place;
    const char *path;           /* in the container */
    const char *file;           /* here */
    bool overwrite;             /* else an existing file is KUBE_ERROR_FILE */
    enum squeeze_mode compress; /* in the container, for the way here */
    bool fleeting;              /* a failure leaves nothing from which another pull could go on */
    int64_t patience_ms;        /* without a byte, before it gives up; 0: PULL_PATIENCE_MS */
};

enum pull_stage {
    PULL_ASKING_SIZE,
    PULL_READING,
    PULL_WAITING, /* for the next try */
    PULL_PROVING,
    PULL_FINISHING,
    PULL_DONE,
};

struct pull_progress {
    enum pull_stage stage;
    uint64_t bytes;     /* here by now */
    int64_t size_bytes; /* -1: not known */
    double bytes_per_s; /* over the last seconds */
    double left_s;      /* -1: not known */
    double elapsed_s;
    uint64_t resumed_bytes; /* of these, found here from an earlier pull */
    unsigned cuts;          /* how often it had to go on */
    bool compressed;        /* on the way just now; when it is done: at any time */
    double wire_per_s;      /* what that takes of the link */
    double wait_s;          /* PULL_WAITING: until the next try */
    const char *reason;     /* ... and why it is due; borrowed, foreign; NULL: none */
    const char *proof;      /* PULL_DONE: what says that it is equal; static */
};

struct pull_calls {
    /* At most 20 times a second. May be NULL. */
    void (*progress)(const struct pull_progress *progress, void *data);
    /* Called once, last. On an error FILE is as it was before. */
    void (*done)(const struct pull_progress *final, const GError *error, void *data);
    /* What happened on the way, a line without an end; foreign. `detail`: of interest to those who
     * look for a fault. May be NULL. */
    void (*note)(const char *line, bool detail, void *data);
};

struct pull;

/* Strings are copied. Errors: those of exec; KUBE_ERROR_INCOMPLETE: bytes are missing, or the file
 * there changed; KUBE_ERROR_NO_TOOLS; KUBE_ERROR_FILE. */
struct pull *pull_start(struct client *client, const struct pull_request *request,
                        const struct pull_calls *calls, void *data);
/* Stops it; `done` is not called any more. What has come stays in FILE.part. True: there is
 * something, from which the same pull goes on. */
bool pull_cancel(struct pull *pull);

/* The FILE (a path with the folder; "" is the working one) of the newest pull of this that left a
 * FILE.part there; NULL: there is none. Whether it can go on is found out when it is begun.
 * g_free() it. */
char *pull_find_unfinished(const char *folder, const struct place *place, const char *path);

/* What it does while no bytes come: "asking for the size", "going on in 3 s"; NULL: they do, or it
 * is done. g_free() it. */
char *pull_stage_text(const struct pull_progress *progress);

/* "1.5 MiB of 3.0 MiB  50%  1.2 MiB/s  1 s left": for a bar, a log line; g_free() it. */
char *pull_progress_text(const struct pull_progress *progress);

#endif
