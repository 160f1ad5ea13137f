/* Cycles, stops and work as they were; mutator utilisation for the windows that people ask for. */
#include "config.h"

#include "trace/json_gc.h"

#include "trace/json_number.h"
#include "trace/json_slice.h"
#include "trace/mmu.h"

static const struct {
    const char *name;
    int64_t ns;
} windows[] = {{"100us", 100000},
               {"1ms", 1000000},
               {"10ms", 10000000},
               {"100ms", 100000000},
               {"1s", 1000000000}};

static const struct {
    const char *name;
    double share;
} quantiles[] = {{"p1", 0.01}, {"p5", 0.05}, {"p25", 0.25}, {"p50", 0.5}};

/* The sets of flags that rows are made for. */
static const unsigned flag_sets[] = {
    UTILIZATION_STW,
    UTILIZATION_DEFAULT,
    UTILIZATION_DEFAULT | UTILIZATION_SWEEP,
    UTILIZATION_DEFAULT | UTILIZATION_PER_P,
    UTILIZATION_DEFAULT | UTILIZATION_SWEEP | UTILIZATION_PER_P,
};

static json_t *stws_array(const struct trace *trace)
{
    json_t *array = json_array();
    for (guint i = 0; i < trace->gc->stws->len; i++) {
        const struct gc_stw *stw = &g_array_index(trace->gc->stws, struct gc_stw, i);
        json_t *row = json_object();
        json_object_set_new(row, "name", json_slice(symbols_string(trace->symbols, stw->name)));
        json_object_set_new(row, "start_ns", json_integer(stw->start_ns));
        json_object_set_new(row, "end_ns", json_time(stw->end_ns, GC_OPEN_NS));
        json_object_set_new(row, "goroutine", json_integer(stw->goroutine));
        json_array_append_new(array, row);
    }
    return array;
}

static json_t *marks_array(const struct gc *gc)
{
    json_t *array = json_array();
    for (guint i = 0; i < gc->marks->len; i++) {
        const struct gc_mark *mark = &g_array_index(gc->marks, struct gc_mark, i);
        json_t *row = json_object();
        json_object_set_new(row, "start_ns", json_integer(mark->start_ns));
        json_object_set_new(row, "end_ns", json_time(mark->end_ns, GC_OPEN_NS));
        json_array_append_new(array, row);
    }
    return array;
}

static json_t *mmu_object(const struct utilization *utilization)
{
    json_t *object = json_object();
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++)
        json_object_set_new(object, windows[i].name,
                            utilization == NULL
                                ? json_null()
                                : json_real(mmu_minimum(utilization, windows[i].ns, NULL)));
    return object;
}

static json_t *mud_object(const struct utilization *utilization)
{
    double shares[G_N_ELEMENTS(quantiles)], out[G_N_ELEMENTS(quantiles)];
    for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++)
        shares[i] = quantiles[i].share;
    json_t *object = json_object();
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
        mmu_quantiles(utilization, windows[i].ns, shares, G_N_ELEMENTS(quantiles), out);
        json_t *row = json_object();
        for (size_t j = 0; j < G_N_ELEMENTS(quantiles); j++)
            json_object_set_new(row, quantiles[j].name, json_real(out[j]));
        json_object_set_new(object, windows[i].name, row);
    }
    return object;
}

static json_t *flags_array(unsigned flags)
{
    json_t *array = json_array();
    if (flags & UTILIZATION_STW)
        json_array_append_new(array, json_string("stw"));
    if (flags & UTILIZATION_BACKGROUND)
        json_array_append_new(array, json_string("background"));
    if (flags & UTILIZATION_ASSIST)
        json_array_append_new(array, json_string("assist"));
    if (flags & UTILIZATION_SWEEP)
        json_array_append_new(array, json_string("sweep"));
    return array;
}

static json_t *mmu_rows(const struct gc *gc)
{
    json_t *array = json_array();
    for (size_t i = 0; i < G_N_ELEMENTS(flag_sets); i++) {
        struct utilization *utilization = utilization_new(gc, flag_sets[i]);
        if (utilization == NULL)
            continue;
        json_t *row = json_object();
        json_object_set_new(row, "flags", flags_array(flag_sets[i]));
        json_object_set_new(row, "per_p", json_boolean(flag_sets[i] & UTILIZATION_PER_P));
        json_object_set_new(row, "mmu", mmu_object(utilization));
        json_object_set_new(row, "mud", mud_object(utilization));
        json_array_append_new(array, row);
        utilization_free(utilization);
    }
    return array;
}

json_t *json_gc(const struct trace *trace)
{
    const struct gc *gc = trace->gc;
    json_t *object = json_object();
    json_object_set_new(object, "cycles", json_count(gc->marks->len));
    json_object_set_new(object, "mark_ns", json_integer(gc->mark_ns));
    json_object_set_new(object, "assist_ns", json_integer(gc->assists.ns));
    json_object_set_new(object, "assists", json_count(gc->assists.count));
    json_object_set_new(object, "sweep_ns", json_integer(gc->sweeps.ns));
    json_object_set_new(object, "sweeps", json_count(gc->sweeps.count));
    json_object_set_new(object, "swept_bytes", json_count(gc->swept_bytes));
    json_object_set_new(object, "reclaimed_bytes", json_count(gc->reclaimed_bytes));
    json_object_set_new(object, "stw_ns", json_integer(gc->stw_ns));
    json_object_set_new(object, "stw", stws_array(trace));
    json_object_set_new(object, "marks", marks_array(gc));
    struct utilization *utilization = utilization_new(gc, UTILIZATION_DEFAULT);
    json_object_set_new(object, "mmu", mmu_object(utilization));
    utilization_free(utilization);
    json_object_set_new(object, "mmu_by", mmu_rows(gc));
    return object;
}

json_t *json_heap_series(const struct heap *heap)
{
    json_t *array = json_array();
    for (size_t i = 0; i < heap->n; i++) {
        const struct heap_piece *piece = &heap->pieces[i];
        bool live = piece->n_live > 0, goal = piece->n_goal > 0;
        if (!live && !goal)
            continue;
        json_t *row = json_array();
        json_array_append_new(row, json_integer((json_int_t)i * heap->piece_ns));
        json_array_append_new(row, live ? json_count(piece->live_min_bytes) : json_null());
        json_array_append_new(row, live ? json_count(piece->live_max_bytes) : json_null());
        json_array_append_new(row, goal ? json_count(piece->goal_last_bytes) : json_null());
        json_array_append_new(array, row);
    }
    return array;
}
