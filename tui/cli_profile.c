/* tracetui profile: where goroutines waited, or ran, by stack. */
#include "trace/json_profile.h"
#include "trace/profile_text.h"
#include "tui/cli_trace.h"

static bool write_profile(const struct trace *trace, const struct profile *profile,
                          const char *output, GError **error)
{
    g_autoptr(GOutputStream) out = cli_stdout();

    if (g_strcmp0(output, "json") == 0)
        return json_profile_write(profile, trace->symbols, out, NULL, error) &&
               g_output_stream_close(out, NULL, error);
    g_autoptr(GString) text = g_string_new(NULL);
    profile_text(profile, trace->symbols, 80, text);
    return g_output_stream_write_all(out, text->str, text->len, NULL, NULL, error) &&
           g_output_stream_close(out, NULL, error);
}

enum cli_status cli_profile(const struct options *options, char **args)
{
    enum profile_kind kind = options->kind ? profile_kind_parse(options->kind) : PROFILE_N_KINDS;
    g_autoptr(GError) error = NULL;

    if (kind == PROFILE_N_KINDS) {
        g_autofree char *why = options->kind
                                   ? g_strdup_printf("--kind: there is no profile %s; there are %s",
                                                     options->kind, profile_kind_list())
                                   : g_strdup_printf("--kind is missing: %s", profile_kind_list());
        return cli_usage("profile", why);
    }
    struct trace *trace = cli_open("profile", args[0], TRACE_PROFILES, &error);
    if (!trace)
        return cli_fail("profile", error);
    bool ok = write_profile(trace, trace->profiles[kind], options->output, &error);
    trace_free(trace);
    return ok ? CLI_OK : cli_fail("profile", error);
}
