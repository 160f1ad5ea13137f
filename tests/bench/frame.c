/* What a frame of the timeline costs: 100 rows of 200 columns of the longest goroutines of a trace,
 * at every zoom from the whole trace down to 200 ns. Prints the dearest one, once for the 100
 * longest lanes and once as if all were as long as the longest 16.
 *
 * usage: frame FILE */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "trace/trace.h"
#include "trace/window.h"

#define ROWS 100
#define COLUMNS 200
#define ROUNDS 7

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare_lengths(const void *a, const void *b)
{
    const struct lane *const *x = a, *const *y = b;
    return ((*x)->n_spans < (*y)->n_spans) - ((*x)->n_spans > (*y)->n_spans);
}

/* The best of some rounds: what disturbs a round says nothing of the code. */
static double frame_ms(const struct lane *const *lanes, size_t n, int64_t from_ns, int64_t to_ns)
{
    struct window_cell cells[COLUMNS];
    double best_ms = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double began_ms = now_ms();
        for (size_t row = 0; row < ROWS; row++)
            window_fill(lanes[row % n], from_ns, to_ns, COLUMNS, cells);
        best_ms = MIN(best_ms, now_ms() - began_ms);
    }
    return best_ms;
}

static void print_dearest(const struct lane *const *lanes, size_t n, int64_t end_ns)
{
    double most_ms = frame_ms(lanes, n, 0, end_ns);
    int64_t at_ns = end_ns;
    for (int64_t width_ns = end_ns; width_ns >= COLUMNS; width_ns /= 2) {
        double ms = frame_ms(lanes, n, end_ns / 3, end_ns / 3 + width_ns);
        if (ms > most_ms) {
            most_ms = ms;
            at_ns = width_ns;
        }
    }
    printf("  %zu lanes of %zu to %zu spans: %.2f ms at most, with %.3f ms in view\n", n,
           lanes[n - 1]->n_spans, lanes[0]->n_spans, most_ms, (double)at_ns / 1e6);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    struct trace *trace = argc == 2 ? trace_open(argv[1], TRACE_LANES, NULL, NULL, &error) : NULL;
    if (trace == NULL) {
        fprintf(stderr, "frame: %s\n", error != NULL ? error->message : "usage: frame FILE");
        return 1;
    }
    size_t n = lanes_n(trace->lanes, LANE_GOROUTINE);
    g_autofree const struct lane **lanes = g_new(const struct lane *, n + 1);
    for (size_t i = 0; i < n; i++)
        lanes[i] = lanes_at(trace->lanes, LANE_GOROUTINE, i);
    qsort(lanes, n, sizeof *lanes, compare_lengths);
    if (n > 0) {
        print_dearest(lanes, MIN(n, ROWS), trace->info.end_ns);
        print_dearest(lanes, MIN(n, 16), trace->info.end_ns);
    }
    trace_free(trace);
    return 0;
}
