/* Targets for clang's libFuzzer: both readers, every exporter, and what opens files. tests/fuzz/run
 * builds and runs them. The name that the program is called by, behind "fuzz_", says which target
 * it is. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixoutputstream.h>
#include <jansson.h>

#include "trace/event_json.h"
#include "trace/event_writer.h"
#include "trace/export.h"
#include "trace/goroutine_table.h"
#include "trace/json_goroutines.h"
#include "trace/json_profile.h"
#include "trace/parsed.h"
#include "trace/profile_text.h"
#include "trace/trace.h"
#include "trace/window.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct target {
    const char *name;
    const char *header; /* put over the input's first bytes, unless it has one of this family */
    const char *family; /* what such headers begin with */
    void (*run)(const struct target *target, const uint8_t *bytes, size_t len);
};

/* --- readers --- */

struct text {
    const struct symbols *symbols;
    GString *line;
    int64_t last_ns;
};

static void see(void *self, const struct event *event)
{
    struct text *text = self;
    if (event->time_ns <= text->last_ns)
        abort();
    text->last_ns = event->time_ns;
    g_string_truncate(text->line, 0);
    parsed_append(text->line, text->symbols, event, 0);
}

/* What came of it. */
struct outcome {
    bool good;
    bool lost_names; /* events name strings or stacks that do not exist */
    uint64_t n_events;
};

/* Reads bytes that arrive in three parts, so that the border between two reads is tried, too. */
static struct outcome read_parts(const uint8_t *bytes, size_t len, bool salvage)
{
    struct symbols *symbols = symbols_new();
    struct text text = {symbols, g_string_new(NULL), -1};
    struct sink sink = {.event = see, .self = &text};
    struct reader *reader = reader_new(symbols, &sink, 1);
    reader_set_salvage(reader, salvage);
    g_autoptr(GError) error = NULL;
    bool good = reader_read(reader, bytes, len / 2, false, NULL, NULL, &error) &&
                reader_read(reader, bytes, len / 4 * 3, false, NULL, NULL, &error) &&
                reader_read(reader, bytes, len, true, NULL, NULL, &error);
    const struct reader_info *info = reader_info(reader);
    if (good != (error == NULL) || good != info->complete || info->lost_bytes > len)
        abort();
    struct outcome outcome = {good, !good && strstr(error->message, "lost") != NULL,
                              info->n_events};
    reader_free(reader);
    symbols_free(symbols);
    g_string_free(text.line, TRUE);
    return outcome;
}

static void run_reader(const struct target *target, const uint8_t *bytes, size_t len)
{
    (void)target;
    struct outcome strict = read_parts(bytes, len, false);
    struct outcome salvaged = read_parts(bytes, len, true);
    /* Salvage changes nothing about what is whole, and calls nothing whole that is not. But Go
     * makes up names in old traces that lack some, where salvage says that they are lost. */
    if (strict.good && salvaged.n_events != strict.n_events)
        abort();
    if (salvaged.good != strict.good && !(strict.good && salvaged.lost_names))
        abort();
}

/* --- everything that takes a file --- */

static int file_of(const uint8_t *bytes, size_t len, char path[32])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
        abort();
    snprintf(path, 32, "/proc/self/fd/%d", fd);
    return fd;
}

static struct trace *open_bytes(const uint8_t *bytes, size_t len, unsigned parts)
{
    char path[32];
    int fd = file_of(bytes, len, path);
    g_autoptr(GError) error = NULL;
    struct trace *trace = trace_open(path, parts, NULL, NULL, &error);
    close(fd);
    if (trace != NULL && trace->info.complete != (trace->damage == NULL))
        abort();
    return trace;
}

static void run_open(const struct target *target, const uint8_t *bytes, size_t len)
{
    (void)target;
    trace_free(open_bytes(bytes, len, TRACE_ALL | TRACE_ANNOTATIONS | TRACE_FLAME | TRACE_RELATED));
}

static void run_lanes(const struct target *target, const uint8_t *bytes, size_t len)
{
    (void)target;
    struct trace *trace = open_bytes(bytes, len, TRACE_LANES);
    if (trace == NULL)
        return;
    struct window_cell cells[24];
    struct span span;
    int64_t middle_ns = trace->info.end_ns / 2;
    for (int kind = 0; kind < LANE_N_KINDS; kind++)
        for (size_t i = 0; i < lanes_n(trace->lanes, (enum lane_kind)kind); i++) {
            const struct lane *lane = lanes_at(trace->lanes, (enum lane_kind)kind, i);
            window_fill(lane, 0, MAX(trace->info.end_ns, 1), G_N_ELEMENTS(cells), cells);
            if ((lane_span_at(lane, middle_ns, &span) && span.end_ns <= middle_ns) ||
                (lane_span_after(lane, middle_ns, &span) && span.start_ns <= middle_ns) ||
                (lane_span_before(lane, middle_ns, &span) && span.end_ns > middle_ns))
                abort();
        }
    trace_free(trace);
}

