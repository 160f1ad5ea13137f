/* Where the time of reading a trace of Go 1.22+ goes, and the floor under it: what the bytes alone
 * cost, with nothing made of them. Prints CPU time in all and per event for each stage; each
 * includes the ones above.
 *
 *   bytes    every byte is looked at, eight at a time
 *   records  every record of every batch is decoded, each number of it
 *   order    the records are put in order, checked and made into events that nobody looks at
 *   summary  a summary is made of them
 *   profiles and the four blocking profiles
 *
 * usage: floor FILE [ROUNDS]; the best round counts. */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "trace/header.h"
#include "trace/profile.h"
#include "trace/source.h"
#include "trace/summary.h"
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

/* Reads it all with the first n sinks of a summary and the profiles; how many events there were. */
static uint64_t read_all(const struct source *source, size_t n_sinks)
{
    struct symbols *symbols = symbols_new();
    struct summary_builder *summary = summary_builder_new(symbols);
    struct profile_builder *profiles = profile_builder_new_all(symbols);
    summary_builder_fold(summary);
    struct sink sinks[] = {summary_builder_sink(summary), profile_builder_sink(profiles)};
    struct reader *reader = reader_new(symbols, sinks, n_sinks);
    reader_read(reader, source->bytes, source->len, true, NULL, NULL, NULL);
    uint64_t n = reader_info(reader)->n_events;
    reader_free(reader);
    profile_builder_free(profiles);
    summary_builder_free(summary);
    symbols_free(symbols);
    return n;
}

enum { BYTES, RECORDS, ORDER, SUMMARY, PROFILES, N_STAGES };
static const char *const names[N_STAGES] = {"bytes", "records", "order", "summary", "profiles"};

/* Does a stage; what comes back depends on all bytes, so that nothing is left out. */
static uint64_t run(int stage, const struct source *source)
{
    uint64_t sum = 0;
    if (stage == BYTES)
        return sum_bytes(source);
    return stage == RECORDS ? sum_records(source, &sum) + sum
                            : read_all(source, (size_t)(stage - ORDER));
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    struct source source;
    if (argc < 2 || !source_open(&source, argv[1], NULL, &error)) {
        fprintf(stderr, "floor: %s\n", argc < 2 ? "usage: floor FILE [ROUNDS]" : error->message);
        return 1;
    }
    double best_ns[N_STAGES] = {0};
    uint64_t check = 0;
    for (int round = argc > 2 ? atoi(argv[2]) : 5; round > 0; round--)
        for (int stage = 0; stage < N_STAGES; stage++) {
            double start_ns = cpu_ns();
            check += run(stage, &source);
            double took_ns = cpu_ns() - start_ns;
            best_ns[stage] = best_ns[stage] == 0 ? took_ns : MIN(best_ns[stage], took_ns);
        }
    uint64_t n = read_all(&source, 0);
    printf("%" G_GUINT64_FORMAT " events, check %016" G_GINT64_MODIFIER "x\n", n, check);
    for (int stage = 0; stage < N_STAGES; stage++)
        printf("  %-8s %7.1f ms  %6.2f ns an event\n", names[stage], best_ns[stage] / 1e6,
               best_ns[stage] / (double)MAX(n, 1));
    source_clear(&source);
    return 0;
}
