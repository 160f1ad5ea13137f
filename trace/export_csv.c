/* Groups as rows. */
#include "trace/export_csv.h"

#include <string.h>

void export_csv_append(GString *out, struct slice bytes)
{
    g_autofree char *valid = g_utf8_make_valid(bytes.at, (gssize)bytes.len);
    g_string_append_c(out, '"');
    for (const char *at = valid; *at; at++) {
        if (*at == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static void append_group(GString *out, const struct trace *trace, const struct summary_group *group)
{
    const int64_t ns[] = {group->times.total_ns,         group->times.exec_ns,
                          group->times.sched_wait_ns,    group->times.syscall_ns,
                          group->times.syscall_block_ns, summary_times_block_ns(&group->times)};
    export_csv_append(out, (struct slice){trace->path, strlen(trace->path)});
    g_string_append_c(out, ',');
    export_csv_append(out, symbols_string(trace->symbols, group->name));
    g_string_append_printf(out, ",%zu", group->count);
    for (size_t i = 0; i < G_N_ELEMENTS(ns); i++)
        g_string_append_printf(out, ",%" G_GINT64_FORMAT, ns[i]);
    g_string_append(out, "\r\n");
}

bool export_csv_rows(const struct trace *trace, GOutputStream *out, GCancellable *cancellable,
                     GError **error)
{
    const GArray *groups = trace->summary->groups;
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < groups->len; i++)
        append_group(text, trace, &g_array_index(groups, struct summary_group, i));
    return g_output_stream_write_all(out, text->str, text->len, NULL, cancellable, error);
}

bool export_csv(const struct trace *trace, const char *kind, GOutputStream *out,
                GCancellable *cancellable, GError **error)
{
    (void)kind;
    return g_output_stream_write_all(out, EXPORT_CSV_HEADER, strlen(EXPORT_CSV_HEADER), NULL,
                                     cancellable, error) &&
           export_csv_rows(trace, out, cancellable, error);
}
