/* Long work in a thread, while the main loop goes on. */
#ifndef TUI_JOB_H
#define TUI_JOB_H

#include <gio/gio.h>

#include "tui/session.h"

struct job {
    char *what; /* "reading web.trace" */
    GCancellable *cancellable;
    gint64 began_us;          /* g_get_monotonic_time() */
    const uint64_t *progress; /* of `total`, set atomically by the work; NULL: not known */
    uint64_t total;
    void *data;
    session_work_fn *work;
    session_done_fn *done;
    void (*finished)(struct job *job, void *owner);
    void *owner;
};

/* Runs work(data) in a thread, then `finished` once on the main loop, cancelled or not; it calls
 * `done` and frees the job. */
struct job *job_start(const char *what, session_work_fn *work, session_done_fn *done, void *data,
                      void (*finished)(struct job *job, void *owner), void *owner);
void job_free(struct job *job);

/* "reading web.trace  45%  3 s" with something that turns; g_free() it. */
char *job_text(const struct job *job);

#endif
