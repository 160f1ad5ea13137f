/* Reading the tables of a generation: strings, stacks, CPU samples, the clock. */
#include "trace/generation.h"

#include <math.h>
#include <string.h>

#include "trace/error.h"

/* A string in the file; `symbol` is 0 until it is asked for. */
struct string_row {
    const char *at;
    uint32_t len;
    uint32_t symbol;
};

/* What a pc stands for: the first frame that names it, for the whole generation. */
struct frame_row {
    uint64_t pc, func, file, line; /* func and file are string ids of the file */
};

struct stack_row {
    uint32_t first, n; /* in `frames` */
    uint32_t symbol;   /* 0 until it is asked for */
};

/* The rows; the maps hold their index + 1, since the arrays move while they grow. */
struct generation_tables {
    GArray *strings; /* of struct string_row */
    GArray *stacks;  /* of struct stack_row */
    GArray *pcs;     /* of struct frame_row */
    GArray *frames;  /* of uint32_t: indexes into pcs */
    struct idmap string_of, stack_of, pc_of;
};

static size_t find_row(const struct idmap *map, uint64_t id)
{
    return (size_t)(uintptr_t)idmap_find(map, id);
}

static void add_row(struct idmap *map, uint64_t id, size_t index)
{
    idmap_add(map, id, (void *)(uintptr_t)(index + 1));
}

static bool fail(GError **error, const char *what)
{
    g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_DAMAGED, what);
    return false;
}

static bool cut_or(GError **error, const struct cursor *cursor, const char *what)
{
    if (cursor->cut)
        g_set_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED, "%s is longer than its batch", what);
    else
        g_set_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED, "a number of %s has over 64 bits",
                    what);
    return false;
}

static bool read_string(struct generation *generation, struct cursor *cursor, GError **error)
{
    struct generation_tables *tables = generation->tables;
    if (cursor_u8(cursor) != WIRE2_STRING)
        return fail(error, "a table of strings holds something else");
    uint64_t id = cursor_uvarint(cursor);
    uint64_t len = cursor_uvarint(cursor);
    if (!cursor->bad && len > WIRE2_MAX_STRING_BYTES)
        return fail(error, "a string claims more than 1024 bytes");
    struct slice bytes = cursor_bytes(cursor, len);
    if (cursor->bad)
        return cut_or(error, cursor, "a string");
    if (id == 0 || find_row(&tables->string_of, id) != 0)
        return fail(error, "a string has an id that is taken");
    struct string_row row = {.at = bytes.at, .len = (uint32_t)bytes.len};
    add_row(&tables->string_of, id, tables->strings->len);
    g_array_append_val(tables->strings, row);
    return true;
}

/* The index of the row of this frame's pc. */
static uint32_t intern_frame(struct generation_tables *tables, const struct frame_row *frame)
{
    size_t row = find_row(&tables->pc_of, frame->pc);
    if (row != 0)
        return (uint32_t)(row - 1);
    add_row(&tables->pc_of, frame->pc, tables->pcs->len);
    g_array_append_vals(tables->pcs, frame, 1);
    return tables->pcs->len - 1;
}

static bool read_stack(struct generation *generation, struct cursor *cursor, GError **error)
{
    struct generation_tables *tables = generation->tables;
    if (cursor_u8(cursor) != WIRE2_STACK)
        return fail(error, "a table of stacks holds something else");
    uint64_t id = cursor_uvarint(cursor);
    uint64_t n = cursor_uvarint(cursor);
    if (!cursor->bad && n > WIRE2_MAX_FRAMES)
        return fail(error, "a stack claims more than 128 frames");
    struct stack_row row = {.first = tables->frames->len, .n = (uint32_t)n};
    for (uint64_t i = 0; i < n && !cursor->bad; i++) {
        struct frame_row frame;
        frame.pc = cursor_uvarint(cursor);
        frame.func = cursor_uvarint(cursor);
        frame.file = cursor_uvarint(cursor);
        frame.line = cursor_uvarint(cursor);
        if (cursor->bad)
            break;
        uint32_t index = intern_frame(tables, &frame);
        g_array_append_val(tables->frames, index);
    }
    if (cursor->bad)
        return cut_or(error, cursor, "a stack");
    if (id == 0 || find_row(&tables->stack_of, id) != 0)
        return fail(error, "a stack has an id that is taken");
    add_row(&tables->stack_of, id, tables->stacks->len);
    g_array_append_val(tables->stacks, row);
    return true;
}

