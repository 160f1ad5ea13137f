/* From bytes to ordered events: splits a file into generations and plays each one. */
#include "trace/reader.h"

#include "trace/frontier.h"
#include "trace/header.h"
#include "trace/order2.h"
#include "trace/quick2.h"
#include "trace/reader1.h"
#include "trace/salvage.h"

/* How many records are looked at between two looks at the cancellable. */
#define WORK_BETWEEN_CHECKS 4096

/* How many records are played between two looks at how far that has come. */
#define WORK_BETWEEN_RELAXES ((size_t)65536)

/* Headers from this version on mark the end of a generation. */
#define FIRST_WITH_END_MARK 26
#define NEWEST_KNOWN 26

struct reader {
    struct symbols *symbols; /* borrowed */
    struct stream stream;    /* where the events go */
    struct order2 *order;
    uint32_t n_syncs;
    size_t work; /* records looked at since the cancellable was */
    struct relax relax;
    size_t until_relax; /* records to be played before it is told */
    bool over;          /* nothing more will be read: at the end, or after an error */
    bool counted;       /* what is lost has been added up */
    struct salvage salvage;

    /* The generation that is being collected; kept while its end has not been seen. */
    GArray *batches; /* of struct wire2_batch */
    size_t scan_at;  /* behind the last of them */
    GError *pending; /* what stands behind the generation, when that is damaged */
    size_t pending_at;
};

/* What one call of reader_read() works with. */
struct pass {
    const uint8_t *bytes;
    size_t len;
    bool last;
    GCancellable *cancellable;
    uint64_t *progress;
};

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

/* While events are played: what lies before all records that are still to be. */
static void relax_played(struct reader *reader, const struct frontier *frontier, size_t n_played)
{
    if (reader->until_relax > n_played) {
        reader->until_relax -= n_played;
        return;
    }
    reader->until_relax = WORK_BETWEEN_RELAXES + frontier->n_threads;
    if (reader->relax.call != NULL && frontier->n > 0)
        relax_to(&reader->relax, frontier_least_at(frontier));
}

const struct reader_info *reader_info(const struct reader *reader)
{
    return &reader->stream.info;
}

static void set_wall(struct reader_info *info, const struct event *sync)
{
    const int64_t second = G_GINT64_CONSTANT(1000000000);
    uint64_t before = (uint64_t)sync->sync.trace_ns - (uint64_t)info->start_ns;
    int64_t ns = sync->sync.wall_ns - (int64_t)before % second;
    info->has_wall = true;
    info->wall_s = (int64_t)((uint64_t)sync->sync.wall_s - (uint64_t)((int64_t)before / second));
    info->wall_s = (int64_t)((uint64_t)info->wall_s + (uint64_t)(ns / second));
    info->wall_ns = ns % second;
    if (info->wall_ns < 0) {
        info->wall_ns += second;
        info->wall_s = (int64_t)((uint64_t)info->wall_s - 1);
    }
}

/* A Sync event; `generation` is the one that begins, NULL at the end. */
static bool emit_sync(struct reader *reader, const struct generation *generation, GError **error)
{
    struct event event = {.kind = EVENT_SYNC, .m = EVENT_NO_ID, .p = EVENT_NO_ID, .g = EVENT_NO_ID};
    int64_t raw_ns = generation == NULL ? reader->stream.last_ns
                                        : generation_ns(generation, generation->min_time);
    event.sync.n = ++reader->n_syncs;
    if (generation != NULL && generation->has_clock) {
        event.sync.has_clock = true;
        event.sync.trace_ns = generation_ns(generation, generation->clock_units);
        event.sync.mono_ns = (int64_t)generation->clock_mono_ns;
        event.sync.wall_s = generation->clock_wall_s;
        event.sync.wall_ns = generation->clock_wall_ns;
    }
    if (!stream_emit(&reader->stream, &event, raw_ns, error))
        return false;
    if (event.sync.has_clock && !reader->stream.info.has_wall)
        set_wall(&reader->stream.info, &event);
    return true;
}

