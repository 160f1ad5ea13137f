/* Files out of several containers, so many of them at a time. One that fails does not stop the
 * others.
 *
 * A file that is here already, and not empty, is left as it is and not asked for: since a pull
 * gives a file its name only when it is whole, what has the name is whole, and starting the same
 * pulls again brings what is missing. `overwrite` in a request pulls it anew. */
#ifndef KUBE_PULLS_H
#define KUBE_PULLS_H

#include "kube/pull.h"

#define PULLS_AT_ONCE 4

enum pulls_state { PULLS_WAITING, PULLS_RUNNING, PULLS_HERE, PULLS_DONE, PULLS_FAILED };

struct pulls_row {
    struct place *place;
    char *path, *file;
    bool overwrite;
    enum squeeze_mode compress;
    enum pulls_state state;
    struct pull_progress progress; /* from PULLS_RUNNING on; no reason */
    GError *error;                 /* of PULLS_FAILED */
};

struct pulls_calls {
    /* A row came further, or to another state; borrowed. May free nothing. May be NULL. */
    void (*changed)(const struct pulls_row *row, void *data);
    /* Called once, last, when no row waits or runs any more. May free the pulls. */
    void (*done)(void *data);
};

struct pulls_total {
    size_t n, n_running, n_here, n_done, n_failed;
    uint64_t bytes;     /* of rows that run or are done */
    int64_t size_bytes; /* of the same; -1: not known of all */
    double bytes_per_s;
    double left_s; /* -1: not known */
    double elapsed_s;
};

struct pulls;

/* Copies all; `at_once` is 1 or more. */
struct pulls *pulls_start(struct client *client, const struct pull_request *requests, size_t n,
                          unsigned at_once, const struct pulls_calls *calls, void *data);
/* Stops what runs, as pull_cancel() does; nothing is called any more. NULL is fine. */
void pulls_free(struct pulls *pulls);

size_t pulls_n(const struct pulls *pulls);
/* Borrowed, until the pulls are freed. */
const struct pulls_row *pulls_row(const struct pulls *pulls, size_t i);
struct pulls_total pulls_total(const struct pulls *pulls);

/* Pulls a row that failed once more, also after `done`, which is then called again. */
void pulls_retry(struct pulls *pulls, size_t i);

#endif
