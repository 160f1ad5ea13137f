/* The reader as a whole: what is no trace, what is cut, what is bent, what arrives in pieces. */
#include <glib.h>
#include <string.h>

#include "tests/assemble.h"
#include "trace/header.h"
#include "trace/parsed.h"
#include "trace/reader.h"

/* What came out of a file. */
struct outcome {
    struct reader_info info;
    GString *text;   /* of all events */
    unsigned n_runs; /* how often the sink was told of a run of generations */
    GError *error;
    int64_t last_ns;
    struct symbols *symbols;
};

static void see(void *self, const struct event *event)
{
    struct outcome *outcome = self;
    g_assert_cmpint(event->time_ns, >, outcome->last_ns);
    outcome->last_ns = event->time_ns;
    parsed_append(outcome->text, outcome->symbols, event, 0);
}

static void see_run(void *self)
{
    ((struct outcome *)self)->n_runs++;
}

static void outcome_clear(struct outcome *outcome)
{
    g_string_free(outcome->text, TRUE);
    g_clear_error(&outcome->error);
    symbols_free(outcome->symbols);
}

/* Reads `len` bytes that grow by `step` a call; each call sees a block of exactly its size. */
static struct outcome read_in_steps(const uint8_t *bytes, size_t len, size_t step)
{
    struct outcome outcome = {.text = g_string_new(NULL), .symbols = symbols_new(), .last_ns = -1};
    struct sink sink = {.event = see, .generation = see_run, .self = &outcome};
    struct reader *reader = reader_new(outcome.symbols, &sink, 1);
    bool good = true;
    for (size_t have = MIN(step, len); good; have = MIN(have + step, len)) {
        g_autofree uint8_t *block = g_memdup2(bytes, have);
        good = reader_read(reader, block, have, have == len, NULL, NULL, &outcome.error);
        if (have == len)
            break;
    }
    g_assert_cmpint(good, ==, outcome.error == NULL);
    outcome.info = *reader_info(reader);
    g_assert_cmpint(outcome.info.complete, ==, good);
    g_assert_cmpuint(outcome.info.read_bytes + outcome.info.lost_bytes, <=, len);
    if (outcome.error != NULL)
        g_assert_null(strchr(outcome.error->message, '\n'));
    reader_free(reader);
    return outcome;
}

static struct outcome read_whole(const uint8_t *bytes, size_t len)
{
    return read_in_steps(bytes, len, MAX(len, 1));
}

static GBytes *load(const char *name)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "traces", "ref", name, NULL);
    char *bytes;
    gsize len;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &bytes, &len, &error);
    g_assert_no_error(error);
    return g_bytes_new_take(bytes, len);
}

static void test_no_trace(void)
{
    static const struct {
        const char *bytes;
        size_t len;
        int code;
        const char *message;
    } rows[] = {
        {"", 0, TRACE_ERROR_NOT_A_TRACE, "it is empty"},
        {"go 1.2", 6, TRACE_ERROR_TRUNCATED, "the file ends at byte 6"},
        {"<!DOCTYPE html><html>", 21, TRACE_ERROR_NOT_A_TRACE, "an HTML page"},
        {"\x1f\x8b\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17, TRACE_ERROR_NOT_A_TRACE, "a gzip file"},
        {"404 page not found\nmore", 23, TRACE_ERROR_NOT_A_TRACE, "server, \"404 page not found\""},
        {"no such \033[31mfile here", 22, TRACE_ERROR_NOT_A_TRACE, "does not begin with"},
        {"\xff\xfe\0\1\2\3\4\5\6\7\1\2\3\4\5\6", 16, TRACE_ERROR_NOT_A_TRACE, "does not begin"},
        {"go 1.22 trace\0\0\1", 16, TRACE_ERROR_NOT_A_TRACE, "does not begin"},
        {"go 1.5 trace\0\0\0\0", 16, TRACE_ERROR_DAMAGED, "how fast its clock is"},
        {"go 1.11 trace\0\0\0", 16, TRACE_ERROR_DAMAGED, "how fast its clock is"},
        {"go 1.12 trace\0\0\0", 16, TRACE_ERROR_VERSION, "1.12, which no Go ever wrote"},
        {"go 1.24 trace\0\0\0", 16, TRACE_ERROR_VERSION, "1.24, which no Go ever wrote"},
        {"go 1.31 trace\0\0\0", 16, TRACE_ERROR_VERSION, "1.31, which is newer"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct outcome outcome = read_whole((const uint8_t *)rows[i].bytes, rows[i].len);
        g_assert_error(outcome.error, TRACE_ERROR, rows[i].code);
        g_test_message("%s", outcome.error->message);
        g_assert_nonnull(strstr(outcome.error->message, rows[i].message));
        g_assert_cmpuint(outcome.info.n_events, ==, 0);
        g_assert_cmpuint(outcome.info.lost_bytes, ==, rows[i].len);
        outcome_clear(&outcome);
    }
}

static const char *const small[] = {"1.22-doathing.trace", "1.26-doathing.trace",
                                    "1.23-cpuprof.trace"};

static void test_prefixes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(small); i++) {
        g_autoptr(GBytes) trace = load(small[i]);
        gsize len;
        const uint8_t *bytes = g_bytes_get_data(trace, &len);
        struct outcome whole = read_whole(bytes, len);
        g_assert_no_error(whole.error);
        for (size_t n = 0; n < len; n++) {
            g_autofree uint8_t *prefix = g_memdup2(bytes, n);
            struct outcome cut = read_whole(prefix, n);
            /* Only a cut between two batches of a format without end marks may go unseen. */
            if (cut.error == NULL)
                g_assert_true(n == HEADER_BYTES || cut.info.go_minor < 26);
            g_assert_cmpuint(cut.info.n_events, <=, whole.info.n_events);
            outcome_clear(&cut);
        }
        outcome_clear(&whole);
    }
}

