#include <config.h>

#include "kube/part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>

#define BUFFER_BYTES (1u << 20)

struct part {
    char *file, *path; /* FILE, FILE.part */
    bool overwrite;
    int fd;
    uint8_t *buffer;
    size_t buffered;

    GCancellable *cancel; /* not NULL: a worker finishes it */
    void (*done)(const GError *error, void *data);
    void *data;
};

static bool fail(GError **error, const char *path, int error_number)
{
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_FILE, "%s: %s", path, g_strerror(error_number));
    return false;
}

static bool fail_exists(GError **error, const char *file)
{
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_FILE, "%s: there is such a file already", file);
    return false;
}

static void part_free(void *data)
{
    struct part *part = (struct part *)data;

    if (part->fd >= 0)
        close(part->fd);
    g_clear_object(&part->cancel);
    g_free(part->buffer);
    g_free(part->file);
    g_free(part->path);
    g_free(part);
}

static bool check_target(const struct part *part, GError **error)
{
    struct stat info;

    if (lstat(part->file, &info) != 0)
        return errno == ENOENT || fail(error, part->file, errno);
    if (S_ISDIR(info.st_mode))
        return fail(error, part->file, EISDIR);
    return part->overwrite || fail_exists(error, part->file);
}

/* True when the file that is open is still the one of that name: another pull may have finished
 * or removed it between our open and our lock. */
static bool is_still_there(const struct part *part)
{
    struct stat mine, there;

    return fstat(part->fd, &mine) == 0 && lstat(part->path, &there) == 0 &&
           mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

static bool open_part(struct part *part, GError **error)
{
    struct stat info;

    part->fd = open(part->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
    if (part->fd < 0)
        return fail(error, part->path, errno);
    if (fstat(part->fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_FILE, "%s: this is not a file of a pull",
                    part->path);
        return false;
    }
    /* Some network file systems have no locks; there we do without. */
    if ((flock(part->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) ||
        !is_still_there(part)) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_FILE, "%s: another pull is writing it",
                    part->path);
        return false;
    }
    return ftruncate(part->fd, 0) == 0 || fail(error, part->path, errno);
}

struct part *part_open(const char *file, bool overwrite, GError **error)
{
    struct part *part = g_new0(struct part, 1);

    part->file = g_strdup(file);
    part->path = g_strconcat(file, ".part", NULL);
    part->overwrite = overwrite;
    part->fd = -1;
    if (!check_target(part, error) || !open_part(part, error)) {
        part_free(part);
        return NULL;
    }
    part->buffer = g_new(uint8_t, BUFFER_BYTES);
    return part;
}

static bool write_all(struct part *part, const uint8_t *bytes, size_t len, GError **error)
{
    while (len > 0) {
        ssize_t n = write(part->fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(error, part->path, n < 0 ? errno : EIO);
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

bool part_write(struct part *part, const uint8_t *bytes, size_t len, GError **error)
{
    while (len > 0) {
        size_t n = MIN(len, BUFFER_BYTES - part->buffered);

        memcpy(part->buffer + part->buffered, bytes, n);
        part->buffered += n;
        bytes += n;
        len -= n;
        if (part->buffered == BUFFER_BYTES) {
            part->buffered = 0;
            if (!write_all(part, part->buffer, BUFFER_BYTES, error))
                return false;
        }
    }
    return true;
}

bool part_rewind(struct part *part, GError **error)
{
    part->buffered = 0;
    return (lseek(part->fd, 0, SEEK_SET) == 0 && ftruncate(part->fd, 0) == 0) ||
           fail(error, part->path, errno);
}

/* Gives FILE.part its name without ever replacing a file that came in the meantime. */
static bool rename_new(const struct part *part, GError **error)
{
#ifdef RENAME_NOREPLACE
    if (renameat2(AT_FDCWD, part->path, AT_FDCWD, part->file, RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EEXIST)
        return fail_exists(error, part->file);
    if (errno != EINVAL && errno != ENOSYS)
        return fail(error, part->file, errno);
#endif
    if (link(part->path, part->file) != 0)
        return errno == EEXIST ? fail_exists(error, part->file) : fail(error, part->file, errno);
    unlink(part->path);
    return true;
}

/* The new name must outlive a power cut, too. Not every file system can do this for a folder, and
 * the file is whole, so a failure is none of the pull. */
static void sync_folder(const char *file)
{
    g_autofree char *folder = g_path_get_dirname(file);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

static bool finish(struct part *part, GCancellable *cancel, GError **error)
{
    int fd = part->fd;

    if (!write_all(part, part->buffer, part->buffered, error))
        return false;
    if (fsync(fd) != 0)
        return fail(error, part->path, errno);
    if (g_cancellable_set_error_if_cancelled(cancel, error))
        return false;
    if (part->overwrite) {
        if (rename(part->path, part->file) != 0)
            return fail(error, part->file, errno);
    } else if (!rename_new(part, error)) {
        return false;
    }
    part->fd = -1;
    if (close(fd) != 0)
        return fail(error, part->file, errno);
    sync_folder(part->file);
    return true;
}

static void work(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    GError *error = NULL;

    (void)source;
    if (finish((struct part *)data, cancel, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void worked(GObject *source, GAsyncResult *result, gpointer data)
{
    struct part *part = (struct part *)data;
    g_autoptr(GError) error = NULL;
    void (*done)(const GError *error, void *data) = part->done;
    void *done_data = part->data;

    (void)source;
    if (!g_task_propagate_boolean(G_TASK(result), &error))
        unlink(part->path);
    part_free(part);
    if (done != NULL)
        done(error, done_data);
}

void part_finish(struct part *part, void (*done)(const GError *error, void *data), void *data)
{
    g_autoptr(GTask) task = NULL;

    part->done = done;
    part->data = data;
    part->cancel = g_cancellable_new();
    task = g_task_new(NULL, part->cancel, worked, part);
    g_task_set_task_data(task, part, NULL);
    /* Whether it was cancelled in time only the worker knows. */
    g_task_set_check_cancellable(task, FALSE);
    g_task_run_in_thread(task, work);
}

void part_drop(struct part *part)
{
    if (part == NULL)
        return;
    unlink(part->path);
    if (part->cancel == NULL) {
        part_free(part);
        return;
    }
    part->done = NULL;
    g_cancellable_cancel(part->cancel);
}
