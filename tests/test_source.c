/* Files that are compressed, pipes, and both cut off: the same trace, or its beginning and why. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <zstd.h>

#include "tests/load.h"
#include "trace/source.h"
#include "trace/trace.h"

static GBytes *load(const char *name)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "traces", "ref", name, NULL);
    return load_file(path);
}

static GBytes *gzip(GBytes *plain)
{
    g_autoptr(GConverter) packer =
        G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
    g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
    g_autoptr(GOutputStream) packed = g_converter_output_stream_new(out, packer);
    g_autoptr(GError) error = NULL;
    gsize len;
    const void *bytes = g_bytes_get_data(plain, &len);
    g_output_stream_write_all(packed, bytes, len, NULL, NULL, &error);
    g_assert_no_error(error);
    g_output_stream_close(packed, NULL, &error);
    g_assert_no_error(error);
    return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(out));
}

static GBytes *zstd(GBytes *plain)
{
    gsize len;
    const void *bytes = g_bytes_get_data(plain, &len);
    size_t room = ZSTD_compressBound(len);
    uint8_t *out = g_malloc(room);
    size_t n = ZSTD_compress(out, room, bytes, len, 3);
    g_assert_false(ZSTD_isError(n));
    return g_bytes_new_take(out, n);
}

static GBytes *pack(const char *how, GBytes *plain)
{
    return g_str_equal(how, "gzip") ? gzip(plain) : zstd(plain);
}

/* A folder with one file in it. */
struct fixture {
    char *dir, *path;
};

static void set_up(struct fixture *f, G_GNUC_UNUSED gconstpointer data)
{
    f->dir = g_dir_make_tmp("tracetui-test-XXXXXX", NULL);
    f->path = g_build_filename(f->dir, "t", NULL);
}

static void tear_down(struct fixture *f, G_GNUC_UNUSED gconstpointer data)
{
    g_unlink(f->path);
    g_assert_cmpint(g_rmdir(f->dir), ==, 0);
    g_free(f->path);
    g_free(f->dir);
}

static struct trace *open_bytes(const struct fixture *f, const uint8_t *bytes, size_t len,
                                GError **error)
{
    g_assert_true(g_file_set_contents(f->path, (const char *)bytes, (gssize)len, NULL));
    uint64_t progress = 0;
    struct trace *trace = trace_open(f->path, TRACE_SUMMARY, NULL, &progress, error);
    if (trace != NULL) {
        g_assert_cmpuint(trace->bytes, ==, len);
        g_assert_cmpuint(progress, <=, len);
        g_assert_cmpint(trace->info.complete, ==, trace->damage == NULL);
    }
    return trace;
}

struct writing {
    int fd;
    GBytes *bytes;
    size_t step;
};

static void *write_slowly(void *data)
{
    struct writing *writing = data;
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(writing->bytes, &len);
    for (size_t at = 0; at < len; at += writing->step)
        g_assert_cmpint(write(writing->fd, bytes + at, MIN(writing->step, len - at)), >, 0);
    close(writing->fd);
    return NULL;
}

/* Reads through a named pipe into which pieces of this size come. */
static struct trace *open_piped(const struct fixture *f, GBytes *bytes, size_t step)
{
    g_unlink(f->path);
    g_assert_cmpint(mkfifo(f->path, 0600), ==, 0);
    /* For writing and reading, so that opening it does not wait. */
    int keep = open(f->path, O_RDWR | O_CLOEXEC);
    struct writing writing = {open(f->path, O_WRONLY | O_CLOEXEC), bytes, step};
    g_assert_cmpint(writing.fd, >=, 0);
    GThread *thread = g_thread_new("writer", write_slowly, &writing);
    int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    g_assert_cmpint(fd, >=, 0);
    close(keep);
    g_autoptr(GError) error = NULL;
    struct trace *trace = trace_open(f->path, TRACE_SUMMARY, NULL, NULL, &error);
    g_assert_no_error(error);
    close(fd);
    g_thread_join(thread);
    return trace;
}

static void compare(const struct trace *got, const struct trace *want)
{
    g_assert_cmpuint(got->info.n_events, ==, want->info.n_events);
    g_assert_cmpint(got->info.end_ns, ==, want->info.end_ns);
    g_assert_cmpmem(got->info.n_kind, sizeof got->info.n_kind, want->info.n_kind,
                    sizeof want->info.n_kind);
    g_assert_cmpuint(got->info.read_bytes, ==, want->info.read_bytes);
    g_assert_true(got->info.complete);
}

