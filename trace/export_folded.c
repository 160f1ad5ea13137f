/* One line a stack, the heaviest first. */
#include "trace/export_folded.h"

#include "trace/printable.h"

void export_folded_name(const struct symbols *symbols, uint32_t name, GString *out)
{
    if (name == 0) {
        g_string_append(out, "(unknown)");
        return;
    }
    gsize from = out->len;
    printable_append(out, symbols_string(symbols, name));
    for (gsize i = from; i < out->len; i++)
        if (out->str[i] == ';' || out->str[i] == ' ')
            out->str[i] = '_';
}

void export_folded_stack(const struct symbols *symbols, uint32_t stack, GString *out)
{
    struct stack frames = symbols_stack(symbols, stack);
    for (size_t i = frames.n; i > 0; i--) {
        export_folded_name(symbols, frames.frames[i - 1].func, out);
        g_string_append_c(out, ';');
    }
}

void export_folded_profile(const struct trace *trace, const struct profile *profile, GString *out)
{
    for (guint i = 0; i < profile->records->len; i++) {
        const struct profile_record *r = &g_array_index(profile->records, struct profile_record, i);
        gsize from = out->len;
        export_folded_stack(trace->symbols, r->stack, out);
        if (out->len == from)
            g_string_append(out, "(no_stack)");
        else
            g_string_truncate(out, out->len - 1);
        if (profile->kind == PROFILE_CPU)
            g_string_append_printf(out, " %" G_GUINT64_FORMAT "\n", r->count);
        else
            g_string_append_printf(out, " %" G_GINT64_FORMAT "\n", r->delay_ns);
    }
}

bool export_folded(const struct trace *trace, const char *kind, GOutputStream *out,
                   GCancellable *cancellable, GError **error)
{
    const struct profile *profile = export_profile(trace, kind, error);
    if (profile == NULL)
        return false;
    g_autoptr(GString) text = g_string_new(NULL);
    export_folded_profile(trace, profile, text);
    return g_output_stream_write_all(out, text->str, text->len, NULL, cancellable, error);
}
