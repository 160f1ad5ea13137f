/* Go's escapes. */
#include "trace/quote.h"

#include <stdbool.h>

/* The escapes of one letter; 0 when a byte has none. */
static char letter_of(gunichar c)
{
    switch (c) {
    case '\a':
        return 'a';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\v':
        return 'v';
    case '"':
    case '\\':
        return (char)c;
    default:
        return 0;
    }
}

/* Go prints letters, marks, numbers, punctuation and symbols as they are, and of the spaces only
 * the one of ASCII. */
static bool is_printable(gunichar c)
{
    if (c < 0x7f)
        return c >= 0x20;
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SPACE_SEPARATOR:
        return false;
    default:
        return true;
    }
}

static void append_char(GString *out, gunichar c)
{
    char letter = letter_of(c);
    if (letter != 0) {
        g_string_append_c(out, '\\');
        g_string_append_c(out, letter);
    } else if (is_printable(c)) {
        g_string_append_unichar(out, c);
    } else if (c < 0x20 || c == 0x7f) {
        g_string_append_printf(out, "\\x%02x", c);
    } else {
        g_string_append_printf(out, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    }
}

void quote_append(GString *out, struct slice bytes)
{
    const char *at = bytes.at, *end = bytes.at + bytes.len;
    g_string_append_c(out, '"');
    while (at < end) {
        gunichar c = g_utf8_get_char_validated(at, end - at);
        /* A NUL is told as invalid when it is not the last byte. */
        if (*at == '\0')
            c = 0;
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append_printf(out, "\\x%02x", (unsigned char)*at++);
            continue;
        }
        append_char(out, c);
        at += g_unichar_to_utf8(c, NULL);
    }
    g_string_append_c(out, '"');
}
