/* The reader on some bytes. */
#include "tests/readout.h"

#include "trace/parsed.h"

static void see(void *self, const struct event *event)
{
    struct readout *readout = self;
    int64_t start_ns =
        event->kind == EVENT_SYNC ? event->sync.raw_ns - event->time_ns : readout->info.start_ns;
    readout->info.start_ns = start_ns;
    parsed_append(readout->text, readout->symbols, event, start_ns);
}

struct readout readout_take(const uint8_t *bytes, size_t len, bool salvage)
{
    struct readout readout = {.text = g_string_new(NULL), .symbols = symbols_new()};
    struct sink sink = {.event = see, .self = &readout};
    struct reader *reader = reader_new(readout.symbols, &sink, 1);
    reader_set_salvage(reader, salvage);
    g_autofree uint8_t *block = g_memdup2(bytes, len);
    bool good = reader_read(reader, block, len, true, NULL, NULL, &readout.error);
    g_assert_cmpint(good, ==, readout.error == NULL);
    readout.info = *reader_info(reader);
    g_assert_cmpint(readout.info.complete, ==, good);
    g_assert_cmpuint(readout.info.read_bytes + readout.info.lost_bytes, <=, len);
    reader_free(reader);
    return readout;
}

void readout_clear(struct readout *readout)
{
    g_string_free(readout->text, TRUE);
    g_clear_error(&readout->error);
    symbols_free(readout->symbols);
}
