/* Sums, the stops by reason, and what is left to the program. */
#include "config.h"

#include "trace/text_gc.h"

#include <string.h>

#include "trace/mmu.h"
#include "trace/quantity.h"
#include "trace/sum.h"

#define TOP_REASONS 10

static void write_cycles(struct text_page *page)
{
    const struct gc *gc = page->trace->gc;
    if (gc->marks->len == 0)
        return;
    g_autofree char *count = quantity_count(gc->marks->len);
    g_autofree char *ns = quantity_time(gc->mark_ns);
    g_autofree char *share = quantity_percent(gc->mark_ns, page->trace->info.end_ns);
    g_autofree char *words =
        g_strdup_printf("%s, marking for %s (%s of the trace)", count, ns, share);
    text_paragraph(page, "Cycles", words);
}

/* "1,170, 264.049 ms in all, the longest 2.100 ms" */
static char *work_words(const struct gc_work *work)
{
    g_autofree char *count = quantity_count(work->count);
    g_autofree char *ns = quantity_time(work->ns);
    g_autofree char *longest = quantity_time(work->longest_ns);
    return g_strdup_printf("%s, %s in all, the longest %s", count, ns, longest);
}

static void write_work(struct text_page *page)
{
    const struct gc *gc = page->trace->gc;
    if (gc->assists.count > 0) {
        g_autofree char *words = work_words(&gc->assists);
        text_paragraph(page, "Assists", words);
    }
    if (gc->sweeps.count > 0) {
        g_autofree char *sums = work_words(&gc->sweeps);
        g_autofree char *swept = quantity_bytes(gc->swept_bytes);
        g_autofree char *reclaimed = quantity_bytes(gc->reclaimed_bytes);
        g_autofree char *words =
            g_strdup_printf("%s; %s swept, %s of it free then", sums, swept, reclaimed);
        text_paragraph(page, "Sweeps", words);
    }
}

static void write_utilization(struct text_page *page)
{
    static const struct {
        const char *words;
        int64_t ns;
    } windows[] = {{"100 us", 100000},
                   {"1 ms", 1000000},
                   {"10 ms", 10000000},
                   {"100 ms", 100000000},
                   {"1 s", 1000000000}};
    struct utilization *utilization = utilization_new(page->trace->gc, UTILIZATION_DEFAULT);
    if (utilization == NULL)
        return;
    g_autoptr(GString) words = g_string_new("at least this share of the Ps is the program's: ");
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
        double share = mmu_minimum(utilization, windows[i].ns, NULL);
        bool all = windows[i].ns >= page->trace->info.end_ns;
        g_string_append_printf(words, "%s%.1f%% in %s", i > 0 ? ", " : "", share * 100,
                               all ? "the whole trace" : "any ");
        if (all)
            break;
        g_string_append(words, windows[i].words);
    }
    text_paragraph(page, "MMU", words->str);
    utilization_free(utilization);
}

/* Stops of one reason. */
struct reason {
    uint32_t name;
    uint64_t count;
    int64_t ns, longest_ns;
};

static int compare_reasons(const void *a, const void *b)
{
    const struct reason *x = a, *y = b;
    if (x->ns != y->ns)
        return x->ns < y->ns ? 1 : -1;
    return x->name < y->name ? -1 : x->name > y->name;
}

static GArray *reasons_new(const struct gc *gc)
{
    GArray *reasons = g_array_new(FALSE, FALSE, sizeof(struct reason));
    struct roster numbers;
    roster_init(&numbers);
    for (guint i = 0; i < gc->stws->len; i++) {
        const struct gc_stw *stw = &g_array_index(gc->stws, struct gc_stw, i);
        int64_t ns = (stw->end_ns == GC_OPEN_NS ? gc->end_ns : stw->end_ns) - stw->start_ns;
        uint32_t number = roster_add(&numbers, stw->name);
        if (number == reasons->len) {
            struct reason fresh = {.name = stw->name};
            g_array_append_val(reasons, fresh);
        }
        struct reason *reason = &g_array_index(reasons, struct reason, number);
        reason->count++;
        reason->ns = sum_ns(reason->ns, ns);
        reason->longest_ns = MAX(reason->longest_ns, ns);
    }
    roster_clear(&numbers);
    g_array_sort(reasons, compare_reasons);
    return reasons;
}

/* The reason alone, of "stop-the-world (GC mark termination)". */
static char *reason_words(const struct text_page *page, uint32_t name)
{
    static const char prefix[] = "stop-the-world (";
    char *words = text_string(page, name, "(no reason given)");
    size_t len = strlen(words), before = strlen(prefix);
    if (!g_str_has_prefix(words, prefix) || len <= before + 1 || words[len - 1] != ')')
        return words;
    char *inner = g_strndup(words + before, len - before - 1);
    g_free(words);
    return inner;
}

static void write_stops(struct text_page *page)
{
    static const char *const head[] = {"count", "total", "longest"};
    if (page->trace->gc->stws->len == 0)
        return;
    g_autoptr(GArray) reasons = reasons_new(page->trace->gc);
    text_heading(page, "Stops of the world");
    text_row(page, head, G_N_ELEMENTS(head), "reason");
    for (guint i = 0; i < MIN(reasons->len, TOP_REASONS); i++) {
        const struct reason *reason = &g_array_index(reasons, struct reason, i);
        g_autofree char *count = quantity_count(reason->count);
        g_autofree char *ns = quantity_cell(reason->ns);
        g_autofree char *longest = quantity_cell(reason->longest_ns);
        g_autofree char *words = reason_words(page, reason->name);
        const char *const cells[] = {count, ns, longest};
        text_row(page, cells, G_N_ELEMENTS(cells), words);
    }
    text_more(page, reasons->len, TOP_REASONS);
}

void text_gc(struct text_page *page)
{
    const struct gc *gc = page->trace->gc;
    if (gc == NULL)
        return;
    if (gc->marks->len + gc->assists.count + gc->sweeps.count > 0) {
        text_heading(page, "Garbage collector");
        write_cycles(page);
        write_work(page);
        write_utilization(page);
    }
    write_stops(page);
}
