/* Opens a file, runs the reader with the sinks that are wanted, keeps what they made. */
#include "config.h"

#include "trace/trace.h"

#include <string.h>

#include "trace/samples.h"
#include "trace/source.h"

/* The sinks of one reading, by the parts that are wanted. */
struct builders {
    struct summary_builder *summary;
    struct lanes_builder *lanes;
    struct profile_builder *profiles[PROFILE_N_WAITS];
    struct samples_builder *samples;
    struct insight_builder *insight;
    struct related_builder *related;
    struct sink sinks[5 + PROFILE_N_KINDS];
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
    for (int kind = 0; parts & TRACE_PROFILES && kind < PROFILE_N_WAITS; kind++) {
        b->profiles[kind] = profile_builder_new(symbols, (enum profile_kind)kind);
        b->sinks[b->n_sinks++] = profile_builder_sink(b->profiles[kind]);
    }
    if (parts & TRACE_PROFILES) {
        b->samples = samples_builder_new();
        b->sinks[b->n_sinks++] = samples_builder_sink(b->samples);
    }
    if (parts & (TRACE_INSIGHT | TRACE_FLAME)) {
        b->insight = insight_builder_new(symbols, parts & TRACE_INSIGHT, parts & TRACE_FLAME);
        b->sinks[b->n_sinks++] = insight_builder_sink(b->insight);
    }
    if (parts & TRACE_RELATED) {
        b->related = related_builder_new();
        b->sinks[b->n_sinks++] = related_builder_sink(b->related);
    }
}

static void builders_clear(struct builders *b)
{
    summary_builder_free(b->summary);
    lanes_builder_free(b->lanes);
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
        profile_builder_free(b->profiles[kind]);
    samples_builder_free(b->samples);
    insight_builder_free(b->insight);
    related_builder_free(b->related);
}

static void builders_finish(struct builders *b, struct trace *trace)
{
    if (b->summary != NULL)
        trace->summary = summary_builder_finish(b->summary);
    if (b->lanes != NULL)
        trace->lanes = lanes_builder_finish(b->lanes);
    for (int kind = 0; kind < PROFILE_N_WAITS; kind++)
        if (b->profiles[kind] != NULL)
            trace->profiles[kind] = profile_builder_finish(b->profiles[kind]);
    if (b->samples != NULL)
        trace->profiles[PROFILE_CPU] = samples_builder_finish(b->samples);
    if (b->insight != NULL)
        trace->insight = insight_builder_finish(b->insight);
    if (b->related != NULL)
        trace->related = related_builder_finish(b->related);
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
    return trace_open_with(path, parts, NULL, NULL, cancellable, progress, error);
}

struct trace *trace_open_with(const char *path, unsigned parts, trace_make_sink_fn *make_sink,
                              void *data, GCancellable *cancellable, uint64_t *progress,
                              GError **error)
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
    if (make_sink != NULL)
        builders.sinks[builders.n_sinks++] = make_sink(trace->symbols, data);
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
    insight_free(trace->insight);
    related_free(trace->related);
    symbols_free(trace->symbols);
    g_clear_error(&trace->damage);
    g_free(trace->path);
    g_free(trace);
}

bool trace_events(const char *path, trace_make_sink_fn *make_sink, void *data,
                  struct reader_info *info, GCancellable *cancellable, GError **error)
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