static void check_json(GOutputStream *out)
{
    GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM(out);
    json_t *root = json_loadb(g_memory_output_stream_get_data(memory),
                              g_memory_output_stream_get_data_size(memory), JSON_ALLOW_NUL, NULL);
    if (root == NULL)
        abort();
    json_decref(root);
}

static void run_exporter(const struct target *target, const uint8_t *bytes, size_t len)
{
    const struct exporter *exporter = exporters;
    while (!g_str_equal(exporter->name, target->name))
        exporter++;
    struct trace *trace = open_bytes(bytes, len, exporter->parts);
    g_auto(GStrv) kinds = g_strsplit(exporter->kinds == NULL ? "" : exporter->kinds, " ", 0);
    for (char **kind = kinds; trace != NULL && (*kind != NULL || kind == kinds); kind++) {
        g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
        exporter->write(trace, *kind, out, NULL, NULL);
        if (g_str_equal(exporter->name, "json"))
            check_json(out);
        if (*kind == NULL)
            break;
    }
    trace_free(trace);
}

static void run_goroutines(const struct target *target, const uint8_t *bytes, size_t len)
{
    (void)target;
    struct trace *trace = open_bytes(bytes, len, TRACE_GOROUTINES);
    for (const struct goroutine_column *by = goroutine_columns; trace != NULL && by->name != NULL;
         by++) {
        g_autoptr(GPtrArray) rows = goroutine_table_new(trace, by, NULL);
        g_autoptr(GString) text = g_string_new(NULL);
        goroutine_table_text(trace, rows, 80, text);
        goroutine_table_csv(trace, rows, text);
        g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
        json_goroutines_write(trace, rows, out, NULL, NULL);
        check_json(out);
    }
    trace_free(trace);
}

static void run_profile(const struct target *target, const uint8_t *bytes, size_t len)
{
    (void)target;
    struct trace *trace = open_bytes(bytes, len, TRACE_PROFILES);
    for (int kind = 0; trace != NULL && kind < PROFILE_N_KINDS; kind++) {
        g_autoptr(GString) text = g_string_new(NULL);
        profile_text(trace->profiles[kind], trace->symbols, 80, text);
        g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
        json_profile_write(trace->profiles[kind], trace->symbols, out, NULL, NULL);
        check_json(out);
    }
    trace_free(trace);
}

struct writing {
    event_format_fn *format;
    GOutputStream *out;
    struct event_writer *writer;
};

static struct sink make_sink(const struct symbols *symbols, void *data)
{
    struct writing *writing = data;
    writing->writer = event_writer_new(symbols, writing->format, writing->out);
    return event_writer_sink(writing->writer);
}

static void run_events(const struct target *target, const uint8_t *bytes, size_t len)
{
    bool json = g_str_equal(target->name, "events_json");
    g_autoptr(GOutputStream) out = g_unix_output_stream_new(open("/dev/null", O_WRONLY), TRUE);
    struct writing writing = {json ? event_json_append : parsed_append, out, NULL};
    char path[32];
    int fd = file_of(bytes, len, path);
    trace_events(path, make_sink, &writing, NULL, NULL, NULL);
    if (writing.writer != NULL)
        event_writer_finish(writing.writer, NULL);
    event_writer_free(writing.writer);
    close(fd);
}

/* --- the table --- */

static const struct target targets[] = {
    {"v1", "go 1.21 trace\0\0", "go 1.1", run_reader},
    {"v2", "go 1.26 trace\0\0", "go 1.2", run_reader},
    {"open", NULL, NULL, run_open},
    {"lanes", "go 1.26 trace\0\0", "go 1.", run_lanes},
    {"events", "go 1.26 trace\0\0", "go 1.", run_events},
    {"events_json", "go 1.26 trace\0\0", "go 1.", run_events},
    {"text", "go 1.26 trace\0\0", "go 1.", run_exporter},
    {"json", "go 1.26 trace\0\0", "go 1.", run_exporter},
    {"csv", "go 1.26 trace\0\0", "go 1.", run_exporter},
    {"dot", "go 1.26 trace\0\0", "go 1.", run_exporter},
    {"pprof", "go 1.26 trace\0\0", "go 1.", run_exporter},
    {"folded", "go 1.26 trace\0\0", "go 1.", run_exporter},
    {"goroutines", "go 1.26 trace\0\0", "go 1.", run_goroutines},
    {"profile", "go 1.26 trace\0\0", "go 1.", run_profile},
};

static const struct target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    const char *name = strrchr((*argv)[0], '/');
    name = name == NULL ? (*argv)[0] : name + 1;
    for (size_t i = 0; i < G_N_ELEMENTS(targets); i++)
        if (g_str_has_prefix(name, "fuzz_") && strcmp(name + 5, targets[i].name) == 0)
            target = &targets[i];
    if (target == NULL) {
        for (size_t i = 0; i < G_N_ELEMENTS(targets); i++)
            puts(targets[i].name);
        exit(0);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    g_autofree uint8_t *copy = g_memdup2(bytes, len);
    if (target->header != NULL && len >= 16 &&
        memcmp(copy, target->family, strlen(target->family)) != 0)
        memcpy(copy, target->header, 16);
    target->run(target, copy, len);
    return 0;
}
