/* Frames one below the other, the numbers beside the first. */
#include "config.h"

#include "trace/profile_text.h"

#include <string.h>

#include "trace/export_text.h"

#include "trace/printable.h"
#include "trace/quantity.h"
#include "trace/text_page.h"

static char *base_name(struct slice path)
{
    const char *slash = memrchr(path.at, '/', path.len);
    size_t skip = slash == NULL ? 0 : (size_t)(slash + 1 - path.at);
    return printable_new((struct slice){path.at + skip, path.len - skip});
}

static char *frame_text(const struct symbols *symbols, const struct frame *frame)
{
    g_autofree char *func = printable_new(symbols_string(symbols, frame->func));
    g_autofree char *file = base_name(symbols_string(symbols, frame->file));
    return g_strdup_printf("%s  %s:%" G_GUINT64_FORMAT, func, file, frame->line);
}

static void stack_rows(const struct profile *profile, const struct symbols *symbols,
                       const struct profile_record *record, int width, GString *out)
{
    bool cpu = profile->kind == PROFILE_CPU;
    struct stack stack = symbols_stack(symbols, record->stack);
    g_autofree char *count = quantity_count(record->count);
    g_autofree char *ns = quantity_cell(record->delay_ns);
    g_autofree char *share = cpu ? quantity_percent((int64_t)record->count, (int64_t)profile->count)
                                 : quantity_percent(record->delay_ns, profile->delay_ns);
    const char *const cells[] = {cpu ? count : ns, share, cpu ? "" : count};
    const char *const blank[] = {"", "", ""};
    size_t n = cpu ? 2 : 3;
    if (stack.n == 0)
        text_table_row(out, width, cells, n, "(no stack)");
    for (size_t i = 0; i < stack.n; i++) {
        g_autofree char *frame = frame_text(symbols, &stack.frames[i]);
        text_table_row(out, width, i == 0 ? cells : blank, n, frame);
    }
}

void profile_text(const struct profile *profile, const struct symbols *symbols, int width,
                  GString *out)
{
    static const char *const waits[] = {"time", "share", "count"};
    static const char *const samples[] = {"samples", "share"};
    bool cpu = profile->kind == PROFILE_CPU;
    g_autofree char *count = quantity_count(profile->count);
    g_autofree char *ns = quantity_time(profile->delay_ns);
    width = MAX(width, EXPORT_TEXT_MIN_WIDTH);
    if (cpu)
        g_string_append_printf(out, "cpu: %s samples, %u stacks\n", count, profile->records->len);
    else
        g_string_append_printf(out, "%s: %s waits, %s in all, %u stacks\n",
                               profile_kind_name(profile->kind), count, ns, profile->records->len);
    if (profile->records->len == 0)
        return;
    text_table_row(out, width, cpu ? samples : waits, cpu ? 2 : 3, "stack, innermost first");
    for (guint i = 0; i < profile->records->len; i++)
        stack_rows(profile, symbols, &g_array_index(profile->records, struct profile_record, i),
                   width, out);
}
