/* What the comparisons have in common. */
#include "tests/reference.h"

#include <string.h>

void reference_differ(struct reference *check, const char *what, int64_t got, int64_t want)
{
    if (got == want)
        return;
    if (check->differences++ < 20)
        g_test_message("%s: %s: got %" G_GINT64_FORMAT ", want %" G_GINT64_FORMAT, check->stem,
                       what, got, want);
}

int64_t reference_number(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

char *reference_name(const struct reference *check, uint32_t id)
{
    struct slice slice = symbols_string(check->trace->symbols, id);
    return g_utf8_make_valid(slice.at, (gssize)slice.len);
}

void reference_point(struct reference *check, const char *what, const char *key, int64_t ns,
                     const json_t *want)
{
    g_autofree char *label = g_strdup_printf("%s %s", what, key);
    int64_t raw = ns == SUMMARY_UNKNOWN_NS ? 0 : ns + check->trace->info.start_ns;
    reference_differ(check, label, raw, reference_number(want, key));
}

int reference_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}
