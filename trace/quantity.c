/* Four digits at the most, the unit chosen to fit. */
#include "trace/quantity.h"

#include <string.h>

#define NS_PER_S 1000000000

/* A value below 10000 with so many decimals that four digits are shown. */
static char *four_digits(double value, const char *unit)
{
    int decimals = value < 9.9995 ? 3 : value < 99.995 ? 2 : value < 999.95 ? 1 : 0;
    return g_strdup_printf("%.*f %s", decimals, value, unit);
}

char *quantity_time(int64_t ns)
{
    /* The smallest number has no positive counterpart. */
    if (ns < 0) {
        g_autofree char *positive = quantity_time(ns == INT64_MIN ? INT64_MAX : -ns);
        return g_strconcat("-", positive, NULL);
    }
    if (ns < 1000)
        return g_strdup_printf("%d ns", (int)ns);
    if (ns < 1000000)
        return four_digits((double)ns / 1e3, "us");
    if (ns < NS_PER_S)
        return four_digits((double)ns / 1e6, "ms");
    int64_t s = ns / NS_PER_S;
    if (s < 600)
        return four_digits((double)ns / 1e9, "s");
    if (s < 3600)
        return g_strdup_printf("%dm %02ds", (int)(s / 60), (int)(s % 60));
    return g_strdup_printf("%" G_GINT64_FORMAT "h %02dm", s / 3600, (int)(s / 60 % 60));
}

char *quantity_cell(int64_t ns)
{
    char *time = ns == 0 ? g_strdup("0") : quantity_time(ns);
    char *space = strchr(time, ' ');
    if (space != NULL)
        memmove(space, space + 1, strlen(space));
    return time;
}

char *quantity_bytes(uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024)
        return g_strdup_printf("%d B", (int)bytes);
    double value = (double)bytes / 1024;
    size_t unit = 0;
    for (; value >= 1023.5; unit++)
        value /= 1024;
    return four_digits(value, units[unit]);
}

char *quantity_count(uint64_t n)
{
    g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, n);
    size_t len = strlen(digits);
    GString *text = g_string_sized_new(len + len / 3);
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            g_string_append_c(text, ',');
        g_string_append_c(text, digits[i]);
    }
    return g_string_free(text, FALSE);
}

char *quantity_percent(int64_t part, int64_t whole)
{
    if (whole == 0)
        return g_strdup("-");
    return g_strdup_printf("%.1f%%", 100 * (double)part / (double)whole);
}
