/* Round times and the units that they are told in. */
#include "tui/axis.h"

#include <glib.h>

static const struct {
    int64_t ns;
    const char *name;
} units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};

static const char *unit_name(int64_t unit_ns)
{
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
        if (units[i].ns == unit_ns)
            return units[i].name;
    g_assert_not_reached();
}

/* The largest unit of which there is at least one. */
static int64_t unit_of(int64_t ns)
{
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
        if (ns >= units[i].ns)
            return units[i].ns;
    return 1;
}

/* The smallest of 1, 2, 5, 10, 20 ... that is at least ns. */
static int64_t round_step(int64_t ns)
{
    int64_t power = 1;
    while (power <= INT64_MAX / 10 && power * 10 <= ns)
        power *= 10;
    static const int64_t factors[] = {1, 2, 5, 10};
    for (size_t i = 0; i < G_N_ELEMENTS(factors); i++)
        if (power <= INT64_MAX / factors[i] && power * factors[i] >= ns)
            return power * factors[i];
    return INT64_MAX;
}

void axis_init(struct axis *axis, int64_t from_ns, int64_t to_ns, int n, int label_columns)
{
    int marks = MAX(n / label_columns, 1);
    axis->step_ns = round_step(MAX((to_ns - from_ns) / marks, 1));
    /* "800 ns" reads better than "0.8 us", "1.5 ms" better than "1500 us". */
    axis->unit_ns = unit_of(MAX(axis->step_ns, (to_ns - from_ns) / 3 * 2));
    /* Seconds are never left out: there is no larger unit to put them in. */
    int64_t larger_ns = axis->unit_ns == units[0].ns ? 0 : axis->unit_ns * 1000;
    axis->base_ns = larger_ns > 0 ? from_ns / larger_ns * larger_ns : 0;
    axis->first_ns = from_ns / axis->step_ns * axis->step_ns;
    if (axis->first_ns < from_ns && axis->first_ns <= INT64_MAX - axis->step_ns)
        axis->first_ns += axis->step_ns;
}

/* A time in a unit with the decimals that `step_ns` asks for, one at a time. */
static char *in_unit(int64_t time_ns, int64_t unit_ns, int64_t step_ns)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%" G_GINT64_FORMAT, time_ns / unit_ns);
    if (step_ns < unit_ns)
        g_string_append_c(text, '.');
    int64_t rest_ns = time_ns % unit_ns;
    for (int64_t digit_ns = unit_ns / 10; digit_ns > 0 && digit_ns * 10 > step_ns; digit_ns /= 10) {
        g_string_append_c(text, (char)('0' + rest_ns / digit_ns));
        rest_ns %= digit_ns;
    }
    g_string_append_printf(text, " %s", unit_name(unit_ns));
    return g_string_free(text, FALSE);
}

char *axis_label(const struct axis *axis, int64_t time_ns)
{
    return in_unit(time_ns - axis->base_ns, axis->unit_ns, axis->step_ns);
}

char *axis_base(const struct axis *axis)
{
    if (axis->base_ns == 0)
        return NULL;
    int64_t unit_ns = unit_of(axis->base_ns), larger_ns = axis->unit_ns * 1000;
    g_autofree char *base = in_unit(axis->base_ns, unit_ns, larger_ns);
    return g_strconcat(base, " +", NULL);
}

char *axis_moment(int64_t time_ns, int64_t column_ns)
{
    return in_unit(time_ns, unit_of(time_ns), MAX(column_ns, 1));
}
