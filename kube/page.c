#include "kube/page.h"

#include <gio/gio.h>

#include "kube/json.h"
#include "kube/scan.h"

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

static bool read_rows(struct listing *table, const json_t *frame, struct scan *scan, GError **error)
{
    GError *why = NULL;
    json_t *item;

    if (!listing_begin(table, frame, error))
        return false;
    while ((item = scan_next(scan, &why)) != NULL) {
        listing_add(table, item);
        json_decref(item);
    }
    if (why != NULL)
        g_propagate_error(error, why);
    listing_sort(table);
    return why == NULL;
}

static void work(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    struct page_job *job = (struct page_job *)data;
    const json_t *metadata, *remaining;
    GError *error = NULL;
    struct scan scan;
    gsize len;
    const char *body = (const char *)g_bytes_get_data(job->body, &len);
    json_auto_t *frame = scan_begin(&scan, body, len, &error);

    (void)source;
    (void)cancel;
    if (frame != NULL && read_rows(job->page.table, frame, &scan, &error)) {
        metadata = json_object_get(frame, "metadata");
        remaining = json_object_get(metadata, "remainingItemCount");
        job->page.next = g_strdup(json_text(metadata, "continue", NULL));
        job->page.version = g_strdup(json_text(metadata, "resourceVersion", NULL));
        job->page.n_remaining = json_is_integer(remaining) ? json_integer_value(remaining) : -1;
        g_task_return_boolean(task, TRUE);
    } else {
        g_task_return_error(task, error);
    }
    scan_clear(&scan);
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

struct page_job *page_read(enum list_kind kind, const char *namespace, const char *body, size_t len,
                           void (*done)(struct page *page, const GError *error, void *data),
                           void *data)
{
    struct page_job *job = g_new0(struct page_job, 1);
    g_autoptr(GTask) task = g_task_new(NULL, NULL, worked, job);

    job->body = g_bytes_new(body, len);
    job->page.table = listing_new(kind, namespace);
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
