/* Opening files: whatever is in them, there is a trace or an error that names the file, and what
 * was kept can be looked at. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#include "tests/assemble.h"
#include "tests/load.h"
#include "trace/export_dot.h"
#include "trace/export_text.h"
#include "trace/trace.h"
#include "trace/window.h"

struct fixture {
    char *dir, *path;
};

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->dir = g_dir_make_tmp("tracetui-test-XXXXXX", NULL);
    g_assert_nonnull(f->dir);
    f->path = g_build_filename(f->dir, "a.trace", NULL);
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_unlink(f->path);
    g_assert_cmpint(g_rmdir(f->dir), ==, 0);
    g_free(f->path);
    g_free(f->dir);
}

static char *sample_path(void)
{
    return g_test_build_filename(G_TEST_DIST, "traces", "ref", "1.26-annot.trace", NULL);
}

/* Walks over everything that a screen would. */
static void look_at(const struct trace *trace)
{
    g_autoptr(GString) text = g_string_new(NULL);
    export_text_write(trace, 80, text);
    g_assert_cmpuint(text->len, >, 100);
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
        g_string_free(export_dot_text(trace, profile_kind_name((enum profile_kind)kind), NULL),
                      TRUE);
    struct window_cell cells[50];
    for (int kind = 0; kind < LANE_N_KINDS; kind++) {
        size_t n = lanes_n(trace->lanes, (enum lane_kind)kind);
        for (size_t i = 0; i < n; i++) {
            const struct lane *lane = lanes_at(trace->lanes, (enum lane_kind)kind, i);
            window_fill(lane, 0, MAX(trace->info.end_ns, 1), G_N_ELEMENTS(cells), cells);
            g_assert_cmpint(lane->end_ns, <=, trace->info.end_ns);
        }
    }
}

static void open_bytes(struct fixture *f, const char *bytes, gsize len)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_set_contents(f->path, bytes, (gssize)len, NULL));
    struct trace *trace = trace_open(f->path, TRACE_ALL, NULL, NULL, &error);
    if (trace == NULL) {
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error->message, "a.trace: "));
        return;
    }
    g_assert_no_error(error);
    g_assert_cmpint(trace->info.complete, ==, trace->damage == NULL);
    look_at(trace);
    trace_free(trace);
}

static void test_whole(struct fixture *f, gconstpointer data)
{
    (void)data, (void)f;
    g_autofree char *path = sample_path();
    g_autoptr(GError) error = NULL;
    uint64_t progress = 0;
    struct trace *trace = trace_open(path, TRACE_ALL, NULL, &progress, &error);
    g_assert_no_error(error);
    g_assert_true(trace->info.complete);
    g_assert_no_error(trace->damage);
    g_assert_cmpuint(progress, ==, trace->bytes);
    g_assert_cmpuint(trace->info.n_events, ==, 1848);
    look_at(trace);
    trace_free(trace);

    trace = trace_open(path, TRACE_SUMMARY, NULL, NULL, &error);
    g_assert_nonnull(trace->summary);
    g_assert_null(trace->lanes);
    g_assert_null(trace->profiles[PROFILE_SYNC]);
    trace_free(trace);
}

static void test_prefixes(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *path = sample_path();
    g_autoptr(GBytes) bytes = load_file(path);
    gsize len, step = g_test_thorough() ? 1 : 211;
    const char *at = g_bytes_get_data(bytes, &len);
    for (gsize cut = 0; cut < len; cut += step)
        open_bytes(f, at, cut);
}

static void test_damaged(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *path = sample_path();
    g_autoptr(GBytes) bytes = load_file(path);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    gsize len;
    const char *at = g_bytes_get_data(bytes, &len);
    for (int i = 0; i < (g_test_thorough() ? 5000 : 150); i++) {
        g_autofree char *copy = g_memdup2(at, len);
        for (int n = g_rand_int_range(rand, 1, 6); n > 0; n--)
            copy[g_rand_int_range(rand, 16, (int)len)] ^= (char)(1 << g_rand_int_range(rand, 0, 8));
        open_bytes(f, copy, len);
    }
}

