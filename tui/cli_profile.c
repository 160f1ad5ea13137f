/* tracetui profile: where goroutines waited, or ran, by stack. */
#include <string.h>

#include "trace/export_folded.h"
#include "trace/json_profile.h"
#include "trace/profile_text.h"
#include "trace/scoped.h"
#include "tui/cli_trace.h"

#define FLAME "flame"

/* What is to be made. */
struct request {
    const struct options *options;
    enum profile_kind kind; /* of no use for flame data */
    bool flame;
    GRegex *match;
    struct scoped_builder *scoped; /* NULL: the whole program */
};

/* Why these options do not go together; NULL when they do. */
static char *wrong_options(const struct request *request)
{
    const struct options *options = request->options;
    bool scoped = options->region || options->task;

    if (!options->kind)
        return g_strdup_printf("--kind is missing: %s or " FLAME, profile_kind_list());
    if (!request->flame && request->kind == PROFILE_N_KINDS)
        return g_strdup_printf("--kind: there is no profile %s; there are %s and " FLAME,
                               options->kind, profile_kind_list());
    if (options->region && options->task)
        return g_strdup("--region and --task exclude each other");
    if (scoped && (request->flame || request->kind == PROFILE_CPU))
        return g_strdup("--region and --task go with the kinds net, sync, syscall and sched");
    if (options->match && !request->flame)
        return g_strdup("--match goes with --kind " FLAME);
    if (request->flame && g_strcmp0(options->output, "json") == 0)
        return g_strdup("--kind " FLAME " is written as text or folded");
    return NULL;
}

static struct sink make_sink(const struct symbols *symbols, void *data)
{
    struct request *request = data;
    request->scoped = scoped_builder_new(symbols, request->kind, request->options->region,
                                         request->options->task);
    return scoped_builder_sink(request->scoped);
}

static bool write_text(const struct request *request, const struct trace *trace,
                       const struct profile *profile, GOutputStream *out, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (request->flame)
        flame_fold(trace->insight->flame, trace->symbols, request->match, text);
    else if (g_strcmp0(request->options->output, "folded") == 0)
        export_folded_profile(trace, profile, text);
    else
        profile_text(profile, trace->symbols, 80, text);
    return g_output_stream_write_all(out, text->str, text->len, NULL, NULL, error);
}

static bool write_profile(const struct request *request, const struct trace *trace, GError **error)
{
    g_autoptr(GOutputStream) out = cli_stdout();
    struct profile *scoped = request->scoped ? scoped_builder_finish(request->scoped) : NULL;
    const struct profile *profile = scoped           ? scoped
                                    : request->flame ? NULL
                                                     : trace->profiles[request->kind];
    bool ok = g_strcmp0(request->options->output, "json") == 0
                  ? json_profile_write(profile, trace->symbols, out, NULL, error)
                  : write_text(request, trace, profile, out, error);

    profile_free(scoped);
    return ok && g_output_stream_close(out, NULL, error);
}

static enum cli_status run(struct request *request, const char *path)
{
    const struct options *options = request->options;
    unsigned parts = request->flame ? TRACE_FLAME : TRACE_PROFILES;
    g_autoptr(GError) error = NULL;
    struct trace *trace = options->region || options->task
                              ? cli_open_with("profile", path, 0, make_sink, request, &error)
                              : cli_open("profile", path, parts, &error);
    bool ok = trace && write_profile(request, trace, &error);

    scoped_builder_free(request->scoped);
    trace_free(trace);
    return ok ? CLI_OK : cli_fail("profile", error);
}

enum cli_status cli_profile(const struct options *options, char **args)
{
    struct request request = {.options = options,
                              .kind = options->kind ? profile_kind_parse(options->kind)
                                                    : PROFILE_N_KINDS,
                              .flame = g_strcmp0(options->kind, FLAME) == 0};
    g_autofree char *wrong = wrong_options(&request);
    g_autoptr(GRegex) match = NULL;
    g_autoptr(GError) error = NULL;

    if (wrong)
        return cli_usage("profile", wrong);
    if (options->match && !cli_match(options->match, &match, &error))
        return cli_usage("profile", error->message);
    request.match = match;
    return run(&request, args[0]);
}
