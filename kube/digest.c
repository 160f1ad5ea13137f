#include "kube/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "kube/cksum.h"

#define CHUNK_BYTES (256u << 10)

/* Shared by two: the main thread and the one that counts. */
struct digest {
    int fd;
    GMainContext *context;

    GMutex lock;
    GCond changed;
    uint64_t allowed_bytes;
    bool finishing, stopped;

    GChecksum *checksum; /* NULL: cksum */
    struct cksum cksum;
    char *text;
    GError *error;

    /* Of the main thread alone. */
    void (*done)(const char *text, const GError *error, void *data);
    void *data;
};

static void digest_clear(void *data)
{
    struct digest *digest = (struct digest *)data;

    if (digest->fd >= 0)
        close(digest->fd);
    if (digest->checksum != NULL)
        g_checksum_free(digest->checksum);
    g_main_context_unref(digest->context);
    g_mutex_clear(&digest->lock);
    g_cond_clear(&digest->changed);
    g_clear_error(&digest->error);
    g_free(digest->text);
}

static void unref(void *data)
{
    g_atomic_rc_box_release_full(data, digest_clear);
}

static gboolean tell(gpointer data)
{
    struct digest *digest = (struct digest *)data;

    if (digest->done != NULL)
        digest->done(digest->text, digest->error, digest->data);
    return G_SOURCE_REMOVE;
}

/* Waits for bytes after `at`. False: there are no more, or nobody wants them. */
static bool wait_for_bytes(struct digest *digest, uint64_t at, uint64_t *end)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&digest->lock);

    while (!digest->stopped && !digest->finishing && digest->allowed_bytes <= at)
        g_cond_wait(&digest->changed, &digest->lock);
    *end = digest->allowed_bytes;
    return !digest->stopped && *end > at;
}

static bool count(struct digest *digest, uint64_t *at, uint64_t end, uint8_t *buffer)
{
    size_t len = (size_t)MIN(end - *at, (uint64_t)CHUNK_BYTES);
    ssize_t n;

    do
        n = pread(digest->fd, buffer, len, (off_t)*at);
    while (n < 0 && errno == EINTR);
    if (n <= 0) {
        g_set_error(&digest->error, KUBE_ERROR, KUBE_ERROR_FILE,
                    "what came cannot be read back: %s",
                    n < 0 ? g_strerror(errno) : "it was made shorter");
        return false;
    }
    if (digest->checksum != NULL)
        g_checksum_update(digest->checksum, buffer, n);
    else
        cksum_add(&digest->cksum, buffer, (size_t)n);
    *at += (uint64_t)n;
    return true;
}

static gpointer work(gpointer data)
{
    struct digest *digest = (struct digest *)data;
    g_autofree uint8_t *buffer = g_new(uint8_t, CHUNK_BYTES);
    uint64_t at = 0, end;
    GSource *source;

    while (wait_for_bytes(digest, at, &end) && count(digest, &at, end, buffer))
        ;
    if (digest->error == NULL)
        digest->text = digest->checksum != NULL
                           ? g_strdup(g_checksum_get_string(digest->checksum))
                           : g_strdup_printf("%u", cksum_value(&digest->cksum));
    g_mutex_lock(&digest->lock);
    /* What ends before the end is asked for tells of it only then. */
    while (!digest->stopped && !digest->finishing)
        g_cond_wait(&digest->changed, &digest->lock);
    g_mutex_unlock(&digest->lock);
    source = g_idle_source_new();
    g_source_set_callback(source, tell, digest, unref);
    g_source_attach(source, digest->context);
    g_source_unref(source);
    return NULL;
}

struct digest *digest_new(enum tool by, int fd)
{
    struct digest *digest = g_atomic_rc_box_new0(struct digest);
    GThread *thread;

    digest->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    digest->context = g_main_context_ref_thread_default();
    g_mutex_init(&digest->lock);
    g_cond_init(&digest->changed);
    if (by != TOOL_CKSUM)
        digest->checksum = g_checksum_new(by == TOOL_MD5SUM ? G_CHECKSUM_MD5 : G_CHECKSUM_SHA256);
    thread = g_thread_new("digest", work, g_atomic_rc_box_acquire(digest));
    g_thread_unref(thread);
    return digest;
}

void digest_allow(struct digest *digest, uint64_t bytes)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&digest->lock);

    digest->allowed_bytes = bytes;
    g_cond_signal(&digest->changed);
}

void digest_finish(struct digest *digest,
                   void (*done)(const char *text, const GError *error, void *data), void *data)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&digest->lock);

    digest->done = done;
    digest->data = data;
    digest->finishing = true;
    g_cond_signal(&digest->changed);
}

void digest_free(struct digest *digest)
{
    if (digest == NULL)
        return;
    digest->done = NULL;
    g_mutex_lock(&digest->lock);
    digest->stopped = true;
    g_cond_signal(&digest->changed);
    g_mutex_unlock(&digest->lock);
    unref(digest);
}
