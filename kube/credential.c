#include "kube/credential.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "kube/secret.h"

/* A whole small regular file. */
static char *read_file(const char *file, gsize *len, GError **error)
{
    char *text = NULL;
    g_autoptr(GError) why = NULL;
    GStatBuf info;

    if (g_stat(file, &info) != 0)
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "%s: %s", file, g_strerror(errno));
    else if (!S_ISREG(info.st_mode))
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "%s: this is not a file", file);
    else if (info.st_size > CREDENTIAL_MAX_BYTES)
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "%s: larger than %u KiB", file,
                    CREDENTIAL_MAX_BYTES >> 10);
    else if (!g_file_get_contents(file, &text, len, &why))
        g_set_error_literal(error, KUBE_ERROR, KUBE_ERROR_CONFIG, why->message);
    return text;
}

static char *decode(const char *base64, gsize *len, GError **error)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t body = strspn(base64, alphabet), lines = body;

    /* Folded over lines it is good, too. */
    while (base64[lines] == '\n' || base64[lines] == '\r' || base64[lines] == ' ') {
        lines += strspn(base64 + lines, "\r\n ");
        lines += strspn(base64 + lines, alphabet);
    }
    if (base64[lines + strspn(base64 + lines, "=\r\n ")] != '\0') {
        g_set_error_literal(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "this is not base64");
        return NULL;
    }
    return (char *)g_base64_decode(base64, len);
}

GBytes *credential_pem(const char *base64, const char *file, const char *what, GError **error)
{
    char *text = NULL;
    gsize len = 0;

    if (base64 != NULL && *base64 != '\0') {
        text = decode(base64, &len, error);
        if (text == NULL)
            g_prefix_error(error, "%s-data: ", what);
    } else if (file != NULL && *file != '\0') {
        text = read_file(file, &len, error);
        if (text == NULL)
            g_prefix_error(error, "%s: ", what);
    } else {
        return NULL;
    }
    if (text != NULL && g_strstr_len(text, (gssize)len, "-----BEGIN ") == NULL) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "%s: this is not PEM text", what);
        g_clear_pointer(&text, secret_free);
    }
    return text != NULL ? secret_bytes(text, len) : NULL;
}

bool credential_is_header_text(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

char *credential_token(const char *file, GError **error)
{
    gsize len;
    char *text = read_file(file, &len, error);

    if (text == NULL) {
        g_prefix_error(error, "tokenFile: ");
        return NULL;
    }
    g_strstrip(text);
    if (*text != '\0' && credential_is_header_text(text))
        return text;
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "tokenFile: %s: there is no token in it",
                file);
    secret_free(text);
    return NULL;
}