static bool read_sample(struct generation *generation, struct cursor *cursor, GError **error)
{
    if (cursor_u8(cursor) != WIRE2_CPU_SAMPLE)
        return fail(error, "a table of CPU samples holds something else");
    struct generation_sample sample;
    sample.time_ns = (int64_t)cursor_uvarint(cursor); /* still in units */
    sample.m = (int64_t)cursor_uvarint(cursor);
    sample.p = (int64_t)cursor_uvarint(cursor);
    sample.g = (int64_t)cursor_uvarint(cursor);
    sample.stack = cursor_uvarint(cursor);
    if (cursor->bad)
        return cut_or(error, cursor, "a CPU sample");
    if (sample.g == 0)
        sample.g = EVENT_NO_ID;
    g_array_append_val(generation->samples, sample);
    return true;
}

/* Wall clock times as the runtime has them, but with any number of nanoseconds. */
static void set_wall(struct generation *generation, uint64_t s, uint64_t ns)
{
    int64_t carry = (int64_t)ns / G_GINT64_CONSTANT(1000000000);
    int64_t rest = (int64_t)ns % G_GINT64_CONSTANT(1000000000);
    if (rest < 0) {
        rest += G_GINT64_CONSTANT(1000000000);
        carry--;
    }
    generation->clock_wall_s = (int64_t)(s + (uint64_t)carry);
    generation->clock_wall_ns = rest;
}

/* One record of a Sync batch, or of the lone frequency before Go 1.25. */
static bool read_clock(struct generation *generation, struct cursor *cursor, uint64_t *time,
                       GError **error)
{
    uint8_t type = cursor_u8(cursor);
    if (type == WIRE2_FREQUENCY) {
        if (generation->ns_per_unit != 0)
            return fail(error, "the generation has two frequencies");
        uint64_t frequency = cursor_uvarint(cursor);
        if (cursor->bad)
            return cut_or(error, cursor, "the frequency");
        generation->ns_per_unit = 1.0 / ((double)frequency / 1e9);
        return true;
    }
    if (type != WIRE2_CLOCK_SNAPSHOT || generation->go_minor < 25)
        return fail(error, "the clock's batch holds something else");
    if (generation->has_clock)
        return fail(error, "the generation has two clock snapshots");
    *time += cursor_uvarint(cursor);
    generation->clock_mono_ns = cursor_uvarint(cursor);
    uint64_t s = cursor_uvarint(cursor);
    uint64_t ns = cursor_uvarint(cursor);
    if (cursor->bad)
        return cut_or(error, cursor, "a clock snapshot");
    generation->has_clock = true;
    generation->clock_units = *time;
    set_wall(generation, s, ns);
    return true;
}

static bool is_clock(const struct generation *generation, uint8_t type)
{
    return type == (generation->go_minor < 25 ? WIRE2_FREQUENCY : WIRE2_SYNC);
}

/* Reads one batch into the tables; what remains of it tells where reading stopped, and *good_to
 * what came before that made sense. */
static bool read_batch(struct generation *generation, const struct wire2_batch *batch,
                       struct cursor *cursor, const uint8_t **good_to, GError **error)
{
    *good_to = cursor->at;
    if (batch->experiment != 0)
        return true; /* opaque */
    uint8_t type = batch->type;
    if (type == WIRE2_END_OF_GENERATION)
        return fail(error, "the end of a generation stands in a batch");
    bool (*read)(struct generation *, struct cursor *, GError **) =
        type == WIRE2_STRINGS       ? read_string
        : type == WIRE2_STACKS      ? read_stack
        : type == WIRE2_CPU_SAMPLES ? read_sample
                                    : NULL;
    if (read != NULL) {
        cursor_u8(cursor);
        for (*good_to = cursor->at; cursor_left(cursor) > 0; *good_to = cursor->at)
            if (!read(generation, cursor, error))
                return false;
        return true;
    }
    if (is_clock(generation, type)) {
        if (type == WIRE2_SYNC)
            cursor_u8(cursor);
        uint64_t time = batch->time;
        for (*good_to = cursor->at; cursor_left(cursor) > 0; *good_to = cursor->at)
            if (!read_clock(generation, cursor, &time, error))
                return false;
        return true;
    }
    g_array_append_vals(generation->batches, batch, 1);
    return true;
}

