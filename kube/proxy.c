#include "kube/proxy.h"

#include <string.h>

#include <gio/gio.h>

bool proxy_is_local(const char *host)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);

    return strcmp(host, "localhost") == 0 ||
           (address != NULL && g_inet_address_get_is_loopback(address));
}

static const char *from_environment(const char *upper, const char *lower)
{
    const char *value = g_getenv(upper);

    if (value == NULL || *value == '\0')
        value = g_getenv(lower);
    return value != NULL && *value != '\0' ? value : NULL;
}

/* "host", "host:port", "[v6]:port", "v6"; port NULL: any. */
static void split_port(const char *entry, char **host, char **port)
{
    const char *colon = strrchr(entry, ':');
    bool v6 = *entry == '[';

    *port = NULL;
    if (colon != NULL && (v6 ? colon[-1] == ']' : strchr(entry, ':') == colon)) {
        *port = g_strdup(colon + 1);
        *host = g_strndup(entry, (gsize)(colon - entry));
    } else {
        *host = g_strdup(entry);
    }
    if (v6 && g_str_has_suffix(*host, "]")) {
        (*host)[strlen(*host) - 1] = '\0';
        memmove(*host, *host + 1, strlen(*host));
    }
}

static bool match_name(const char *pattern, const char *host)
{
    const char *suffix = g_str_has_prefix(pattern, "*.") ? pattern + 1 : pattern;
    g_autofree char *dotted = *suffix == '.' ? g_strdup(suffix) : g_strconcat(".", suffix, NULL);

    return g_str_has_suffix(host, dotted) || strcmp(host, suffix) == 0;
}

static bool match_entry(const char *entry, const char *host, const char *port)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host), wanted = NULL;
    g_autofree char *name = NULL, *only_port = NULL;

    if (strcmp(entry, "*") == 0)
        return true;
    if (strchr(entry, '/') != NULL) {
        g_autoptr(GInetAddressMask) mask = g_inet_address_mask_new_from_string(entry, NULL);

        return mask != NULL && address != NULL && g_inet_address_mask_matches(mask, address);
    }
    split_port(entry, &name, &only_port);
    if (only_port != NULL && strcmp(only_port, port) != 0)
        return false;
    wanted = g_inet_address_new_from_string(name);
    if (wanted != NULL)
        return address != NULL && g_inet_address_equal(wanted, address);
    return *name != '\0' && match_name(name, host);
}

static bool is_exempt(const char *given_host, const char *port)
{
    g_autofree char *host = g_ascii_strdown(given_host, -1);
    const char *list = from_environment("NO_PROXY", "no_proxy");
    g_auto(GStrv) entries = g_strsplit(list != NULL ? list : "", ",", -1);

    /* Not lower case: so it is in Go. */
    if (proxy_is_local(given_host))
        return true;
    for (char **entry = entries; *entry != NULL; entry++) {
        g_autofree char *lower = g_ascii_strdown(g_strstrip(*entry), -1);

        if (*lower != '\0' && match_entry(lower, host, port))
            return true;
    }
    return false;
}

char *proxy_of_environment(const char *server)
{
    g_autoptr(GUri) uri = g_uri_parse(server, G_URI_FLAGS_NONE, NULL);
    bool tls = uri != NULL && strcmp(g_uri_get_scheme(uri), "https") == 0;
    const char *proxy = tls ? from_environment("HTTPS_PROXY", "https_proxy")
                            : from_environment("HTTP_PROXY", "http_proxy");
    g_autofree char *port = NULL;

    if (uri == NULL || proxy == NULL || g_uri_get_host(uri) == NULL)
        return NULL;
    port = g_strdup_printf("%d", g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : tls ? 443 : 80);
    if (is_exempt(g_uri_get_host(uri), port))
        return NULL;
    return strstr(proxy, "://") != NULL ? g_strdup(proxy) : g_strconcat("http://", proxy, NULL);
}

char *proxy_for_curl(const char *url)
{
    static const struct {
        const char *scheme, *curl;
    } rows[] = {
        {"http", "http"}, {"https", "https"}, {"socks5", "socks5h"}, {"socks5h", "socks5h"}};
    const char *rest = strstr(url, "://");

    for (size_t i = 0; rest != NULL && i < G_N_ELEMENTS(rows); i++)
        if (strlen(rows[i].scheme) == (size_t)(rest - url) &&
            g_ascii_strncasecmp(url, rows[i].scheme, (gsize)(rest - url)) == 0)
            return g_strconcat(rows[i].curl, rest, NULL);
    return NULL;
}
