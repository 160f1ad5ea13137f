/* Makes foreign bytes valid UTF-8. */
#include "trace/json_slice.h"

#include <string.h>

#define REPLACEMENT "\357\277\275" /* U+FFFD */

/* Valid UTF-8, with U+FFFD for each byte that is not; for a NUL, `nul`. */
static GString *valid_utf8(struct slice bytes, const char *nul, size_t nul_len)
{
    GString *out = g_string_sized_new(bytes.len);
    while (bytes.len > 0) {
        const char *end;
        g_utf8_validate_len(bytes.at, bytes.len, &end);
        size_t good = (size_t)(end - bytes.at);
        g_string_append_len(out, bytes.at, (gssize)good);
        bytes.at += good;
        bytes.len -= good;
        if (bytes.len == 0)
            break;
        /* GLib stops at a NUL too, which is a character. */
        if (bytes.at[0] == '\0')
            g_string_append_len(out, nul, (gssize)nul_len);
        else
            g_string_append(out, REPLACEMENT);
        bytes.at++;
        bytes.len--;
    }
    return out;
}

json_t *json_slice(struct slice bytes)
{
    g_autoptr(GString) valid = valid_utf8(bytes, "", 1);
    return json_stringn(valid->str, valid->len);
}

char *json_slice_key(struct slice bytes)
{
    return g_string_free(valid_utf8(bytes, REPLACEMENT, strlen(REPLACEMENT)), FALSE);
}
