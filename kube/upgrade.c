#include "kube/upgrade.h"

#include <string.h>

#include "kube/route.h"
#include "kube/status.h"
#include "kube/websocket.h"

struct upgrade {
    const char *const *protocols;
    char *key;
    GString *head; /* without its last, empty line once that has come */
    bool head_done;
    unsigned status;
    GString *body;      /* of an answer that says no, as it came */
    int64_t body_bytes; /* Content-Length; -1: up to the end, or chunked */
    bool chunked;
    const char *protocol;
};

struct upgrade *upgrade_new(const char *const *protocols)
{
    struct upgrade *upgrade = g_new0(struct upgrade, 1);

    upgrade->protocols = protocols;
    upgrade->key = websocket_key();
    upgrade->head = g_string_new(NULL);
    upgrade->body = g_string_new(NULL);
    upgrade->body_bytes = -1;
    return upgrade;
}

void upgrade_free(struct upgrade *upgrade)
{
    if (upgrade == NULL)
        return;
    g_free(upgrade->key);
    g_string_free(upgrade->head, TRUE);
    g_string_free(upgrade->body, TRUE);
    g_free(upgrade);
}

GString *upgrade_request(const struct upgrade *upgrade, const char *server,
                         const GPtrArray *headers, const char *path, GError **error)
{
    g_autoptr(GUri) uri = g_uri_parse(server, G_URI_FLAGS_ENCODED, NULL);
    g_autofree char *protocols = g_strjoinv(", ", (char **)(uintptr_t)upgrade->protocols);
    GString *request;

    if (strlen(path) > ROUTE_MAX_URL) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_USAGE, "the request is longer than %u KiB",
                    ROUTE_MAX_URL >> 10);
        return NULL;
    }
    request = g_string_new(NULL);
    g_string_printf(request, "GET %s%s HTTP/1.1\r\n", g_uri_get_path(uri), path);
    for (guint i = 0; i < headers->len; i++)
        g_string_append_printf(request, "%s\r\n", (const char *)headers->pdata[i]);
    g_string_append_printf(request,
                           "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n"
                           "Sec-WebSocket-Protocol: %s\r\n\r\n",
                           upgrade->key, protocols);
    return request;
}

/* The value of a header line, whatever the case of its name (proxies change it); new, or NULL. */
static char *find_header(const struct upgrade *upgrade, const char *name)
{
    size_t name_len = strlen(name);
    const char *line = strchr(upgrade->head->str, '\n');

    for (; line != NULL; line = strchr(line, '\n')) {
        line++;
        if (g_ascii_strncasecmp(line, name, name_len) == 0 && line[name_len] == ':')
            return g_strstrip(g_strndup(line + name_len + 1, strcspn(line + name_len + 1, "\r\n")));
    }
    return NULL;
}

static bool refuse(GError **error, const char *why)
{
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER, "%s", why);
    return false;
}

/* "HTTP/1.1 101 Switching Protocols" */
static bool read_status_line(struct upgrade *upgrade, GError **error)
{
    const char *head = upgrade->head->str;
    guint64 status;
    g_autofree char *number = NULL;

    if (!g_str_has_prefix(head, "HTTP/1.") || strlen(head) < 12 || head[8] != ' ')
        return refuse(error, "what answers there does not speak HTTP/1.1");
    number = g_strndup(head + 9, 3);
    if (!g_ascii_string_to_unsigned(number, 10, 100, 999, &status, NULL))
        return refuse(error, "what answers there does not speak HTTP/1.1");
    upgrade->status = (unsigned)status;
    return true;
}

static bool check_switch(struct upgrade *upgrade, GError **error)
{
    g_autofree char *wanted = websocket_accept(upgrade->key);
    g_autofree char *accept = find_header(upgrade, "Sec-WebSocket-Accept");
    g_autofree char *what = find_header(upgrade, "Upgrade");
    g_autofree char *protocol = find_header(upgrade, "Sec-WebSocket-Protocol");

    if (what == NULL || g_ascii_strcasecmp(what, "websocket") != 0 ||
        g_strcmp0(accept, wanted) != 0)
        return refuse(error, "the answer is no WebSocket: something between here and the server "
                             "does not let it through");
    for (const char *const *offer = upgrade->protocols; *offer != NULL; offer++)
        if (g_strcmp0(protocol, *offer) == 0)
            upgrade->protocol = *offer;
    if (upgrade->protocol == NULL)
        return refuse(error, "the server speaks none of the protocols for exec that were offered");
    return true;
}