static void test_packed(struct fixture *f, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GBytes) plain = load("1.26-annot.trace");
    g_autoptr(GBytes) packed_gzip = gzip(plain);
    g_autoptr(GBytes) packed_zstd = zstd(plain);
    const struct {
        GBytes *bytes;
        const char *compression;
    } rows[] = {{plain, NULL}, {packed_gzip, "gzip"}, {packed_zstd, "zstd"}};
    g_autoptr(GError) error = NULL;
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(plain, &len);
    struct trace *want = open_bytes(f, bytes, len, &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        bytes = g_bytes_get_data(rows[i].bytes, &len);
        struct trace *trace = open_bytes(f, bytes, len, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(trace->compression, ==, rows[i].compression);
        compare(trace, want);
        trace_free(trace);
        for (size_t step = 1; step <= 100000; step *= 1000) {
            trace = open_piped(f, rows[i].bytes, step);
            g_assert_cmpstr(trace->compression, ==, rows[i].compression);
            g_assert_cmpuint(trace->bytes, ==, len);
            compare(trace, want);
            trace_free(trace);
        }
    }
    trace_free(want);
}

/* Two parts, as gzip and zstd allow, with the border anywhere. */
static void test_parts(struct fixture *f, gconstpointer data)
{
    g_autoptr(GBytes) plain = load("1.26-doathing.trace");
    gsize len = g_bytes_get_size(plain);
    for (gsize cut = 0; cut <= len; cut += len / 3) {
        g_autoptr(GBytes) first = g_bytes_new_from_bytes(plain, 0, cut);
        g_autoptr(GBytes) second = g_bytes_new_from_bytes(plain, cut, len - cut);
        g_autoptr(GBytes) packed_first = pack(data, first);
        g_autoptr(GBytes) packed_second = pack(data, second);
        g_autoptr(GByteArray) both = g_byte_array_new();
        g_byte_array_append(both, g_bytes_get_data(packed_first, NULL),
                            (guint)g_bytes_get_size(packed_first));
        g_byte_array_append(both, g_bytes_get_data(packed_second, NULL),
                            (guint)g_bytes_get_size(packed_second));
        g_autoptr(GError) error = NULL;
        struct trace *trace = open_bytes(f, both->data, both->len, &error);
        g_assert_no_error(error);
        g_assert_no_error(trace->damage);
        trace_free(trace);
    }
}

/* Cut anywhere there is the beginning of the trace and the reason. */
static void test_cut(struct fixture *f, gconstpointer data)
{
    g_autoptr(GBytes) plain = load("1.26-doathing.trace");
    g_autoptr(GBytes) packed = pack(data, plain);
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(packed, &len);
    uint64_t before = 0;
    for (gsize n = 4; n < len; n += 97) {
        g_autoptr(GError) error = NULL;
        struct trace *trace = open_bytes(f, bytes, n, &error);
        const GError *why = trace == NULL ? error : trace->damage;
        g_assert_error(why, TRACE_ERROR, TRACE_ERROR_TRUNCATED);
        g_autofree char *where = g_strdup_printf("byte %zu of the file: the ", n);
        g_assert_nonnull(strstr(why->message, where));
        g_assert_nonnull(strstr(why->message, " data is cut off"));
        if (trace != NULL) {
            g_assert_cmpuint(trace->info.n_events, >=, before);
            before = trace->info.n_events;
        }
        trace_free(trace);
    }
    /* zstd gives nothing out before a block is whole. */
    if (g_str_equal(data, "gzip"))
        g_assert_cmpuint(before, >, 20);
}

static void test_flips(struct fixture *f, gconstpointer data)
{
    g_autoptr(GBytes) plain = load("1.26-doathing.trace");
    g_autoptr(GBytes) packed = pack(data, plain);
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(packed, &len);
    for (int round = 0; round < 200; round++) {
        g_autofree uint8_t *bent = g_memdup2(bytes, len);
        bent[g_rand_int_range(random, 0, (gint32)len)] ^= (uint8_t)g_rand_int_range(random, 1, 256);
        g_autoptr(GError) error = NULL;
        struct trace *trace = open_bytes(f, bent, len, &error);
        g_assert_true(trace != NULL || error != NULL);
        trace_free(trace);
    }
}

