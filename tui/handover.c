/* Ask for a name, keep what exists, write in a worker, say where it is. */
#include "tui/handover.h"

#include <string.h>

#include "trace/export.h"
#include "tui/bench.h"
#include "tui/gotool.h"
#include "tui/session.h"
#include "tui/view_browser.h"

/* One thing that can be written. */
struct handover {
    const char *exporter; /* name in the table of exporters */
    const char *kind;     /* profile for graphs */
    const char *suffix;   /* of the name that is offered */
    const char *what;     /* "the summary" */
    const char *then;     /* what to do with the file; NULL: nothing */
};

static const struct handover summary_text = {"text", NULL, "-summary.txt", "the summary", NULL};
static const struct handover graph_svg = {"svg", "sync", "-sync.svg", "the graph of sync blocking",
                                          "a browser shows it"};
static const struct handover graph_dot = {
    "dot", "sync", "-sync.dot", "the graph of sync blocking",
    "Graphviz is not here (try: apt install graphviz), which draws it by dot -Tsvg -O"};

struct job {
    struct bench *bench; /* a reference */
    const struct handover *handover;
    char *path;
    GError *error;
};

static struct bench *bench_of(struct view *view)
{
    return ((struct bench_view *)view)->bench;
}

char *handover_free_name(const char *trace_path, const char *suffix)
{
    g_autofree char *stem =
        g_path_get_basename(g_str_equal(trace_path, "-") ? "trace" : trace_path);
    char *ending = strrchr(stem, '.');
    if (ending && ending != stem)
        *ending = '\0';
    char *name = g_strconcat(stem, suffix, NULL);
    const char *dot = strrchr(suffix, '.');
    for (int i = 2; i < 1000 && g_file_test(name, G_FILE_TEST_EXISTS); i++) {
        g_free(name);
        name = g_strdup_printf("%s%.*s-%d%s", stem, (int)(dot - suffix), suffix, i, dot);
    }
    return name;
}

static void write_it(void *data, GCancellable *cancellable)
{
    struct job *job = data;
    const struct exporter *exporter = exporter_find(job->handover->exporter);
    g_assert(exporter);
    export_to_file(job->bench->trace, exporter, job->handover->kind, job->path, cancellable,
                   &job->error);
}

static void written(void *data, struct session *session)
{
    struct job *job = data;
    if (g_error_matches(job->error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        session_say(session, STYLE_NORMAL, "given up, nothing was written");
    } else if (job->error) {
        session_say(session, STYLE_ERROR, "%s was not written: %s", job->handover->what,
                    job->error->message);
    } else {
        g_autofree char *full = g_canonicalize_filename(job->path, NULL);
        const char *then = job->handover->then;
        session_say(session, STYLE_GOOD, "%s is in %s%s%s", job->handover->what, full,
                    then ? "; " : "", then ? then : "");
    }
    g_clear_error(&job->error);
    bench_unref(job->bench);
    g_free(job->path);
    g_free(job);
}

static void start_job(struct bench *bench, const struct handover *handover, const char *path,
                      struct session *session)
{
    struct job *job = g_new0(struct job, 1);
    job->bench = bench_ref(bench);
    job->handover = handover;
    job->path = g_strdup(path);
    g_autofree char *what = g_strdup_printf("writing %s", handover->what);
    session_job(session, what, write_it, written, job);
}

static void confirmed(const char *text, struct view *view, struct session *session)
{
    struct bench *bench = bench_of(view);
    g_autofree char *path = g_steal_pointer(&bench->pending_path);
    if (text && (g_ascii_strcasecmp(text, "yes") == 0 || g_ascii_strcasecmp(text, "y") == 0))
        start_job(bench, bench->pending, path, session);
    else
        session_say(session, STYLE_NORMAL, "%s stays as it was, nothing was written", path);
}

static void named(const char *text, struct view *view, struct session *session)
{
    struct bench *bench = bench_of(view);
    if (!text || !*text) {
        session_say(session, STYLE_NORMAL, "nothing was written");
        return;
    }
    g_autofree char *path = g_str_has_prefix(text, "~/")
                                ? g_build_filename(g_get_home_dir(), text + 2, NULL)
                                : g_strdup(text);
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        start_job(bench, bench->pending, path, session);
        return;
    }
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        session_say(session, STYLE_ERROR, "%s is a folder; nothing was written", path);
        return;
    }
    g_free(bench->pending_path);
    bench->pending_path = g_steal_pointer(&path);
    session_prompt(session, "replace the file (yes/no)?", "no", confirmed);
}

static void ask(struct view *view, struct session *session, const struct handover *handover)
{
    struct bench *bench = bench_of(view);
    g_autofree char *name = handover_free_name(bench->trace->path, handover->suffix);
    g_autofree char *label = g_strdup_printf("write %s to", handover->what);
    bench->pending = handover;
    session_prompt(session, label, name, named);
}

void handover_summary(struct view *view, struct session *session)
{
    ask(view, session, &summary_text);
}

void handover_graph(struct view *view, struct session *session)
{
    g_autofree char *dot = g_find_program_in_path("dot");
    ask(view, session, dot ? &graph_svg : &graph_dot);
}

static void gotool_changed(void *data)
{
    session_redraw(data);
}

void handover_browser(struct view *view, struct session *session)
{
    struct bench *bench = bench_of(view);
    if (bench->gotool && gotool_state(bench->gotool) == GOTOOL_ENDED)
        g_clear_pointer(&bench->gotool, gotool_free);
    if (!bench->gotool) {
        g_autofree char *go = gotool_find();
        g_autoptr(GError) error = NULL;
        if (!go) {
            session_say(session, STYLE_WARNING,
                        "Go is not installed here, and its tool is what shows traces in a "
                        "browser (try: apt install golang-go, or e for the summary)");
            return;
        }
        if (g_str_equal(bench->trace->path, "-")) {
            session_say(session, STYLE_WARNING,
                        "the trace came from standard input: go tool trace needs it in a file");
            return;
        }
        bench->gotool = gotool_start(go, bench->trace->path, gotool_changed, session, &error);
        if (!bench->gotool) {
            session_say(session, STYLE_ERROR, "go tool trace does not start: %s", error->message);
            return;
        }
    }
    session_push(session, view_browser_new(bench));
}