static bool emit_sample(struct reader *reader, struct generation *generation,
                        const struct generation_sample *sample, GError **error)
{
    struct event event = {
        .kind = EVENT_STACK_SAMPLE, .m = sample->m, .p = sample->p, .g = sample->g};
    /* Samples name stacks that do not exist even in traces that are whole. */
    bool missing = generation->missing;
    generation_stack(generation, sample->stack, &event.stack);
    generation->missing = missing;
    return stream_emit(&reader->stream, &event, sample->time_ns, error);
}

static const char *record_name(const struct frontier_thread *thread)
{
    return wire2_specs[thread->record.type].name;
}

/* Gives out what the record of heap[i] made, and reads the next one of its thread. */
static inline bool emit_record(struct reader *reader, struct frontier *frontier, size_t i,
                               const struct order2_events *events, size_t *offset, GError **error)
{
    int64_t time_ns = frontier->heap[i].thread->record.time_ns;
    if (!frontier_step(frontier, i, offset, error))
        return false;
    for (unsigned k = 0; k < events->n; k++) {
        *stream_room(&reader->stream) = events->event[k];
        if (!stream_push(&reader->stream, time_ns, error))
            return false;
    }
    return true;
}

static enum find damaged(struct reader *reader, size_t at, int code, const char *what)
{
    reader->pending_at = at;
    reader->pending = g_error_new_literal(TRACE_ERROR, code, what);
    return FOUND_DAMAGE;
}

#define ENDS_EARLY "the file ends before the generation does"

/* Nothing marks the end of a generation before Go 1.26: that events are missing shows in threads
 * that cannot go on. */
static void admit_tail(struct reader *reader)
{
    if (!reader->salvage.tail)
        damaged(reader, reader->scan_at, TRACE_ERROR_TRUNCATED, ENDS_EARLY);
    reader->salvage.tail = true;
}

/* Where no thread can go on since events are missing: plays the earliest record of which it is
 * clear what they did. *rescued: there was one. */
static bool rescue_record(struct reader *reader, struct frontier *frontier, bool *rescued,
                          size_t *offset, GError **error)
{
    struct event room[ORDER2_MAX_EVENTS];
    struct order2_events events = {.event = room};
    for (size_t i = 0; i < frontier->n; i++) {
        struct frontier_thread *thread = frontier->heap[i].thread;
        enum event_state from;
        reader->work++;
        if (!order2_rescue(reader->order, thread->m, &thread->record, &from))
            continue;
        *offset = thread->record_at;
        *rescued = true;
        if (order2_advance(reader->order, thread->m, &thread->bound, &thread->record, &events,
                           error) != ORDER2_ADVANCED)
            return false;
        if (room[0].kind == EVENT_STATE_TRANSITION)
            room[0].transition.from = from;
        reader->salvage.n_rescued++;
        return emit_record(reader, frontier, i, &events, offset, error);
    }
    return true;
}

/* One more record is played: that of the earliest thread whose record need not wait.
 * On damage *offset is where it stands. */
static bool play_record(struct reader *reader, struct frontier *frontier, size_t *offset,
                        GError **error)
{
    struct event room[ORDER2_MAX_EVENTS];
    struct order2_events events = {.event = room};
    for (size_t i = 0; i < frontier->n; i++) {
        /* The earliest nearly always goes; else all are asked, in the order of time. */
        reader->work++;
        if (i == 1) {
            reader->work += frontier->n;
            frontier_sort(frontier);
        }
        struct frontier_thread *thread = frontier->heap[i].thread;
        *offset = thread->record_at;
        switch (order2_advance(reader->order, thread->m, &thread->bound, &thread->record, &events,
                               error)) {
        case ORDER2_DAMAGED:
            if (!reader->salvage.tail || !order2_forget(reader->order, &thread->record))
                return false;
            /* The end of its last life is missing: now it can begin another. */
            g_clear_error(error);
            reader->salvage.n_rescued++;
            return true;
        case ORDER2_WAIT:
            continue;
        case ORDER2_ADVANCED:
            break;
        }
        return emit_record(reader, frontier, i, &events, offset, error);
    }
    bool rescued = false;
    if (reader->salvage.may_be_tail) {
        admit_tail(reader);
        if (!rescue_record(reader, frontier, &rescued, offset, error))
            return false;
    }
    if (rescued)
        return true;
    const struct frontier_thread *first = frontier->heap[0].thread;
    *offset = first->record_at;
    g_set_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                "no thread can go on: the first of them, %" G_GINT64_FORMAT
                ", waits with %s for an event that never comes",
                first->m, record_name(first));
    return false;
}