/* Every function and file that a frame names must exist. */
static bool check_frames(const struct generation *generation, GError **error)
{
    const struct generation_tables *tables = generation->tables;
    for (size_t i = 0; i < tables->pcs->len; i++) {
        const struct frame_row *frame = &g_array_index(tables->pcs, struct frame_row, i);
        const uint64_t ids[] = {frame->func, frame->file};
        for (size_t k = 0; k < G_N_ELEMENTS(ids); k++) {
            if (ids[k] == 0 || find_row(&tables->string_of, ids[k]) != 0)
                continue;
            g_set_error(error, TRACE_ERROR, TRACE_ERROR_DAMAGED,
                        "a stack frame names string %" G_GUINT64_FORMAT ", which does not exist",
                        ids[k]);
            return false;
        }
    }
    return true;
}

static int compare_samples(const void *a, const void *b)
{
    const struct generation_sample *first = a, *second = b;
    return (first->time_ns > second->time_ns) - (first->time_ns < second->time_ns);
}

static bool check(const struct generation *generation, GError **error)
{
    if (generation->ns_per_unit == 0)
        return fail(error, "the generation has no frequency");
    if (generation->go_minor >= 25 && !generation->has_clock)
        return fail(error, "the generation has no clock snapshot");
    return check_frames(generation, error);
}

static void finish(struct generation *generation)
{
    GArray *samples = generation->samples;
    for (size_t i = 0; i < samples->len; i++) {
        struct generation_sample *sample = &g_array_index(samples, struct generation_sample, i);
        sample->time_ns = generation_ns(generation, (uint64_t)sample->time_ns);
    }
    g_array_sort(samples, compare_samples);
    generation->n_strings = generation->tables->strings->len;
    generation->n_stacks = generation->tables->stacks->len;
}

static struct generation *allocate(void)
{
    struct generation *generation = g_new0(struct generation, 1);
    struct generation_tables *tables = g_new0(struct generation_tables, 1);
    generation->tables = tables;
    generation->batches = g_array_new(FALSE, FALSE, sizeof(struct wire2_batch));
    generation->samples = g_array_new(FALSE, FALSE, sizeof(struct generation_sample));
    tables->strings = g_array_new(FALSE, FALSE, sizeof(struct string_row));
    tables->stacks = g_array_new(FALSE, FALSE, sizeof(struct stack_row));
    tables->pcs = g_array_new(FALSE, FALSE, sizeof(struct frame_row));
    tables->frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    return generation;
}

static void look_at(struct generation *generation, const struct wire2_batch *batch)
{
    generation->number = batch->generation;
    if (generation->min_time == 0 || batch->time < generation->min_time)
        generation->min_time = batch->time;
}

static bool read_batches(struct generation *generation, const GArray *batches, size_t *offset,
                         GError **error)
{
    for (size_t i = 0; i < batches->len; i++) {
        const struct wire2_batch *batch = &g_array_index(batches, struct wire2_batch, i);
        look_at(generation, batch);
        struct cursor cursor = cursor_init(generation->bytes + batch->at, batch->len);
        const uint8_t *good_to;
        bool good = read_batch(generation, batch, &cursor, &good_to, error);
        *offset =
            good || cursor.bad ? batch->at + batch->len : (size_t)(cursor.at - generation->bytes);
        if (!good)
            return false;
    }
    return check(generation, error);
}

struct generation *generation_new(const uint8_t *bytes, int go_minor, const GArray *batches,
                                  struct symbols *symbols, size_t *offset, GError **error)
{
    struct generation *generation = allocate();
    generation->bytes = bytes;
    generation->go_minor = go_minor;
    generation->symbols = symbols;
    if (read_batches(generation, batches, offset, error))
        finish(generation);
    else
        g_clear_pointer(&generation, generation_free);
    return generation;
}

struct generation *generation_salvage(const uint8_t *bytes, int go_minor, const GArray *batches,
                                      struct symbols *symbols, double ns_per_unit,
                                      uint64_t *lost_bytes)
{
    struct generation *generation = allocate();
    generation->bytes = bytes;
    generation->go_minor = go_minor;
    generation->symbols = symbols;
    generation->lenient = true;
    for (size_t i = 0; i < batches->len; i++) {
        const struct wire2_batch *batch = &g_array_index(batches, struct wire2_batch, i);
        look_at(generation, batch);
        struct cursor cursor = cursor_init(bytes + batch->at, batch->len);
        const uint8_t *good_to;
        if (!read_batch(generation, batch, &cursor, &good_to, NULL))
            *lost_bytes += (uint64_t)(cursor.end - good_to);
    }
    generation->lacks_frequency = generation->ns_per_unit == 0;
    if (generation->lacks_frequency)
        generation->ns_per_unit = ns_per_unit;
    finish(generation);
    return generation;
}

