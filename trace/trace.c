/* Opens a file, runs the reader with the sinks that are wanted, keeps what they made. */
#include "config.h"

#include "trace/trace.h"

#include <string.h>

#include "trace/samples.h"
#include "trace/source.h"

/* More would not help: one thread makes the events. */
#define MAX_SINK_THREADS 4

/* The sinks of one reading, by the parts that are wanted. */
struct builders {
    struct summary_builder *summary;
    struct gc_builder *gc;
    struct annotation_builder *annotations;
    struct lanes_builder *lanes;
    struct profile_builder *profiles;
    struct samples_builder *samples;
    struct insight_builder *insight;
    struct related_builder *related;
    struct sink sinks[9];
    size_t n_sinks;
};

static void builders_init(struct builders *b, const struct symbols *symbols, unsigned parts)
{
    memset(b, 0, sizeof *b);
    if (parts & TRACE_SUMMARY) {
        b->summary = summary_builder_new(symbols);
        if ((parts & TRACE_GOROUTINES) != TRACE_GOROUTINES)
            summary_builder_fold(b->summary);
        b->sinks[b->n_sinks++] = summary_builder_sink(b->summary);
        b->gc = gc_builder_new(symbols);
        b->sinks[b->n_sinks++] = gc_builder_sink(b->gc);
    }
    if (parts & (TRACE_SUMMARY | TRACE_ANNOTATIONS)) {
        b->annotations = annotation_builder_new(symbols, parts & TRACE_ANNOTATIONS);
        b->sinks[b->n_sinks++] = annotation_builder_sink(b->annotations);
    }
    if (parts & TRACE_LANES) {
        b->lanes = lanes_builder_new(symbols);
        b->sinks[b->n_sinks++] = lanes_builder_sink(b->lanes);
    }
    if (parts & TRACE_PROFILES) {
        b->profiles = profile_builder_new_all(symbols);
        b->sinks[b->n_sinks++] = profile_builder_sink(b->profiles);
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
    gc_builder_free(b->gc);
    annotation_builder_free(b->annotations);
    lanes_builder_free(b->lanes);
    profile_builder_free(b->profiles);
    samples_builder_free(b->samples);
    insight_builder_free(b->insight);
    related_builder_free(b->related);
}

static void builders_finish(struct builders *b, struct trace *trace)
{
    if (b->summary != NULL)
        trace->summary = summary_builder_finish(b->summary);
    if (b->gc != NULL)
        trace->gc = gc_builder_finish(b->gc);
    if (b->annotations != NULL)
        trace->annotations = annotation_builder_finish(b->annotations);
    if (b->lanes != NULL)
        trace->lanes = lanes_builder_close(g_steal_pointer(&b->lanes));
    for (int kind = 0; b->profiles != NULL && kind < PROFILE_N_WAITS; kind++)
        trace->profiles[kind] = profile_builder_finish_kind(b->profiles, (enum profile_kind)kind);
    if (b->samples != NULL)
        trace->profiles[PROFILE_CPU] = samples_builder_finish(b->samples);
    if (b->insight != NULL)
        trace->insight = insight_builder_finish(b->insight);
    if (b->related != NULL)
        trace->related = related_builder_finish(b->related);
}

static void relax_source(void *data, size_t from, size_t to)
{
    source_relax(data, from, to);
}

/* One reading of a file. */
struct reading {
    const char *path;
    struct source source;
    struct symbols *symbols;
    struct reader_info info;
    GCancellable *cancellable;
    uint64_t *progress; /* may be NULL */
};

static void set_progress(const struct reading *reading)
{
    if (reading->progress != NULL)
        __atomic_store_n(reading->progress, reading->source.consumed_bytes, __ATOMIC_RELAXED);
}

/* That a file cannot be unpacked to its end explains what the reader says of that end, which is
 * in *why. */
static void join_errors(const struct source *source, GError *cut, GError **why)
{
    if (source->len > 0 && g_error_matches(*why, TRACE_ERROR, TRACE_ERROR_NOT_A_TRACE)) {
        g_error_free(cut);
        return;
    }
    if (*why != NULL && source->len > 0) {
        char *both = g_strdup_printf("%s; %s", cut->message, (*why)->message);
        g_free(cut->message);
        cut->message = both;
    }
    g_clear_error(why);
    *why = cut;
}

/* Feeds the reader what there is, then what comes; what it has read is given back. */
static bool feed_reader(struct reading *reading, struct reader *reader, GError **error)
{
    struct source *source = &reading->source;
    GCancellable *cancellable = reading->cancellable;
    if (source->whole)
        return reader_read(reader, source->bytes, source->len, true, cancellable, reading->progress,
                           error);
    GError *cut = NULL, *why = NULL;
    bool read = true;
    while (read && !source->whole) {
        if (!source_grow(source, cancellable, &cut) && cut->domain == G_IO_ERROR &&
            cut->code == G_IO_ERROR_CANCELLED) {
            g_propagate_error(error, cut);
            return false;
        }
        read =
            reader_read(reader, source->bytes, source->len, source->whole, cancellable, NULL, &why);
        source_release(source, reader_info(reader)->read_bytes);
        set_progress(reading);
    }
    if (cut != NULL)
        join_errors(source, cut, &why);
    if (why == NULL)
        return true;
    g_propagate_error(error, why);
    return false;
}

/* A file that is no trace is named with what it is packed in. */
static void name_packing(const struct source *source, GError **error)
{
    if (source->kind == UNPACK_NONE ||
        !g_error_matches(*error, TRACE_ERROR, TRACE_ERROR_NOT_A_TRACE))
        return;
    char *message = g_strdup_printf("%s (%s)", (*error)->message, unpack_kind_name(source->kind));
    g_free((*error)->message);
    (*error)->message = message;
}

/* Reads all of it. False: error is set, whatever came before is in the sinks and in info. */
static bool read_source(struct reading *reading, bool salvage, const struct sink *sinks,
                        size_t n_sinks, GError **error)
{
    struct reader *reader = reader_new(reading->symbols, sinks, n_sinks);
    reader_set_salvage(reader, salvage);
    reader_set_relax(reader, relax_source, &reading->source);
    reader_set_threads(reader, MIN(g_get_num_processors() - 1, MAX_SINK_THREADS));
    GError *why = NULL;
    bool read = feed_reader(reading, reader, &why);
    reading->info = *reader_info(reader);
    reading->info.complete &= read;
    reader_free(reader);
    if (read && reading->info.n_events == 0) {
        g_set_error_literal(&why, TRACE_ERROR, TRACE_ERROR_TRUNCATED, "the trace holds no events");
        read = false;
    }
    if (read)
        return true;
    name_packing(&reading->source, &why);
    g_prefix_error(&why,
                   "%s: ", strcmp(reading->path, "-") == 0 ? "standard input" : reading->path);
    g_propagate_error(error, why);
    return false;
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
    struct reading reading = {.path = path, .cancellable = cancellable, .progress = progress};
    if (!source_open(&reading.source, path, cancellable, error))
        return NULL;
    struct trace *trace = g_new0(struct trace, 1);
    trace->path = g_strdup(path);
    trace->symbols = reading.symbols = symbols_new();

    struct builders builders;
    builders_init(&builders, trace->symbols, parts);
    if (make_sink != NULL)
        builders.sinks[builders.n_sinks++] = make_sink(trace->symbols, data);
    bool read = read_source(&reading, true, builders.sinks, builders.n_sinks, &trace->damage);
    trace->info = reading.info;
    trace->bytes = reading.source.file_bytes;
    trace->compression = unpack_kind_name(reading.source.kind);
    bool cancelled = g_error_matches(trace->damage, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    if (!read && (cancelled || trace->info.n_events == 0)) {
        g_propagate_error(error, g_steal_pointer(&trace->damage));
        g_clear_pointer(&trace, trace_free);
    } else {
        builders_finish(&builders, trace);
    }
    builders_clear(&builders);
    source_clear(&reading.source);
    return trace;
}

const char *trace_damage_words(const struct trace *trace)
{
    const char *text = trace->damage == NULL ? "" : trace->damage->message;
    size_t len = strlen(trace->path);
    return g_str_has_prefix(text, trace->path) && g_str_has_prefix(text + len, ": ")
               ? text + len + strlen(": ")
               : text;
}

void trace_free(struct trace *trace)
{
    if (trace == NULL)
        return;
    summary_free(trace->summary);
    gc_free(trace->gc);
    annotations_free(trace->annotations);
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
    struct reading reading = {.path = path, .cancellable = cancellable};
    bool read = source_open(&reading.source, path, cancellable, error);
    if (read) {
        reading.symbols = symbols_new();
        struct sink sink = make_sink(reading.symbols, data);
        read = read_source(&reading, false, &sink, 1, error);
        symbols_free(reading.symbols);
        source_clear(&reading.source);
    }
    if (info != NULL)
        *info = reading.info;
    return read;
}
