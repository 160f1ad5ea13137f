/* The floor under reading a trace of Go 1.22+: what the bytes alone cost, with nothing made of
 * them. Prints nanoseconds of CPU time per record for each stage; each includes the ones above.
 *
 *   bytes    every byte is looked at, eight at a time
 *   records  every record of every batch is decoded, each number of it
 *
 * usage: floor FILE [ROUNDS]; the best round counts. */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "trace/header.h"
#include "trace/source.h"
#include "trace/wire2.h"

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static uint64_t sum_bytes(const struct source *source)
{
    uint64_t sum = 0, word;
    for (size_t at = 0; at + sizeof word <= source->len; at += sizeof word) {
        memcpy(&word, source->bytes + at, sizeof word);
        sum += word;
    }
    return sum;
}

/* Adds up what the records of a batch hold; tables are no records and are left out. */
static uint64_t sum_batch(struct cursor *cursor, uint64_t *sum)
{
    uint64_t n = 0, delta;
    struct wire2_record record;
    const char *why;
    while (cursor_left(cursor) > 0) {
        if (!wire2_record_quick(cursor, &record, &delta) &&
            !wire2_record_read(cursor, &record, &delta, &why))
            break;
        n++;
        *sum += delta + record.type + record.args[0];
    }
    return n;
}

static uint64_t sum_records(const struct source *source, uint64_t *sum)
{
    uint64_t n = 0;
    size_t offset = HEADER_BYTES;
    struct wire2_batch batch;
    const char *why;
    for (;;) {
        enum wire2_item item = wire2_next_item(source->bytes, source->len, &offset, &batch, &why);
        if (item == WIRE2_ITEM_END_OF_GENERATION)
            continue;
        if (item != WIRE2_ITEM_BATCH)
            return n;
        struct cursor cursor = cursor_init(source->bytes + batch.at, batch.len);
        n += sum_batch(&cursor, sum);
    }
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    struct source source;
    if (argc < 2 || !source_open(&source, argv[1], NULL, &error)) {
        fprintf(stderr, "floor: %s\n", argc < 2 ? "usage: floor FILE [ROUNDS]" : error->message);
        return 1;
    }
    double bytes_ns = 0, records_ns = 0;
    uint64_t n = 0, sum = 0;
    for (int round = argc > 2 ? atoi(argv[2]) : 5; round > 0; round--) {
        double start = cpu_ns();
        sum += sum_bytes(&source);
        double between = cpu_ns();
        n = sum_records(&source, &sum);
        double end = cpu_ns();
        bytes_ns = bytes_ns == 0 ? between - start : MIN(bytes_ns, between - start);
        records_ns = records_ns == 0 ? end - between : MIN(records_ns, end - between);
    }
    double per = n == 0 ? 1 : (double)n;
    printf("bytes    %5.1f ms  %5.2f ns a record\n", bytes_ns / 1e6, bytes_ns / per);
    printf("records  %5.1f ms  %5.2f ns a record  (%" G_GUINT64_FORMAT
           " records, sum %016" G_GINT64_MODIFIER "x)\n",
           records_ns / 1e6, records_ns / per, n, sum);
    source_clear(&source);
    return 0;
}
