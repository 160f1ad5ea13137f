/* Tables, order, events; and what is said of a reading that is not whole. */
#include "trace/reader1.h"

#include "trace/convert1.h"
#include "trace/error.h"

/* What came of the parts. */
struct reading {
    struct stream *stream;
    struct tables1 *tables;
    struct order1 *order;
    struct convert1 convert;
    GError *why; /* the first error, with the rest of the reading still good */
    struct relax *relax;
    bool salvage;
};

static bool is_cancelled(const GError *error)
{
    return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static bool has_frequency(struct reading *reading, GError **error)
{
    if (reading->tables->frequency != 0)
        return true;
    g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                        "the trace does not say how fast its clock is");
    return false;
}

static bool emit_last_sync(struct reading *reading, GError **error)
{
    struct stream *stream = reading->stream;
    struct event sync = {.kind = EVENT_SYNC, .m = EVENT_NO_ID, .p = EVENT_NO_ID, .g = EVENT_NO_ID};
    sync.sync.n = (uint32_t)stream->info.n_kind[EVENT_SYNC] + 1;
    return stream_emit(stream, &sync, MAX(stream->last_ns, -1) + (stream->last_ns < INT64_MAX),
                       error);
}

/* Finds the tables and the order. False: there is nothing to be shown. */
static bool prepare(struct reading *reading, const uint8_t *bytes, size_t len,
                    struct symbols *symbols, GCancellable *cancellable, uint64_t *progress,
                    GError **error)
{
    struct reader_info *info = &reading->stream->info;
    reading->tables = tables1_new(bytes, len, info->go_minor, symbols, reading->relax, cancellable,
                                  progress, &reading->why);
    if (reading->why != NULL && (!reading->salvage || is_cancelled(reading->why))) {
        g_propagate_error(error, g_steal_pointer(&reading->why));
        return false;
    }
    g_autoptr(GError) why = NULL;
    reading->order = order1_new(reading->tables, reading->salvage, cancellable, progress, &why);
    if (reading->order == NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    }
    if (reading->why == NULL)
        reading->why = g_steal_pointer(&why);
    reading->tables->invents = !reading->salvage;
    if (!reading->salvage && !has_frequency(reading, error))
        return false;
    const struct tables1 *tables = reading->tables;
    info->n_batches = tables->batches->len;
    info->n_strings = tables->n_strings;
    info->n_stacks = tables->n_stacks;
    return true;
}

/* Whether Go would have read all of it and come to the same. */
static bool is_clean(const struct reading *reading)
{
    return reading->why == NULL && reading->order->n_repairs == 0 &&
           reading->order->n_backwards == 0 && reading->order->n_astray == 0 &&
           reading->tables->frequency != 0 && reading->convert.n_lost_names == 0 &&
           reading->convert.n_skipped == 0;
}

/* Says what was done to a trace that Go refuses, and what holds of it. */
static bool fail_salvaged(const struct reading *reading, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const struct order1 *order = reading->order;
    uint64_t n_all = reading->tables->n_records + reading->tables->samples->len;
    if (order->n < n_all)
        g_string_append_printf(text, "; %" G_GUINT64_FORMAT " event%s left out from there on",
                               n_all - order->n, n_all - order->n == 1 ? " is" : "s are");
    if (order->n_repairs > 0)
        g_string_append_printf(
            text,
            "; no order of the events is consistent: %" G_GUINT64_FORMAT
            " goroutine%s put into the state that %s next event needs; up to event "
            "%" G_GUINT64_FORMAT " the order is certain, behind it likely",
            order->n_repairs, order->n_repairs == 1 ? " was" : "s were",
            order->n_repairs == 1 ? "its" : "their", order->first_repair);
    if (order->n_backwards > 0)
        g_string_append_printf(text, "; the clock goes back %" G_GUINT64_FORMAT " time%s",
                               order->n_backwards, order->n_backwards == 1 ? "" : "s");
    if (order->n_astray > 0)
        g_string_append_printf(
            text, "; %" G_GUINT64_FORMAT " return%s from a syscall do%s not stand where %s",
            order->n_astray, order->n_astray == 1 ? "" : "s", order->n_astray == 1 ? "es" : "",
            order->n_astray == 1 ? "it belongs" : "they belong");
    if (reading->tables->frequency == 0)
        g_string_append(text, "; the trace does not say how fast its clock is: times are ticks, "
                              "shown as nanoseconds, and only their proportions are true");
    if (reading->convert.n_lost_names > 0)
        g_string_append_printf(
            text, "; strings or stacks of %" G_GUINT64_FORMAT " event%s are lost",
            reading->convert.n_lost_names, reading->convert.n_lost_names == 1 ? "" : "s");
    if (reading->convert.n_skipped > 0)
        g_string_append_printf(
            text,
            "; FutileWakeup, which Go's tool no longer reads, is left out %" G_GUINT64_FORMAT
            " time%s",
            reading->convert.n_skipped, reading->convert.n_skipped == 1 ? "" : "s");
    const char *rest = text->len > 0 ? text->str + strlen("; ") : "";
    if (reading->why != NULL)
        g_set_error(error, TRACE_ERROR, reading->why->code, "%s%s%s", reading->why->message,
                    text->len > 0 ? "; " : "", rest);
    else
        g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_DAMAGED, rest);
    return false;
}

static bool play(struct reading *reading, size_t len, GCancellable *cancellable, uint64_t *progress,
                 GError **error)
{
    struct reader_info *info = &reading->stream->info;
    struct tables1 *tables = reading->tables;
    double ns_per_tick = tables->frequency == 0 ? 1 : 1e9 / (double)tables->frequency;
    reading->convert = (struct convert1){.tables = tables,
                                         .order = reading->order,
                                         .ns_per_tick = ns_per_tick,
                                         .salvage = reading->salvage};
    g_autoptr(GError) why = NULL;
    reading->stream->last_ns = -2; /* the first event's time is -1 */
    if (!convert1_run(&reading->convert, reading->stream, cancellable, progress, &why)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return false;
    }
    info->read_bytes = tables->len;
    info->lost_bytes = len - tables->len;
    info->n_salvaged = reading->order->n_repairs;
    if (!emit_last_sync(reading, error))
        return false;
    info->complete = is_clean(reading);
    return info->complete || fail_salvaged(reading, error);
}

bool reader1_read(struct stream *stream, struct symbols *symbols, const uint8_t *bytes, size_t len,
                  bool salvage, struct relax *relax, GCancellable *cancellable, uint64_t *progress,
                  GError **error)
{
    struct reading reading = {.stream = stream, .relax = relax, .salvage = salvage};
    stream->info.read_bytes = 0; /* it is read as a whole or not at all */
    bool good = prepare(&reading, bytes, len, symbols, cancellable, progress, error) &&
                play(&reading, len, cancellable, progress, error);
    order1_free(reading.order);
    tables1_free(reading.tables);
    g_clear_error(&reading.why);
    return good;
}
