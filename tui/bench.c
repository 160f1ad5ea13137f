/* What the screens of a trace share. */
#include "tui/bench.h"

#include "tui/gotool.h"
#include "tui/session.h"

struct bench *bench_new(struct trace *trace, const char *origin)
{
    struct bench *bench = g_new0(struct bench, 1);
    bench->n_references = 1;
    bench->trace = trace;
    bench->origin = g_strdup(origin);
    focus_init(&bench->focus, trace->info.end_ns);
    for (int kind = 0; kind < LANE_N_KINDS; kind++)
        bench->selected_id[kind] = EVENT_NO_ID;
    return bench;
}

struct bench *bench_ref(struct bench *bench)
{
    bench->n_references++;
    return bench;
}

void bench_unref(struct bench *bench)
{
    if (!bench || --bench->n_references > 0)
        return;
    gotool_free(bench->gotool);
    trace_free(bench->trace);
    focus_clear(&bench->focus);
    g_free(bench->origin);
    g_free(bench->pending_path);
    g_free(bench);
}

char *bench_title(const struct bench *bench)
{
    if (bench->origin)
        return g_strdup(bench->origin);
    if (g_str_equal(bench->trace->path, "-"))
        return g_strdup("standard input");
    return g_path_get_basename(bench->trace->path);
}

void bench_select(struct bench *bench, enum lane_kind kind, int64_t id)
{
    bench->selected_id[kind] = id;
}

void bench_switch(struct view *view, struct session *session,
                  struct view *(*make)(struct bench *bench))
{
    struct bench *bench = bench_ref(((struct bench_view *)view)->bench);
    for (int above = ((struct bench_view *)view)->above; above > 0; above--)
        session_pop(session);
    if (make)
        session_push(session, make(bench));
    bench_unref(bench);
}
