/* A command in a container over WebSocket: its output, and how it ended. */
#ifndef KUBE_EXEC_H
#define KUBE_EXEC_H

#include "kube/client.h"
#include "kube/place.h"

enum exec_stream { EXEC_STDOUT = 1, EXEC_STDERR = 2 };

struct exec_result {
    int exit_status; /* 0..255; -1: the command did not run, or nobody said how it ended */
};

struct exec_calls {
    /* Output as it comes; borrowed bytes. */
    void (*output)(enum exec_stream stream, const uint8_t *bytes, size_t len, void *data);
    /* Called once, last. error is NULL only when the server said Success (exit status 0). A
     * command that ran and failed is KUBE_ERROR_COMMAND with its exit status and the end of its
     * stderr; everything else has exit_status -1. */
    void (*done)(const struct exec_result *result, const GError *error, void *data);
};

struct exec;

/* argv is NULL-terminated and handed to the container as it is: no shell. */
struct exec *exec_start(struct client *client, const struct place *place, const char *const *argv,
                        const struct exec_calls *calls, void *data);

enum exec_manner {
    /* Over v4.channel.k8s.io alone, which an API server hands through as it is. v5 goes through a
     * translator there; under load that was seen (Kubernetes 1.35.4) to end with Success before the
     * last megabytes had come. */
    EXEC_V4 = 1 << 0,
    /* The command has a stdin. Nothing comes by it, but its end: as soon as the connection is over,
     * however that came (seen with Kubernetes 1.35.4 and containerd, over v4 and v5). */
    EXEC_STDIN = 1 << 1,
};

/* The same with `manner`, bits of enum exec_manner. */
struct exec *exec_start_as(struct client *client, const struct place *place,
                           const char *const *argv, unsigned manner, const struct exec_calls *calls,
                           void *data);

/* Whether an end says that the container has no such program; an answer of exit_status and error as
 * `done` got them. */
bool exec_lacks_program(int exit_status, const GError *error);

/* Says CLOSE and lets go; `done` is not called any more. */
void exec_cancel(struct exec *exec);

#endif