/* All events of a generation, CPU samples in between. */
static bool play_events(struct reader *reader, struct generation *generation,
                        struct frontier *frontier, const struct pass *pass, size_t *offset,
                        GError **error)
{
    const GArray *samples = generation->samples;
    size_t next_sample = 0;
    while (frontier->n > 0 || next_sample < samples->len) {
        if (reader->work >= WORK_BETWEEN_CHECKS) {
            if (g_cancellable_set_error_if_cancelled(pass->cancellable, error))
                return false;
            reader->work = 0;
        }
        const struct generation_sample *sample =
            next_sample < samples->len
                ? &g_array_index(samples, struct generation_sample, next_sample)
                : NULL;
        bool bad = false;
        size_t n_played = quick2_play(&reader->stream, reader->order, frontier,
                                      sample != NULL ? sample->time_ns : INT64_MAX,
                                      WORK_BETWEEN_CHECKS, &bad, offset, error);
        if (bad)
            return false;
        reader->work += n_played;
        relax_played(reader, frontier, n_played + 1);
        if (sample != NULL && (frontier->n == 0 || sample->time_ns < frontier->heap[0].time_ns)) {
            next_sample++;
            reader->work++;
            if (!emit_sample(reader, generation, sample, error))
                return false;
        } else if (frontier->n > 0 && !play_record(reader, frontier, offset, error)) {
            return false;
        }
    }
    return true;
}

