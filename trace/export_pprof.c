/* Fills the messages of pprof.proto, packs and compresses them.
 *
 * The parts of the message are owned by arrays, which go when all is packed. */
#include "config.h"

#include "trace/export_pprof.h"

#include <string.h>

#include "trace/pprof.pb-c.h"
#include "trace/roster.h"

/* The message while it is made. All its parts are freed with these arrays. */
struct making {
    const struct symbols *symbols;
    Pprof__Profile profile;
    GPtrArray *value_types, *samples, *lines, *locations, *functions;
    GPtrArray *strings;        /* the string table */
    GPtrArray *values;         /* the arrays inside samples */
    struct roster string_of;   /* string id of the trace -> place in the table */
    GArray *places;            /* by the number in string_of */
    GHashTable *location_of;   /* pc -> location id: one frame a pc, as in Go's tool */
    struct roster function_of; /* function and file -> function id minus 1 */
};

static void making_init(struct making *making, const struct symbols *symbols)
{
    memset(making, 0, sizeof *making);
    making->symbols = symbols;
    pprof__profile__init(&making->profile);
    making->value_types = g_ptr_array_new_with_free_func(g_free);
    making->samples = g_ptr_array_new_with_free_func(g_free);
    making->lines = g_ptr_array_new_with_free_func(g_free);
    making->locations = g_ptr_array_new_with_free_func(g_free);
    making->functions = g_ptr_array_new_with_free_func(g_free);
    making->strings = g_ptr_array_new_with_free_func(g_free);
    making->values = g_ptr_array_new_with_free_func(g_free);
    making->places = g_array_new(FALSE, FALSE, sizeof(int64_t));
    making->location_of = g_hash_table_new(g_int64_hash, g_int64_equal);
    roster_init(&making->string_of);
    roster_init(&making->function_of);
    g_ptr_array_add(making->strings, g_strdup(""));
}

static void making_clear(struct making *making)
{
    GPtrArray *const arrays[] = {making->value_types, making->samples,   making->lines,
                                 making->locations,   making->functions, making->strings,
                                 making->values};
    g_hash_table_unref(making->location_of);
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_ptr_array_unref(arrays[i]);
    g_array_unref(making->places);
    roster_clear(&making->string_of);
    roster_clear(&making->function_of);
}

static int64_t text_place(struct making *making, const char *text)
{
    g_ptr_array_add(making->strings, g_strdup(text));
    return making->strings->len - 1;
}

/* The place of a string of the trace; the format's strings are UTF-8. */
static int64_t string_place(struct making *making, uint32_t id)
{
    if (id == 0)
        return 0;
    uint32_t number = roster_add(&making->string_of, id);
    if (number == making->places->len) {
        struct slice bytes = symbols_string(making->symbols, id);
        g_ptr_array_add(making->strings, g_utf8_make_valid(bytes.at, (gssize)bytes.len));
        int64_t place = making->strings->len - 1;
        g_array_append_val(making->places, place);
    }
    return g_array_index(making->places, int64_t, number);
}

static uint64_t function_id(struct making *making, const struct frame *frame)
{
    uint32_t number =
        roster_add(&making->function_of, (int64_t)((uint64_t)frame->func << 32 | frame->file));
    if (number == making->functions->len) {
        Pprof__Function *function = g_new(Pprof__Function, 1);
        pprof__function__init(function);
        function->id = number + 1;
        function->name = function->system_name = string_place(making, frame->func);
        function->filename = string_place(making, frame->file);
        g_ptr_array_add(making->functions, function);
    }
    return number + 1;
}

static uint64_t location_id(struct making *making, const struct frame *frame)
{
    const Pprof__Location *known = g_hash_table_lookup(making->location_of, &frame->pc);
    if (known != NULL)
        return known->id;
    Pprof__Line *line = g_new(Pprof__Line, 1);
    pprof__line__init(line);
    line->function_id = function_id(making, frame);
    line->line = (int64_t)frame->line;
    g_ptr_array_add(making->lines, line);

    Pprof__Location *location = g_new(Pprof__Location, 1);
    pprof__location__init(location);
    location->id = making->locations->len + 1;
    location->address = frame->pc;
    location->n_line = 1;
    location->line = g_new(Pprof__Line *, 1);
    location->line[0] = line;
    g_ptr_array_add(making->values, location->line);
    g_ptr_array_add(making->locations, location);
    g_hash_table_insert(making->location_of, &location->address, location);
    return location->id;
}

