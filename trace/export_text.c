/* Section after section; a table is a row of right-aligned columns with the name at the end. */
#include "trace/export_text.h"

#include <string.h>

#include "trace/insight_text.h"
#include "trace/printable.h"
#include "trace/quantity.h"
#include "trace/sum.h"
#include "trace/text_annotation.h"
#include "trace/text_gc.h"

#define TOP_GROUPS 40
#define TOP_GOROUTINES 10
#define TOP_REASONS 12
#define TOP_STACKS 8
#define STACK_FRAMES 4

/* --- what was read --- */

static char *wall_clock(const struct reader_info *info)
{
    if (!info->has_wall)
        return g_strdup("");
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(info->wall_s);
    g_autofree char *second = utc == NULL ? NULL : g_date_time_format(utc, "%Y-%m-%d %H:%M:%S");
    if (second == NULL)
        return g_strdup("");
    return g_strdup_printf(" from %s.%03d UTC", second, (int)(info->wall_ns / 1000000));
}

static void write_file(struct text_page *page)
{
    const struct trace *trace = page->trace;
    const struct reader_info *info = &trace->info;
    g_autofree char *path = printable_new((struct slice){trace->path, strlen(trace->path)});
    g_autofree char *bytes = quantity_bytes(trace->bytes);
    g_autofree char *file = g_strdup_printf("%s (%s, Go 1.%d format)", path, bytes, info->go_minor);
    text_paragraph(page, "Trace", file);

    g_autofree char *length = quantity_time(info->end_ns);
    g_autofree char *wall = wall_clock(info);
    g_autofree char *clock = g_strdup_printf("%s%s", length, wall);
    text_paragraph(page, "Length", clock);

    if (info->complete) {
        text_paragraph(page, "Complete", "yes");
    } else {
        const char *why = trace_damage_words(trace);
        g_autofree char *printable = printable_new((struct slice){why, strlen(why)});
        g_autofree char *lost = quantity_bytes(info->lost_bytes);
        g_autofree char *words =
            info->lost_bytes == 0 ? g_strdup_printf("NO: %s", printable)
                                  : g_strdup_printf("NO: %s gave no events: %s", lost, printable);
        text_paragraph(page, "Complete", words);
    }
}

static void append_count(GString *words, uint64_t n, const char *one, const char *many)
{
    g_autofree char *count = quantity_count(n);
    g_string_append_printf(words, "%s%s %s", words->len > 0 ? ", " : "", count,
                           n == 1 ? one : many);
}

static void write_counts(struct text_page *page)
{
    const struct reader_info *info = &page->trace->info;
    const struct summary *summary = page->trace->summary;
    g_autoptr(GString) words = g_string_new(NULL);
    append_count(words, info->n_events, "event", "events");
    if (summary != NULL) {
        append_count(words, summary->n_goroutines, "goroutine", "goroutines");
        append_count(words, summary->n_procs, "P", "Ps");
        append_count(words, summary->n_threads, "thread", "threads");
    }
    append_count(words, info->n_stacks, "stack", "stacks");
    append_count(words, info->n_strings, "string", "strings");
    append_count(words, info->n_batches, "batch", "batches");
    append_count(words, info->n_generations, "generation", "generations");
    text_paragraph(page, "Counts", words->str);

    g_string_truncate(words, 0);
    for (int kind = 0; kind < EVENT_N_KINDS; kind++)
        if (info->n_kind[kind] > 0)
            append_count(words, info->n_kind[kind], event_kind_name((enum event_kind)kind),
                         event_kind_name((enum event_kind)kind));
    text_paragraph(page, "Events", words->str);
}

static void write_procs(struct text_page *page)
{
    const GArray *series = page->trace->summary->gomaxprocs;
    g_autoptr(GString) words = g_string_new(NULL);
    uint64_t last = 0;
    size_t changes = 0;
    for (guint i = 0; i < series->len; i++) {
        const struct summary_gomaxprocs *row = &g_array_index(series, struct summary_gomaxprocs, i);
        if (i > 0 && row->n == last)
            continue;
        last = row->n;
        if (changes++ == 20) {
            g_string_append(words, ", ...");
            break;
        }
        g_autofree char *when = quantity_time(row->time_ns);
        if (i == 0)
            g_string_append_printf(words, "%" G_GUINT64_FORMAT, row->n);
        else
            g_string_append_printf(words, ", %" G_GUINT64_FORMAT " from %s on", row->n, when);
    }
    if (words->len > 0)
        text_paragraph(page, "GOMAXPROCS", words->str);
}