/* Puts in front of an error where it happened. */
static bool place(GError **error, uint64_t number, size_t offset)
{
    if (error != NULL && g_error_matches(*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return false;
    g_prefix_error(error, "generation %" G_GUINT64_FORMAT ", byte %zu: ", number, offset);
    return false;
}

static uint64_t number_of(const GArray *batches)
{
    return batches->len == 0 ? 0 : g_array_index(batches, struct wire2_batch, 0).generation;
}

/* Whether to go on where Go's reader stops. Not in a version that nobody knows: there, what makes
 * no sense may be right. */
static bool may_salvage(const struct reader *reader)
{
    return reader->salvage.on && reader->stream.info.go_minor <= NEWEST_KNOWN;
}

/* A thread that ended at a damaged record is what went wrong first; that others then waited for it
 * is what came of it. In a generation that is not whole, neither is a surprise. */
static bool settle(struct reader *reader, struct frontier *frontier, uint64_t number, GError **why)
{
    struct salvage *salvage = &reader->salvage;
    if (g_error_matches(*why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return false;
    if (frontier->damage != NULL) {
        salvage->stuck = g_steal_pointer(why);
        place(&frontier->damage, number, frontier->damage_at);
        *why = g_steal_pointer(&frontier->damage);
    }
    if (!salvage->tail)
        return *why == NULL;
    if (frontier->damage_at > 0 && frontier->damage_at < reader->pending_at)
        salvage_note(salvage, g_steal_pointer(why));
    else if (frontier->damage_at > 0)
        g_clear_error(why);
    else
        salvage->stuck = g_steal_pointer(why);
    return true;
}

static bool play_frontier(struct reader *reader, struct generation *generation,
                          const struct pass *pass, GError **error)
{
    size_t offset = 0;
    struct frontier *frontier = frontier_new(generation, &offset, error);
    if (frontier == NULL)
        return place(error, generation->number, offset);
    order2_set_generation(reader->order, generation);
    GError *why = NULL;
    bool good = emit_sync(reader, generation, &why) &&
                play_events(reader, generation, frontier, pass, &offset, &why);
    order2_set_generation(reader->order, NULL);
    if (!good)
        place(&why, generation->number, offset);
    good = settle(reader, frontier, generation->number, &why);
    if (!good || reader->salvage.tail) {
        reader->stream.info.lost_bytes =
            pass->len - reader->scan_at + frontier_unread_bytes(frontier);
        reader->counted = true;
    }
    if (!good)
        g_propagate_error(error, why);
    frontier_free(frontier);
    return good;
}

/* The file ends behind the batches of a generation whose own end is missing. */
static bool ends_early(const struct reader *reader, const struct pass *pass)
{
    return pass->last && reader->scan_at == pass->len &&
           reader->stream.info.go_minor < FIRST_WITH_END_MARK;
}

/* The tables of the batches that have been collected. */
static struct generation *open_generation(struct reader *reader, const struct pass *pass,
                                          GError **error)
{
    struct salvage *salvage = &reader->salvage;
    int go_minor = reader->stream.info.go_minor;
    size_t offset = 0;
    GError *why = NULL;
    struct generation *generation =
        generation_new(pass->bytes, go_minor, reader->batches, reader->symbols, &offset, &why);
    if (generation != NULL) {
        generation->lenient = may_salvage(reader);
        return generation;
    }
    place(&why, number_of(reader->batches), offset);
    if (!may_salvage(reader)) {
        g_propagate_error(error, why);
        emit_sync(reader, NULL, NULL);
        return NULL;
    }
    generation =
        salvage_generation(salvage, pass->bytes, go_minor, reader->batches, reader->symbols);
    if (generation->lacks_frequency && ends_early(reader, pass))
        admit_tail(reader);
    if (salvage->tail)
        g_error_free(why);
    else
        salvage_note(salvage, why);
    return generation;
}

/* Notes that a generation which seemed whole named what it does not have. */
static void note_missing(struct reader *reader, const struct pass *pass,
                         const struct generation *generation)
{
    if (!may_salvage(reader) || !generation->missing || reader->salvage.why != NULL ||
        reader->salvage.tail)
        return;
    bool early = ends_early(reader, pass);
    GError *why =
        g_error_new_literal(TRACE_ERROR, early ? TRACE_ERROR_TRUNCATED : TRACE_ERROR_DAMAGED,
                            early ? ENDS_EARLY : "its tables are not whole");
    place(&why, generation->number, reader->scan_at);
    salvage_note(&reader->salvage, why);
}

/* Plays the generation that has been collected. */
static bool play_generation(struct reader *reader, const struct pass *pass, GError **error)
{
    struct reader_info *info = &reader->stream.info;
    struct generation *generation = open_generation(reader, pass, error);
    if (generation == NULL)
        return false;
    if (reader->batches->len > 0)
        reader->relax.at = g_array_index(reader->batches, struct wire2_batch, 0).at;
    info->n_generations++;
    info->n_batches += reader->batches->len;
    info->n_strings += generation->n_strings;
    info->n_stacks += generation->n_stacks;
    reader->salvage.may_be_tail =
        reader->salvage.tail || (may_salvage(reader) && ends_early(reader, pass));
    bool good = play_frontier(reader, generation, pass, error);
    salvage_learn(&reader->salvage, generation);
    note_missing(reader, pass, generation);
    generation_free(generation);
    if (!good || reader->salvage.tail)
        return good;
    info->read_bytes = reader->scan_at;
    if (pass->progress != NULL)
        __atomic_store_n(pass->progress, info->read_bytes, __ATOMIC_RELAXED);
    g_array_set_size(reader->batches, 0);
    return true;
}

/* Something stands where a batch should: that ends the generation, if it has begun, in formats
 * that do not mark the end. */
static enum find no_batch(struct reader *reader, bool cut, const char *why)
{
    damaged(reader, reader->scan_at, cut ? TRACE_ERROR_TRUNCATED : TRACE_ERROR_DAMAGED, why);
    bool usable = reader->stream.info.go_minor < FIRST_WITH_END_MARK && reader->batches->len > 0;
    return usable ? FOUND_GENERATION : FOUND_DAMAGE;
}

/* The file ends inside of a batch. What there is of it can be read all the same; when it is of the
 * next generation, it is found again as the only one of that. */
static enum find cut_batch(struct reader *reader, const struct pass *pass,
                           const struct wire2_batch *batch, const char *why)
{
    bool first = reader->batches->len == 0;
    uint64_t number = first ? batch->generation : number_of(reader->batches);
    if (!may_salvage(reader) || batch->len == 0 || batch->generation == 0)
        return no_batch(reader, true, why);
    if (reader->stream.info.go_minor < FIRST_WITH_END_MARK && batch->generation == number + 1)
        return FOUND_GENERATION;
    enum find found = no_batch(reader, true, why);
    if (batch->generation == number) {
        g_array_append_vals(reader->batches, batch, 1);
        reader->scan_at = pass->len;
    }
    return found;
}

static enum find end_of_bytes(struct reader *reader, const struct pass *pass)
{
    if (!pass->last)
        return FOUND_MORE;
    if (reader->stream.info.go_minor < FIRST_WITH_END_MARK)
        return reader->batches->len > 0 || reader->n_syncs == 0 ? FOUND_GENERATION : FOUND_END;
    if (reader->batches->len > 0)
        return damaged(reader, reader->scan_at, TRACE_ERROR_TRUNCATED, ENDS_EARLY);
    return FOUND_END;
}

/* A batch, too, may hold nothing but the end of its generation. */
static bool is_end_mark(const struct wire2_batch *batch)
{
    return batch->experiment == 0 && batch->type == WIRE2_END_OF_GENERATION;
}

/* Collects batches until the generation is whole. */
static enum find find_generation(struct reader *reader, const struct pass *pass)
{
    bool marked = reader->stream.info.go_minor >= FIRST_WITH_END_MARK;
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
        uint64_t number = reader->batches->len > 0 ? number_of(reader->batches) : batch.generation;
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
    uint64_t number = number_of(reader->batches);
    emit_sync(reader, NULL, NULL);
    g_propagate_error(error, g_steal_pointer(&reader->pending));
    if (number != 0)
        return place(error, number, reader->pending_at);
    g_prefix_error(error, "byte %zu: ", reader->pending_at);
    return false;
}

static bool finish(struct reader *reader, const struct pass *pass, GError **error)
{
    reader->over = true;
    g_assert(reader->stream.info.read_bytes == pass->len);
    if (!emit_sync(reader, NULL, error))
        return false;
    reader->stream.info.complete = reader->salvage.why == NULL;
    return reader->stream.info.complete;
}

static bool read_generations(struct reader *reader, const struct pass *pass, GError **error)
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
        reader->salvage.tail = reader->pending != NULL && has_batches && may_salvage(reader);
        if (found == FOUND_DAMAGE && !reader->salvage.tail)
            return fail_pending(reader, error);
        if (!play_generation(reader, pass, error))
            return false;
        if (reader->pending != NULL)
            return fail_pending(reader, error);
    }
}

static bool read_header(struct reader *reader, const struct pass *pass, GError **error)
{
    struct reader_info *info = &reader->stream.info;
    GError *why = NULL;
    if (header_read(pass->bytes, pass->len, &info->go_minor, &info->wire, &why))
        return true;
    if (!reader->salvage.on || info->go_minor <= NEWEST_KNOWN) {
        g_propagate_error(error, why);
        return false;
    }
    reader->salvage.newer = true;
    salvage_note(&reader->salvage, why);
    return true;
}

/* What one P's events need, another's may hold at the end of the file: all of it or nothing. */
static bool read_old(struct reader *reader, const struct pass *pass, GError **error)
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

static bool read_all(struct reader *reader, const struct pass *pass, GError **error)
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
    struct pass pass = {bytes, len, last, cancellable, progress};
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
