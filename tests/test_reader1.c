/* The old format's reader as a whole: what is cut, what is bent, what Go refuses and is read all
 * the same. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "tests/assemble1.h"
#include "tests/load.h"
#include "tests/readout.h"
#include "trace/trace.h"
#include "trace/wire1.h"

#define RUNNING                                                                     \
    "go 1.21; batch 0 1000; frequency 1000000000; ProcStart 1 5; GoCreate 1 1 0 0;" \
    "GoStart 1 1 1; Gomaxprocs 1 2 0;"

static GBytes *load(const char *name)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "traces", "ref", name, NULL);
    return load_file(path);
}

static struct readout read_text(const char *text, bool salvage)
{
    g_autoptr(GBytes) bytes = assemble1(text);
    gsize len;
    const uint8_t *at = g_bytes_get_data(bytes, &len);
    return readout_take(at, len, salvage);
}

static void assert_says(const struct readout *readout, const char *part)
{
    g_assert_nonnull(readout->error);
    g_test_message("%s", readout->error->message);
    g_assert_null(strchr(readout->error->message, '\n'));
    if (strstr(readout->error->message, part) == NULL)
        g_error("'%s' is not in '%s'", part, readout->error->message);
}

static const char *const small[] = {"1.19-doathing.trace", "1.21-doathing.trace",
                                    "1.19-cpuprof.trace"};

/* Go refuses any part of a trace without its clock, and gives up at the first event without a name;
 * what is salvaged is never more than there was. */
static void test_prefixes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(small); i++) {
        g_autoptr(GBytes) trace = load(small[i]);
        gsize len;
        const uint8_t *bytes = g_bytes_get_data(trace, &len);
        struct readout whole = readout_take(bytes, len, true);
        g_assert_no_error(whole.error);
        g_assert_true(whole.info.complete);
        g_assert_cmpuint(whole.info.lost_bytes, ==, 0);
        for (size_t n = 0; n < len; n += n < len - 100 ? 7 : 1) {
            struct readout cut = readout_take(bytes, n, false);
            g_assert_cmpuint(cut.info.n_events, <=, whole.info.n_events);
            g_assert_true(g_str_has_prefix(whole.text->str, cut.text->str) || cut.error == NULL);
            readout_clear(&cut);
            struct readout salvaged = readout_take(bytes, n, true);
            if (n > 16)
                g_assert_cmpuint(salvaged.info.read_bytes + salvaged.info.lost_bytes, ==, n);
            if (salvaged.info.n_salvaged == 0)
                g_assert_cmpuint(salvaged.info.n_events, <=, whole.info.n_events);
            readout_clear(&salvaged);
        }
        readout_clear(&whole);
    }
}

/* One to five bytes of a trace are others; kept as a file, since whole traces are read from those.
 */
