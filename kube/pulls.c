/* A row of slots that pulls run in. */
#include "kube/pulls.h"

#include <glib/gstdio.h>

#include "kube/loop_source.h"

/* A row with what only this file needs. */
struct slot {
    struct pulls_row row; /* first */
    struct pulls *pulls;
    struct pull *pull; /* NULL: none runs */
};

struct pulls {
    struct client *client;
    struct slot *slots;
    size_t n;
    unsigned at_once;
    struct pulls_calls calls;
    void *data;
    GSource *begin; /* what waits is looked at soon */
    int64_t began_us, ended_us;
};

static void schedule(struct pulls *pulls);

static void changed(const struct slot *slot)
{
    if (slot->pulls->calls.changed != NULL)
        slot->pulls->calls.changed(&slot->row, slot->pulls->data);
}

static void on_progress(const struct pull_progress *progress, void *data)
{
    struct slot *slot = data;
    slot->row.progress = *progress;
    slot->row.progress.reason = NULL; /* would not outlive the pull */
    changed(slot);
}

static void on_done(const struct pull_progress *final, const GError *error, void *data)
{
    struct slot *slot = data;
    slot->pull = NULL;
    slot->row.progress = *final;
    slot->row.progress.reason = NULL;
    slot->row.state = error == NULL ? PULLS_DONE : PULLS_FAILED;
    slot->row.error = error != NULL ? g_error_copy(error) : NULL;
    changed(slot);
    schedule(slot->pulls);
}

/* Whether there is a file of that name with anything in it. */
static bool is_here(const char *file)
{
    GStatBuf it;
    return g_stat(file, &it) == 0 && it.st_size > 0;
}

static void begin_row(struct slot *slot)
{
    static const struct pull_calls calls = {.progress = on_progress, .done = on_done};
    const struct pull_request request = {
        .place = *slot->row.place,
        .path = slot->row.path,
        .file = slot->row.file,
        .overwrite = slot->row.overwrite || g_file_test(slot->row.file, G_FILE_TEST_EXISTS),
        .compress = slot->row.compress,
    };

    if (!slot->row.overwrite && is_here(slot->row.file)) {
        slot->row.state = PULLS_HERE;
    } else {
        slot->row.state = PULLS_RUNNING;
        slot->row.progress = (struct pull_progress){.size_bytes = -1, .left_s = -1};
        slot->pull = pull_start(slot->pulls->client, &request, &calls, slot);
    }
    changed(slot);
}

static gboolean advance(gpointer data)
{
    struct pulls *pulls = data;
    size_t n_running = 0, n_waiting = 0;

    g_clear_pointer(&pulls->begin, g_source_unref);
    for (size_t i = 0; i < pulls->n; i++)
        n_running += pulls->slots[i].row.state == PULLS_RUNNING;
    for (size_t i = 0; i < pulls->n; i++) {
        struct slot *slot = &pulls->slots[i];
        if (slot->row.state == PULLS_WAITING && n_running < pulls->at_once)
            begin_row(slot);
        else
            continue;
        n_running += slot->row.state == PULLS_RUNNING;
    }
    for (size_t i = 0; i < pulls->n; i++)
        n_waiting += pulls->slots[i].row.state == PULLS_WAITING;
    if (n_running == 0 && n_waiting == 0) {
        pulls->ended_us = g_get_monotonic_time();
        pulls->calls.done(pulls->data);
    }
    return G_SOURCE_REMOVE;
}

static void schedule(struct pulls *pulls)
{
    if (pulls->begin == NULL)
        loop_source_set(&pulls->begin, g_idle_source_new(), advance, pulls);
}

struct pulls *pulls_start(struct client *client, const struct pull_request *requests, size_t n,
                          unsigned at_once, const struct pulls_calls *calls, void *data)
{
    struct pulls *pulls = g_new0(struct pulls, 1);

    pulls->client = client;
    pulls->slots = g_new0(struct slot, n);
    pulls->n = n;
    pulls->at_once = MAX(at_once, 1);
    pulls->calls = *calls;
    pulls->data = data;
    pulls->began_us = g_get_monotonic_time();
    for (size_t i = 0; i < n; i++) {
        struct slot *slot = &pulls->slots[i];
        slot->pulls = pulls;
        slot->row.place = place_copy(&requests[i].place);
        slot->row.path = g_strdup(requests[i].path);
        slot->row.file = g_strdup(requests[i].file);
        slot->row.overwrite = requests[i].overwrite;
        slot->row.compress = requests[i].compress;
    }
    schedule(pulls);
    return pulls;
}

void pulls_free(struct pulls *pulls)
{
    if (pulls == NULL)
        return;
    loop_source_clear(&pulls->begin);
    for (size_t i = 0; i < pulls->n; i++) {
        struct slot *slot = &pulls->slots[i];
        g_clear_pointer(&slot->pull, pull_cancel);
        place_free(slot->row.place);
        g_free(slot->row.path);
        g_free(slot->row.file);
        g_clear_error(&slot->row.error);
    }
    g_free(pulls->slots);
    g_free(pulls);
}

size_t pulls_n(const struct pulls *pulls)
{
    return pulls->n;
}

const struct pulls_row *pulls_row(const struct pulls *pulls, size_t i)
{
    return &pulls->slots[i].row;
}

struct pulls_total pulls_total(const struct pulls *pulls)
{
    int64_t now_us = pulls->ended_us > 0 ? pulls->ended_us : g_get_monotonic_time();
    struct pulls_total total = {.n = pulls->n,
                                .elapsed_s = (double)(now_us - pulls->began_us) / 1e6};

    for (size_t i = 0; i < pulls->n; i++) {
        const struct pulls_row *row = &pulls->slots[i].row;
        total.n_running += row->state == PULLS_RUNNING;
        total.n_here += row->state == PULLS_HERE;
        total.n_done += row->state == PULLS_DONE;
        total.n_failed += row->state == PULLS_FAILED;
        if (row->state == PULLS_WAITING)
            total.size_bytes = -1;
        if (row->state != PULLS_RUNNING && row->state != PULLS_DONE)
            continue;
        total.bytes += row->progress.bytes;
        total.bytes_per_s += row->state == PULLS_RUNNING ? row->progress.bytes_per_s : 0;
        if (total.size_bytes >= 0 && row->state == PULLS_DONE)
            total.size_bytes += (int64_t)row->progress.bytes;
        else if (total.size_bytes >= 0)
            total.size_bytes =
                row->progress.size_bytes < 0 ? -1 : total.size_bytes + row->progress.size_bytes;
    }
    total.left_s = total.size_bytes >= (int64_t)total.bytes && total.bytes_per_s > 0
                       ? ((double)total.size_bytes - (double)total.bytes) / total.bytes_per_s
                       : -1;
    return total;
}

void pulls_retry(struct pulls *pulls, size_t i)
{
    struct pulls_row *row = &pulls->slots[i].row;
    if (row->state != PULLS_FAILED)
        return;
    row->state = PULLS_WAITING;
    g_clear_error(&row->error);
    pulls->ended_us = 0;
    schedule(pulls);
}
