/* Profiles as pprof's protobuf, as folded stacks and as JSON. */
#include <jansson.h>
#include <string.h>

#include "tests/feed.h"
#include "trace/export_folded.h"
#include "trace/export_pprof.h"
#include "trace/json_profile.h"
#include "trace/pprof.pb-c.h"
#include "trace/profile_text.h"

struct fixture {
    struct trace trace;
    struct profile profile;
};

static void add(struct fixture *f, const char *stack, uint64_t count, int64_t delay_ns)
{
    struct feed feed = {.symbols = f->trace.symbols};
    struct profile_record record = {feed_stack(&feed, stack), count, delay_ns};
    g_array_append_val(f->profile.records, record);
    f->profile.count += count;
    f->profile.delay_ns += delay_ns;
}

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->trace.symbols = symbols_new();
    f->trace.info =
        (struct reader_info){.end_ns = 777, .has_wall = true, .wall_s = 2, .wall_ns = 5};
    f->profile.kind = PROFILE_SYNC;
    f->profile.records = g_array_new(FALSE, FALSE, sizeof(struct profile_record));
    add(f, "lock<do it;now<main.main", 3, 500);
    add(f, "lock<main.main", 1, 40);
    add(f, "", 2, 6);
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_array_unref(f->profile.records);
    symbols_free(f->trace.symbols);
}

static Pprof__Profile *unpack(struct fixture *f)
{
    g_autoptr(GOutputStream) plain = g_memory_output_stream_new_resizable();
    g_autoptr(GConverter) gunzip =
        G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    g_autoptr(GOutputStream) out = g_converter_output_stream_new(plain, gunzip);
    g_assert_true(export_pprof_profile(&f->trace, &f->profile, out, NULL, NULL));
    g_assert_true(g_output_stream_close(out, NULL, NULL));
    g_autoptr(GBytes) bytes = g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(plain));
    gsize len;
    const void *at = g_bytes_get_data(bytes, &len);
    Pprof__Profile *profile = pprof__profile__unpack(NULL, len, at);
    g_assert_nonnull(profile);
    return profile;
}

/* "3 500 lock:1 do it;now:2 main.main:3" */
static char *sample_text(const Pprof__Profile *profile, size_t number)
{
    const Pprof__Sample *sample = profile->sample[number];
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < sample->n_value; i++)
        g_string_append_printf(text, "%d ", (int)sample->value[i]);
    for (size_t i = 0; i < sample->n_location_id; i++) {
        const Pprof__Location *location = profile->location[sample->location_id[i] - 1];
        const Pprof__Function *function = profile->function[location->line[0]->function_id - 1];
        g_assert_cmpuint(location->id, ==, sample->location_id[i]);
        g_assert_cmpuint(location->address, !=, 0);
        g_assert_cmpstr(profile->string_table[function->filename], ==, "main.go");
        g_string_append_printf(text, "%s:%d ", profile->string_table[function->name],
                               (int)location->line[0]->line);
    }
    return g_string_free(text, FALSE);
}

static void test_pprof(struct fixture *f, gconstpointer data)
{
    (void)data;
    Pprof__Profile *profile = unpack(f);
    const char *const want[] = {"3 500 lock:1 do it;now:2 main.main:3 ", "1 40 lock:1 main.main:3 ",
                                "2 6 "};
    g_assert_cmpuint(profile->n_sample, ==, G_N_ELEMENTS(want));
    for (size_t i = 0; i < G_N_ELEMENTS(want); i++) {
        g_autofree char *got = sample_text(profile, i);
        g_assert_cmpstr(got, ==, want[i]);
    }
    g_assert_cmpuint(profile->n_sample_type, ==, 2);
    g_assert_cmpstr(profile->string_table[0], ==, "");
    g_assert_cmpstr(profile->string_table[profile->sample_type[1]->type], ==, "delay");
    g_assert_cmpstr(profile->string_table[profile->sample_type[1]->unit], ==, "nanoseconds");
    g_assert_cmpint(profile->duration_nanos, ==, 777);
    g_assert_cmpint(profile->time_nanos, ==, 2000000005);
    pprof__profile__free_unpacked(profile, NULL);

    f->profile.kind = PROFILE_CPU;
    profile = unpack(f);
    g_assert_cmpuint(profile->n_sample_type, ==, 1);
    g_autofree char *got = sample_text(profile, 0);
    g_assert_cmpstr(got, ==, "3 lock:1 do it;now:2 main.main:3 ");
    pprof__profile__free_unpacked(profile, NULL);
}

static void test_folded(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GString) text = g_string_new(NULL);
    export_folded_profile(&f->trace, &f->profile, text);
    g_assert_cmpstr(text->str, ==,
                    "main.main;do_it_now;lock 500\nmain.main;lock 40\n(no_stack) 6\n");
    f->profile.kind = PROFILE_CPU;
    g_string_truncate(text, 0);
    export_folded_profile(&f->trace, &f->profile, text);
    g_assert_cmpstr(text->str, ==, "main.main;do_it_now;lock 3\n(no_stack) 2\nmain.main;lock 1\n");
}

static void test_json(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
    g_assert_true(json_profile_write(&f->profile, f->trace.symbols, out, NULL, NULL));
    GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM(out);
    json_t *got = json_loadb(g_memory_output_stream_get_data(memory),
                             g_memory_output_stream_get_data_size(memory), 0, NULL);
    json_t *want = json_pack(
        "{s:s,s:i,s:i,s:[{s:i,s:i,s:[{s:s,s:s,s:i},{s:s,s:s,s:i},{s:s,s:s,s:i}]},"
        "{s:i,s:i,s:[{s:s,s:s,s:i},{s:s,s:s,s:i}]},{s:i,s:i,s:[]}]}",
        "kind", "sync", "count", 6, "delay_ns", 546, "stacks", "count", 3, "delay_ns", 500,
        "frames", "func", "lock", "file", "main.go", "line", 1, "func", "do it;now", "file",
        "main.go", "line", 2, "func", "main.main", "file", "main.go", "line", 3, "count", 1,
        "delay_ns", 40, "frames", "func", "lock", "file", "main.go", "line", 1, "func", "main.main",
        "file", "main.go", "line", 2, "count", 2, "delay_ns", 6, "frames");
    g_assert_nonnull(want);
    g_assert_true(json_equal(got, want));
    json_decref(got);
    json_decref(want);
}

static void test_text(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GString) text = g_string_new(NULL);
    profile_text(&f->profile, f->trace.symbols, 80, text);
    g_assert_cmpstr(text->str, ==,
                    "sync: 6 waits, 546 ns in all, 3 stacks\n"
                    "    time    share    count  stack, innermost first\n"
                    "   500ns    91.6%        3  lock  main.go:1\n"
                    "                            do it;now  main.go:2\n"
                    "                            main.main  main.go:3\n"
                    "    40ns     7.3%        1  lock  main.go:1\n"
                    "                            main.main  main.go:2\n"
                    "     6ns     1.1%        2  (no stack)\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/profile-export/pprof", struct fixture, NULL, setup, test_pprof, teardown);
    g_test_add("/profile-export/folded", struct fixture, NULL, setup, test_folded, teardown);
    g_test_add("/profile-export/json", struct fixture, NULL, setup, test_json, teardown);
    g_test_add("/profile-export/text", struct fixture, NULL, setup, test_text, teardown);
    return g_test_run();
}