static void test_flips(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(20261123);
    for (unsigned round = 0; round < 3000; round++) {
        g_autoptr(GBytes) trace = load(small[round % G_N_ELEMENTS(small)]);
        gsize len;
        uint8_t *bytes = g_bytes_unref_to_data(g_steal_pointer(&trace), &len);
        for (int n = g_rand_int_range(random, 1, 6); n > 0; n--)
            bytes[g_rand_int_range(random, 0, (gint32)len)] =
                (uint8_t)g_rand_int_range(random, 0, 256);
        struct outcome outcome = read_whole(bytes, len);
        outcome_clear(&outcome);
        g_free(bytes);
    }
}

#define GENERATION(n, time)                                                                \
    "batch " n " -1 " time "; sync; frequency 1000000000; ClockSnapshot 0 7 100 5;"        \
    "batch " n " -1 " time "; strings; string 1 phase;"                                    \
    "batch " n " 1 " time "; ProcStatus 0 0 1; GoStatus 0 1 1 2; UserRegionBegin 3 0 1 0;" \
    "UserRegionEnd 3 0 1 0; end;"

static void test_pieces(void)
{
    g_autoptr(GBytes) real = load("1.26-doathing.trace");
    g_autoptr(GBytes) old = load("1.22-doathing.trace");
    g_autoptr(GBytes) three =
        assemble("go 1.26;" GENERATION("3", "100") GENERATION("4", "200") GENERATION("9", "300"));
    GBytes *traces[] = {real, old, three};
    for (size_t i = 0; i < G_N_ELEMENTS(traces); i++) {
        gsize len;
        const uint8_t *bytes = g_bytes_get_data(traces[i], &len);
        struct outcome whole = read_whole(bytes, len);
        g_assert_no_error(whole.error);
        g_assert_cmpuint(whole.n_runs, ==, 1);
        for (size_t step = 1; step < 1000; step *= 7) {
            struct outcome pieces = read_in_steps(bytes, len, step);
            g_assert_no_error(pieces.error);
            g_assert_cmpstr(pieces.text->str, ==, whole.text->str);
            g_assert_cmpmem(&pieces.info, sizeof pieces.info, &whole.info, sizeof whole.info);
            outcome_clear(&pieces);
        }
        outcome_clear(&whole);
    }
}

static void test_info(void)
{
    g_autoptr(GBytes) trace = assemble("go 1.25;" GENERATION("1", "100"));
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(trace, &len);
    /* This version does not mark the end: cut the mark off. */
    struct outcome outcome = read_whole(bytes, len - 1);
    g_assert_no_error(outcome.error);
    const struct reader_info *info = &outcome.info;
    g_assert_cmpint(info->go_minor, ==, 25);
    g_assert_cmpint(info->wire, ==, 2);
    g_assert_cmpint(info->start_ns, ==, 100);
    g_assert_cmpint(info->end_ns, ==, 7);
    g_assert_true(info->has_wall);
    g_assert_cmpint(info->wall_s, ==, 100);
    g_assert_cmpint(info->wall_ns, ==, 5);
    g_assert_cmpuint(info->n_events, ==, 6);
    g_assert_cmpuint(info->n_kind[EVENT_SYNC], ==, 2);
    g_assert_cmpuint(info->n_kind[EVENT_REGION_END], ==, 1);
    g_assert_cmpuint(info->n_generations, ==, 1);
    g_assert_cmpuint(info->n_batches, ==, 3);
    g_assert_cmpuint(info->n_strings, ==, 1);
    g_assert_cmpuint(info->read_bytes, ==, len - 1);
    outcome_clear(&outcome);
}

