/* Sorted digit by digit from the lowest on. */
#include "config.h"

#include "trace/durations.h"

#include <math.h>
#include <string.h>

#define DIGIT_BITS 11
#define N_DIGITS (1 << DIGIT_BITS)

void durations_clear(struct durations *durations)
{
    g_free(durations->ns);
    memset(durations, 0, sizeof *durations);
}

static void reserve(struct durations *durations, size_t n)
{
    if (n <= durations->size)
        return;
    durations->size = MAX(n, MAX(4, durations->size + durations->size / 2));
    durations->ns = g_renew(int64_t, durations->ns, durations->size);
}

void durations_add(struct durations *durations, int64_t ns)
{
    reserve(durations, durations->n + 1);
    durations->ns[durations->n++] = MAX(ns, 0);
}

void durations_add_all(struct durations *durations, const struct durations *others)
{
    if (others->n == 0)
        return;
    reserve(durations, durations->n + others->n);
    memcpy(durations->ns + durations->n, others->ns, others->n * sizeof *others->ns);
    durations->n += others->n;
}

/* One pass: from `from` to `to`, stable, by the digit at this shift. */
static void sort_digit(const int64_t *from, int64_t *to, size_t n, unsigned shift)
{
    size_t places[N_DIGITS] = {0};
    for (size_t i = 0; i < n; i++)
        places[(from[i] >> shift) & (N_DIGITS - 1)]++;
    size_t next = 0;
    for (size_t digit = 0; digit < N_DIGITS; digit++) {
        size_t count = places[digit];
        places[digit] = next;
        next += count;
    }
    for (size_t i = 0; i < n; i++)
        to[places[(from[i] >> shift) & (N_DIGITS - 1)]++] = from[i];
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

void durations_sort(struct durations *durations)
{
    if (durations->n < N_DIGITS) {
        if (durations->n > 1)
            qsort(durations->ns, durations->n, sizeof *durations->ns, compare);
        return;
    }
    int64_t max = 0;
    for (size_t i = 0; i < durations->n; i++)
        max = MAX(max, durations->ns[i]);
    int64_t *other = g_new(int64_t, durations->n);
    for (unsigned shift = 0; shift < 63 && max >> shift > 0; shift += DIGIT_BITS) {
        sort_digit(durations->ns, other, durations->n, shift);
        int64_t *sorted = other;
        other = durations->ns;
        durations->ns = sorted;
    }
    g_free(other);
    durations->size = durations->n;
}

int64_t durations_percentile(const struct durations *durations, unsigned percent)
{
    g_assert(durations->n > 0 && percent >= 1 && percent <= 100);
    size_t whole = durations->n / 100 * percent, rest = durations->n % 100 * percent;
    return durations->ns[whole + (rest + 99) / 100 - 1];
}

static int bucket_of(int64_t ns)
{
    return ns <= 0 ? 0 : (int)(log((double)ns) / log(pow(10, 0.2)));
}

int64_t durations_bucket_ns(int bucket)
{
    return (int64_t)exp(bucket * log(pow(10, 0.2)));
}

GArray *durations_histogram(const struct durations *durations)
{
    GArray *bars = g_array_new(FALSE, FALSE, sizeof(struct durations_bar));
    for (size_t at = 0; at < durations->n;) {
        int bucket = bucket_of(durations->ns[at]);
        /* The first one that falls into another bucket is between these two. */
        size_t in = at, out = durations->n;
        while (in + 1 < out) {
            size_t middle = in + (out - in) / 2;
            if (bucket_of(durations->ns[middle]) == bucket)
                in = middle;
            else
                out = middle;
        }
        struct durations_bar bar = {bucket, out - at};
        g_array_append_val(bars, bar);
        at = out;
    }
    return bars;
}
