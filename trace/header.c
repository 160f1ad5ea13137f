/* Recognising traces by their first bytes. */
#include "trace/header.h"

#include <string.h>

#include "trace/error.h"
#include "trace/looks.h"

/* Format versions, which are not Go's versions: 1.11 is written by Go 1.11 to 1.18, 1.19 by 1.19
 * and 1.20, 1.23 by 1.23 and 1.24, 1.26 by 1.26 and 1.27, 1.5 by 1.5 and 1.6. */
static const struct {
    int minor, wire;
} versions[] = {
    {5, 1},  {7, 1},  {8, 1},  {9, 1},  {10, 1}, {11, 1},
    {19, 1}, {21, 1}, {22, 2}, {23, 2}, {25, 2}, {26, 2},
};

static bool not_a_trace(const uint8_t *bytes, size_t len, GError **error)
{
    g_autofree char *looks = looks_like(bytes, len);
    if (looks != NULL)
        g_set_error(error, TRACE_ERROR, TRACE_ERROR_NOT_A_TRACE,
                    "not a Go execution trace: it looks like %s", looks);
    else
        g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_NOT_A_TRACE,
                            "not a Go execution trace: it does not begin with \"go 1.NN trace\"");
    return false;
}

/* The NN of a header that is whole; -1 when it is none. */
static int parse(const uint8_t *bytes)
{
    static const char zeros[HEADER_BYTES];
    const char *text = (const char *)bytes;
    int minor = 0;
    size_t i = strlen("go 1.");
    if (memcmp(text, "go 1.", i) != 0 || !g_ascii_isdigit(text[i]))
        return -1;
    for (size_t digits = 0; digits < 3 && g_ascii_isdigit(text[i]); digits++)
        minor = minor * 10 + (text[i++] - '0');
    size_t tail = strlen(" trace");
    if (memcmp(text + i, " trace", tail) != 0)
        return -1;
    i += tail;
    return memcmp(text + i, zeros, HEADER_BYTES - i) == 0 ? minor : -1;
}

bool header_read(const uint8_t *bytes, size_t len, int *go_minor, int *wire, GError **error)
{
    if (len == 0) {
        g_set_error_literal(error, TRACE_ERROR, TRACE_ERROR_NOT_A_TRACE,
                            "not a Go execution trace: it is empty");
        return false;
    }
    if (len < HEADER_BYTES) {
        if (memcmp(bytes, "go 1.", MIN(len, strlen("go 1."))) != 0)
            return not_a_trace(bytes, len, error);
        g_set_error(error, TRACE_ERROR, TRACE_ERROR_TRUNCATED,
                    "the file ends at byte %zu, in the header of a trace", len);
        return false;
    }
    int minor = parse(bytes);
    if (minor < 0)
        return not_a_trace(bytes, len, error);
    for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
        if (versions[i].minor != minor)
            continue;
        *go_minor = minor;
        *wire = versions[i].wire;
        return true;
    }
    bool newer = minor > versions[G_N_ELEMENTS(versions) - 1].minor;
    if (newer) {
        *go_minor = minor;
        *wire = 2;
    }
    g_set_error(error, TRACE_ERROR, TRACE_ERROR_VERSION,
                newer
                    ? "a trace of version 1.%d, which is newer than the newest that is known, 1.26"
                    : "a trace of version 1.%d, which no Go ever wrote",
                minor);
    return false;
}
