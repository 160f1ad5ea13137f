#include "tui/job.h"

static void run_in_thread(GTask *task, void *source, void *data, GCancellable *cancellable)
{
    struct job *job = data;
    (void)source;
    job->work(job->data, cancellable);
    g_task_return_boolean(task, TRUE);
}

static void on_finished(GObject *source, GAsyncResult *result, void *data)
{
    struct job *job = data;
    (void)source, (void)result;
    job->finished(job, job->owner);
}

struct job *job_start(const char *what, session_work_fn *work, session_done_fn *done, void *data,
                      void (*finished)(struct job *job, void *owner), void *owner)
{
    struct job *job = g_new0(struct job, 1);
    job->what = g_strdup(what);
    job->cancellable = g_cancellable_new();
    job->began_us = g_get_monotonic_time();
    job->work = work;
    job->done = done;
    job->data = data;
    job->finished = finished;
    job->owner = owner;
    g_autoptr(GTask) task = g_task_new(NULL, job->cancellable, on_finished, job);
    g_task_set_task_data(task, job, NULL);
    g_task_run_in_thread(task, run_in_thread);
    return job;
}

void job_free(struct job *job)
{
    g_object_unref(job->cancellable);
    g_free(job->what);
    g_free(job);
}

char *job_text(const struct job *job)
{
    gint64 elapsed_us = g_get_monotonic_time() - job->began_us;
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%c %s", "|/-\\"[elapsed_us / (G_USEC_PER_SEC / 4) % 4],
                           job -> what);
    if (job->progress && job->total) {
        uint64_t done = __atomic_load_n(job->progress, __ATOMIC_RELAXED);
        g_string_append_printf(text, "  %u%%",
                               (unsigned)(MIN(done, job->total) * 100 / job->total));
    }
    if (elapsed_us >= G_USEC_PER_SEC)
        g_string_append_printf(text, "  %d s", (int)(elapsed_us / G_USEC_PER_SEC));
    if (g_cancellable_is_cancelled(job->cancellable))
        g_string_append(text, "  stopping");
    return g_string_free(text, FALSE);
}
