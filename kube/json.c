#include "kube/json.h"

#include <stdarg.h>
#include <string.h>

const char *json_text(const json_t *object, ...)
{
    const char *text;
    va_list keys;

    va_start(keys, object);
    for (const char *key = va_arg(keys, const char *); key != NULL;
         key = va_arg(keys, const char *))
        object = json_object_get(object, key);
    va_end(keys);
    text = json_string_value(object);
    return text != NULL ? text : "";
}

const json_t *json_named(const json_t *array, const char *name)
{
    const json_t *item;
    size_t index;

    json_array_foreach(array, index, item)
    {
        if (strcmp(json_text(item, "name", NULL), name) == 0)
            return item;
    }
    return NULL;
}

json_t *json_read(const char *bytes, size_t len, GError **error)
{
    json_error_t where;
    json_t *value;

    if (len == 0) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER, "the answer is empty");
        return NULL;
    }
    if (len > 0 && *bytes == '<') {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                    "a web page came where the answer of an API server was expected");
        return NULL;
    }
    value = json_loadb(bytes, len, 0, &where);
    if (json_is_object(value))
        return value;
    if (value == NULL)
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                    "the answer is not JSON (byte %d of %zu: %s)", where.position, len, where.text);
    else
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER, "the answer is no JSON object");
    json_decref(value);
    return NULL;
}

int64_t json_time_s(const char *text)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

    return time != NULL ? g_date_time_to_unix(time) : 0;
}
