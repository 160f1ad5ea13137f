#include <inttypes.h>

#include "kube/pull.h"

static void append_size(GString *text, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;

    while (bytes >= 1023.95 && unit + 1 < G_N_ELEMENTS(units)) {
        bytes /= 1024;
        unit++;
    }
    g_string_append_printf(text, unit > 0 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

static void append_time(GString *text, double s)
{
    int64_t whole = (int64_t)(s + 0.5);

    if (whole >= 3600)
        g_string_append_printf(text, "%" PRId64 " h %" PRId64 " min", whole / 3600,
                               whole % 3600 / 60);
    else if (whole >= 60)
        g_string_append_printf(text, "%" PRId64 " min %" PRId64 " s", whole / 60, whole % 60);
    else
        g_string_append_printf(text, "%" PRId64 " s", whole);
}

char *pull_progress_text(const struct pull_progress *progress)
{
    GString *text = g_string_new(NULL);

    if (progress->stage == PULL_ASKING_SIZE)
        return g_string_free(g_string_assign(text, "asking for the size"), FALSE);
    append_size(text, (double)progress->bytes);
    if (progress->size_bytes >= 0) {
        g_string_append(text, " of ");
        append_size(text, (double)progress->size_bytes);
    }
    if (progress->size_bytes > 0)
        g_string_append_printf(text, "  %d%%",
                               (int)((double)progress->bytes * 100 / (double)progress->size_bytes));
    if (progress->stage == PULL_DONE) {
        if (progress->elapsed_s > 0) {
            g_string_append_printf(text, "  in %.3g s, ", progress->elapsed_s);
            append_size(text, (double)progress->bytes / progress->elapsed_s);
            g_string_append(text, "/s");
        }
        return g_string_free(text, FALSE);
    }
    if (progress->stage == PULL_PROVING)
        return g_string_free(g_string_append(text, "  comparing with the container"), FALSE);
    if (progress->stage == PULL_FINISHING)
        return g_string_free(g_string_append(text, "  writing to the disk"), FALSE);
    if (progress->stage == PULL_WAITING) {
        g_string_append(text, "  going on in ");
        append_time(text, progress->wait_s + 0.5);
        return g_string_free(text, FALSE);
    }
    if (progress->bytes_per_s > 0) {
        g_string_append(text, "  ");
        append_size(text, progress->bytes_per_s);
        g_string_append(text, "/s");
    }
    if (progress->compressed && progress->wire_per_s > 0) {
        g_string_append(text, " (");
        append_size(text, progress->wire_per_s);
        g_string_append(text, "/s by gzip)");
    }
    if (progress->left_s >= 0) {
        g_string_append(text, "  ");
        append_time(text, progress->left_s);
        g_string_append(text, " left");
    }
    return g_string_free(text, FALSE);
}
