#include "kube/scan.h"

#include <string.h>

#include "kube/json.h"

#define BOOKKEEPING "\"managedFields\""

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* Behind a string that begins at its quote; NULL: it does not end. */
static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end; at++) {
        if (*at == '"')
            return at + 1;
        at += *at == '\\';
    }
    return NULL;
}

/* Behind any value, by its quotes and brackets alone; NULL: it does not end. */
static const char *skip_value(const char *at, const char *end)
{
    size_t depth = 0;

    while (at < end) {
        if (*at == '"') {
            at = skip_string(at, end);
            if (at == NULL)
                return NULL;
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            if (depth == 0)
                return at;
            depth--;
            at++;
        } else if (depth > 0) {
            at++;
            continue;
        } else {
            while (at < end && strchr(",]} \n\r\t", *at) == NULL)
                at++;
        }
        if (depth == 0)
            return at;
    }
    return NULL;
}

static bool is_list(const char *key, size_t len)
{
    return (len == 6 && memcmp(key, "\"rows\"", len) == 0) ||
           (len == 7 && memcmp(key, "\"items\"", len) == 0);
}

/* The bracket that opens the array, NULL when there is none. */
static const char *find_array(const char *at, const char *end)
{
    at = skip_space(at, end);
    if (at == end || *at != '{')
        return NULL;
    do {
        const char *key = skip_space(at + 1, end), *behind;

        if (key == end || *key != '"' || (behind = skip_string(key, end)) == NULL)
            return NULL;
        at = skip_space(behind, end);
        if (at == end || *at != ':')
            return NULL;
        at = skip_space(at + 1, end);
        if (at < end && *at == '[' && is_list(key, (size_t)(behind - key)))
            return at;
        at = skip_value(at, end);
        if (at == NULL)
            return NULL;
        at = skip_space(at, end);
    } while (at < end && *at == ',');
    return NULL;
}

json_t *scan_begin(struct scan *scan, const char *bytes, size_t len, GError **error)
{
    const char *open = find_array(bytes, bytes + len);
    const char *behind = open != NULL ? skip_value(open, bytes + len) : NULL;
    json_t *frame;

    *scan = (struct scan){.bytes = bytes, .len = len, .scratch = g_string_new(NULL)};
    if (behind == NULL)
        return json_read(bytes, len, error);
    scan->at = open + 1;
    scan->end = behind - 1;
    g_string_append_len(scan->scratch, bytes, open + 1 - bytes);
    g_string_append_len(scan->scratch, scan->end, bytes + len - scan->end);
    frame = json_loadb(scan->scratch->str, scan->scratch->len, 0, NULL);
    /* The whole knows better where it is wrong. */
    return json_is_object(frame) ? frame : json_read(bytes, len, error);
}

/* Copies an element, but for what is in its managedFields. */
static void strip(GString *to, const char *at, const char *end)
{
    const char *from = at;

    while ((at = (const char *)memchr(at, '"', (size_t)(end - at))) != NULL) {
        const char *behind = skip_string(at, end), *value;

        if (behind == NULL)
            break;
        value = skip_space(behind, end);
        if (value < end && *value == ':' && (size_t)(behind - at) == strlen(BOOKKEEPING) &&
            memcmp(at, BOOKKEEPING, strlen(BOOKKEEPING)) == 0) {
            value = skip_space(value + 1, end);
            g_string_append_len(to, from, value - from);
            g_string_append(to, "null");
            from = behind = skip_value(value, end);
            if (behind == NULL)
                return;
        }
        at = behind;
    }
    g_string_append_len(to, from, end - from);
}

static json_t *fail(const struct scan *scan, const char *at, const char *why, GError **error)
{
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                "the answer is not JSON (byte %zu of %zu: %s)", (size_t)(at - scan->bytes) + 1,
                scan->len, why);
    return NULL;
}

json_t *scan_next(struct scan *scan, GError **error)
{
    const char *begin = skip_space(scan->at, scan->end), *behind;
    json_error_t where;
    json_t *element;

    if (begin == scan->end && !scan->comma)
        return NULL;
    behind = skip_value(begin, scan->end);
    if (behind == NULL)
        behind = scan->end;
    g_string_truncate(scan->scratch, 0);
    strip(scan->scratch, begin, behind);
    element = json_loadb(scan->scratch->str, scan->scratch->len, JSON_DECODE_ANY, &where);
    if (element == NULL)
        return fail(scan, begin, where.text, error);
    scan->at = skip_space(behind, scan->end);
    scan->comma = scan->at < scan->end;
    if (scan->comma && *scan->at++ != ',') {
        json_decref(element);
        return fail(scan, scan->at - 1, "a comma was expected", error);
    }
    return element;
}

void scan_clear(struct scan *scan)
{
    g_string_free(scan->scratch, TRUE);
}