static void test_bends(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(20261124);
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("tracetui-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *path = g_build_filename(folder, "bent.trace", NULL);
    unsigned n_salvaged = 0;
    for (unsigned round = 0; round < 2000; round++) {
        g_autoptr(GBytes) trace = load(small[round % G_N_ELEMENTS(small)]);
        gsize len;
        uint8_t *bytes = g_bytes_unref_to_data(g_steal_pointer(&trace), &len);
        for (int n = g_rand_int_range(random, 1, 6); n > 0; n--)
            bytes[g_rand_int_range(random, 16, (gint32)len)] =
                (uint8_t)g_rand_int_range(random, 0, 256);
        struct readout strict = readout_take(bytes, len, false);
        struct readout salvaged = readout_take(bytes, len, true);
        if (strict.error == NULL) {
            /* What Go reads is read in the same way, but for names that Go makes up. */
            if (salvaged.error != NULL)
                assert_says(&salvaged, "are lost");
            else
                g_assert_cmpstr(salvaged.text->str, ==, strict.text->str);
            g_assert_cmpuint(salvaged.info.n_events, ==, strict.info.n_events);
        } else {
            g_assert_nonnull(salvaged.error);
            n_salvaged += salvaged.info.n_events > 2;
        }
        readout_clear(&strict);
        readout_clear(&salvaged);
        g_file_set_contents(path, (const char *)bytes, (gssize)len, &error);
        g_assert_no_error(error);
        struct trace *opened = trace_open(path, TRACE_ALL, NULL, NULL, NULL);
        trace_free(opened);
        g_free(bytes);
    }
    g_assert_cmpuint(n_salvaged, >, 1000);
    g_remove(path);
    g_rmdir(folder);
}

struct row {
    const char *name;
    const char *trace;
    const char *events; /* a part of what comes out */
    const char *says;   /* a part of the message */
    uint64_t n_events, n_salvaged;
};

#define G(time, where, id, change) \
    where " StateTransition Time=" time " GoID=" id " " change " Reason=\"\"\n"

static const struct row rows[] = {
    {"a callback of a C thread",
     RUNNING "GoBlock 1 0; GoSysExit 10 33 5 900; GoStart 1 33 6; GoSysBlock 1; GoUnblock 1 1 2 0;"
             "GoStart 1 1 3",
     G("14", "M=-1 P=-1 G=-1", "33", "Undetermined->Syscall")
         G("15", "M=-1 P=1000003 G=33", "33", "Syscall->Runnable")
             G("16", "M=5 P=0 G=33", "33", "Runnable->Running"),
     "1 goroutine was put into the state that its next event needs", 10, 1},
    {"a lost event of a known goroutine", RUNNING "GoCreate 1 2 0 0; GoSched 1 0; GoStart 1 2 3",
     G("6", "M=5 P=0 G=2", "2", "Runnable->Running"), "1 goroutine was put", 7, 1},
    {"a start on a P that is taken", RUNNING "GoCreate 1 2 0 0; GoStart 1 2 1; GoBlock 1 0",
     G("5", "M=-1 P=-1 G=-1", "1", "Running->Runnable")
         G("6", "M=5 P=0 G=2", "2", "Runnable->Running"),
     "1 goroutine was put", 8, 1},
    {"a clock that goes back",
     RUNNING "GoCreate 50 2 0 0; GoSched 1 0; batch 1 1010; ProcStart 1 6; GoStart 1 2 1",
     G("54", "M=6 P=1 G=2", "2", "Runnable->Running"), "the clock goes back 1 time", 8, 0},
    {"a syscall that ended before it began",
     RUNNING "GoSysCall 10 0; GoSysBlock 10; GoSysExit 10 1 2 1020", "Syscall->Runnable",
     "1 return from a syscall does not stand where it belongs", 6, 0},
    {"a syscall that ended after its goroutine ran again",
     RUNNING "GoSysCall 10 0; GoSysBlock 10; GoSysExit 10 1 2 1050; GoStart 1 1 3",
     "Syscall->Runnable", "1 return from a syscall does not stand where it belongs", 7, 0},
    {"no clock", "go 1.21; batch 0 1000; ProcStart 1 5; HeapAlloc 64 1; HeapAlloc 64 1",
     "Time=128 Name=", "times are ticks, shown as nanoseconds", 5, 0},
    {"a cut record", RUNNING "HeapAlloc 1 1; bytes 97 1",
     "Time=4 Name=", "the file ends in the middle of a record", 5, 0},
    {"damage", RUNNING "HeapAlloc 1 1; bytes 0 1 2 3", "Time=4 Name=", "no record of this version",
     5, 0},
    {"two GCs at once", RUNNING "GCStart 1 0 0; GCStart 1 1 0; HeapAlloc 1 1", "Time=4 Name=\"GC",
     "GCStart on P 0: the one before has not ended; 2 events are left out", 5, 0},
    {"names are missing", RUNNING "UserTaskCreate 1 3 0 99 0; HeapAlloc 1 2",
     "Time=4 ID=3 Parent=18446744073709551615 Type=\"\"", "of 1 event are lost", 6, 0},
    {"a record that Go has given up", RUNNING "FutileWakeup 1; HeapAlloc 1 2",
     "Time=5 Name=", "is left out 1 time", 5, 0},
};

static void test_salvage(const void *data)
{
    const struct row *row = data;
    struct readout strict = read_text(row->trace, false);
    g_assert_nonnull(strict.error);
    struct readout readout = read_text(row->trace, true);
    assert_says(&readout, row->says);
    if (strstr(readout.text->str, row->events) == NULL)
        g_error("'%s' is not in '%s'", row->events, readout.text->str);
    g_assert_cmpuint(readout.info.n_events, ==, row->n_events);
    g_assert_cmpuint(readout.info.n_salvaged, ==, row->n_salvaged);
    g_assert_false(readout.info.complete);
    readout_clear(&readout);
    readout_clear(&strict);
}

static void test_lost_bytes(void)
{
    static const char text[] = RUNNING "HeapAlloc 1 1; bytes 0 1 2 3";
    g_autoptr(GBytes) bytes = assemble1(text);
    struct readout readout = read_text(text, true);
    g_assert_cmpuint(readout.info.lost_bytes, ==, 4);
    g_assert_cmpuint(readout.info.read_bytes, ==, g_bytes_get_size(bytes) - 4);
    readout_clear(&readout);
}

static void test_info(void)
{
    struct readout readout = read_text(
        RUNNING "string 1 a; string 2 b; stack 6 1 4096 1 2 7; batch 1 1010; HeapAlloc 3 1", false);
    g_assert_no_error(readout.error);
    const struct reader_info *info = &readout.info;
    g_assert_cmpint(info->go_minor, ==, 21);
    g_assert_cmpint(info->wire, ==, 1);
    g_assert_cmpint(info->start_ns, ==, -1);
    g_assert_cmpint(info->end_ns, ==, 14);
    g_assert_false(info->has_wall);
    g_assert_cmpuint(info->n_events, ==, 5);
    g_assert_cmpuint(info->n_kind[EVENT_SYNC], ==, 2);
    g_assert_cmpuint(info->n_kind[EVENT_METRIC], ==, 1);
    g_assert_cmpuint(info->n_generations, ==, 0);
    g_assert_cmpuint(info->n_batches, ==, 2);
    g_assert_cmpuint(info->n_strings, ==, 2);
    g_assert_cmpuint(info->n_stacks, ==, 1);
    g_assert_cmpuint(info->n_salvaged, ==, 0);
    readout_clear(&readout);
}

/* Nothing is said before the last byte is there. */
static void test_growing(void)
{
    g_autoptr(GBytes) trace = load("1.21-doathing.trace");
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(trace, &len);
    struct symbols *symbols = symbols_new();
    struct reader *reader = reader_new(symbols, NULL, 0);
    g_autoptr(GError) error = NULL;
    for (size_t n = 0; n <= len; n += 100)
        g_assert_true(reader_read(reader, bytes, n, false, NULL, NULL, &error));
    g_assert_cmpuint(reader_info(reader)->n_events, ==, 0);
    g_assert_true(reader_read(reader, bytes, len, true, NULL, NULL, &error));
    g_assert_no_error(error);
    g_assert_true(reader_info(reader)->complete);
    g_assert_cmpuint(reader_info(reader)->n_events, >, 30);
    reader_free(reader);
    symbols_free(symbols);
}

static void test_cancel(void)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_cancellable_cancel(cancellable);
    g_autoptr(GBytes) trace = load("1.19-sys.trace");
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(trace, &len);
    struct symbols *symbols = symbols_new();
    struct reader *reader = reader_new(symbols, NULL, 0);
    reader_set_salvage(reader, true);
    g_autoptr(GError) error = NULL;
    g_assert_false(reader_read(reader, bytes, len, true, cancellable, NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    reader_free(reader);
    symbols_free(symbols);
}

/* More Ps than a byte counts, then more than two bytes: each says something once. */
static void test_many_ps(void)
{
    static const unsigned counts[] = {255, 256, 65535, 65536};
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autoptr(GString) text = g_string_new("go 1.21; batch 0 1000; frequency 1000000000;");
        for (unsigned p = 1; p <= counts[i]; p++)
            g_string_append_printf(text, "batch %u %u; HeapAlloc 1 %u;", p, 3000000 - p, p);
        struct readout readout = read_text(text->str, false);
        g_assert_no_error(readout.error);
        g_assert_cmpuint(readout.info.n_events, ==, counts[i] + 2);
        g_autofree char *first = g_strdup_printf(
            "M=-1 P=-1 G=-1 Sync Time=-1 N=1\nM=-1 P=%u G=-1 Metric Time=0 ", counts[i]);
        g_assert_true(g_str_has_prefix(readout.text->str, first));
        readout_clear(&readout);
    }
}

/* What a reader said of the bytes that are behind. */
struct relaxed {
    size_t len, to;
    unsigned n_walks;
};

static void relax(void *data, size_t from, size_t to)
{
    struct relaxed *relaxed = data;
    g_assert_cmpuint(from, <, to);
    g_assert_cmpuint(to, <=, relaxed->len);
    g_assert_true(from == 0 || from == relaxed->to);
    if (from == 0 && relaxed->n_walks++ > 0) /* the walk before has come nearly to the end */
        g_assert_cmpuint(relaxed->to, >, relaxed->len - ((size_t)4 << 20));
    relaxed->to = to;
}

static void add(void *self, const struct event *event)
{
    *(int64_t *)self += event->kind == EVENT_METRIC;
}

/* Each of the three walks tells what it has behind it. */
static void test_relax(void)
{
    const int n = 2500000;
    g_autoptr(GBytes) trace = assemble1(RUNNING "batch 0 2000;");
    GByteArray *longer = g_bytes_unref_to_array(g_steal_pointer(&trace));
    for (int i = 0; i < n; i++)
        g_byte_array_append(longer, (const uint8_t[]){WIRE1_HEAP_ALLOC | 1 << 6, 1, 1}, 3);
    int64_t n_metrics = 0;
    struct sink sink = {.event = add, .self = &n_metrics};
    struct symbols *symbols = symbols_new();
    struct reader *reader = reader_new(symbols, &sink, 1);
    struct relaxed relaxed = {.len = longer->len};
    reader_set_relax(reader, relax, &relaxed);
    g_autoptr(GError) error = NULL;
    reader_read(reader, longer->data, longer->len, true, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(n_metrics, ==, n);
    g_assert_cmpuint(relaxed.n_walks, ==, 3);
    g_assert_cmpuint(relaxed.to, >, relaxed.len - ((size_t)4 << 20));
    reader_free(reader);
    symbols_free(symbols);
    g_byte_array_unref(longer);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader1/prefixes", test_prefixes);
    g_test_add_func("/reader1/bends", test_bends);
    g_test_add_func("/reader1/lost-bytes", test_lost_bytes);
    g_test_add_func("/reader1/info", test_info);
    g_test_add_func("/reader1/growing", test_growing);
    g_test_add_func("/reader1/cancel", test_cancel);
    g_test_add_func("/reader1/many-ps", test_many_ps);
    g_test_add_func("/reader1/relax", test_relax);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = g_strconcat("/reader1/salvage/", rows[i].name, NULL);
        g_test_add_data_func(name, &rows[i], test_salvage);
    }
    return g_test_run();
}
