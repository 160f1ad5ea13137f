/* A short table for each question. */
#include "trace/insight_text.h"

#include "trace/export_text.h"

#include "trace/printable.h"
#include "trace/quantity.h"
#include "trace/sum.h"
#include "trace/text_page.h"

#define TOP_REASONS 8
#define TOP_EDGES 10
#define TOP_PROCS 16
#define TOP_RUNNING 12
#define TOP_PHASES 5
#define TREE_ROWS 24
#define TREE_DEPTH 8

struct text {
    const struct trace *trace;
    int width;
    GString *out;
};

static void heading(struct text *text, const char *title)
{
    g_string_append_printf(text->out, "\n%s\n", title);
}

static char *name_text(const struct text *text, uint32_t name)
{
    return name == 0 ? g_strdup("(no stack seen)")
                     : printable_new(symbols_string(text->trace->symbols, name));
}

/* The end of a name, which tells functions apart, in a part of the width. */
static char *name_fit(const struct text *text, uint32_t name, int width)
{
    g_autofree char *whole = name_text(text, name);
    return printable_fit(whole, width);
}

static void more(struct text *text, size_t n, size_t shown)
{
    if (n > shown) {
        g_autofree char *count = quantity_count(n - shown);
        g_string_append_printf(text->out, "%8s   ... and %s more\n", "", count);
    }
}

/* --- latency --- */

static void stats_row(struct text *text, const struct histogram_stats *stats, const char *name)
{
    if (stats->count == 0)
        return;
    g_autofree char *count = quantity_count(stats->count);
    g_autofree char *total = quantity_cell(stats->total_ns);
    g_autofree char *p50 = quantity_cell(stats->p50_ns);
    g_autofree char *p95 = quantity_cell(stats->p95_ns);
    g_autofree char *p99 = quantity_cell(stats->p99_ns);
    g_autofree char *max = quantity_cell(stats->max_ns);
    const char *const cells[] = {count, total, p50, p95, p99, max};
    text_table_row(text->out, text->width, cells, G_N_ELEMENTS(cells), name);
}

static void write_latency(struct text *text, const struct latency *latency)
{
    static const char *const head[] = {"count", "total", "p50", "p95", "p99", "max"};
    const struct latency_row *all = &latency->all;
    if (all->sched.count + all->run.count + all->syscall.count + all->block->len == 0)
        return;
    heading(text, "How long things took");
    text_table_row(text->out, text->width, head, G_N_ELEMENTS(head), "what, or waiting for");
    stats_row(text, &all->sched, "(runnable, until it runs)");
    stats_row(text, &all->run, "(running in one go)");
    stats_row(text, &all->syscall, "(in a syscall)");
    for (guint i = 0; i < MIN(all->block->len, TOP_REASONS); i++) {
        const struct latency_block *b = &g_array_index(all->block, struct latency_block, i);
        g_autofree char *reason =
            b->reason == 0 ? g_strdup("(no reason given)")
                           : printable_new(symbols_string(text->trace->symbols, b->reason));
        stats_row(text, &b->stats, reason);
    }
    more(text, all->block->len, TOP_REASONS);
}

/* --- wake-ups --- */

static void write_wakeups(struct text *text, const struct wakeups *wakeups)
{
    static const char *const head[] = {"count", "waited", "p95"};
    if (wakeups->edges->len == 0)
        return;
    heading(text, "Who unblocks whom, most often first");
    text_table_row(text->out, text->width, head, G_N_ELEMENTS(head), "waker");
    for (guint i = 0; i < MIN(wakeups->edges->len, TOP_EDGES); i++) {
        const struct wakeup_edge *e = &g_array_index(wakeups->edges, struct wakeup_edge, i);
        g_autofree char *count = quantity_count(e->count);
        g_autofree char *total = quantity_cell(e->waited.total_ns);
        g_autofree char *p95 = quantity_cell(e->waited.p95_ns);
        g_autofree char *by = e->source == WAKEUP_GOROUTINE
                                  ? name_text(text, e->by)
                                  : g_strdup_printf("(%s)", wakeup_source_name(e->source));
        g_autofree char *woken = name_text(text, e->name);
        g_autofree char *reason = printable_new(symbols_string(text->trace->symbols, e->reason));
        g_autofree char *below = g_strdup_printf("> %s (%s)", woken, reason);
        const char *const cells[] = {count, total, p95}, *const blank[] = {"", "", ""};
        text_table_row(text->out, text->width, cells, G_N_ELEMENTS(cells), by);
        text_table_row(text->out, text->width, blank, G_N_ELEMENTS(blank), below);
    }
    more(text, wakeups->edges->len, TOP_EDGES);
}

/* --- Ps --- */

static void write_procs(struct text *text, const struct procs *procs)
{
    static const char *const head[] = {"P", "running", "gc", "syscall", "sched", "idle"};
    static const enum proc_use uses[] = {PROC_RUNNING, PROC_GC, PROC_SYSCALL, PROC_SCHED,
                                         PROC_IDLE};
    if (procs->rows->len == 0)
        return;
    heading(text, "What Ps did");
    text_table_row(text->out, text->width, head, G_N_ELEMENTS(head), "");
    for (guint i = 0; i < MIN(procs->rows->len, TOP_PROCS); i++) {
        const struct proc_row *p = &g_array_index(procs->rows, struct proc_row, i);
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, p->id);
        char *cells[1 + G_N_ELEMENTS(uses)] = {id};
        for (size_t use = 0; use < G_N_ELEMENTS(uses); use++)
            cells[1 + use] = quantity_percent(p->ns[uses[use]], text->trace->info.end_ns);
        text_table_row(text->out, text->width, (const char *const *)cells, G_N_ELEMENTS(cells), "");
        for (size_t use = 0; use < G_N_ELEMENTS(uses); use++)
            g_free(cells[1 + use]);
    }
    more(text, procs->rows->len, TOP_PROCS);
    g_autofree char *idle = quantity_time(procs->idle_while_runnable_ns);
    g_string_append_printf(
        text->out, "Ps were idle for %s, added up, while goroutines were runnable.\n", idle);
}