static void test_damage_behind(void)
{
    g_autoptr(GBytes) trace =
        assemble("go 1.26;" GENERATION("1", "100") GENERATION("2", "200") "bytes 1 2 3");
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(trace, &len);
    struct outcome outcome = read_whole(bytes, len);
    g_assert_error(outcome.error, TRACE_ERROR, TRACE_ERROR_TRUNCATED);
    g_assert_cmpuint(outcome.info.n_generations, ==, 2);
    g_assert_cmpuint(outcome.info.n_events, ==, 11); /* with the Sync before the error */
    g_assert_cmpuint(outcome.info.lost_bytes, ==, 3);
    g_assert_cmpuint(outcome.info.read_bytes, ==, len - 3);
    outcome_clear(&outcome);
}

static void test_cancel(void)
{
    g_autoptr(GBytes) trace = load("1.26-annot.trace");
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_cancellable_cancel(cancellable);
    struct symbols *symbols = symbols_new();
    struct reader *reader = reader_new(symbols, NULL, 0);
    g_autoptr(GError) error = NULL;
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(trace, &len);
    g_assert_false(reader_read(reader, bytes, len, true, cancellable, NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    reader_free(reader);
    symbols_free(symbols);
}

/* What can wait is told while batches are collected, range by range. */
struct relaxed {
    size_t len;  /* of the file */
    size_t to;   /* behind the last range */
    size_t most; /* the farthest */
};

static void relax(void *data, size_t from, size_t to)
{
    struct relaxed *relaxed = data;
    g_assert_cmpuint(from, <, to);
    g_assert_cmpuint(to, <=, relaxed->len);
    /* One behind the other, or once more when the events are played. */
    g_assert_true(from == relaxed->to || from < 100);
    relaxed->to = to;
    relaxed->most = MAX(relaxed->most, to);
}

static void test_relax(void)
{
    g_autoptr(GBytes) trace = load("1.26-annot.trace");
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(trace, &len);
    /* 100 batches of an experiment, which hold nothing that is read, before all others. */
    static const uint8_t nothing[65000];
    GByteArray *longer = g_byte_array_new();
    g_byte_array_append(longer, bytes, 16);
    for (int i = 0; i < 100; i++) {
        const uint8_t head[] = {49,   1,    bytes[17], 0,    0xff, 0xff, 0xff,
                                0xff, 0xff, 0xff,      0x0f, 0xe8, 0xfb, 0x03};
        g_byte_array_append(longer, head, sizeof head);
        g_byte_array_append(longer, nothing, sizeof nothing);
    }
    g_byte_array_append(longer, bytes + 16, (guint)(len - 16));

    struct outcome want = read_whole(bytes, len);
    struct outcome got = {.text = g_string_new(NULL), .symbols = symbols_new(), .last_ns = -1};
    struct sink sink = {.event = see, .generation = see_run, .self = &got};
    struct reader *reader = reader_new(got.symbols, &sink, 1);
    struct relaxed relaxed = {.len = longer->len};
    reader_set_relax(reader, relax, &relaxed);
    g_assert_true(reader_read(reader, longer->data, longer->len, true, NULL, NULL, &got.error));
    g_assert_cmpstr(got.text->str, ==, want.text->str);
    g_assert_cmpuint(relaxed.most, >, longer->len - ((size_t)4 << 20));
    reader_free(reader);
    outcome_clear(&got);
    outcome_clear(&want);
    g_byte_array_unref(longer);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader/no-trace", test_no_trace);
    g_test_add_func("/reader/prefixes", test_prefixes);
    g_test_add_func("/reader/flips", test_flips);
    g_test_add_func("/reader/pieces", test_pieces);
    g_test_add_func("/reader/info", test_info);
    g_test_add_func("/reader/damage-behind", test_damage_behind);
    g_test_add_func("/reader/cancel", test_cancel);
    g_test_add_func("/reader/relax", test_relax);
    return g_test_run();
}