static void test_not_a_trace(struct fixture *f, G_GNUC_UNUSED gconstpointer data)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *message;
    } rows[] = {
        {"\x0a\4\x08\1\x10\2\x0a\4\x08\3\x10\4\x22\3abc", 17,
         "t: not a Go execution trace: it looks like a pprof profile (gzip)"},
        {"hello, hello, hello", 19, "it looks like text, \"hello, hello, hello\" (gzip)"},
        {"", 0, "t: not a Go execution trace: it is empty (gzip)"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GBytes) plain = g_bytes_new_static(rows[i].bytes, rows[i].len);
        g_autoptr(GBytes) packed = gzip(plain);
        gsize len;
        const uint8_t *bytes = g_bytes_get_data(packed, &len);
        g_autoptr(GError) error = NULL;
        g_assert_null(open_bytes(f, bytes, len, &error));
        g_assert_error(error, TRACE_ERROR, TRACE_ERROR_NOT_A_TRACE);
        g_assert_nonnull(strstr(error->message, rows[i].message));
    }
}

/* Something behind the packed part is damage, and the trace is there all the same. */
static void test_behind(struct fixture *f, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GBytes) plain = load("1.26-doathing.trace");
    g_autoptr(GBytes) packed = gzip(plain);
    g_autoptr(GByteArray) both = g_byte_array_new();
    g_byte_array_append(both, g_bytes_get_data(packed, NULL), (guint)g_bytes_get_size(packed));
    g_byte_array_append(both, (const guint8 *)"something else", 14);
    g_autoptr(GError) error = NULL;
    struct trace *trace = open_bytes(f, both->data, both->len, &error);
    g_assert_no_error(error);
    g_assert_error(trace->damage, TRACE_ERROR, TRACE_ERROR_DAMAGED);
    g_assert_false(trace->info.complete);
    g_assert_cmpuint(trace->info.lost_bytes, ==, 0);
    trace_free(trace);
}

/* What is never given back is bounded; what is may go on for long. */
static void test_bomb(struct fixture *f, G_GNUC_UNUSED gconstpointer data)
{
    g_autofree uint8_t *zeros = g_malloc0(50 << 20);
    g_autoptr(GBytes) plain = g_bytes_new_static(zeros, 50 << 20);
    g_autoptr(GBytes) packed = gzip(plain);
    g_assert_cmpuint(g_bytes_get_size(packed), <, 100000);
    g_assert_true(g_file_set_contents(f->path, g_bytes_get_data(packed, NULL),
                                      (gssize)g_bytes_get_size(packed), NULL));
    for (int release = 0; release < 2; release++) {
        g_autoptr(GError) error = NULL;
        struct source source;
        g_assert_true(source_open(&source, f->path, NULL, &error));
        source.max_held_bytes = 8 << 20;
        while (!source.whole && source_grow(&source, NULL, &error))
            if (release)
                source_release(&source, source.len);
        if (release) {
            g_assert_no_error(error);
            g_assert_cmpuint(source.len, ==, 50 << 20);
        } else {
            g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
            g_assert_cmpuint(source.len, <=, 10 << 20);
            g_assert_true(source.whole);
        }
        source_clear(&source);
    }
}

static void test_cancel(struct fixture *f, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GBytes) plain = load("1.26-doathing.trace");
    g_autoptr(GBytes) packed = gzip(plain);
    g_assert_true(g_file_set_contents(f->path, g_bytes_get_data(packed, NULL),
                                      (gssize)g_bytes_get_size(packed), NULL));
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_cancellable_cancel(cancellable);
    g_autoptr(GError) error = NULL;
    g_assert_null(trace_open(f->path, TRACE_SUMMARY, cancellable, NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(path, data, test) g_test_add(path, struct fixture, data, set_up, test, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/source/packed", NULL, test_packed);
    ADD("/source/parts/gzip", "gzip", test_parts);
    ADD("/source/parts/zstd", "zstd", test_parts);
    ADD("/source/cut/gzip", "gzip", test_cut);
    ADD("/source/cut/zstd", "zstd", test_cut);
    ADD("/source/flips/gzip", "gzip", test_flips);
    ADD("/source/flips/zstd", "zstd", test_flips);
    ADD("/source/not-a-trace", NULL, test_not_a_trace);
    ADD("/source/behind", NULL, test_behind);
    ADD("/source/bomb", NULL, test_bomb);
    ADD("/source/cancel", NULL, test_cancel);
    return g_test_run();
}
