/* What a trace's summary says in a few numbers. */
#include "trace/outline.h"

#include "trace/sum.h"

static void group_clear(void *data)
{
    struct outline_group *group = data;
    g_free(group->name);
}

struct outline *outline_new(void)
{
    struct outline *outline = g_new0(struct outline, 1);
    outline->groups = g_array_new(FALSE, FALSE, sizeof(struct outline_group));
    g_array_set_clear_func(outline->groups, group_clear);
    return outline;
}

void outline_free(struct outline *outline)
{
    if (outline == NULL)
        return;
    g_array_unref(outline->groups);
    g_free(outline->name);
    g_free(outline->go);
    g_free(outline);
}

void outline_add_group(struct outline *outline, const char *name, size_t len, uint64_t count,
                       int64_t exec_ns)
{
    struct outline_group group = {g_strndup(name, len), count, exec_ns};
    g_array_append_val(outline->groups, group);
    outline->exec_ns = sum_ns(outline->exec_ns, exec_ns);
}

struct outline *outline_of_trace(const struct trace *trace, const char *name)
{
    const struct summary *summary = trace->summary;
    struct outline *outline = outline_new();

    outline->name = g_strdup(name != NULL ? name : trace->path);
    outline->n = 1;
    outline->go = g_strdup_printf("1.%d", trace->info.go_minor);
    outline->complete = trace->info.complete;
    outline->bytes = trace->bytes;
    outline->duration_ns = trace->info.end_ns;
    outline->events = trace->info.n_events;
    outline->goroutines = summary->n_goroutines;
    outline->procs = summary->n_procs;
    outline->heap_max_bytes = summary->heap_max_bytes;
    for (guint i = 0; i < summary->groups->len; i++) {
        const struct summary_group *group =
            &g_array_index(summary->groups, struct summary_group, i);
        const struct summary_times *times = &group->times;
        struct slice start = symbols_string(trace->symbols, group->name);
        outline_add_group(outline, start.at, start.len, group->count, times->exec_ns);
        outline->sched_wait_ns = sum_ns(outline->sched_wait_ns, times->sched_wait_ns);
        outline->syscall_ns =
            sum_ns(outline->syscall_ns, sum_ns(times->syscall_ns, times->syscall_block_ns));
        outline->block_ns = sum_ns(outline->block_ns, summary_times_block_ns(times));
    }
    if (trace->gc != NULL) {
        outline->gc_cycles = trace->gc->marks->len;
        outline->stw_ns = trace->gc->stw_ns;
    }
    return outline;
}