static void sample_add(struct making *making, const struct profile_record *record, bool cpu)
{
    struct stack stack = symbols_stack(making->symbols, record->stack);
    Pprof__Sample *sample = g_new(Pprof__Sample, 1);
    pprof__sample__init(sample);
    sample->n_value = cpu ? 1 : 2;
    sample->value = g_new(int64_t, 2);
    sample->value[0] = (int64_t)MIN(record->count, (uint64_t)INT64_MAX);
    sample->value[1] = record->delay_ns;
    g_ptr_array_add(making->values, sample->value);
    sample->n_location_id = stack.n;
    sample->location_id = g_new(uint64_t, stack.n);
    for (size_t i = 0; i < stack.n; i++)
        sample->location_id[i] = location_id(making, &stack.frames[i]);
    g_ptr_array_add(making->values, sample->location_id);
    g_ptr_array_add(making->samples, sample);
}

static Pprof__ValueType *value_type(struct making *making, const char *type, const char *unit)
{
    Pprof__ValueType *value = g_new(Pprof__ValueType, 1);
    pprof__value_type__init(value);
    value->type = text_place(making, type);
    value->unit = text_place(making, unit);
    g_ptr_array_add(making->value_types, value);
    return value;
}

static void fill(struct making *making, const struct trace *trace, const struct profile *profile)
{
    Pprof__Profile *message = &making->profile;
    bool cpu = profile->kind == PROFILE_CPU;
    if (cpu) {
        value_type(making, "samples", "count");
    } else {
        value_type(making, "contentions", "count");
        value_type(making, "delay", "nanoseconds");
    }
    message->n_sample_type = making->value_types->len;
    message->period_type = value_type(making, "trace", "count");
    message->period = 1;
    message->duration_nanos = trace->info.end_ns;
    if (trace->info.has_wall)
        message->time_nanos =
            (int64_t)((uint64_t)trace->info.wall_s * 1000000000 + (uint64_t)trace->info.wall_ns);
    for (guint i = 0; i < profile->records->len; i++)
        sample_add(making, &g_array_index(profile->records, struct profile_record, i), cpu);
    message->sample_type = (Pprof__ValueType **)making->value_types->pdata;
    message->n_sample = making->samples->len;
    message->sample = (Pprof__Sample **)making->samples->pdata;
    message->n_location = making->locations->len;
    message->location = (Pprof__Location **)making->locations->pdata;
    message->n_function = making->functions->len;
    message->function = (Pprof__Function **)making->functions->pdata;
    message->n_string_table = making->strings->len;
    message->string_table = (char **)making->strings->pdata;
}

bool export_pprof_profile(const struct trace *trace, const struct profile *profile,
                          GOutputStream *out, GCancellable *cancellable, GError **error)
{
    struct making making;
    making_init(&making, trace->symbols);
    fill(&making, trace, profile);
    size_t len = pprof__profile__get_packed_size(&making.profile);
    g_autofree uint8_t *packed = g_malloc(len);
    pprof__profile__pack(&making.profile, packed);
    making_clear(&making);

    g_autoptr(GConverter) gzip =
        G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
    g_autoptr(GOutputStream) zipped = g_converter_output_stream_new(out, gzip);
    g_filter_output_stream_set_close_base_stream(G_FILTER_OUTPUT_STREAM(zipped), FALSE);
    return g_output_stream_write_all(zipped, packed, len, NULL, cancellable, error) &&
           g_output_stream_close(zipped, cancellable, error);
}

bool export_pprof(const struct trace *trace, const char *kind, GOutputStream *out,
                  GCancellable *cancellable, GError **error)
{
    const struct profile *profile = export_profile(trace, kind, error);
    return profile != NULL && export_pprof_profile(trace, profile, out, cancellable, error);
}
