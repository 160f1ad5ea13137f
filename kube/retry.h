/* Whether a failure may pass, how long to wait before the next try, and when to give up. */
#ifndef KUBE_RETRY_H
#define KUBE_RETRY_H

#include "kube/error.h"

struct retry {
    unsigned tries;      /* in vain, since it last went on */
    int64_t progress_us; /* when that was; monotonic */
    bool answered;       /* the server did something of what was asked, once */
    int64_t patience_ms;
};

/* All times are monotonic. */
void retry_init(struct retry *retry, int64_t patience_ms, int64_t now_us);
/* It went on: bytes came. */
void retry_progress(struct retry *retry, int64_t now_us);

/* Milliseconds to wait before the next try after this error (NULL: an end that came too early);
 * -1: there is no use in one. */
int64_t retry_after(struct retry *retry, int exit_status, const GError *error, int64_t now_us);

#endif
