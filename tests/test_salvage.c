/* Traces that Go refuses: what is read of them all the same, and what is said of that. */
#include <glib.h>
#include <string.h>

#include "tests/assemble.h"
#include "tests/load.h"
#include "trace/parsed.h"
#include "trace/reader.h"

struct outcome {
    struct reader_info info;
    GString *text;
    GHashTable
        *threads; /* int64_t m -> GString: its events, without times, stacks and what was before */
    GError *error;
    struct symbols *symbols;
};

static void see_thread(struct outcome *outcome, const struct event *event)
{
    if (event->kind == EVENT_SYNC || event->kind == EVENT_STACK_SAMPLE)
        return;
    GString *line = g_hash_table_lookup(outcome->threads, &event->m);
    if (line == NULL) {
        line = g_string_new(NULL);
        g_hash_table_insert(outcome->threads, g_memdup2(&event->m, sizeof event->m), line);
    }
    g_string_append_printf(line, "%d", event->kind);
    if (event->kind == EVENT_STATE_TRANSITION)
        g_string_append_printf(line, " %d %d %" G_GINT64_FORMAT, event->transition.resource,
                               event->transition.to, event->transition.id);
    g_string_append_c(line, '\n');
}

static void see(void *self, const struct event *event)
{
    struct outcome *outcome = self;
    parsed_append(outcome->text, outcome->symbols, event, 0);
    see_thread(outcome, event);
}

static void free_string(void *string)
{
    g_string_free(string, TRUE);
}

static struct outcome read_bytes(const uint8_t *bytes, size_t len, bool salvage)
{
    struct outcome outcome = {
        .text = g_string_new(NULL),
        .threads = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_string),
        .symbols = symbols_new(),
    };
    struct sink sink = {.event = see, .self = &outcome};
    struct reader *reader = reader_new(outcome.symbols, &sink, 1);
    reader_set_salvage(reader, salvage);
    /* A block of exactly this size, so that nothing is read behind it. */
    g_autofree uint8_t *block = g_memdup2(bytes, len);
    bool good = reader_read(reader, block, len, true, NULL, NULL, &outcome.error);
    outcome.info = *reader_info(reader);
    g_assert_cmpint(good, ==, outcome.error == NULL);
    g_assert_cmpint(good, ==, outcome.info.complete);
    g_assert_cmpuint(outcome.info.lost_bytes, <=, len);
    reader_free(reader);
    return outcome;
}

static void outcome_clear(struct outcome *outcome)
{
    g_string_free(outcome->text, TRUE);
    g_hash_table_unref(outcome->threads);
    g_clear_error(&outcome->error);
    symbols_free(outcome->symbols);
}

#define CLOCK22(generation) "batch " generation " -1 1; frequency 1000000000;"
#define CLOCK26(generation) \
    "batch " generation " -1 1; sync; frequency 1000000000; ClockSnapshot 0 1 2 3;"
#define RUNNING "batch 1 1 10; ProcStatus 0 0 1; GoStatus 1 1 1 2;"
#define NEXT "batch 2 1 30; ProcStatus 0 0 1; GoStatus 1 1 1 2;"

#define BEGUN                                                                           \
    "M=1 P=-1 G=-1 StateTransition Time=9 ProcID=0 Undetermined->Running Reason=\"\"\n" \
    "M=1 P=0 G=-1 StateTransition Time=10 GoID=1 Undetermined->Running Reason=\"\"\n"
#define STOP22(time, reason) \
    "M=1 P=0 G=1 StateTransition Time=" time " GoID=1 Running->Waiting Reason=\"" reason "\"\n"

struct row {
    const char *name;
    const char *trace;
    size_t cut_bytes;     /* taken from its end */
    const char *events;   /* all but Syncs; the times are since the first event */
    const char *parts[4]; /* of the error; none: there is no error */
    uint64_t lost_bytes;
    int code;
};

