/* The timeline: keys in, screen out. */
#include <string.h>
#include <time.h>

#include "tests/golden.h"
#include "tests/made_trace.h"
#include "tests/screens.h"
#include "tui/view_trace.h"

/* A frame takes 3 ms on a machine that has time; what is held here is that nothing makes it grow
 * with the trace, on one that has none. A sanitiser's frames are slower still. */
#if defined(__SANITIZE_ADDRESS__)
#define FRAME_LIMIT_US 100000
#else
#define FRAME_LIMIT_US 15000
#endif

/* Types the keys and compares the picture; takes the trace over. */
static void check(struct trace *trace, int width, int height, bool ascii, const char *keys,
                  const char *golden)
{
    struct screens *screens = screens_new(view_trace_new(trace, NULL), width, height, ascii);
    screens_type(screens, keys);
    g_free(screens_text(screens));
    golden_check(screens->canvas, golden);
    screens_free(screens);
}

static void test_kinds(void)
{
    check(made_trace_new(), 80, 24, false, "", "timeline-p");
    check(made_trace_new(), 80, 24, false, "tab", "timeline-goroutine");
    check(made_trace_new(), 80, 24, false, "3", "timeline-thread");
    check(made_trace_new(), 80, 24, true, "2", "timeline-ascii");
    check(made_trace_new(), 120, 40, false, "1", "timeline-p-large");
    check(made_trace_new(), 120, 40, false, "2 down down", "timeline-goroutine-large");
    check(made_trace_new(), 60, 16, false, "2", "timeline-small");
}

static void test_zoom(void)
{
    check(made_trace_new(), 80, 24, false, "2 n n + + +", "timeline-zoomed");
    check(made_trace_new(), 80, 24, false, "2 down n n z", "timeline-zoom-span");
    check(made_trace_new(), 80, 24, false, "2 n n + + + f", "timeline-fit");
    check(made_trace_new(), 80, 24, false, "2 down n n z + + u u", "timeline-zoom-span");
    /* The goroutine whose naps are shorter than a column. */
    check(made_trace_new(), 80, 24, false, "2 end n n n + + + + +", "timeline-naps");
    check(made_trace_new(), 80, 24, false, "$ + + + + + + + + + + + + + + + + + + + +",
          "timeline-nearest");
}

static void test_extremes(void)
{
    check(made_trace_one_event_new(), 80, 24, false, "", "timeline-one-event");
    check(made_trace_one_event_new(), 80, 24, false, "2 n N z + - enter pgdn end right left",
          "timeline-one-event-keys");
    check(made_trace_damaged_new(), 80, 24, false, "2", "timeline-damaged");
    check(made_trace_damaged_new(), 120, 40, true, "2", "timeline-damaged-large");
}

static void test_filter(void)
{
    struct screens *screens =
        screens_new(view_trace_new(made_trace_new(), "shop/web app:/tmp/trace.out"), 80, 24, false);
    screens_type(screens, "2 /");
    screens_type_text(screens, "POOL");
    g_free(screens_text(screens));
    golden_check(screens->canvas, "timeline-filter-typed");
    screens_type(screens, "enter");
    g_free(screens_text(screens));
    golden_check(screens->canvas, "timeline-filter");
    screens_type(screens, "/");
    screens_type_text(screens, "xyz");
    screens_type(screens, "enter down end n enter z");
    g_free(screens_text(screens));
    golden_check(screens->canvas, "timeline-filter-nothing");
    screens_type(screens, "esc /");
    screens_type_text(screens, "g3");
    screens_type(screens, "enter");
    g_free(screens_text(screens));
    golden_check(screens->canvas, "timeline-filter-id");
    screens_free(screens);
}

static void check_has(struct screens *screens, const char *keys, const char *text)
{
    screens_type(screens, keys);
    g_autofree char *page = screens_text(screens);
    if (!strstr(page, text))
        g_test_message("no \"%s\" in\n%s", text, page);
    g_assert_nonnull(strstr(page, text));
}

static void test_spans(void)
{
    struct screens *screens = screens_new(view_trace_new(made_trace_new(), NULL), 80, 24, false);
    check_has(screens, "2 home", "G1 main.main  running");
    check_has(screens, "n", "waiting: chan receive");
    check_has(screens, "n", "G1 main.main  runnable");
    check_has(screens, "n", "for 3.500 ms, from 96.50 ms to 100.00 ms");
    check_has(screens, "n", "no later span in this row");
    check_has(screens, "N", "G1 main.main  runnable");
    /* From inside a span, back to its begin first. */
    check_has(screens, "N right right right N", "cursor at 5.00 ms");
    check_has(screens, "N N", "no earlier span in this row");
    screens_free(screens);
}

