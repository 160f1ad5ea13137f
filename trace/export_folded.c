/* One line for each different row of names. */
#include "trace/export_folded.h"

#include <string.h>

#include "trace/folded.h"

void export_folded_profile(const struct trace *trace, const struct profile *profile, GString *out)
{
    struct folded *folded = folded_new();
    g_autoptr(GString) line = g_string_new(NULL);
    for (guint i = 0; i < profile->records->len; i++) {
        const struct profile_record *r = &g_array_index(profile->records, struct profile_record, i);
        g_string_truncate(line, 0);
        folded_stack(trace->symbols, r->stack, line);
        if (line->len == 0)
            g_string_append(line, "(no_stack)");
        else
            g_string_truncate(line, line->len - 1);
        uint64_t count = MIN(r->count, (uint64_t)INT64_MAX);
        folded_add(folded, line->str, profile->kind == PROFILE_CPU ? (int64_t)count : r->delay_ns);
    }
    folded_print(folded, out);
    folded_free(folded);
}

bool export_folded(const struct trace *trace, const char *kind, GOutputStream *out,
                   GCancellable *cancellable, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (kind == NULL || strcmp(kind, "flame") == 0) {
        g_assert(trace->insight != NULL && trace->insight->flame != NULL);
        flame_fold(trace->insight->flame, trace->symbols, NULL, text);
    } else {
        const struct profile *profile = export_profile(trace, kind, error);
        if (profile == NULL)
            return false;
        export_folded_profile(trace, profile, text);
    }
    return g_output_stream_write_all(out, text->str, text->len, NULL, cancellable, error);
}