/* --- parallelism --- */

static void write_running(struct text *text, const struct parallelism *parallelism)
{
    static const char *const head[] = {"time", "share"};
    const GArray *ns = parallelism->running_ns;
    heading(text, "How many goroutines ran at a time");
    text_table_row(text->out, text->width, head, G_N_ELEMENTS(head), "running");
    size_t shown = 0, all = 0;
    for (guint i = 0; i < ns->len; i++) {
        int64_t one = g_array_index(ns, int64_t, i);
        if (one == 0 || all++ >= TOP_RUNNING)
            continue;
        shown++;
        g_autofree char *time = quantity_cell(one);
        g_autofree char *share = quantity_percent(one, text->trace->info.end_ns);
        g_autofree char *n = g_strdup_printf("%u", i);
        const char *const cells[] = {time, share};
        text_table_row(text->out, text->width, cells, G_N_ELEMENTS(cells), n);
    }
    more(text, all, shown);
}

static void write_serial(struct text *text, const struct parallelism *parallelism)
{
    static const char *const head[] = {"start", "length", "ran"};
    if (parallelism->serial->len == 0)
        return;
    heading(text, "Longest times with at most one goroutine running");
    text_table_row(text->out, text->width, head, G_N_ELEMENTS(head), "mostly");
    for (guint i = 0; i < MIN(parallelism->serial->len, TOP_PHASES); i++) {
        const struct parallelism_phase *p =
            &g_array_index(parallelism->serial, struct parallelism_phase, i);
        g_autofree char *start = quantity_cell(p->start_ns);
        g_autofree char *length = quantity_cell(p->end_ns - p->start_ns);
        g_autofree char *ran = quantity_percent(p->ran_ns, p->end_ns - p->start_ns);
        g_autofree char *who =
            p->n_who == 0 ? g_strdup("(nobody)") : name_text(text, p->who[0].name);
        const char *const cells[] = {start, length, ran};
        text_table_row(text->out, text->width, cells, G_N_ELEMENTS(cells), who);
    }
    more(text, parallelism->n_serial, MIN(parallelism->serial->len, TOP_PHASES));
}

/* --- the creation tree --- */

/* Who was shown already, so that circles end; and how many rows are left. */
struct tree {
    const struct creation *creation;
    GHashTable *shown;
    int rows;
};

static void tree_below(struct text *text, struct tree *tree, bool root, uint32_t creator, int depth)
{
    for (guint i = 0; i < tree->creation->edges->len && tree->rows > 0; i++) {
        const struct creation_edge *e =
            &g_array_index(tree->creation->edges, struct creation_edge, i);
        if (e->has_creator == root || (!root && e->creator != creator))
            continue;
        g_autofree char *count = quantity_count(e->count);
        g_autofree char *name = name_fit(text, e->created, text->width - 10 - 2 * depth);
        g_string_append_printf(text->out, "%8s  %*s%s\n", count, 2 * depth, "", name);
        tree->rows--;
        if (depth < TREE_DEPTH && g_hash_table_add(tree->shown, GUINT_TO_POINTER(e->created)))
            tree_below(text, tree, false, e->created, depth + 1);
    }
}

/* Those whose own creation the trace did not see begin trees; they stand without a count. */
static void tree_root(struct text *text, struct tree *tree, uint32_t creator)
{
    if (tree->rows == 0 || !g_hash_table_add(tree->shown, GUINT_TO_POINTER(creator)))
        return;
    g_autofree char *name = name_fit(text, creator, text->width - 10);
    g_string_append_printf(text->out, "%8s  %s\n", "", name);
    tree->rows--;
    tree_below(text, tree, false, creator, 1);
}

static void write_creation(struct text *text, const struct creation *creation)
{
    if (creation->edges->len == 0)
        return;
    g_autoptr(GHashTable) shown = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) created = g_hash_table_new(NULL, NULL);
    struct tree tree = {creation, shown, TREE_ROWS};
    heading(text, "Who creates whom");
    g_string_append_printf(text->out, "%8s  %s\n", "count", "function");
    for (guint i = 0; i < creation->edges->len; i++) {
        const struct creation_edge *e = &g_array_index(creation->edges, struct creation_edge, i);
        if (!e->has_creator || e->creator != e->created)
            g_hash_table_add(created, GUINT_TO_POINTER(e->created));
    }
    tree_below(text, &tree, true, 0, 0);
    for (guint i = 0; i < creation->edges->len; i++) {
        const struct creation_edge *e = &g_array_index(creation->edges, struct creation_edge, i);
        if (e->has_creator && !g_hash_table_contains(created, GUINT_TO_POINTER(e->creator)))
            tree_root(text, &tree, e->creator);
    }
}

void insight_text(const struct trace *trace, int width, GString *out)
{
    const struct insight *insight = trace->insight;
    if (insight == NULL || insight->latency == NULL)
        return;
    struct text text = {trace, MAX(width, EXPORT_TEXT_MIN_WIDTH), out};
    write_latency(&text, insight->latency);
    write_wakeups(&text, insight->wakeups);
    write_procs(&text, insight->procs);
    write_running(&text, insight->parallelism);
    write_serial(&text, insight->parallelism);
    write_creation(&text, insight->creation);
}
