#include "kube/secret.h"

#include <string.h>

void secret_free(void *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen((char *)text));
    g_free(text);
}

GBytes *secret_bytes(char *text, size_t len)
{
    return g_bytes_new_with_free_func(text, len, secret_free, text);
}
