#include "kube/path.h"

#include <stdarg.h>

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
