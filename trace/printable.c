/* One decision per character: shown as it is, or spelled out. */
#include "trace/printable.h"

#include <string.h>

static bool harmless(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return false;
    default:
        return c != '\\';
    }
}

void printable_append(GString *out, struct slice bytes)
{
    size_t at = 0;
    while (at < bytes.len) {
        gunichar c = g_utf8_get_char_validated(bytes.at + at, (gssize)(bytes.len - at));
        /* A NUL is a character here, and GLib reports it as an error. */
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append_printf(out, "\\x%02x", (unsigned char)bytes.at[at]);
            at++;
            continue;
        }
        size_t len = (size_t)g_unichar_to_utf8(c, NULL);
        if (harmless(c))
            g_string_append_len(out, bytes.at + at, (gssize)len);
        else if (c == '\\')
            g_string_append(out, "\\\\");
        else if (c < 0x80)
            g_string_append_printf(out, "\\x%02x", c);
        else
            g_string_append_printf(out, "\\u{%x}", c);
        at += len;
    }
}

char *printable_new(struct slice bytes)
{
    GString *out = g_string_sized_new(bytes.len);
    printable_append(out, bytes);
    return g_string_free(out, FALSE);
}

static int char_width(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

static const char *next_char(const char *text)
{
    return text + g_utf8_skip[(guchar)*text];
}

int printable_width(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text = next_char(text))
        width += char_width(g_utf8_get_char(text));
    return width;
}

char *printable_fit(const char *text, int width)
{
    g_assert(width >= 4);
    int total = printable_width(text);
    if (total <= width)
        return g_strdup(text);
    for (; total > width - 3; text = next_char(text))
        total -= char_width(g_utf8_get_char(text));
    return g_strconcat("...", text, NULL);
}

char *printable_fit_head(const char *text, int width)
{
    g_assert(width >= 4);
    if (printable_width(text) <= width)
        return g_strdup(text);
    const char *end = text;
    for (int room = width - 3; (room -= char_width(g_utf8_get_char(end))) >= 0;)
        end = next_char(end);
    return g_strdup_printf("%.*s...", (int)(end - text), text);
}