static void read_body_length(struct upgrade *upgrade)
{
    g_autofree char *length = find_header(upgrade, "Content-Length");
    g_autofree char *coding = find_header(upgrade, "Transfer-Encoding");
    guint64 bytes;

    upgrade->chunked = coding != NULL && g_ascii_strcasecmp(coding, "chunked") == 0;
    if (!upgrade->chunked && length != NULL &&
        g_ascii_string_to_unsigned(length, 10, 0, UPGRADE_MAX_BODY, &bytes, NULL))
        upgrade->body_bytes = (int64_t)bytes;
}

/* Takes the chunks of a body together, up to what is broken or missing. True: it was whole. */
static bool join_chunks(const GString *body, GString *joined)
{
    const char *at = body->str, *end = body->str + body->len;

    for (;;) {
        const char *line_end = g_strstr_len(at, end - at, "\r\n");
        char *number_end;
        guint64 len;

        if (line_end == NULL)
            return false;
        len = g_ascii_strtoull(at, &number_end, 16);
        if (number_end == at || number_end > line_end)
            return false;
        if (len == 0)
            return true;
        at = line_end + 2;
        g_string_append_len(joined, at, (gssize)MIN(len, (guint64)(end - at)));
        if ((guint64)(end - at) < len || (guint64)(end - at) - len < 2)
            return false;
        at += len + 2;
    }
}

static bool body_is_whole(const struct upgrade *upgrade)
{
    g_autoptr(GString) joined = g_string_new(NULL);

    if (upgrade->body->len >= UPGRADE_MAX_BODY)
        return true;
    if (upgrade->chunked)
        return join_chunks(upgrade->body, joined);
    return upgrade->body_bytes >= 0 && upgrade->body->len >= (size_t)upgrade->body_bytes;
}

GError *upgrade_end(struct upgrade *upgrade)
{
    g_autoptr(GString) joined = g_string_new(NULL);
    const GString *body = upgrade->body;

    if (!upgrade->head_done)
        return g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                           "the connection ended before the server had answered");
    if (upgrade->chunked) {
        join_chunks(body, joined);
        body = joined;
    }
    return status_error(upgrade->status, body->str, body->len);
}

static enum upgrade_verdict judge_head(struct upgrade *upgrade, GError **error)
{
    if (!read_status_line(upgrade, error))
        return UPGRADE_REFUSED;
    if (upgrade->status == 101)
        return check_switch(upgrade, error) ? UPGRADE_DONE : UPGRADE_REFUSED;
    read_body_length(upgrade);
    return UPGRADE_MORE;
}

static enum upgrade_verdict feed_body(struct upgrade *upgrade, const char *bytes, size_t len,
                                      GError **error)
{
    size_t room = UPGRADE_MAX_BODY - upgrade->body->len;

    g_string_append_len(upgrade->body, bytes, (gssize)MIN(len, room));
    if (!body_is_whole(upgrade))
        return UPGRADE_MORE;
    g_propagate_error(error, upgrade_end(upgrade));
    return UPGRADE_REFUSED;
}

enum upgrade_verdict upgrade_feed(struct upgrade *upgrade, const char *bytes, size_t len,
                                  size_t *used, GError **error)
{
    enum upgrade_verdict verdict;
    size_t before = upgrade->head->len, from = before > 3 ? before - 3 : 0, head_len;
    const char *end;

    *used = len;
    if (upgrade->head_done)
        return feed_body(upgrade, bytes, len, error);
    g_string_append_len(upgrade->head, bytes, (gssize)MIN(len, UPGRADE_MAX_HEAD));
    end = g_strstr_len(upgrade->head->str + from, (gssize)(upgrade->head->len - from), "\r\n\r\n");
    if (end == NULL) {
        if (upgrade->head->len < UPGRADE_MAX_HEAD)
            return UPGRADE_MORE;
        refuse(error, "the answer has too many header lines");
        return UPGRADE_REFUSED;
    }
    upgrade->head_done = true;
    head_len = (size_t)(end - upgrade->head->str);
    *used = head_len + 4 - before;
    g_string_truncate(upgrade->head, head_len);
    verdict = judge_head(upgrade, error);
    if (verdict != UPGRADE_MORE)
        return verdict;
    bytes += *used;
    len -= *used;
    *used += len;
    return feed_body(upgrade, bytes, len, error);
}

const char *upgrade_protocol(const struct upgrade *upgrade)
{
    return upgrade->protocol;
}

unsigned upgrade_status(const struct upgrade *upgrade)
{
    return upgrade->status;
}
