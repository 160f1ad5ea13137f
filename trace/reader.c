/* From bytes to ordered events: splits a file into generations and has each one played. */
#include "trace/reader.h"

#include "trace/header.h"
#include "trace/reader1.h"
#include "trace/reader_state.h"

/* What was found at the top level of the file. */
enum find {
    FOUND_GENERATION, /* in `batches`; `pending` says what is wrong behind it, if anything is */
    FOUND_MORE,       /* bytes are missing that may still come */
    FOUND_END,        /* the end of the trace */
    FOUND_DAMAGE,     /* the generation cannot be used: `pending` says why */
};

struct reader *reader_new(struct symbols *symbols, const struct sink *sinks, size_t n_sinks)
{
    struct reader *reader = g_new0(struct reader, 1);
    reader->symbols = symbols;
    stream_init(&reader->stream, sinks, n_sinks);
    reader->order = order2_new(symbols, &reader->stream.goroutines);
    reader->batches = g_array_new(FALSE, FALSE, sizeof(struct wire2_batch));
    return reader;
}

void reader_free(struct reader *reader)
{
    if (reader == NULL)
        return;
    order2_free(reader->order);
    g_array_unref(reader->batches);
    g_clear_error(&reader->pending);
    salvage_clear(&reader->salvage);
    stream_clear(&reader->stream);
    g_free(reader);
}

void reader_set_salvage(struct reader *reader, bool salvage)
{
    reader->salvage.on = salvage;
}

void reader_set_threads(struct reader *reader, unsigned n)
{
    stream_set_threads(&reader->stream, n);
}

void reader_set_relax(struct reader *reader, relax_call *relax, void *data)
{
    reader->relax.call = relax;
    reader->relax.data = data;
}

const struct reader_info *reader_info(const struct reader *reader)
{
    return &reader->stream.info;
}

static enum find damaged(struct reader *reader, size_t at, int code, const char *what)
{
    reader_note_damage(reader, at, code, what);
    return FOUND_DAMAGE;
}

/* Something stands where a batch should: that ends the generation, if it has begun, in formats
 * that do not mark the end. */
static enum find no_batch(struct reader *reader, bool cut, const char *why)
{
    damaged(reader, reader->scan_at, cut ? TRACE_ERROR_TRUNCATED : TRACE_ERROR_DAMAGED, why);
    bool usable =
        reader->stream.info.go_minor < READER_FIRST_WITH_END_MARK && reader->batches->len > 0;
    return usable ? FOUND_GENERATION : FOUND_DAMAGE;
}

/* The file ends inside of a batch. What there is of it can be read all the same; when it is of the
 * next generation, it is found again as the only one of that. */
static enum find cut_batch(struct reader *reader, const struct reader_pass *pass,
                           const struct wire2_batch *batch, const char *why)
{
    bool first = reader->batches->len == 0;
    uint64_t number = first ? batch->generation : reader_number(reader->batches);
    if (!reader_may_salvage(reader) || batch->len == 0 || batch->generation == 0)
        return no_batch(reader, true, why);
    if (reader->stream.info.go_minor < READER_FIRST_WITH_END_MARK &&
        batch->generation == number + 1)
        return FOUND_GENERATION;
    enum find found = no_batch(reader, true, why);
    if (batch->generation == number) {
        g_array_append_vals(reader->batches, batch, 1);
        reader->scan_at = pass->len;
    }
    return found;
}

static enum find end_of_bytes(struct reader *reader, const struct reader_pass *pass)
{
    if (!pass->last)
        return FOUND_MORE;
    if (reader->stream.info.go_minor < READER_FIRST_WITH_END_MARK)
        return reader->batches->len > 0 || reader->n_syncs == 0 ? FOUND_GENERATION : FOUND_END;
    if (reader->batches->len > 0)
        return damaged(reader, reader->scan_at, TRACE_ERROR_TRUNCATED, READER_ENDS_EARLY);
    return FOUND_END;
}

/* A batch, too, may hold nothing but the end of its generation. */
static bool is_end_mark(const struct wire2_batch *batch)
{
    return batch->experiment == 0 && batch->type == WIRE2_END_OF_GENERATION;
}

