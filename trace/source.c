/* Plain files are mapped. Everything else is put one after the other into memory that is set
 * aside, unpacked when it is compressed. */
#include "trace/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>

#include "trace/error.h"

#define INPUT_BYTES ((size_t)256 << 10)
#define GROW_BYTES ((size_t)1 << 20)

void source_clear(struct source *source)
{
    g_clear_pointer(&source->map, g_mapped_file_unref);
    g_clear_pointer(&source->packed, g_mapped_file_unref);
    g_clear_object(&source->pipe);
    g_free(source->input);
    unpack_free(source->unpack);
    reserve_clear(&source->reserve);
    memset(source, 0, sizeof *source);
}

static bool fail_errno(GError **error, int why)
{
    g_set_error_literal(error, G_FILE_ERROR, g_file_error_from_errno(why), g_strerror(why));
    return false;
}

/* Has input at hand; at the end there is none. */
static bool fill_input(struct source *source, GCancellable *cancellable, GError **error)
{
    if (source->piece.n_in > 0 || source->pipe == NULL)
        return true;
    gssize n = g_input_stream_read(source->pipe, source->input, INPUT_BYTES, cancellable, error);
    if (n < 0)
        return false;
    source->piece.in = source->input;
    source->piece.n_in = (size_t)n;
    source->file_bytes += (uint64_t)n;
    return true;
}

static bool make_room(struct source *source, GError **error)
{
    size_t held = source->len - source->reserve.released;
    if (held < source->max_held_bytes && reserve_grow(&source->reserve, source->len + GROW_BYTES)) {
        source->piece.out = source->reserve.at + source->len;
        source->piece.n_out = GROW_BYTES;
        return true;
    }
    g_set_error(
        error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
        "%zu bytes came out of it, %zu of them in one piece of a trace, and more do not fit "
        "into memory; try: save it to a file first, unpacked",
        source->len, held);
    return false;
}

/* Unpacks until there are `least` more bytes, or no more input. */
static bool pump(struct source *source, size_t least, GCancellable *cancellable, GError **error)
{
    size_t before = source->len;
    while (source->len - before < least) {
        if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
            !fill_input(source, cancellable, error) || !make_room(source, error))
            return false;
        bool at_end = source->piece.n_in == 0;
        bool good = unpack_some(source->unpack, &source->piece, error);
        size_t made = (size_t)(source->piece.out - source->reserve.at) - source->len;
        source->len += made;
        source->consumed_bytes = source->file_bytes - source->piece.n_in;
        if (!good)
            return false;
        if (at_end && made == 0) {
            source->whole = true;
            return unpack_end(source->unpack, error);
        }
    }
    return true;
}

bool source_grow(struct source *source, GCancellable *cancellable, GError **error)
{
    g_assert(!source->whole);
    GError *why = NULL;
    if (pump(source, GROW_BYTES, cancellable, &why))
        return true;
    source->whole = true;
    if (why->domain == TRACE_ERROR)
        g_prefix_error(&why, "byte %" G_GUINT64_FORMAT " of the file: ", source->consumed_bytes);
    g_propagate_error(error, why);
    return false;
}

void source_release(struct source *source, size_t up_to)
{
    if (source->reserve.at != NULL)
        reserve_release(&source->reserve, up_to);
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

/* A regular file: mapped, and its bytes are the trace's when it is not compressed. */
static bool source_map(struct source *source, int fd, GError **error)
{
    source->map = g_mapped_file_new_from_fd(fd, FALSE, error);
    if (source->map == NULL)
        return false;
    source->piece.in = (const uint8_t *)g_mapped_file_get_contents(source->map);
    source->piece.n_in = source->file_bytes = g_mapped_file_get_length(source->map);
    return true;
}

static bool source_pipe(struct source *source, int fd, bool close_fd, GCancellable *cancellable,
                        GError **error)
{
    source->pipe = g_unix_input_stream_new(fd, close_fd);
    source->input = g_malloc(INPUT_BYTES);
    source->piece.in = source->input;
    /* A pipe may give one byte at a time; the first few say how it is compressed. */
    while (source->piece.n_in < UNPACK_MAGIC_BYTES) {
        gssize n = g_input_stream_read(source->pipe, source->input + source->piece.n_in,
                                       INPUT_BYTES - source->piece.n_in, cancellable, error);
        if (n <= 0)
            return n == 0;
        source->piece.n_in += (size_t)n;
        source->file_bytes += (uint64_t)n;
    }
    return true;
}

static bool source_begin(struct source *source, GError **error)
{
    source->kind = unpack_kind_of(source->piece.in, source->piece.n_in);
    source->max_held_bytes = SOURCE_MAX_HELD_BYTES;
    if (source->map != NULL && source->kind == UNPACK_NONE) {
        source->bytes = source->piece.in;
        source->len = source->piece.n_in;
        source->consumed_bytes = source->file_bytes;
        source->whole = true;
        return true;
    }
    source->packed = g_steal_pointer(&source->map);
    if (!reserve_init(&source->reserve, SOURCE_MAX_BYTES))
        return fail_errno(error, errno);
    source->bytes = source->reserve.at;
    source->unpack = unpack_new(source->kind);
    return true;
}

/* Takes the descriptor when it is to be closed. */
static bool source_open_fd(struct source *source, int fd, bool close_fd, GCancellable *cancellable,
                           GError **error)
{
    struct stat status;
    bool good = fstat(fd, &status) == 0;
    if (!good || S_ISDIR(status.st_mode)) {
        fail_errno(error, good ? EISDIR : errno);
        good = false;
    } else if (S_ISREG(status.st_mode) && status.st_size > 0) {
        good = source_map(source, fd, error);
    } else {
        good = source_pipe(source, fd, close_fd, cancellable, error);
        close_fd = false;
    }
    if (close_fd)
        close(fd);
    return good && source_begin(source, error);
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
    bool opened = source_open_fd(source, fd, !is_pipe, cancellable, error);
    if (!opened) {
        g_prefix_error(error, "%s: ", is_pipe ? "standard input" : path);
        source_clear(source);
    }
    return opened;
}
