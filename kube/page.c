#include "kube/page.h"

#include <gio/gio.h>

#include "kube/json.h"

struct page_job {
    GBytes *body;
    struct page page;
    void (*done)(struct page *page, const GError *error, void *data);
    void *data;
};

static void job_free(struct page_job *job)
{
    g_bytes_unref(job->body);
    listing_free(job->page.table);
    g_free(job->page.next);
    g_free(job->page.version);
    g_free(job);
}

static void work(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    struct page_job *job = (struct page_job *)data;
    GError *error = NULL;
    gsize len;
    const char *body = (const char *)g_bytes_get_data(job->body, &len);
    json_auto_t *object = json_read(body, len, &error);

    (void)source;
    (void)cancel;
    job->page.table = listing_new();
    if (object == NULL || !listing_add(job->page.table, object, &error)) {
        g_task_return_error(task, error);
        return;
    }
    listing_sort(job->page.table);
    job->page.next = g_strdup(json_text(object, "metadata", "continue", NULL));
    job->page.version = g_strdup(json_text(object, "metadata", "resourceVersion", NULL));
    g_task_return_boolean(task, TRUE);
}

static void worked(GObject *source, GAsyncResult *result, gpointer data)
{
    struct page_job *job = (struct page_job *)data;
    g_autoptr(GError) error = NULL;
    bool ok = g_task_propagate_boolean(G_TASK(result), &error);

    (void)source;
    if (job->done != NULL)
        job->done(ok ? &job->page : NULL, error, job->data);
    job_free(job);
}

struct page_job *page_read(const char *body, size_t len,
                           void (*done)(struct page *page, const GError *error, void *data),
                           void *data)
{
    struct page_job *job = g_new0(struct page_job, 1);
    g_autoptr(GTask) task = g_task_new(NULL, NULL, worked, job);

    job->body = g_bytes_new(body, len);
    job->done = done;
    job->data = data;
    g_task_set_task_data(task, job, NULL);
    g_task_run_in_thread(task, work);
    return job;
}

void page_cancel(struct page_job *job)
{
    job->done = NULL;
}
