/* Makes damaged variants of traces, the same ones for the same seed.
 *
 *   bend SEED N FOLDER TRACE...    writes N variants of each into FOLDER and prints their names
 *
 * What is done is in the name of the variant. A trace of Go 1.22 or newer is taken apart into its
 * batches and records first, so that what is bent is mostly well-formed and reaches the replay. */
#include <gio/gio.h>
#include <string.h>

#include "tests/uvarint.h"
#include "trace/wire2.h"

#define HEADER 16

/* A part of the file: a batch, the end of a generation, or what is none of these. */
struct item {
    size_t at, len;
    size_t data_at; /* of a batch with events; else 0 */
};

struct bend {
    GRand *random;
    const uint8_t *bytes;
    size_t len;
    GArray *items;   /* of struct item, in file order */
    GArray *batches; /* of guint: those of them with events */
    GByteArray *out;
};

static guint pick(struct bend *bend, size_t n)
{
    return n == 0 ? 0 : (guint)g_rand_int_range(bend->random, 0, (gint32)MIN(n, G_MAXINT32));
}

static void put(struct bend *bend, size_t at, size_t end)
{
    g_byte_array_append(bend->out, bend->bytes + at, (guint)(end - at));
}

static void put_item(struct bend *bend, guint i)
{
    const struct item *item = &g_array_index(bend->items, struct item, i);
    put(bend, item->at, item->at + item->len);
}

/* Numbers that are next to what was there, or at the edge of something. */
static uint64_t other_number(struct bend *bend, uint64_t value)
{
    const uint64_t numbers[] = {value + 1, value - 1,   0,          1,         2,
                                3,         value + 100, UINT64_MAX, INT64_MAX, pick(bend, 300)};
    return numbers[pick(bend, G_N_ELEMENTS(numbers))];
}

/* --- the ways of bending --- */

static void bend_flip(struct bend *bend)
{
    put(bend, 0, bend->len);
    for (guint n = 1 + pick(bend, 5); n > 0; n--)
        bend->out->data[HEADER + pick(bend, bend->len - HEADER)] ^= (uint8_t)(1 << pick(bend, 8));
}

static void bend_cut(struct bend *bend)
{
    put(bend, 0, HEADER + pick(bend, bend->len - HEADER));
}

static void bend_header(struct bend *bend)
{
    static const char *const headers[] = {"go 1.22 trace\0\0", "go 1.23 trace\0\0",
                                          "go 1.25 trace\0\0", "go 1.26 trace\0\0",
                                          "go 1.21 trace\0\0", "go 1.99 trace\0\0"};
    put(bend, 0, bend->len);
    memcpy(bend->out->data, headers[pick(bend, G_N_ELEMENTS(headers))], HEADER);
}

/* All items, one of them moved, left out or said twice. */
static void put_items(struct bend *bend, guint from, guint to, bool keep)
{
    put(bend, 0, HEADER);
    for (guint i = 0; i < bend->items->len; i++) {
        if (i == to)
            put_item(bend, from);
        if (i != from || keep)
            put_item(bend, i);
    }
}

static void bend_move(struct bend *bend)
{
    put_items(bend, pick(bend, bend->items->len), pick(bend, bend->items->len), false);
}

static void bend_drop(struct bend *bend)
{
    put_items(bend, pick(bend, bend->items->len), G_MAXUINT, false);
}

static void bend_double(struct bend *bend)
{
    put_items(bend, pick(bend, bend->items->len), pick(bend, bend->items->len), true);
}

/* The numbers in the head of a batch. */
static void bend_batch(struct bend *bend)
{
    guint which = pick(bend, bend->items->len), field = pick(bend, 4);
    put(bend, 0, HEADER);
    for (guint i = 0; i < bend->items->len; i++) {
        const struct item *item = &g_array_index(bend->items, struct item, i);
        if (i != which || bend->bytes[item->at] != WIRE2_EVENT_BATCH) {
            put_item(bend, i);
            continue;
        }
        struct cursor cursor = cursor_init(bend->bytes + item->at, item->len);
        cursor_u8(&cursor);
        g_byte_array_append(bend->out, bend->bytes + item->at, 1);
        for (guint k = 0; k < 4; k++) {
            uint64_t value = cursor_uvarint(&cursor);
            uvarint_put(bend->out, k == field ? other_number(bend, value) : value);
        }
        g_byte_array_append(bend->out, cursor.at, (guint)cursor_left(&cursor));
    }
}

/* A record and what is done to it. */
enum deed { DEED_CHANGE, DEED_DROP, DEED_DOUBLE, DEED_TYPE, DEED_N };

static void put_changed(struct bend *bend, GByteArray *data, const struct wire2_record *record,
                        uint64_t delta)
{
    guint n_args = wire2_specs[record->type].n_args, which = pick(bend, n_args + 1);
    g_byte_array_append(data, &record->type, 1);
    uvarint_put(data, which == n_args ? other_number(bend, delta) : delta);
    for (guint i = 0; i < n_args; i++)
        uvarint_put(data, i == which ? other_number(bend, record->args[i]) : record->args[i]);
}