static void test_follow(void)
{
    struct screens *screens = screens_new(view_trace_new(made_trace_new(), NULL), 80, 24, false);
    check_has(screens, "1 home n n n N", "P0  running");
    check_has(screens, "enter", "timeline by goroutine");
    check_has(screens, "", "G20 work.(*pool).worker  running");
    check_has(screens, "", "cursor at 30.10 ms");
    check_has(screens, "enter", "timeline by P");
    check_has(screens, "", "cursor at 30.10 ms");
    /* A filter that hides the row gives way. */
    screens_type(screens, "2 /");
    screens_type_text(screens, "main");
    check_has(screens, "enter 1 enter", ">G20");
    check_has(screens, "1", ">P0");
    screens_free(screens);
}

static void test_order(void)
{
    struct screens *screens = screens_new(view_trace_new(made_trace_new(), NULL), 80, 24, false);
    check_has(screens, "2 O", "rows by first event");
    check_has(screens, "O home", ">G19");
    check_has(screens, "O home", ">G1 ");
    screens_free(screens);
}

static void test_scrolling(void)
{
    struct screens *screens =
        screens_new(view_trace_new(made_trace_big_new(5000, 20), NULL), 80, 24, false);
    check_has(screens, "2", "1/5000");
    check_has(screens, "pgdn pgdn down", ">G30 ");
    check_has(screens, "end", ">G5000");
    check_has(screens, "pgup up", ">G4985");
    check_has(screens, "home", ">G1 ");
    screens_free(screens);
}

/* Processor time, for other tests run beside this one. */
static void test_speed(void)
{
    struct view *view = view_trace_new(made_trace_big_new(5000, 20), NULL);
    struct screens *screens = screens_new(view, 200 + 36, 100 + 13, false);
    for (int kind = 1; kind <= 3; kind++) {
        g_autofree char *key = g_strdup_printf("%d", kind);
        screens_type(screens, key);
        double best_us = G_MAXDOUBLE;
        for (int i = 0; i < 20; i++) {
            clock_t begin = clock();
            canvas_erase(screens->canvas);
            view->type->draw(view, screens->canvas);
            best_us = MIN(best_us, (double)(clock() - begin) * 1e6 / CLOCKS_PER_SEC);
        }
        g_test_message("a frame of kind %d takes %.0f us", kind, best_us);
        g_assert_cmpfloat(best_us, <, FRAME_LIMIT_US);
    }
    screens_free(screens);
}

/* Keys at random end in no crash, at any size. */
static void test_random_keys(void)
{
    static const char *const keys[] = {
        "left", "right", "up", "down", "pgup", "pgdn", "home",  "end", "+",  "-",
        "0",    "tab",   "n",  "N",    "z",    "u",    "enter", "H",   "L",  "^",
        "$",    "O",     "1",  "2",    "3",    "s",    "esc",   "G",   "esc"};
    for (int run = 0; run < 8; run++) {
        struct trace *trace = run % 2 ? made_trace_new() : made_trace_big_new(40, 3);
        struct screens *screens =
            screens_new(view_trace_new(trace, NULL), 60 + run * 30, 16 + run * 7, run % 3 == 0);
        for (int i = 0; i < 400; i++) {
            screens_type(screens, keys[g_test_rand_int_range(0, G_N_ELEMENTS(keys))]);
            if (i % 4 == 0)
                g_free(screens_text(screens));
        }
        screens_free(screens);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeline/kinds", test_kinds);
    g_test_add_func("/timeline/zoom", test_zoom);
    g_test_add_func("/timeline/extremes", test_extremes);
    g_test_add_func("/timeline/filter", test_filter);
    g_test_add_func("/timeline/spans", test_spans);
    g_test_add_func("/timeline/follow", test_follow);
    g_test_add_func("/timeline/order", test_order);
    g_test_add_func("/timeline/scrolling", test_scrolling);
    g_test_add_func("/timeline/speed", test_speed);
    g_test_add_func("/timeline/random-keys", test_random_keys);
    return g_test_run();
}
