#include "kube/path.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

void path_append(GString *path, const char *pattern, ...)
{
    va_list args;

    va_start(args, pattern);
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '%')
            g_string_append_uri_escaped(path, va_arg(args, const char *), NULL, FALSE);
        else
            g_string_append_c(path, *pattern);
    }
    va_end(args);
}

void path_append_typed(GString *path, const char *typed)
{
    for (; *typed != '\0'; typed++) {
        bool escape = *typed == '%' && g_ascii_isxdigit(typed[1]) && g_ascii_isxdigit(typed[2]);

        if (escape || g_ascii_isalnum(*typed) || strchr("/?&=-._~!$'()*+,;:@", *typed) != NULL)
            g_string_append_c(path, *typed);
        else
            g_string_append_printf(path, "%%%02X", (unsigned)(unsigned char)*typed);
    }
}