static void write_heap(struct text_page *page)
{
    const struct summary *summary = page->trace->summary;
    if (summary->heap_max_bytes == 0)
        return;
    g_autofree char *min = quantity_bytes(summary->heap_min_bytes);
    g_autofree char *max = quantity_bytes(summary->heap_max_bytes);
    g_autofree char *goal = quantity_bytes(summary->heap_goal_max_bytes);
    g_autofree char *words = g_strdup_printf(
        "%s to %s in use%s%s", min, max, summary->heap_goal_max_bytes > 0 ? ", goal up to " : "",
        summary->heap_goal_max_bytes > 0 ? goal : "");
    text_paragraph(page, "Heap", words);
}

/* --- tables --- */

/* The columns that groups and goroutines share, behind a first one that tells them apart. */
static void times_row(struct text_page *page, const char *first, const struct summary_times *times,
                      const char *name)
{
    g_autofree char *total = quantity_cell(times->total_ns);
    g_autofree char *exec = quantity_cell(times->exec_ns);
    g_autofree char *sched = quantity_cell(times->sched_wait_ns);
    g_autofree char *syscall = quantity_cell(sum_ns(times->syscall_ns, times->syscall_block_ns));
    g_autofree char *block = quantity_cell(summary_times_block_ns(times));
    const char *const cells[] = {first, total, exec, sched, syscall, block};
    text_row(page, cells, G_N_ELEMENTS(cells), name);
}

static void write_groups(struct text_page *page)
{
    static const char *const head[] = {"count",    "total",   "running",
                                       "runnable", "syscall", "waiting"};
    const GArray *groups = page->trace->summary->groups;
    text_heading(page, "Goroutines by start function, longest running first");
    text_row(page, head, G_N_ELEMENTS(head), "function");
    for (guint i = 0; i < MIN(groups->len, TOP_GROUPS); i++) {
        const struct summary_group *group = &g_array_index(groups, struct summary_group, i);
        g_autofree char *name = text_string(page, group->name, "(no stack seen)");
        g_autofree char *count = quantity_count(group->count);
        times_row(page, count, &group->times, name);
    }
    text_more(page, groups->len, TOP_GROUPS);
}

static int compare_exec(const void *a, const void *b)
{
    const struct summary_goroutine *const *x = a, *const *y = b;
    if ((*x)->times.exec_ns != (*y)->times.exec_ns)
        return (*x)->times.exec_ns < (*y)->times.exec_ns ? 1 : -1;
    return (*x)->id < (*y)->id ? -1 : (*x)->id > (*y)->id;
}

static void write_goroutines(struct text_page *page)
{
    static const char *const head[] = {"id", "total", "running", "runnable", "syscall", "waiting"};
    const GArray *goroutines = page->trace->summary->goroutines;
    size_t n = goroutines->len;
    g_autofree const struct summary_goroutine **by_exec =
        g_new(const struct summary_goroutine *, n + 1);
    for (guint i = 0; i < n; i++)
        by_exec[i] = &g_array_index(goroutines, struct summary_goroutine, i);
    qsort(by_exec, n, sizeof *by_exec, compare_exec);
    text_heading(page, "Goroutines that ran longest");
    text_row(page, head, G_N_ELEMENTS(head), "function");
    for (size_t i = 0; i < MIN(n, TOP_GOROUTINES); i++) {
        g_autofree char *name = text_string(page, by_exec[i]->name, "(no stack seen)");
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, by_exec[i]->id);
        times_row(page, id, &by_exec[i]->times, name);
    }
    text_more(page, page->trace->summary->n_goroutines, TOP_GOROUTINES);
}

struct reason {
    uint32_t name;
    int64_t ns;
};

