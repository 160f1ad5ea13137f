/* Files are mapped, pipes are copied. */
#include "trace/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>

/* What is read from a pipe is held in memory. */
#define PIPE_MAX_BYTES ((size_t)4 << 30)
#define PIPE_READ_BYTES ((size_t)1 << 20)

void source_clear(struct source *source)
{
    g_clear_pointer(&source->map, g_mapped_file_unref);
    g_clear_pointer(&source->copy, g_free);
}

void source_relax(const struct source *source, size_t from, size_t to)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t first = from / page * page, last = to / page * page;
    if (source->map == NULL || last <= first)
        return;
    /* Clean pages of a file: at worst nothing is gained. */
    madvise((void *)(uintptr_t)(source->bytes + first), last - first, MADV_DONTNEED);
}

static bool source_map(struct source *source, int fd, GError **error)
{
    source->map = g_mapped_file_new_from_fd(fd, FALSE, error);
    if (source->map == NULL)
        return false;
    source->bytes = (const uint8_t *)g_mapped_file_get_contents(source->map);
    source->len = g_mapped_file_get_length(source->map);
    return true;
}

static bool source_copy(struct source *source, int fd, GCancellable *cancellable, GError **error)
{
    g_autoptr(GInputStream) stream = g_unix_input_stream_new(fd, FALSE);
    size_t size = 0;
    gssize n;
    do {
        if (size - source->len < PIPE_READ_BYTES) {
            size = MAX(2 * size, 2 * PIPE_READ_BYTES);
            char *grown = size > PIPE_MAX_BYTES ? NULL : g_try_realloc(source->copy, size);
            if (grown == NULL) {
                g_set_error(error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                            "more than %zu bytes come through the pipe: save them to a file first",
                            source->len);
                return false;
            }
            source->copy = grown;
        }
        n = g_input_stream_read(stream, source->copy + source->len, PIPE_READ_BYTES, cancellable,
                                error);
        if (n < 0)
            return false;
        source->len += (size_t)n;
    } while (n > 0);
    source->bytes = (const uint8_t *)source->copy;
    return true;
}

static bool source_open_fd(struct source *source, int fd, GCancellable *cancellable, GError **error)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || S_ISDIR(status.st_mode)) {
        int why = S_ISDIR(status.st_mode) ? EISDIR : errno;
        g_set_error_literal(error, G_FILE_ERROR, g_file_error_from_errno(why), g_strerror(why));
        return false;
    }
    return S_ISREG(status.st_mode) && status.st_size > 0
               ? source_map(source, fd, error)
               : source_copy(source, fd, cancellable, error);
}

bool source_open(struct source *source, const char *path, GCancellable *cancellable, GError **error)
{
    memset(source, 0, sizeof *source);
    bool is_pipe = strcmp(path, "-") == 0;
    int fd = is_pipe ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        int why = errno;
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(why), "%s: %s", path,
                    g_strerror(why));
        return false;
    }
    bool opened = source_open_fd(source, fd, cancellable, error);
    if (!opened) {
        g_prefix_error(error, "%s: ", is_pipe ? "standard input" : path);
        source_clear(source);
    }
    if (!is_pipe)
        close(fd);
    return opened;
}
