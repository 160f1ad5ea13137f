#include "tui/file_name.h"

#include <stdbool.h>
#include <string.h>

#define MAX_BYTES 200 /* of 255, for endings and numbers */

void file_name_append(GString *name, const char *part)
{
    for (; *part && name->len < MAX_BYTES; part++) {
        bool good = g_ascii_isalnum(*part) || strchr("._-", *part) != NULL;
        if (name->len == 0 && strchr(".-", *part) != NULL)
            good = false;
        g_string_append_c(name, good ? *part : '_');
    }
}