static void test_errors(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_null(trace_open(f->path, TRACE_ALL, NULL, NULL, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_assert_nonnull(strstr(error->message, f->path));
    g_clear_error(&error);
    g_assert_null(trace_open(f->dir, TRACE_ALL, NULL, NULL, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR);
    g_clear_error(&error);
    g_assert_true(g_file_set_contents(f->path, "hello, this is no trace", -1, NULL));
    g_assert_null(trace_open(f->path, TRACE_ALL, NULL, NULL, &error));
    g_assert_error(error, TRACE_ERROR, TRACE_ERROR_NOT_A_TRACE);
    g_clear_error(&error);
    g_assert_true(g_file_set_contents(f->path, "", 0, NULL));
    g_assert_null(trace_open(f->path, TRACE_ALL, NULL, NULL, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);

    g_autofree char *path = sample_path();
    g_autoptr(GCancellable) cancelled = g_cancellable_new();
    g_cancellable_cancel(cancelled);
    g_assert_null(trace_open(path, TRACE_ALL, cancelled, NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Standard input is read too, and so is any pipe. */
static void test_stdin(struct fixture *f, gconstpointer data)
{
    (void)data, (void)f;
    g_autofree char *path = sample_path();
    int file = open(path, O_RDONLY | O_CLOEXEC), kept = dup(STDIN_FILENO);
    g_assert_cmpint(dup2(file, STDIN_FILENO), ==, STDIN_FILENO);
    g_autoptr(GError) error = NULL;
    struct trace *trace = trace_open("-", TRACE_SUMMARY, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(trace->info.n_events, ==, 1848);
    trace_free(trace);
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
    close(file);
}

static gpointer feed_pipe(gpointer data)
{
    g_autofree char *path = sample_path();
    g_autoptr(GBytes) bytes = load_file(path);
    gsize len;
    const char *at = g_bytes_get_data(bytes, &len);
    int fd = open(data, O_WRONLY | O_CLOEXEC);
    while (len > 0) {
        gssize n = write(fd, at, MIN(len, 1000));
        g_assert_cmpint(n, >, 0);
        at += n;
        len -= (gsize)n;
    }
    close(fd);
    return NULL;
}

static void test_pipe(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(mkfifo(f->path, 0600), ==, 0);
    GThread *feeder = g_thread_new("feeder", feed_pipe, f->path);
    g_autoptr(GError) error = NULL;
    struct trace *trace = trace_open(f->path, TRACE_SUMMARY, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(trace->info.n_events, ==, 1848);
    trace_free(trace);
    g_thread_join(feeder);
}

static void count_event(void *self, const struct event *event)
{
    g_assert_cmpint(event->kind, <, EVENT_N_KINDS);
    ++*(uint64_t *)self;
}

static struct sink make_counter(const struct symbols *symbols, void *data)
{
    g_assert_nonnull(symbols);
    return (struct sink){.event = count_event, .self = data};
}

static void test_events(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autofree char *path = sample_path();
    g_autoptr(GError) error = NULL;
    struct reader_info info;
    uint64_t n = 0;
    g_assert_true(trace_events(path, make_counter, &n, &info, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(n, ==, 1848);
    g_assert_cmpuint(info.n_events, ==, 1848);
    g_assert_false(trace_events(f->path, make_counter, &n, &info, NULL, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_assert_cmpuint(info.n_events, ==, 0);
}

static struct trace *open_lines(struct fixture *f, const char *lines)
{
    g_autoptr(GBytes) bytes = assemble(lines);
    g_autoptr(GError) error = NULL;
    gsize len;
    const char *at = g_bytes_get_data(bytes, &len);
    g_assert_true(g_file_set_contents(f->path, at, (gssize)len, NULL));
    struct trace *trace = trace_open(f->path, TRACE_ALL, NULL, NULL, &error);
    g_assert_no_error(error);
    look_at(trace);
    return trace;
}

#define RUNNING                                                                    \
    "go 1.22; batch 1 -1 1; frequency 1000000000; batch 1 1 10; ProcStatus 0 0 1;" \
    "GoStatus 1 1 1 2;"

/* A damaged clock can make two waits that are longer together than 64 bits of nanoseconds. */
static void test_long_waits(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct trace *trace =
        open_lines(f, RUNNING "GoCreate 1 2 0 0; GoCreate 1 3 0 0; GoSyscallBegin 1 1 0;"
                              "GoSyscallEnd 9223372036854773760; GoStart 1 2 1; GoStart 1 3 1");
    const GArray *groups = trace->summary->groups;
    g_assert_cmpuint(groups->len, ==, 1);
    g_assert_cmpint(g_array_index(groups, struct summary_group, 0).times.sched_wait_ns, ==,
                    INT64_MAX);
    g_assert_cmpint(g_array_index(groups, struct summary_group, 0).times.total_ns, ==, INT64_MAX);
    trace_free(trace);

    trace = open_lines(f, RUNNING "GoCreate 1 2 0 0; GoCreate 1 3 0 0; GoBlock 1 0 0;"
                                  "ProcStop 9223372036854773760; batch 1 2 20; GoUnblock 1 1 1 0");
    g_assert_true(trace->info.complete);
    trace_free(trace);
}

/* Nothing comes after the last nanosecond, not even the end of the trace. */
static void test_last_moment(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct trace *trace = open_lines(f, "go 1.22; batch 1 -1 1; frequency 1000000000;"
                                        "batch 1 0 9223372036854774784; ProcStatus 1023 0 1");
    g_assert_cmpint(trace->info.start_ns + trace->info.end_ns, ==, INT64_MAX);
    g_assert_error(trace->damage, TRACE_ERROR, TRACE_ERROR_DAMAGED);
    g_assert_nonnull(strstr(trace->damage->message, "its last nanosecond"));
    trace_free(trace);
}

/* Ranges of as many names as a file likes are not all kept open beside each other. */
static void test_many_ranges(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GString) lines = g_string_new(RUNNING);
    for (int i = 1; i <= 65; i++)
        g_string_append_printf(lines, "STWBegin 1 %d 0;", i);
    g_string_append(lines, "batch 1 -1 1; strings;");
    for (int i = 1; i <= 65; i++)
        g_string_append_printf(lines, "string %d kind%d;", i, i);
    struct trace *trace = open_lines(f, lines->str);
    g_assert_cmpuint(trace->info.n_kind[EVENT_RANGE_BEGIN], ==, 64);
    g_assert_error(trace->damage, TRACE_ERROR, TRACE_ERROR_DAMAGED);
    g_assert_nonnull(strstr(trace->damage->message, "more than 64 are open at once"));
    trace_free(trace);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const struct {
        const char *path;
        void (*test)(struct fixture *, gconstpointer);
    } tests[] = {
        {"/trace/whole", test_whole},
        {"/trace/prefixes", test_prefixes},
        {"/trace/damaged", test_damaged},
        {"/trace/errors", test_errors},
        {"/trace/stdin", test_stdin},
        {"/trace/pipe", test_pipe},
        {"/trace/events", test_events},
        {"/trace/long-waits", test_long_waits},
        {"/trace/last-moment", test_last_moment},
        {"/trace/many-ranges", test_many_ranges},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, setup, tests[i].test, teardown);
    return g_test_run();
}
