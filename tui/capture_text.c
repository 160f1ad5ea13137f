#include "tui/capture_text.h"

#include "tui/text.h"

char *capture_text(const struct capture_progress *progress)
{
    g_autofree char *bytes = text_bytes(progress->bytes);
    g_autofree char *rate = text_bytes((uint64_t)progress->bytes_per_s);
    g_autoptr(GString) text = g_string_new(NULL);

    if (progress->stage == CAPTURE_FINDING_PORT)
        return g_strdup("asking for the pod's ports");
    if (progress->seconds > 0 && progress->elapsed_s < progress->seconds)
        g_string_append_printf(text, "%.1f s of %u s  ", progress->elapsed_s, progress->seconds);
    else
        g_string_append_printf(text, "%.1f s  ", progress->elapsed_s);
    g_string_append(text, bytes);
    if (progress->stage == CAPTURE_FINISHING)
        g_string_append(text, "  writing to the disk");
    else if (progress->stage == CAPTURE_TRACING && progress->bytes_per_s >= 1)
        g_string_append_printf(text, "  %s/s", rate);
    return g_strdup(text->str);
}

double capture_part(const struct capture_progress *progress)
{
    if (progress->stage == CAPTURE_DONE)
        return 1;
    if (progress->seconds == 0)
        return -1;
    return MIN(progress->elapsed_s / progress->seconds, 1);
}

unsigned capture_parse_seconds(const char *text, GError **error)
{
    guint64 seconds;

    if (g_ascii_string_to_unsigned(text, 10, 1, CAPTURE_MAX_SECONDS, &seconds, NULL))
        return (unsigned)seconds;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "'%s' is no whole number of seconds from 1 to %d", text, CAPTURE_MAX_SECONDS);
    return 0;
}