static int compare_reasons(const void *a, const void *b)
{
    const struct reason *x = a, *y = b;
    if (x->ns != y->ns)
        return x->ns < y->ns ? 1 : -1;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* All groups' waits by reason. */
static GArray *reasons_new(const GArray *groups)
{
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
    GArray *reasons = g_array_new(FALSE, FALSE, sizeof(struct reason));
    for (guint i = 0; i < groups->len; i++) {
        const GArray *block = g_array_index(groups, struct summary_group, i).times.block;
        for (guint j = 0; j < block->len; j++) {
            const struct summary_time *time = &g_array_index(block, struct summary_time, j);
            guint place =
                GPOINTER_TO_UINT(g_hash_table_lookup(places, GUINT_TO_POINTER(time->name + 1)));
            if (place == 0) {
                struct reason fresh = {time->name, 0};
                g_array_append_val(reasons, fresh);
                place = reasons->len;
                g_hash_table_insert(places, GUINT_TO_POINTER(time->name + 1),
                                    GUINT_TO_POINTER(place));
            }
            struct reason *reason = &g_array_index(reasons, struct reason, place - 1);
            reason->ns = sum_ns(reason->ns, time->ns);
        }
    }
    g_array_sort(reasons, compare_reasons);
    return reasons;
}

static void write_reasons(struct text_page *page)
{
    g_autoptr(GArray) reasons = reasons_new(page->trace->summary->groups);
    if (reasons->len == 0)
        return;
    int64_t whole_ns = 0;
    for (guint i = 0; i < reasons->len; i++)
        whole_ns = sum_ns(whole_ns, g_array_index(reasons, struct reason, i).ns);
    text_heading(page, "What goroutines waited for, all added up");
    for (guint i = 0; i < MIN(reasons->len, TOP_REASONS); i++) {
        const struct reason *reason = &g_array_index(reasons, struct reason, i);
        g_autofree char *ns = quantity_cell(reason->ns);
        g_autofree char *share = quantity_percent(reason->ns, whole_ns);
        g_autofree char *name = text_string(page, reason->name, "(no reason given)");
        const char *const cells[] = {ns, share};
        text_row(page, cells, G_N_ELEMENTS(cells), name);
    }
    text_more(page, reasons->len, TOP_REASONS);
}

/* A stack's first frames, one below the other. */
static void stack_rows(struct text_page *page, const struct profile_record *record)
{
    struct stack stack = symbols_stack(page->trace->symbols, record->stack);
    g_autofree char *ns = quantity_cell(record->delay_ns);
    g_autofree char *count = quantity_count(record->count);
    const char *const cells[] = {ns, count}, *const blank[] = {"", ""};
    if (stack.n == 0)
        text_row(page, cells, G_N_ELEMENTS(cells), "(no stack)");
    for (size_t i = 0; i < MIN(stack.n, STACK_FRAMES); i++) {
        g_autofree char *func = text_string(page, stack.frames[i].func, "?");
        g_autofree char *frame =
            g_strdup_printf("%s:%" G_GUINT64_FORMAT, func, stack.frames[i].line);
        text_row(page, i == 0 ? cells : blank, G_N_ELEMENTS(cells), frame);
    }
}

static void write_stacks(struct text_page *page, enum profile_kind kind, const char *title)
{
    const struct profile *profile = page->trace->profiles[kind];
    if (profile == NULL || profile->records->len == 0)
        return;
    static const char *const head[] = {"time", "count"};
    text_heading(page, title);
    text_row(page, head, G_N_ELEMENTS(head), "stack, innermost first");
    for (guint i = 0; i < MIN(profile->records->len, TOP_STACKS); i++)
        stack_rows(page, &g_array_index(profile->records, struct profile_record, i));
    text_more(page, profile->records->len, TOP_STACKS);
}

void export_text_write(const struct trace *trace, int width, GString *out)
{
    struct text_page page = {trace, MAX(width, EXPORT_TEXT_MIN_WIDTH), out};
    write_file(&page);
    write_counts(&page);
    if (trace->summary != NULL) {
        write_procs(&page);
        write_heap(&page);
        write_groups(&page);
        write_goroutines(&page);
        write_reasons(&page);
    }
    text_gc(&page);
    text_annotations(&page);
    write_stacks(&page, PROFILE_SYNC, "Longest blocking on channels, locks and selects");
    write_stacks(&page, PROFILE_NET, "Longest waits for the network");
    insight_text(trace, width, out);
}

bool export_text(const struct trace *trace, const char *kind, GOutputStream *out,
                 GCancellable *cancellable, GError **error)
{
    (void)kind;
    g_autoptr(GString) text = g_string_new(NULL);
    export_text_write(trace, 80, text);
    return g_output_stream_write_all(out, text->str, text->len, NULL, cancellable, error);
}
