/* A target for clang's libFuzzer: any bytes go through the reader into every sink and every
 * exporter that runs no other program.
 *
 *   CC=clang ./configure --enable-sanitize CFLAGS='-g -O1 -fsanitize=fuzzer-no-link'
 *   make tests/fuzz_reader && tests/fuzz_reader CORPUS-FOLDER tests/traces/ref
 *
 * The bytes arrive in two parts, so that the border between two reads is tried out, too. */
#include <stdlib.h>

#include <gio/gio.h>

#include "trace/event_json.h"
#include "trace/event_writer.h"
#include "trace/export.h"
#include "trace/lanes.h"
#include "trace/parsed.h"
#include "trace/profile.h"
#include "trace/summary.h"
#include "trace/trace.h"
#include "trace/window.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* What is written goes nowhere. */
static GOutputStream *nowhere(void)
{
    return g_memory_output_stream_new_resizable();
}

/* The builders of everything that a trace can have, and the two printers of events. */
struct parts {
    struct summary_builder *summary;
    struct lanes_builder *lanes;
    struct profile_builder *profiles[PROFILE_N_WAITS];
    struct event_writer *parsed, *event_json;
    GOutputStream *lines, *objects;
    struct sink sinks[4 + PROFILE_N_WAITS];
    size_t n_sinks;
};

static void parts_init(struct parts *parts, const struct symbols *symbols)
{
    *parts = (struct parts){.lines = nowhere(), .objects = nowhere()};
    parts->summary = summary_builder_new(symbols);
    parts->lanes = lanes_builder_new(symbols);
    parts->parsed = event_writer_new(symbols, parsed_append, parts->lines);
    parts->event_json = event_writer_new(symbols, event_json_append, parts->objects);
    parts->sinks[parts->n_sinks++] = summary_builder_sink(parts->summary);
    parts->sinks[parts->n_sinks++] = lanes_builder_sink(parts->lanes);
    parts->sinks[parts->n_sinks++] = event_writer_sink(parts->parsed);
    parts->sinks[parts->n_sinks++] = event_writer_sink(parts->event_json);
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++) {
        parts->profiles[kind] = profile_builder_new(symbols, (enum profile_kind)kind);
        parts->sinks[parts->n_sinks++] = profile_builder_sink(parts->profiles[kind]);
    }
}

/* Everything as it would be if the trace ended here. */
static void parts_finish(struct parts *parts, struct trace *trace)
{
    trace->summary = summary_builder_finish(parts->summary);
    trace->lanes = lanes_builder_finish(parts->lanes);
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
        trace->profiles[kind] = profile_builder_finish(parts->profiles[kind]);
}

static void parts_clear(struct parts *parts)
{
    event_writer_finish(parts->parsed, NULL);
    event_writer_finish(parts->event_json, NULL);
    summary_builder_free(parts->summary);
    lanes_builder_free(parts->lanes);
    event_writer_free(parts->parsed);
    event_writer_free(parts->event_json);
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
        profile_builder_free(parts->profiles[kind]);
    g_object_unref(parts->lines);
    g_object_unref(parts->objects);
}

static void draw_lanes(const struct trace *trace)
{
    struct window_cell cells[24];
    struct span span;
    for (int kind = 0; kind < LANE_N_KINDS; kind++)
        for (size_t i = 0; i < lanes_n(trace->lanes, (enum lane_kind)kind); i++) {
            const struct lane *lane = lanes_at(trace->lanes, (enum lane_kind)kind, i);
            window_fill(lane, 0, MAX(trace->info.end_ns, 1), G_N_ELEMENTS(cells), cells);
            int64_t middle_ns = trace->info.end_ns / 2;
            if (lane_span_at(lane, middle_ns, &span) && span.end_ns <= middle_ns)
                abort();
            if (lane_span_after(lane, middle_ns, &span) && span.start_ns <= middle_ns)
                abort();
            if (lane_span_before(lane, middle_ns, &span) && span.end_ns > middle_ns)
                abort();
        }
}

static void export_all(const struct trace *trace)
{
    for (const struct exporter *e = exporters; e->name != NULL; e++) {
        if (g_str_equal(e->name, "svg"))
            continue;
        for (int kind = 0; kind < PROFILE_N_WAITS; kind++) {
            g_autoptr(GOutputStream) out = nowhere();
            e->write(trace, profile_kind_name((enum profile_kind)kind), out, NULL, NULL);
            if (!(e->parts & TRACE_PROFILES))
                break;
        }
    }
}

static void look(struct parts *parts, const struct reader *reader, struct symbols *symbols,
                 GError *damage)
{
    struct trace trace = {.path = (char *)(uintptr_t) "fuzz", .symbols = symbols, .damage = damage};
    trace.info = *reader_info(reader);
    if (trace.info.n_events == 0)
        return;
    parts_finish(parts, &trace);
    draw_lanes(&trace);
    export_all(&trace);
    summary_free(trace.summary);
    lanes_free(trace.lanes);
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
        profile_free(trace.profiles[kind]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    g_autoptr(GError) error = NULL;
    struct symbols *symbols = symbols_new();
    struct parts parts;
    parts_init(&parts, symbols);
    struct reader *reader = reader_new(symbols, parts.sinks, parts.n_sinks);
    if (reader_read(reader, bytes, len / 2, false, NULL, NULL, &error)) {
        look(&parts, reader, symbols, NULL);
        reader_read(reader, bytes, len, true, NULL, NULL, &error);
    }
    if (error == NULL && !reader_info(reader)->complete)
        abort();
    look(&parts, reader, symbols, error);
    reader_free(reader);
    parts_clear(&parts);
    symbols_free(symbols);
    return 0;
}