static const struct row rows[] = {
    {"whole", "go 1.22;" CLOCK22("1") RUNNING, 0, BEGUN, {NULL}, 0, 0},
    /* 12500000 units a second would be another time than 64 ns a unit. */
    {"killed, 1.22",
     "go 1.22; batch 1 1 10; ProcStatus 0 0 1; GoStatus 1 1 1 2; GoBlock 1 7 9",
     0,
     "M=1 P=-1 G=-1 StateTransition Time=1 ProcID=0 Undetermined->Running Reason=\"\"\n"
     "M=1 P=0 G=-1 StateTransition Time=64 GoID=1 Undetermined->Running Reason=\"\"\n"
     "M=1 P=0 G=1 StateTransition Time=128 GoID=1 Running->Waiting Reason=\"(reason lost)\"\n",
     {"generation 1, byte 34: the file ends before the generation does; symbols lost",
      "symbols lost", "15625000 units a second"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"killed, 1.26",
     "go 1.26;" CLOCK26("1") RUNNING "STWBegin 1 3 0; STWEnd 1",
     0,
     BEGUN "M=1 P=0 G=1 RangeBegin Time=11 Name=\"stop-the-world (kind lost)\" "
           "Scope=Goroutine(1)\n"
           "M=1 P=0 G=1 RangeEnd Time=12 Name=\"stop-the-world (kind lost)\" Scope=Goroutine(1) "
           "Attributes=[]\n",
     {"the file ends before the generation does", "symbols lost"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"the clock of the generation before",
     "go 1.22; batch 1 -1 1; frequency 500000000;" RUNNING NEXT,
     0,
     "M=1 P=-1 G=-1 StateTransition Time=18 ProcID=0 Undetermined->Running Reason=\"\"\n"
     "M=1 P=0 G=-1 StateTransition Time=20 GoID=1 Undetermined->Running Reason=\"\"\n"
     "M=1 P=0 G=1 StateTransition Time=59 ProcID=0 Running->Running Reason=\"\"\n"
     "M=1 P=0 G=1 StateTransition Time=60 GoID=1 Running->Running Reason=\"\"\n",
     {"generation 2, byte 64: the file ends", "that of the generation before"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"cut within a record",
     "go 1.26;" CLOCK26("1") RUNNING "GoBlock 1 7 9",
     2,
     BEGUN,
     {"generation 1, byte 42: the file ends in the middle of a batch"},
     2,
     TRACE_ERROR_TRUNCATED},
    {"cut within the header of a batch",
     "go 1.26;" CLOCK26("1") RUNNING "batch 1 2 20; GoStart 0 2 1",
     6,
     BEGUN,
     {"generation 1, byte 56: the file ends in the middle of a batch"},
     3,
     TRACE_ERROR_TRUNCATED},
    {"cut within the first batch of a generation, 1.22",
     "go 1.22;" CLOCK22("1") RUNNING NEXT "GoStop 1 0 0",
     3,
     BEGUN "M=1 P=0 G=1 StateTransition Time=30 ProcID=0 Running->Running Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=31 GoID=1 Running->Running Reason=\"\"\n",
     {"generation 2, byte 50: the file ends in the middle of a batch", "generation before"},
     1,
     TRACE_ERROR_TRUNCATED},
    {"a thread that waits for what was never written",
     "go 1.26;" CLOCK26("1") RUNNING "GoCreate 1 2 0 0; batch 1 2 20; GoStart 0 3 1; ProcStop 1",
     0,
     BEGUN "M=1 P=0 G=1 StateTransition Time=11 GoID=2 NotExist->Runnable Reason=\"\"\n"
           "TransitionStack=\n\n",
     {"the file ends before", "left out is what fits nowhere", "2, waits with GoStart"},
     6,
     TRACE_ERROR_TRUNCATED},
    {"a goroutine whose beginning was never written",
     "go 1.26;" CLOCK26("1") RUNNING "batch 1 2 20; ProcStatus 0 1 1; GoStart 1 9 4; GoStop 1 0 0",
     0,
     BEGUN "M=2 P=-1 G=-1 StateTransition Time=19 ProcID=1 Undetermined->Running Reason=\"\"\n"
           "M=2 P=1 G=-1 StateTransition Time=20 GoID=9 NotExist->Running Reason=\"\"\n"
           "TransitionStack=\n\n"
           "M=2 P=1 G=9 StateTransition Time=21 GoID=9 Running->Runnable Reason=\"\"\n",
     {"the file ends before the generation does", "; 1 events follow on missing ones"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"a goroutine whose block was never written",
     "go 1.26;" CLOCK26("1") RUNNING
     "batch 1 2 20; ProcStatus 0 1 1; GoUnblock 1 1 3 0; GoStart 1 1 4",
     0,
     BEGUN "M=2 P=-1 G=-1 StateTransition Time=19 ProcID=1 Undetermined->Running Reason=\"\"\n"
           "M=2 P=1 G=-1 StateTransition Time=20 GoID=1 Running->Runnable Reason=\"\"\n"
           "M=2 P=1 G=-1 StateTransition Time=21 GoID=1 Runnable->Running Reason=\"\"\n",
     {"; 1 events follow on missing ones"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"a P whose thief was never written",
     "go 1.26;" CLOCK26("1") RUNNING "GoSyscallBegin 1 1 0; GoSyscallEndBlocked 1; ProcStart 1 0 5;"
                                     "GoStart 1 1 1",
     0,
     BEGUN "M=1 P=0 G=1 StateTransition Time=11 GoID=1 Running->Syscall Reason=\"\"\n"
           "M=1 P=-1 G=1 StateTransition Time=12 GoID=1 Syscall->Runnable Reason=\"\"\n"
           "M=1 P=-1 G=-1 StateTransition Time=13 ProcID=0 Idle->Running Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=14 GoID=1 Runnable->Running Reason=\"\"\n",
     {"; 2 events follow on missing ones"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"a P in a syscall that somebody stole",
     "go 1.26;" CLOCK26("1") RUNNING
     "GoSyscallBegin 1 1 0; batch 1 2 20; ProcStart 0 0 3; ProcStop 1;"
     "batch 1 3 30; ProcSteal 0 0 9 1",
     0,
     BEGUN "M=1 P=0 G=1 StateTransition Time=11 GoID=1 Running->Syscall Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=19 ProcID=0 Running->Running Reason=\"\"\n"
           "M=2 P=0 G=-1 StateTransition Time=20 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=3 P=-1 G=-1 StateTransition Time=29 ProcID=0 Idle->Idle Reason=\"\"\n",
     {"; 2 events follow on missing ones"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"a cycle of the collector that began unseen",
     "go 1.26;" CLOCK26("1") RUNNING "GCEnd 1 4; GCBegin 1 9 0",
     0,
     BEGUN
     "M=1 P=0 G=1 RangeEnd Time=11 Name=\"GC concurrent mark phase\" Scope=None Attributes=[]\n"
     "M=1 P=0 G=1 RangeBegin Time=12 Name=\"GC concurrent mark phase\" Scope=None\n",
     {"; 2 events follow on missing ones"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"threads that are missing, 1.22",
     "go 1.22;" CLOCK22("1") RUNNING "batch 1 2 20; ProcStatus 0 1 1; GoStart 1 9 4",
     0,
     BEGUN "M=2 P=-1 G=-1 StateTransition Time=19 ProcID=1 Undetermined->Running Reason=\"\"\n"
           "M=2 P=1 G=-1 StateTransition Time=20 GoID=9 NotExist->Running Reason=\"\"\n"
           "TransitionStack=\n\n",
     {"generation 1, byte 63: the file ends before the generation does", "; 1 events follow"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"a callback whose end was never written",
     "go 1.26;" CLOCK26("1") "batch 1 5 10; GoCreateSyscall 0 7; batch 1 6 20; GoCreateSyscall 0 7",
     0,
     "M=5 P=-1 G=-1 StateTransition Time=9 GoID=7 NotExist->Syscall "
     "Reason=\"\"\n"
     "M=6 P=-1 G=-1 StateTransition Time=19 GoID=7 NotExist->Syscall Reason=\"\"\n",
     {"; 1 events follow on missing ones"},
     0,
     TRACE_ERROR_TRUNCATED},
    {"a generation that runs into the next",
     "go 1.26;" CLOCK26("1") RUNNING "batch 2 1 20; ProcStatus 0 0 1; end",
     0,
     BEGUN,
     {"generation 1, byte 56: a batch of another generation stands among its batches; certain"},
     10,
     TRACE_ERROR_DAMAGED},
    {"a table that lies, and the generation behind it",
     "go 1.26;" CLOCK26("1") "batch 1 -1 2; strings; string 1 one; string 1 two;" RUNNING
                             "GoBlock 1 1 0; end; batch 2 -1 20; sync; frequency 1000000000; "
                             "ClockSnapshot 0 1 2 3;"
                             "batch 2 1 30; ProcStatus 0 0 1; GoStatus 1 1 -1 4; end",
     0,
     BEGUN STOP22(
         "11", "one") "M=1 P=0 G=-1 StateTransition Time=29 ProcID=0 Running->Running Reason=\"\"\n"
                      "M=1 P=0 G=-1 StateTransition Time=30 GoID=1 Waiting->Waiting Reason=\"\"\n",
     {"generation 1, byte 69: a string has an id that is taken"},
     6,
     TRACE_ERROR_DAMAGED},
    {"a stack that is not there",
     "go 1.26;" CLOCK26("1") RUNNING "ProcsChange 1 4 3; end",
     0,
     BEGUN "M=1 P=0 G=1 Metric Time=11 Name=\"/sched/gomaxprocs:threads\" "
           "Value=Value{Uint64(4)}\n",
     {"generation 1, byte 61: its tables are not whole; symbols lost"},
     0,
     TRACE_ERROR_DAMAGED},
    {"a record that is none ends its thread",
     "go 1.26;" CLOCK26("1") RUNNING "bytes 99 1 2 3; batch 1 2 20; ProcStatus 0 1 2; end;"
                                     "batch 2 -1 40; sync",
     0,
     BEGUN "M=2 P=-1 G=-1 StateTransition Time=19 ProcID=1 Undetermined->Idle Reason=\"\"\n",
     {"generation 1, byte 56: record 99 of thread 1: no event has this number"},
     19,
     TRACE_ERROR_DAMAGED},
    {"a contradiction",
     "go 1.26;" CLOCK26("1") RUNNING "GoCreate 1 1 0 0; end",
     0,
     BEGUN,
     {"generation 1, byte 56: GoCreate: goroutine 1 exists already"},
     5,
     TRACE_ERROR_DAMAGED},
    {"a newer version",
     "go 1.31;" CLOCK26("1") RUNNING "end",
     0,
     BEGUN,
     {"a trace of version 1.31, which is newer than the newest that is known, 1.26; read by the "
      "rules of 1.26"},
     0,
     TRACE_ERROR_VERSION},
    {"a newer version with a new record",
     "go 1.31;" CLOCK26("1") RUNNING "bytes 99 1 2 3; batch 1 2 20; ProcStatus 0 1 2; end",
     0,
     "M=1 P=-1 G=-1 StateTransition Time=9 ProcID=0 Undetermined->Running Reason=\"\"\n",
     {"1.31", "generation 1, byte 56: record 99 of thread 1", "by the rules of 1.26"},
     8,
     TRACE_ERROR_VERSION},
};

static void drop_syncs(GString *text)
{
    g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
    g_string_truncate(text, 0);
    for (size_t i = 0; lines[i] != NULL; i++)
        if (strstr(lines[i], " Sync ") == NULL && lines[i + 1] != NULL)
            g_string_append_printf(text, "%s\n", lines[i]);
}

static void test_row(const void *data)
{
    const struct row *row = data;
    g_autoptr(GBytes) trace = assemble(row->trace);
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(trace, &len);
    struct outcome outcome = read_bytes(bytes, len - row->cut_bytes, true);
    drop_syncs(outcome.text);
    g_assert_cmpstr(outcome.text->str, ==, row->events);
    if (row->parts[0] == NULL)
        g_assert_no_error(outcome.error);
    else
        g_assert_error(outcome.error, TRACE_ERROR, row->code);
    for (size_t i = 0; i < G_N_ELEMENTS(row->parts) && row->parts[i] != NULL; i++) {
        g_test_message("%s", outcome.error->message);
        g_assert_nonnull(strstr(outcome.error->message, row->parts[i]));
    }
    g_assert_cmpuint(outcome.info.lost_bytes, ==, row->lost_bytes);
    outcome_clear(&outcome);
}

static GBytes *load_reference(const char *name)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "traces", "ref", name, NULL);
    return load_file(path);
}

static const char *const names[] = {"1.22-doathing.trace", "1.26-doathing.trace",
                                    "1.23-cpuprof.trace"};

/* What comes out of a part of a file is, thread by thread, the beginning of what comes out of all.
 */
static void compare_threads(const struct outcome *cut, const struct outcome *whole)
{
    GHashTableIter iter;
    void *m, *line;
    g_hash_table_iter_init(&iter, cut->threads);
    while (g_hash_table_iter_next(&iter, &m, &line)) {
        const GString *all = g_hash_table_lookup(whole->threads, m);
        g_assert_nonnull(all);
        g_assert_true(g_str_has_prefix(all->str, ((GString *)line)->str));
    }
}

static void test_prefixes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GBytes) trace = load_reference(names[i]);
        gsize len;
        const uint8_t *bytes = g_bytes_get_data(trace, &len);
        struct outcome whole = read_bytes(bytes, len, true);
        g_assert_no_error(whole.error);
        uint64_t most = 0;
        for (size_t n = 16; n < len; n += 1 + n / 64) {
            struct outcome cut = read_bytes(bytes, n, true);
            struct outcome strict = read_bytes(bytes, n, false);
            compare_threads(&cut, &whole);
            g_assert_cmpuint(cut.info.n_events, >=, strict.info.n_events);
            most = MAX(most, cut.info.n_events);
            /* Where Go sees nothing wrong, neither does this, unless a name is missing. */
            if (strict.error == NULL) {
                g_assert_cmpuint(cut.info.n_events, ==, strict.info.n_events);
            } else {
                g_assert_nonnull(cut.error);
                /* Nothing was salvaged here, so nothing is said of it. */
                g_assert_null(strstr(strict.error->message, "lost"));
            }
            outcome_clear(&strict);
            outcome_clear(&cut);
        }
        g_assert_cmpuint(most, >, whole.info.n_events / 2);
        outcome_clear(&whole);
    }
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/salvage/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/salvage/prefixes", test_prefixes);
    return g_test_run();
}
