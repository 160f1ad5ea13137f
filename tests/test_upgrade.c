/* The way from HTTP to WebSocket: every answer whole, byte by byte, and cut short. */
#include <string.h>

#include "kube/upgrade.h"
#include "kube/websocket.h"

static const char *const protocols[] = {"v5.channel.k8s.io", "v4.channel.k8s.io", NULL};

static char *key_of(const struct upgrade *upgrade)
{
    g_autoptr(GPtrArray) headers = g_ptr_array_new();
    GString *request;
    const char *key;
    char *copy;

    g_ptr_array_add(headers, (void *)(uintptr_t) "Host: h:1");
    request = upgrade_request(upgrade, "https://h:1/base", headers, "/x?y", NULL);
    key = strstr(request->str, "\r\nSec-WebSocket-Key: ") + 21;
    copy = g_strndup(key, strcspn(key, "\r"));
    g_assert_true(g_str_has_prefix(request->str, "GET /base/x?y HTTP/1.1\r\nHost: h:1\r\n"));
    g_assert_nonnull(strstr(request->str, "\r\nSec-WebSocket-Protocol: v5.channel.k8s.io, "
                                          "v4.channel.k8s.io\r\n\r\n"));
    g_string_free(request, TRUE);
    return copy;
}

#define SWITCH "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
#define NO "HTTP/1.1 403 Forbidden\r\n"
#define REFUSED "refused without a word (403 Forbidden): by an old server or by a proxy"

/* ACCEPT stands for the value that belongs to the key. */
static const struct {
    const char *answer;
    const char *message; /* NULL: it is good, and what follows the head is left */
    bool ends;           /* only the end of the connection ends it */
} rows[] = {
    {SWITCH "Sec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\nab",
     NULL, false},
    {"HTTP/1.1 101 OK\r\nupgrade: WebSocket\r\nSec-Websocket-Accept:ACCEPT\r\n"
     "sec-websocket-protocol:  v4.channel.k8s.io \r\n\r\nab",
     NULL, false},
    {SWITCH "Sec-WebSocket-Accept: wrong\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n",
     "the answer is no WebSocket: something between here and the server does not let it through",
     false},
    {"HTTP/1.1 101 OK\r\n\r\n",
     "the answer is no WebSocket: something between here and the server does not let it through",
     false},
    {SWITCH "Sec-WebSocket-Accept: ACCEPT\r\n\r\n",
     "the server speaks none of the protocols for exec that were offered", false},
    {SWITCH "Sec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Protocol: channel.k8s.io\r\n\r\n",
     "the server speaks none of the protocols for exec that were offered", false},
    {NO "Content-Length: 0\r\n\r\n", REFUSED, false},
    {NO "Connection: close\r\n\r\n", REFUSED, true},
    {NO "Content-Length: 34\r\n\r\n{\"kind\":\"Status\",\"message\":\"none\"}", "none", false},
    {NO "\r\n{\"kind\":\"Status\",\"message\":\"none\"}", "none", true},
    {NO "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
     "hello world", false},
    {NO "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nfffffffffffffffff\r\n", "hello", true},
    {NO "Content-Length: 99999999999999999999\r\n\r\nhello", "hello", true},
    {"SSH-2.0-OpenSSH\r\n\r\n", "what answers there does not speak HTTP/1.1", false},
    {"HTTP/2 200\r\n\r\n", "what answers there does not speak HTTP/1.1", false},
    {"HTTP/1.1 abc\r\n\r\n", "what answers there does not speak HTTP/1.1", false},
};

static void check(const char *pattern, const char *message, bool ends, size_t step)
{
    struct upgrade *upgrade = upgrade_new(protocols);
    g_autofree char *key = key_of(upgrade), *accept = websocket_accept(key);
    g_autoptr(GString) answer = g_string_new(pattern);
    g_autoptr(GError) error = NULL;
    enum upgrade_verdict verdict = UPGRADE_MORE;
    size_t at = 0;

    g_string_replace(answer, "ACCEPT", accept, 0);
    while (verdict == UPGRADE_MORE && at < answer->len) {
        size_t len = MIN(step, answer->len - at), used;

        verdict = upgrade_feed(upgrade, answer->str + at, len, &used, &error);
        g_assert_cmpuint(used, <=, len);
        at += used;
    }
    if (message == NULL) {
        g_assert_cmpint(verdict, ==, UPGRADE_DONE);
        g_assert_cmpstr(answer->str + at, ==, "ab");
        g_assert_nonnull(strstr(pattern, upgrade_protocol(upgrade)));
    } else {
        g_assert_cmpint(verdict, ==, ends ? UPGRADE_MORE : UPGRADE_REFUSED);
        if (ends)
            error = upgrade_end(upgrade);
        g_assert_cmpstr(error->message, ==, message);
    }
    upgrade_free(upgrade);
}

static void test_answers(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        for (size_t step = 1; step < 300; step += step < 10 ? 1 : 97)
            check(rows[i].answer, rows[i].message, rows[i].ends, step);
}

/* Cut short anywhere there is an error, and no crash. */
static void test_prefixes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (size_t len = 0; len < strlen(rows[i].answer); len++) {
            struct upgrade *upgrade = upgrade_new(protocols);
            g_autoptr(GError) error = NULL;
            size_t used;

            if (upgrade_feed(upgrade, rows[i].answer, len, &used, &error) == UPGRADE_MORE)
                error = upgrade_end(upgrade);
            g_assert_true(error != NULL || upgrade_protocol(upgrade) != NULL);
            upgrade_free(upgrade);
        }
    }
}

static void test_limits(void)
{
    struct upgrade *upgrade = upgrade_new(protocols);
    g_autofree char *text = g_strnfill(1000, 'x');
    g_autoptr(GError) error = NULL, no = NULL;
    enum upgrade_verdict verdict;
    size_t fed = 0, used;

    do {
        verdict = upgrade_feed(upgrade, text, 1000, &used, &error);
        fed += 1000;
    } while (verdict == UPGRADE_MORE);
    g_assert_cmpstr(error->message, ==, "the answer has too many header lines");
    g_assert_cmpuint(fed, <=, UPGRADE_MAX_HEAD + 1000);
    upgrade_free(upgrade);

    upgrade = upgrade_new(protocols);
    verdict = upgrade_feed(upgrade, NO "\r\n", strlen(NO "\r\n"), &used, &no);
    for (fed = 0; verdict == UPGRADE_MORE; fed += 1000)
        verdict = upgrade_feed(upgrade, text, 1000, &used, &no);
    g_assert_error(no, KUBE_ERROR, KUBE_ERROR_FORBIDDEN);
    g_assert_cmpuint(fed, <=, UPGRADE_MAX_BODY + 1000);
    g_assert_cmpuint(strlen(no->message), <=, 1100);
    upgrade_free(upgrade);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/upgrade/answers", test_answers);
    g_test_add_func("/upgrade/prefixes", test_prefixes);
    g_test_add_func("/upgrade/limits", test_limits);
    return g_test_run();
}
