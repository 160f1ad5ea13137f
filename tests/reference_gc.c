/* Compares what the garbage collector did, and the mutator utilisation. */
#include <string.h>

#include "tests/reference.h"
#include "trace/mmu.h"

static void compare_stws(struct reference *check, json_t *want)
{
    const GArray *got = check->trace->gc->stws;
    reference_differ(check, "stw", got->len, (int64_t)json_array_size(want));
    for (guint i = 0; i < MIN(got->len, json_array_size(want)); i++) {
        const struct gc_stw *stw = &g_array_index(got, struct gc_stw, i);
        const json_t *row = json_array_get(want, i);
        g_autofree char *name = reference_name(check, stw->name);
        reference_differ(check, name, strcmp(name, json_string_value(json_object_get(row, "name"))),
                         0);
        reference_point(check, name, "start", stw->start_ns, row);
        reference_point(check, name, "end", stw->end_ns, row);
        reference_differ(check, name, stw->goroutine, reference_number(row, "g"));
    }
}

void reference_gc(struct reference *check, json_t *want)
{
    const struct gc *gc = check->trace->gc;
    json_t *marks = json_object_get(want, "marks");
    reference_differ(check, "gc marks", gc->marks->len, reference_number(want, "marks_n"));
    int64_t mark_ns = 0;
    for (guint i = 0; i < MIN(gc->marks->len, json_array_size(marks)); i++) {
        const struct gc_mark *mark = &g_array_index(gc->marks, struct gc_mark, i);
        const json_t *row = json_array_get(marks, i);
        reference_point(check, "gc mark", "start", mark->start_ns, row);
        reference_point(check, "gc mark", "end", mark->end_ns, row);
        mark_ns += reference_number(row, "end") - reference_number(row, "start");
    }
    reference_differ(check, "gc mark time", gc->mark_ns, mark_ns);
    reference_differ(check, "assist time", gc->assists.ns, reference_number(want, "assist_total"));
    reference_differ(check, "sweep time", gc->sweeps.ns, reference_number(want, "sweep_total"));
    reference_differ(check, "swept bytes", (int64_t)gc->swept_bytes,
                     reference_number(want, "swept_bytes"));
    reference_differ(check, "reclaimed bytes", (int64_t)gc->reclaimed_bytes,
                     reference_number(want, "reclaimed_bytes"));
    reference_differ(check, "stw time", gc->stw_ns, reference_number(want, "stw_total"));
    compare_stws(check, json_object_get(want, "stw"));
}

static void differ_share(struct reference *check, const char *what, double got, double want)
{
    if (ABS(got - want) < 1e-9)
        return;
    if (check->differences++ < 20)
        g_test_message("%s: mmu of %s: got %.17g, want %.17g", check->stem, what, got, want);
}

static void compare_curves(struct reference *check, const char *flags,
                           const struct utilization *utilization, json_t *want)
{
    reference_differ(check, flags, utilization->curves->len, reference_number(want, "series"));
    int64_t n = 0;
    for (guint i = 0; i < utilization->curves->len; i++)
        n += ((const GArray *)g_ptr_array_index(utilization->curves, i))->len;
    reference_differ(check, flags, n, reference_number(want, "points"));

    static const struct {
        const char *name;
        int64_t ns;
    } windows[] = {{"100µs", 100000},
                   {"1ms", 1000000},
                   {"10ms", 10000000},
                   {"100ms", 100000000},
                   {"1s", 1000000000}};
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++)
        differ_share(check, flags, mmu_minimum(utilization, windows[i].ns, NULL),
                     json_number_value(json_object_get(want, windows[i].name)));

    /* Go's tool never fills its distribution and gives the minimum for each quantile. */
    const double lowest = 0;
    double share;
    mmu_quantiles(utilization, 10000000, &lowest, 1, &share);
    json_t *mud = json_object_get(want, "mud_10ms_p0_p0.1_p1_p5_p50");
    differ_share(check, flags, share, json_number_value(json_array_get(mud, 0)));
}

void reference_mmu(struct reference *check, json_t *want)
{
    static const struct {
        const char *key;
        unsigned flags;
    } sets[] = {{"stw", UTILIZATION_STW},
                {"stw|background|assist", UTILIZATION_DEFAULT},
                {"stw|background|assist|sweep", UTILIZATION_DEFAULT | UTILIZATION_SWEEP},
                {"perProc|stw|background|assist", UTILIZATION_DEFAULT | UTILIZATION_PER_P}};
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
        json_t *row = json_object_get(want, sets[i].key);
        struct utilization *utilization = utilization_new(check->trace->gc, sets[i].flags);
        reference_differ(check, sets[i].key, utilization != NULL, json_object_size(row) > 0);
        if (utilization != NULL && json_object_size(row) > 0)
            compare_curves(check, sets[i].key, utilization, row);
        utilization_free(utilization);
    }
}
