/* Opens a file, runs the reader with the sinks that are wanted, keeps what they made. */
#include "config.h"

#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>

/* What is read from a pipe is held in memory. */
#define PIPE_MAX_BYTES ((size_t)4 << 30)
#define PIPE_READ_BYTES ((size_t)1 << 20)

/* The bytes of a file: a map of a regular one, a copy of what comes through a pipe. */
struct source {
    GMappedFile *map;
    char *copy;
    const uint8_t *bytes;
    size_t len;
};

static void source_clear(struct source *source)
{
    g_clear_pointer(&source->map, g_mapped_file_unref);
    g_clear_pointer(&source->copy, g_free);
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

static bool source_open(struct source *source, const char *path, GCancellable *cancellable,
                        GError **error)
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

/* The sinks of one reading, by the parts that are wanted. */
struct builders {
    struct summary_builder *summary;
    struct lanes_builder *lanes;
    struct profile_builder *profiles[PROFILE_N_KINDS];
    struct sink sinks[2 + PROFILE_N_KINDS];
    size_t n_sinks;
};

static void builders_init(struct builders *b, const struct symbols *symbols, unsigned parts)
{
    memset(b, 0, sizeof *b);
    if (parts & TRACE_SUMMARY) {
        b->summary = summary_builder_new(symbols);
        b->sinks[b->n_sinks++] = summary_builder_sink(b->summary);
    }
    if (parts & TRACE_LANES) {
        b->lanes = lanes_builder_new(symbols);
        b->sinks[b->n_sinks++] = lanes_builder_sink(b->lanes);
    }
    for (int kind = 0; parts & TRACE_PROFILES && kind < PROFILE_N_KINDS; kind++) {
        b->profiles[kind] = profile_builder_new(symbols, (enum profile_kind)kind);
        b->sinks[b->n_sinks++] = profile_builder_sink(b->profiles[kind]);
    }
}

static void builders_clear(struct builders *b)
{
    summary_builder_free(b->summary);
    lanes_builder_free(b->lanes);
    for (int kind = 0; kind < PROFILE_N_KINDS; kind++)
        profile_builder_free(b->profiles[kind]);
}

static void builders_finish(struct builders *b, struct trace *trace)
{
    if (b->summary != NULL)
        trace->summary = summary_builder_finish(b->summary);
    if (b->lanes != NULL)
        trace->lanes = lanes_builder_finish(b->lanes);
    for (int kind = 0; kind < PROFILE_N_KINDS; kind++)
        if (b->profiles[kind] != NULL)
            trace->profiles[kind] = profile_builder_finish(b->profiles[kind]);
}

/* Reads all of it. False: error is set, whatever came before is in the sinks and in info. */
static bool source_read(const struct source *source, const char *path, struct symbols *symbols,
                        const struct sink *sinks, size_t n_sinks, struct reader_info *info,
                        GCancellable *cancellable, uint64_t *progress, GError **error)
{
    struct reader *reader = reader_new(symbols, sinks, n_sinks);
    const uint8_t *bytes = source->bytes != NULL ? source->bytes : (const uint8_t *)"";
    bool read = reader_read(reader, bytes, source->len, true, cancellable, progress, error);
    *info = *reader_info(reader);
    reader_free(reader);
    if (read && info->n_events == 0) {
        g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_TRUNCATED, "the trace holds no events");
        read = false;
    }
    if (!read)
        g_prefix_error(error, "%s: ", strcmp(path, "-") == 0 ? "standard input" : path);
    return read;
}

struct trace *trace_open(const char *path, unsigned parts, GCancellable *cancellable,
                         uint64_t *progress, GError **error)
{
    struct source source;
    if (!source_open(&source, path, cancellable, error))
        return NULL;
    struct trace *trace = g_new0(struct trace, 1);
    trace->path = g_strdup(path);
    trace->bytes = source.len;
    trace->symbols = symbols_new();

    struct builders builders;
    builders_init(&builders, trace->symbols, parts);
    bool read = source_read(&source, path, trace->symbols, builders.sinks, builders.n_sinks,
                            &trace->info, cancellable, progress, &trace->damage);
    bool cancelled = g_error_matches(trace->damage, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    if (!read && (cancelled || trace->info.n_events == 0)) {
        g_propagate_error(error, g_steal_pointer(&trace->damage));
        g_clear_pointer(&trace, trace_free);
    } else {
        builders_finish(&builders, trace);
    }
    builders_clear(&builders);
    source_clear(&source);
    return trace;
}

void trace_free(struct trace *trace)
{
    if (trace == NULL)
        return;
    summary_free(trace->summary);
    lanes_free(trace->lanes);
    for (int kind = 0; kind < PROFILE_N_KINDS; kind++)
        profile_free(trace->profiles[kind]);
    symbols_free(trace->symbols);
    g_clear_error(&trace->damage);
    g_free(trace->path);
    g_free(trace);
}

bool trace_events(const char *path, struct sink (*make_sink)(const struct symbols *, void *data),
                  void *data, struct reader_info *info, GCancellable *cancellable, GError **error)
{
    struct reader_info unused;
    info = info != NULL ? info : &unused;
    memset(info, 0, sizeof *info);
    struct source source;
    if (!source_open(&source, path, cancellable, error))
        return false;
    struct symbols *symbols = symbols_new();
    struct sink sink = make_sink(symbols, data);
    bool read = source_read(&source, path, symbols, &sink, 1, info, cancellable, NULL, error);
    symbols_free(symbols);
    source_clear(&source);
    return read;
}
