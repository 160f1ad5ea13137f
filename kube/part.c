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
#define MAX_NOTE (64u << 10)
#define NOTE_VERSION 1

struct part {
    char *file, *path;            /* FILE, FILE.part */
    char *note_path, *fresh_path; /* FILE.part.json; what is to become it */
    bool overwrite;
    int fd;
    uint8_t *buffer;
    size_t buffered;
    uint64_t written_bytes;
    gint turn;    /* atomic: what a worker has to say in an earlier one is of the past */
    json_t *note; /* NULL: none, so that nobody can go on from here */
    bool begun, discard;

    GTask *worker; /* NULL: none */
    gint worker_turn;
    char *worker_text; /* the note that it writes */
    bool renamed;      /* by the worker: it has the name FILE */
    gint closed;       /* atomic: free it when the worker is done */
    bool finish_due;   /* ... or let it finish */
    void (*done)(const GError *error, void *data);
    void *data;
};

static void begin_finish(struct part *part);

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

static void part_free(struct part *part)
{
    if (part->fd >= 0)
        close(part->fd);
    json_decref(part->note);
    g_free(part->worker_text);
    g_free(part->buffer);
    g_free(part->file);
    g_free(part->path);
    g_free(part->note_path);
    g_free(part->fresh_path);
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
    if (part->fd < 0 && errno != ELOOP && errno != EISDIR && errno != ENXIO)
        return fail(error, part->path, errno);
    if (part->fd < 0 || fstat(part->fd, &info) != 0 || !S_ISREG(info.st_mode) ||
        info.st_nlink != 1) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_FILE,
                    "%s: this is not a file of a pull; try: remove it, or pull to another name",
                    part->path);
        return false;
    }
    /* In a folder that many may write to, somebody else could go on changing it. */
    if (info.st_uid != geteuid()) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_FILE,
                    "%s: this belongs to another user, so nothing is written into it", part->path);
        return false;
    }
    /* Some network file systems have no locks; there we do without. */
    if ((flock(part->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) ||
        !is_still_there(part)) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_FILE, "%s: another pull is writing it",
                    part->path);
        return false;
    }
    part->written_bytes = (uint64_t)info.st_size;
    return true;
}