/* Collects batches until the generation is whole. */
static enum find find_generation(struct reader *reader, const struct reader_pass *pass)
{
    bool marked = reader->stream.info.go_minor >= READER_FIRST_WITH_END_MARK;
    for (;;) {
        size_t offset = reader->scan_at;
        struct wire2_batch batch;
        const char *why;
        switch (wire2_next_item(pass->bytes, pass->len, &offset, &batch, &why)) {
        case WIRE2_ITEM_END:
            return end_of_bytes(reader, pass);
        case WIRE2_ITEM_CUT:
            return pass->last ? cut_batch(reader, pass, &batch, why) : FOUND_MORE;
        case WIRE2_ITEM_DAMAGED:
            return no_batch(reader, false, why);
        case WIRE2_ITEM_END_OF_GENERATION:
            if (!marked)
                return damaged(reader, reader->scan_at, TRACE_ERROR_DAMAGED,
                               "the end of a generation is marked, which this version does not");
            reader->scan_at = offset;
            return FOUND_GENERATION;
        case WIRE2_ITEM_BATCH:
            break;
        }
        uint64_t number =
            reader->batches->len > 0 ? reader_number(reader->batches) : batch.generation;
        if (marked && is_end_mark(&batch)) {
            reader->scan_at = offset;
            return FOUND_GENERATION;
        }
        if (batch.generation == 0)
            return damaged(reader, reader->scan_at, TRACE_ERROR_DAMAGED,
                           "a batch belongs to generation 0, which is none");
        if (!marked && batch.generation == number + 1)
            return FOUND_GENERATION;
        if (batch.generation != number)
            return damaged(reader, reader->scan_at, TRACE_ERROR_DAMAGED,
                           "a batch of another generation stands among its batches");
        reader->scan_at = offset;
        g_array_append_val(reader->batches, batch);
        relax_to(&reader->relax, offset);
    }
}

/* Reports what stands behind the generations that could be used. */
static bool fail_pending(struct reader *reader, GError **error)
{
    uint64_t number = reader_number(reader->batches);
    reader_emit_sync(reader, NULL, NULL);
    g_propagate_error(error, g_steal_pointer(&reader->pending));
    if (number != 0)
        return reader_place(error, number, reader->pending_at);
    g_prefix_error(error, "byte %zu: ", reader->pending_at);
    return false;
}

static bool finish(struct reader *reader, const struct reader_pass *pass, GError **error)
{
    reader->over = true;
    g_assert(reader->stream.info.read_bytes == pass->len);
    if (!reader_emit_sync(reader, NULL, error))
        return false;
    reader->stream.info.complete = reader->salvage.why == NULL;
    return reader->stream.info.complete;
}

static bool read_generations(struct reader *reader, const struct reader_pass *pass, GError **error)
{
    for (;;) {
        if (g_cancellable_set_error_if_cancelled(pass->cancellable, error))
            return false;
        enum find found = find_generation(reader, pass);
        if (found == FOUND_MORE)
            return true;
        if (found == FOUND_END)
            return finish(reader, pass, error);
        bool has_batches = reader->batches->len > 0;
        reader->salvage.tail = reader->pending != NULL && has_batches && reader_may_salvage(reader);
        if (found == FOUND_DAMAGE && !reader->salvage.tail)
            return fail_pending(reader, error);
        if (!reader_play_generation(reader, pass, error))
            return false;
        if (reader->pending != NULL)
            return fail_pending(reader, error);
    }
}

static bool read_header(struct reader *reader, const struct reader_pass *pass, GError **error)
{
    struct reader_info *info = &reader->stream.info;
    GError *why = NULL;
    if (header_read(pass->bytes, pass->len, &info->go_minor, &info->wire, &why))
        return true;
    if (!reader->salvage.on || info->go_minor <= READER_NEWEST_KNOWN) {
        g_propagate_error(error, why);
        return false;
    }
    reader->salvage.newer = true;
    salvage_note(&reader->salvage, why);
    return true;
}

/* What one P's events need, another's may hold at the end of the file: all of it or nothing. */
static bool read_old(struct reader *reader, const struct reader_pass *pass, GError **error)
{
    if (!pass->last)
        return true;
    reader->over = true;
    bool good =
        reader1_read(&reader->stream, reader->symbols, pass->bytes, pass->len, reader->salvage.on,
                     &reader->relax, pass->cancellable, pass->progress, error);
    reader->counted = reader->stream.info.lost_bytes > 0;
    return good;
}

static bool read_all(struct reader *reader, const struct reader_pass *pass, GError **error)
{
    struct reader_info *info = &reader->stream.info;
    if (info->wire == 0) {
        if (pass->len < HEADER_BYTES && !pass->last)
            return true;
        if (!read_header(reader, pass, error))
            return false;
        reader->scan_at = HEADER_BYTES;
        info->read_bytes = HEADER_BYTES;
    }
    return info->wire == 1 ? read_old(reader, pass, error) : read_generations(reader, pass, error);
}

bool reader_read(struct reader *reader, const uint8_t *bytes, size_t len, bool last,
                 GCancellable *cancellable, uint64_t *progress, GError **error)
{
    g_assert(!reader->over && len >= reader->scan_at);
    struct reader_pass pass = {bytes, len, last, cancellable, progress};
    uint64_t before = reader->stream.info.n_events;
    GError *why = NULL;
    bool good = read_all(reader, &pass, &why);
    if (!good) {
        reader->over = true;
        if (!reader->counted && reader->stream.info.lost_bytes == 0)
            reader->stream.info.lost_bytes = len - reader->stream.info.read_bytes;
        reader->stream.info.lost_bytes += reader->salvage.lost_bytes;
        if (g_error_matches(why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            g_propagate_error(error, why);
        else
            salvage_report(&reader->salvage, why, error);
    }
    stream_flush(&reader->stream);
    if (reader->stream.info.n_events > before)
        stream_end_run(&reader->stream);
    return good;
}