void generation_free(struct generation *generation)
{
    if (generation == NULL)
        return;
    struct generation_tables *tables = generation->tables;
    g_array_unref(tables->strings);
    g_array_unref(tables->stacks);
    g_array_unref(tables->pcs);
    g_array_unref(tables->frames);
    idmap_clear(&tables->string_of);
    idmap_clear(&tables->stack_of);
    idmap_clear(&tables->pc_of);
    g_free(tables);
    g_free(generation->strings.symbols);
    g_free(generation->stacks.symbols);
    g_array_unref(generation->batches);
    g_array_unref(generation->samples);
    g_free(generation);
}

int64_t generation_ns(const struct generation *generation, uint64_t units)
{
    double ns = (double)units * generation->ns_per_unit;
    /* Not below 2^63, or no number at all. */
    if (!(ns < 9223372036854775808.0))
        return INT64_MIN;
    return (int64_t)ns;
}

/* What is not there: noted, or refused. */
static bool miss(struct generation *generation)
{
    generation->missing = true;
    return generation->lenient;
}

bool generation_has_string(const struct generation *generation, uint64_t id)
{
    return id == 0 || find_row(&generation->tables->string_of, id) != 0;
}

bool generation_bytes(struct generation *generation, uint64_t id, struct slice *bytes)
{
    *bytes = (struct slice){"", 0};
    if (id == 0)
        return true;
    size_t row = find_row(&generation->tables->string_of, id);
    if (row == 0)
        return miss(generation);
    const struct string_row *string =
        &g_array_index(generation->tables->strings, struct string_row, row - 1);
    *bytes = (struct slice){string->at, string->len};
    return true;
}

/* Ids count up from 1 in what Go writes; others are looked up each time. */
static void learn(struct generation_known *known, size_t n_rows, uint64_t id, uint32_t symbol)
{
    if (known->symbols == NULL) {
        known->n = n_rows + 1;
        known->symbols = g_new0(uint32_t, known->n);
    }
    if (id < known->n)
        known->symbols[id] = symbol;
}

bool generation_string(struct generation *generation, uint64_t id, uint32_t *symbol)
{
    if (generation_known_string(generation, id, symbol))
        return true;
    size_t row = find_row(&generation->tables->string_of, id);
    if (row == 0)
        return miss(generation);
    struct string_row *string =
        &g_array_index(generation->tables->strings, struct string_row, row - 1);
    if (string->symbol == 0)
        string->symbol = symbols_add_string(generation->symbols, string->at, string->len);
    *symbol = string->symbol;
    learn(&generation->strings, generation->n_strings, id, *symbol);
    return true;
}

static uint32_t add_stack(struct generation *generation, const struct stack_row *row)
{
    struct generation_tables *tables = generation->tables;
    struct frame frames[WIRE2_MAX_FRAMES];
    if (row->n == 0)
        return 0; /* and there may be no array */
    const uint32_t *indexes = &g_array_index(tables->frames, uint32_t, row->first);
    for (uint32_t i = 0; i < row->n; i++) {
        const struct frame_row *from = &g_array_index(tables->pcs, struct frame_row, indexes[i]);
        frames[i].pc = from->pc;
        frames[i].line = from->line;
        generation_string(generation, from->func, &frames[i].func);
        generation_string(generation, from->file, &frames[i].file);
    }
    return symbols_add_stack(generation->symbols, frames, row->n);
}

bool generation_stack(struct generation *generation, uint64_t id, uint32_t *symbol)
{
    if (generation_known_stack(generation, id, symbol))
        return true;
    size_t row = find_row(&generation->tables->stack_of, id);
    if (row == 0)
        return miss(generation);
    struct stack_row *stack = &g_array_index(generation->tables->stacks, struct stack_row, row - 1);
    if (stack->symbol == 0)
        stack->symbol = add_stack(generation, stack);
    *symbol = stack->symbol;
    learn(&generation->stacks, generation->n_stacks, id, *symbol);
    return true;
}