/* What is no note of ours is as good as none. */
static void read_note(struct part *part)
{
    int fd = open(part->note_path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    g_autofree char *text = g_malloc(MAX_NOTE);
    struct stat info;
    ssize_t len;

    if (fd < 0)
        return;
    len = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid()
              ? read(fd, text, MAX_NOTE)
              : 0;
    close(fd);
    part->note = len > 0 ? json_loadb(text, (size_t)len, 0, NULL) : NULL;
    if (json_integer_value(json_object_get(part->note, "version")) != NOTE_VERSION) {
        json_decref(part->note);
        part->note = NULL;
    }
}

struct part *part_open(const char *file, bool overwrite, GError **error)
{
    struct part *part = g_new0(struct part, 1);

    part->file = g_strdup(file);
    part->path = g_strconcat(file, ".part", NULL);
    part->note_path = g_strconcat(file, ".part.json", NULL);
    part->fresh_path = g_strconcat(file, ".part.json.new", NULL);
    part->overwrite = overwrite;
    part->fd = -1;
    if (!check_target(part, error) || !open_part(part, error)) {
        part_free(part);
        return NULL;
    }
    read_note(part);
    part->buffer = g_new(uint8_t, BUFFER_BYTES);
    return part;
}

const json_t *part_note(const struct part *part)
{
    return part->note;
}

uint64_t part_found_bytes(const struct part *part)
{
    return part->written_bytes;
}

uint64_t part_safe_bytes(const struct part *part)
{
    json_int_t bytes = json_integer_value(json_object_get(part->note, "safe_bytes"));

    return MIN((uint64_t)MAX(bytes, 0), part->written_bytes);
}

uint64_t part_written_bytes(const struct part *part)
{
    return part->written_bytes;
}

int part_fd(const struct part *part)
{
    return part->fd;
}

static bool write_all(int fd, const char *path, const uint8_t *bytes, size_t len, GError **error)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(error, path, n < 0 ? errno : EIO);
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

static char *note_text(const struct part *part, uint64_t safe_bytes)
{
    json_object_set_new(part->note, "version", json_integer(NOTE_VERSION));
    json_object_set_new(part->note, "safe_bytes", json_integer((json_int_t)safe_bytes));
    return json_dumps(part->note, JSON_INDENT(2));
}

/* The old note or the new one is there, whenever this is cut short. One at a time: a worker may
 * still be at it for a part that was closed, when the next one of that name begins. What it has to
 * say by then is of the past. */
static bool write_note(struct part *part, const char *text, gint turn, bool sync, GError **error)
{
    static GMutex lock;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    bool good;
    int fd;

    if (g_atomic_int_get(&part->turn) != turn)
        return true;
    /* One that a killed pull left; made anew, it is no link to elsewhere and no pipe. */
    (void)unlink(part->fresh_path);
    fd = open(part->fresh_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail(error, part->fresh_path, errno);
    good = write_all(fd, part->fresh_path, (const uint8_t *)text, strlen(text), error) &&
           (!sync || fsync(fd) == 0 || fail(error, part->fresh_path, errno));
    close(fd);
    if (!good) {
        unlink(part->fresh_path);
        return false;
    }
    return rename(part->fresh_path, part->note_path) == 0 || fail(error, part->note_path, errno);
}

/* The note goes before bytes of another file come, and comes before them. */
bool part_begin(struct part *part, uint64_t keep_bytes, json_t *note, GError **error)
{
    uint64_t safe_bytes = MIN(part_safe_bytes(part), keep_bytes);
    g_autofree char *text = NULL;

    json_decref(part->note);
    part->note = note;
    part->buffered = 0;
    part->begun = true;
    part->discard = part->discard || note == NULL;
    if (keep_bytes == 0 && unlink(part->note_path) != 0 && errno != ENOENT)
        return fail(error, part->note_path, errno);
    if (ftruncate(part->fd, (off_t)keep_bytes) != 0 ||
        lseek(part->fd, (off_t)keep_bytes, SEEK_SET) < 0)
        return fail(error, part->path, errno);
    part->written_bytes = keep_bytes;
    if (note == NULL)
        return true;
    text = note_text(part, safe_bytes);
    return write_note(part, text, g_atomic_int_add(&part->turn, 1) + 1, false, error);
}

bool part_flush(struct part *part, GError **error)
{
    size_t len = part->buffered;

    part->buffered = 0;
    if (!write_all(part->fd, part->path, part->buffer, len, error)) {
        /* What of it is there may be anything. */
        (void)!ftruncate(part->fd, (off_t)part->written_bytes);
        (void)lseek(part->fd, (off_t)part->written_bytes, SEEK_SET);
        return false;
    }
    part->written_bytes += len;
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
        if (part->buffered == BUFFER_BYTES && !part_flush(part, error))
            return false;
    }
    return true;
}

/* --- the worker --- */

static void run_worker(struct part *part, GTaskThreadFunc work, GAsyncReadyCallback worked)
{
    part->worker = g_task_new(NULL, NULL, worked, part);
    g_task_set_task_data(part->worker, part, NULL);
    g_task_run_in_thread(part->worker, work);
}

static void return_result(GTask *task, bool good, GError *error)
{
    if (good)
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

/* First the bytes, then the word that they are safe. */
static void work_checkpoint(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    struct part *part = (struct part *)data;
    GError *error = NULL;
    bool good = (fdatasync(part->fd) == 0 || fail(&error, part->path, errno)) &&
                write_note(part, part->worker_text, part->worker_turn, true, &error);

    (void)source;
    (void)cancel;
    return_result(task, good, error);
}

static void checkpoint_done(GObject *source, GAsyncResult *result, gpointer data)
{
    struct part *part = (struct part *)data;

    (void)source;
    (void)result; /* a disk that fails does so at the end, too */
    g_clear_object(&part->worker);
    if (g_atomic_int_get(&part->closed) != 0)
        part_free(part);
    else if (part->finish_due)
        begin_finish(part);
}

void part_checkpoint(struct part *part)
{
    if (part->worker != NULL || part->note == NULL)
        return;
    part->worker_turn = g_atomic_int_get(&part->turn);
    g_free(part->worker_text);
    part->worker_text = note_text(part, part->written_bytes);
    run_worker(part, work_checkpoint, checkpoint_done);
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

static void remove_notes(const struct part *part)
{
    unlink(part->note_path);
    unlink(part->fresh_path);
}

static bool finish(struct part *part, GError **error)
{
    if (!part_flush(part, error))
        return false;
    if (fsync(part->fd) != 0)
        return fail(error, part->path, errno);
    if (g_atomic_int_get(&part->closed) != 0)
        return true; /* whoever closed it wants no file any more */
    if (part->overwrite) {
        if (rename(part->path, part->file) != 0)
            return fail(error, part->file, errno);
    } else if (!rename_new(part, error)) {
        return false;
    }
    part->renamed = true;
    remove_notes(part);
    sync_folder(part->file);
    return true;
}

static void work_finish(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    GError *error = NULL;
    bool good = finish((struct part *)data, &error);

    (void)source;
    (void)cancel;
    return_result(task, good, error);
}

static void finish_done(GObject *source, GAsyncResult *result, gpointer data)
{
    struct part *part = (struct part *)data;
    g_autoptr(GError) error = NULL;

    (void)source;
    g_task_propagate_boolean(G_TASK(result), &error);
    g_clear_object(&part->worker);
    if (g_atomic_int_get(&part->closed) != 0)
        part_free(part);
    else
        part->done(error, part->data);
}

static void begin_finish(struct part *part)
{
    part->finish_due = false;
    run_worker(part, work_finish, finish_done);
}

void part_finish(struct part *part, void (*done)(const GError *error, void *data), void *data)
{
    part->done = done;
    part->data = data;
    if (part->worker != NULL)
        part->finish_due = true;
    else
        begin_finish(part);
}

/* --- the end --- */

void part_spoil(struct part *part)
{
    g_atomic_int_inc(&part->turn);
    json_decref(part->note);
    part->note = NULL;
    remove_notes(part);
}

void part_discard(struct part *part)
{
    part->discard = true;
}

void part_close(struct part *part)
{
    if (part == NULL)
        return;
    g_atomic_int_set(&part->closed, 1);
    g_atomic_int_inc(&part->turn);
    if (!part->renamed) {
        if (part->begun && !part->discard)
            part_flush(part, NULL);
        if (part->written_bytes == 0 || part->discard) {
            unlink(part->path);
            remove_notes(part);
        }
    }
    /* Another pull may have it, while a worker is still at it. */
    flock(part->fd, LOCK_UN);
    if (part->worker == NULL)
        part_free(part);
}
