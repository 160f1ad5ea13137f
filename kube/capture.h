/* A fresh trace out of a program that runs: net/http/pprof is asked for one through the API
 * server's pod proxy, or another path of the program that serves one, such as a flight recorder's.
 *
 * The answer goes to FILE.part as it comes and takes the name FILE when its end was marked as such
 * (a connection that breaks anywhere on the way is an error), when it begins as a Go trace does,
 * and when it was fsynced. The right that it takes is `get` on pods/proxy; with `get` on pods the
 * port is found in what the pod declares. */
#ifndef KUBE_CAPTURE_H
#define KUBE_CAPTURE_H

#include "kube/client.h"
#include "kube/place.h"

#define CAPTURE_PATH "/debug/pprof/trace"
#define CAPTURE_SECONDS 5 /* where nobody says how many */
#define CAPTURE_MAX_SECONDS 3600

struct capture_request {
    struct place place; /* the container's ports are looked at first; NULL: all alike */
    const char *port;   /* a number, or the name of one that the pod declares; NULL: see port.h */
    bool https;       /* the program's certificate is not checked: the API server does not either */
    const char *path; /* of the program, with its query; NULL: CAPTURE_PATH */
    unsigned seconds; /* how long to trace, from 1 on, where capture_takes_seconds(path) */
    const char *file; /* here */
    bool overwrite;   /* else an existing file is KUBE_ERROR_FILE */
};

enum capture_stage { CAPTURE_FINDING_PORT, CAPTURE_TRACING, CAPTURE_FINISHING, CAPTURE_DONE };

struct capture_progress {
    enum capture_stage stage;
    unsigned port;    /* 0: not known yet */
    unsigned seconds; /* how long is traced; 0: what there is comes at once */
    double elapsed_s; /* since the program was asked */
    uint64_t bytes;
    double bytes_per_s; /* over the last seconds */
};

struct capture_calls {
    /* At most 20 times a second. May be NULL. */
    void (*progress)(const struct capture_progress *progress, void *data);
    /* Called once, last. On an error FILE is as it was before. */
    void (*done)(const struct capture_progress *final, const GError *error, void *data);
};

struct capture;

/* Strings are copied. A program that is silent for --request-timeout (else a minute) longer than it
 * was to trace is KUBE_ERROR_CUT. */
struct capture *capture_start(struct client *client, const struct capture_request *request,
                              const struct capture_calls *calls, void *data);
/* Stops it, which ends the tracing in the program too, and removes FILE.part; `done` is not called
 * any more. */
void capture_cancel(struct capture *capture);

/* Whether seconds are appended to this path: it ends as net/http/pprof's does, and has no query. */
bool capture_takes_seconds(const char *path);

#endif