static void bend_data(struct bend *bend, const struct item *item, GByteArray *data, guint which,
                      enum deed deed)
{
    struct cursor cursor =
        cursor_init(bend->bytes + item->data_at, item->at + item->len - item->data_at);
    for (guint i = 0; cursor_left(&cursor) > 0; i++) {
        const uint8_t *begin = cursor.at;
        struct wire2_record record;
        uint64_t delta;
        const char *why;
        bool good = wire2_record_read(&cursor, &record, &delta, &why);
        guint n = (guint)((good ? cursor.at : cursor.end) - begin);
        if (!good || i != which || deed == DEED_DOUBLE || deed == DEED_TYPE)
            g_byte_array_append(data, begin, n);
        if (!good || i != which)
            continue;
        if (deed == DEED_CHANGE)
            put_changed(bend, data, &record, delta);
        else if (deed == DEED_DOUBLE)
            g_byte_array_append(data, begin, n);
        else if (deed == DEED_TYPE)
            data->data[data->len - n] = (uint8_t)pick(bend, 53);
    }
}

static guint count_records(const struct bend *bend, const struct item *item)
{
    struct cursor cursor =
        cursor_init(bend->bytes + item->data_at, item->at + item->len - item->data_at);
    guint n = 0;
    struct wire2_record record;
    uint64_t delta;
    const char *why;
    while (cursor_left(&cursor) > 0 && wire2_record_read(&cursor, &record, &delta, &why))
        n++;
    return n;
}

static void bend_record(struct bend *bend)
{
    guint which = bend->batches->len == 0
                      ? G_MAXUINT
                      : g_array_index(bend->batches, guint, pick(bend, bend->batches->len));
    put(bend, 0, HEADER);
    for (guint i = 0; i < bend->items->len; i++) {
        const struct item *item = &g_array_index(bend->items, struct item, i);
        if (i != which) {
            put_item(bend, i);
            continue;
        }
        g_autoptr(GByteArray) data = g_byte_array_new();
        bend_data(bend, item, data, pick(bend, count_records(bend, item)),
                  (enum deed)pick(bend, DEED_N));
        struct cursor cursor = cursor_init(bend->bytes + item->at, item->len);
        cursor_u8(&cursor);
        g_byte_array_append(bend->out, bend->bytes + item->at, 1);
        for (guint k = 0; k < 3; k++)
            uvarint_put(bend->out, cursor_uvarint(&cursor));
        uvarint_put(bend->out, data->len);
        g_byte_array_append(bend->out, data->data, data->len);
    }
}

static const struct {
    const char *name;
    void (*bend)(struct bend *);
    bool needs_items;
    guint weight;
} ways[] = {
    {"flip", bend_flip, false, 4},     {"cut", bend_cut, false, 2},
    {"header", bend_header, false, 1}, {"move", bend_move, true, 2},
    {"drop", bend_drop, true, 2},      {"double", bend_double, true, 2},
    {"batch", bend_batch, true, 4},    {"record", bend_record, true, 16},
};

/* --- taking apart --- */

static bool has_events(const uint8_t *bytes, const struct wire2_batch *batch)
{
    return batch->experiment == 0 && batch->len > 0 &&
           wire2_specs[bytes[batch->at]].kind != EVENT_BAD;
}

static void take_apart(struct bend *bend)
{
    size_t offset = HEADER;
    while (offset < bend->len) {
        struct item item = {.at = offset};
        struct wire2_batch batch;
        const char *why;
        enum wire2_item kind = wire2_next_item(bend->bytes, bend->len, &offset, &batch, &why);
        if (kind != WIRE2_ITEM_BATCH && kind != WIRE2_ITEM_END_OF_GENERATION)
            offset = bend->len;
        if (kind == WIRE2_ITEM_BATCH && has_events(bend->bytes, &batch)) {
            item.data_at = batch.at;
            g_array_append_val(bend->batches, bend->items->len);
        }
        item.len = offset - item.at;
        g_array_append_val(bend->items, item);
    }
}

static guint pick_way(struct bend *bend)
{
    guint total = 0, way = 0;
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++)
        total += ways[i].weight;
    for (guint at = pick(bend, total); at >= ways[way].weight; way++)
        at -= ways[way].weight;
    return ways[way].needs_items && bend->items->len == 0 ? 0 : way;
}

static void write_variant(struct bend *bend, const char *folder, const char *path, guint number)
{
    guint way = pick_way(bend);
    g_byte_array_set_size(bend->out, 0);
    ways[way].bend(bend);
    g_autofree char *stem = g_path_get_basename(path);
    g_autofree char *name = g_strdup_printf("%s-%u-%s", stem, number, ways[way].name);
    g_autofree char *out = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_file_set_contents(out, (const char *)bend->out->data, (gssize)bend->out->len, &error))
        g_error("%s", error->message);
    g_print("%s\n", out);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        g_printerr("usage: bend SEED N FOLDER TRACE...\n");
        return 2;
    }
    struct bend bend = {.random =
                            g_rand_new_with_seed((guint32)g_ascii_strtoull(argv[1], NULL, 10)),
                        .out = g_byte_array_new()};
    for (int i = 4; i < argc; i++) {
        g_autofree char *bytes = NULL;
        gsize len;
        g_autoptr(GError) error = NULL;
        if (!g_file_get_contents(argv[i], &bytes, &len, &error))
            g_error("%s", error->message);
        if (len <= HEADER)
            continue;
        bend.bytes = (const uint8_t *)bytes;
        bend.len = len;
        bend.items = g_array_new(FALSE, FALSE, sizeof(struct item));
        bend.batches = g_array_new(FALSE, FALSE, sizeof(guint));
        take_apart(&bend);
        for (guint n = 0; n < (guint)g_ascii_strtoull(argv[2], NULL, 10); n++)
            write_variant(&bend, argv[3], argv[i], n);
        g_array_unref(bend.items);
        g_array_unref(bend.batches);
    }
    g_byte_array_unref(bend.out);
    g_rand_free(bend.random);
    return 0;
}
