/* Notes what was read over and puts it into words. */
#include "trace/salvage.h"

/* The clock of Linux counts nanoseconds in steps of 64. */
#define LINUX_UNITS_PER_SECOND 15625000

void salvage_clear(struct salvage *salvage)
{
    g_clear_error(&salvage->why);
    g_clear_error(&salvage->stuck);
}

void salvage_note(struct salvage *salvage, GError *why)
{
    if (salvage->why == NULL)
        salvage->why = why;
    else
        g_clear_error(&why);
}

struct generation *salvage_generation(struct salvage *salvage, const uint8_t *bytes, int go_minor,
                                      const GArray *batches, struct symbols *symbols)
{
    bool known = salvage->ns_per_unit != 0;
    struct generation *generation = generation_salvage(
        bytes, go_minor, batches, symbols,
        known ? salvage->ns_per_unit : 1.0 / (LINUX_UNITS_PER_SECOND / 1e9), &salvage->lost_bytes);
    if (generation->lacks_frequency)
        salvage->clock = known ? SALVAGE_CLOCK_EARLIER : SALVAGE_CLOCK_ASSUMED;
    return generation;
}

void salvage_learn(struct salvage *salvage, const struct generation *generation)
{
    if (!generation->lacks_frequency)
        salvage->ns_per_unit = generation->ns_per_unit;
    salvage->missing |= generation->lenient && generation->missing;
}

/* What is known and what is not, behind the reason. */
static char *explain(const struct salvage *salvage)
{
    GString *text = g_string_new(NULL);
    if (salvage->newer)
        g_string_append(text, "; read by the rules of 1.26, which may have changed");
    if (salvage->missing)
        g_string_append(text, "; symbols lost (events name strings and stacks that are not there)");
    if (salvage->tail)
        g_string_append(text, "; certain are the order and states of the events that are shown, "
                              "missing is what threads did last");
    if (salvage->n_rescued > 0)
        g_string_append_printf(text,
                               "; %" G_GUINT64_FORMAT
                               " events follow on missing ones: what those did "
                               "shows in them, but not when",
                               salvage->n_rescued);
    if (salvage->stuck != NULL)
        g_string_append_printf(text, "; left out is what fits nowhere (%s)",
                               salvage->stuck->message);
    if (salvage->clock == SALVAGE_CLOCK_EARLIER)
        g_string_append(text, "; its clock is taken to be that of the generation before");
    if (salvage->clock == SALVAGE_CLOCK_ASSUMED)
        g_string_append_printf(text,
                               "; the clock's frequency is lost: times assume that of Linux, %d "
                               "units a second",
                               LINUX_UNITS_PER_SECOND);
    return g_string_free(text, FALSE);
}

void salvage_report(struct salvage *salvage, GError *end, GError **error)
{
    g_autofree char *more = explain(salvage);
    GError *first = salvage->why != NULL ? g_steal_pointer(&salvage->why) : g_steal_pointer(&end);
    const char *behind = end == NULL ? "" : end->message;
    g_set_error(error, first->domain, first->code, "%s%s%s%s", first->message,
                behind[0] == '\0' ? "" : "; ", behind, more);
    g_error_free(first);
    g_clear_error(&end);
}
