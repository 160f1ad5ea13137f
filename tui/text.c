#include "tui/text.h"

#include <math.h>
#include <string.h>

/* More marks than this on one base are a flood that would smear over the neighbouring lines. */
#define MAX_MARKS 2

static bool is_mark(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_SPACING_MARK:
        return false;
    case G_UNICODE_NON_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
        return true;
    default:
        return g_unichar_iszerowidth(c);
    }
}

/* A character that a terminal shows as a glyph and does not act upon. Format characters go as a
 * whole: bidirectional overrides, joiners, tags and whatever Unicode adds to them. So do private
 * and unassigned ones, whose width nobody knows. */
static bool is_harmless(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return false;
    default:
        return true;
    }
}

static void append_escaped(GString *out, gunichar c)
{
    if (c == '\n')
        g_string_append(out, "\\n");
    else if (c == '\t')
        g_string_append(out, "\\t");
    else if (c == '\r')
        g_string_append(out, "\\r");
    else if (c < 0x80)
        g_string_append_printf(out, "\\x%02x", (unsigned)c);
    else
        g_string_append_printf(out, "\\u{%x}", (unsigned)c);
}

/* Nearly all text is this, and lists have tens of thousands of cells. */
static bool is_plain_ascii(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] < ' ' || bytes[i] > '~')
            return false;
    }
    return true;
}

char *text_sanitise(const char *bytes, gssize len)
{
    size_t left = len < 0 ? strlen(bytes) : (size_t)len;
    if (is_plain_ascii(bytes, left))
        return g_strndup(bytes, left);
    GString *out = g_string_sized_new(left + 1);
    int marks = MAX_MARKS; /* nothing to put a mark on at the beginning */

    while (left > 0) {
        gunichar c = g_utf8_get_char_validated(bytes, (gssize)left);
        /* GLib has no answer but "partial" for NUL in a counted string of some versions. */
        if (*bytes == '\0')
            c = 0;
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append_printf(out, "\\x%02x", (unsigned char)*bytes);
            bytes++, left--, marks = 0;
            continue;
        }
        if (c != 0 && is_mark(c) && is_harmless(c)) {
            if (marks++ < MAX_MARKS)
                g_string_append_unichar(out, c);
            else
                append_escaped(out, c);
        } else {
            marks = 0;
            if (is_harmless(c))
                g_string_append_unichar(out, c);
            else
                append_escaped(out, c);
        }
        size_t size = (size_t)g_unichar_to_utf8(c, NULL);
        bytes += size, left -= size;
    }
    return g_string_free(out, FALSE);
}

int text_char_width(gunichar c)
{
    if (is_mark(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

int text_width(const char *text)
{
    int width = 0;
    for (; *text; text = text_next(text))
        width += text_char_width(g_utf8_get_char(text));
    return width;
}

char *text_fold(const char *text)
{
    return is_plain_ascii(text, strlen(text)) ? g_ascii_strdown(text, -1)
                                              : g_utf8_casefold(text, -1);
}

char *text_shorten(const char *text, int columns, bool ascii)
{
    int width = text_width(text);
    if (width <= columns)
        return g_strdup(text);
    if (columns < 1)
        return g_strdup("");
    int left = (columns - 1) / 2, right = columns - 1 - left;
    const char *head_end = text, *tail = text;
    int taken = 0;
    for (; taken + text_char_width(g_utf8_get_char(head_end)) <= left;
         head_end = text_next(head_end))
        taken += text_char_width(g_utf8_get_char(head_end));
    for (; width > right; tail = text_next(tail))
        width -= text_char_width(g_utf8_get_char(tail));
    return g_strdup_printf("%.*s%s%s", (int)(head_end - text), text, ascii ? "~" : "…", tail);
}

/* How many bytes of a line fit, broken after the last blank that does. */
static size_t fitting(const char *line, int width)
{
    const char *at = line, *blank = NULL;
    for (int taken = 0; *at; at = text_next(at)) {
        taken += text_char_width(g_utf8_get_char(at));
        if (taken > width)
            break;
        if (*at == ' ')
            blank = at;
    }
    if (*at == '\0' || *at == ' ')
        return (size_t)(at - line);
    if (blank)
        return (size_t)(blank - line);
    return (size_t)(MAX(at, text_next(line)) - line);
}

char **text_wrap(const char *text, int width)
{
    g_auto(GStrv) given = g_strsplit(text, "\n", -1);
    GPtrArray *lines = g_ptr_array_new();
    for (size_t i = 0; given[i]; i++) {
        g_strchomp(given[i]);
        g_autofree char *clean = text_sanitise(given[i], -1);
        const char *rest = clean;
        do {
            size_t len = fitting(rest, MAX(width, 1));
            g_ptr_array_add(lines, g_strndup(rest, len));
            rest += len;
            while (*rest == ' ')
                rest++;
        } while (*rest);
    }
    if (lines->len == 0)
        g_ptr_array_add(lines, g_strdup(""));
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}

char *text_bytes(uint64_t bytes)
{
    static const char *const letters[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024)
        return g_strdup_printf("%u B", (unsigned)bytes);
    double size = (double)bytes / 1024;
    size_t i = 0;
    while (i + 1 < G_N_ELEMENTS(letters) && size >= 1023.95)
        size /= 1024, i++;
    char number[32];
    return g_strdup_printf("%s %s", g_ascii_formatd(number, sizeof number, "%.1f", size),
                           letters[i]);
}

/* The thresholds are kubectl's: two units while the second one still says something. */
char *text_age(int64_t seconds)
{
    const int64_t minute = 60, hour = 60 * minute, day = 24 * hour, year = 365 * day;
    const struct {
        int64_t below, unit, second_unit;
        char letter, second_letter;
    } rows[] = {
        {2 * minute, 1, 0, 's', 0},    {10 * minute, minute, 1, 'm', 's'},
        {3 * hour, minute, 0, 'm', 0}, {8 * hour, hour, minute, 'h', 'm'},
        {2 * day, hour, 0, 'h', 0},    {8 * day, day, hour, 'd', 'h'},
        {2 * year, day, 0, 'd', 0},    {8 * year, year, day, 'y', 'd'},
        {INT64_MAX, year, 0, 'y', 0},
    };
    size_t i = 0;
    seconds = MAX(seconds, 0);
    while (seconds >= rows[i].below && i + 1 < G_N_ELEMENTS(rows))
        i++;
    int64_t first = seconds / rows[i].unit;
    int64_t second = rows[i].second_unit ? seconds % rows[i].unit / rows[i].second_unit : 0;
    if (second == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT "%c", first, rows[i].letter);
    return g_strdup_printf("%" G_GINT64_FORMAT "%c%" G_GINT64_FORMAT "%c", first, rows[i].letter,
                           second, rows[i].second_letter);
}

char *text_sanitise_lines(const char *bytes, size_t len)
{
    GString *text = g_string_new(NULL);
    const char *end = bytes + len;

    while (bytes < end) {
        const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
        const char *line_end = stop ? stop : end;
        gssize n = line_end - bytes - (stop && stop > bytes && stop[-1] == '\r');
        g_autofree char *clean = text_sanitise(bytes, n);
        g_string_append(text, clean);
        if (stop)
            g_string_append_c(text, '\n');
        bytes = line_end + (stop != NULL);
    }
    return g_string_free(text, FALSE);
}
