/* The proxy of the environment: what Go's programs would take, row by row. */
#include "kube/proxy.h"

#define A "http://a:1"

static const struct {
    const char *server, *no_proxy, *proxy; /* proxy NULL: directly */
} rows[] = {
    {"https://h:6443", NULL, A},
    {"http://h", NULL, "socks5://u:p@b:2"},
    {"https://localhost:6443", NULL, NULL},
    {"https://LOCALHOST:6443", NULL, A},
    {"https://127.7.7.7:6443", NULL, NULL},
    {"https://[::1]:6443", NULL, NULL},
    {"https://h", "*", NULL},
    {"https://h", "x, h ,y", NULL},
    {"https://H", "h", NULL},
    {"https://api.corp.example", "corp.example", NULL},
    {"https://corp.example", "corp.example", NULL},
    {"https://acorp.example", "corp.example", A},
    {"https://api.corp.example", ".corp.example", NULL},
    {"https://corp.example", ".corp.example", A},
    {"https://api.corp.example", "*.corp.example", NULL},
    {"https://corp.example", "*.corp.example", A},
    {"https://h:6443", "h:6443", NULL},
    {"https://h:6443", "h:443", A},
    {"https://h", "h:443", NULL},
    {"https://10.1.2.3:6443", "10.1.0.0/16", NULL},
    {"https://10.2.2.3:6443", "10.1.0.0/16", A},
    {"https://10.2.2.3:6443", "10.1.0.0/99,nonsense/8", A},
    {"https://10.1.2.3:6443", "10.1.2.3", NULL},
    {"https://10.1.2.3:6443", "10.1.2.3:6443", NULL},
    {"https://10.1.2.3:6443", "10.1.2.3:1", A},
    {"https://10.1.2.33:6443", "10.1.2.3", A},
    {"https://[fd00::1]:6443", "fd00::1", NULL},
    {"https://[fd00::1]:6443", "[fd00::1]:6443", NULL},
    {"https://[fd00::1]:6443", "[fd00::1]:1", A},
    {"https://[fd00::1]:6443", "fd00::/8", NULL},
    {"https://h", "", A},
    {"https://h", " , ,", A},
    {"https://h", "[,],:,.,*.", A},
};

static void test_environment(void)
{
    static const char *const names[] = {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy",
                                        "NO_PROXY",    "no_proxy",    "ALL_PROXY",  "all_proxy"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_unsetenv(names[i]);
    g_setenv("all_proxy", "http://nobody:1", TRUE);
    g_assert_null(proxy_of_environment("https://h"));
    g_setenv("https_proxy", "a:1", TRUE);
    g_setenv("HTTP_PROXY", "socks5://u:p@b:2", TRUE);
    g_setenv("http_proxy", "http://nobody:1", TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *proxy = NULL;

        if (rows[i].no_proxy != NULL)
            g_setenv(i % 2 == 0 ? "NO_PROXY" : "no_proxy", rows[i].no_proxy, TRUE);
        proxy = proxy_of_environment(rows[i].server);
        g_test_message("%s, not for %s", rows[i].server, rows[i].no_proxy);
        g_assert_cmpstr(proxy, ==, rows[i].proxy);
        g_unsetenv("NO_PROXY");
        g_unsetenv("no_proxy");
    }
}

static void test_schemes(void)
{
    static const struct {
        const char *url, *curl;
    } urls[] = {
        {"http://h:1", "http://h:1"},
        {"HTTPS://u:p@h", "https://u:p@h"},
        {"socks5://h:1", "socks5h://h:1"},
        {"socks5h://h:1", "socks5h://h:1"},
        {"socks4://h:1", NULL},
        {"h:1", NULL},
        {"", NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autofree char *curl = proxy_for_curl(urls[i].url);

        g_assert_cmpstr(curl, ==, urls[i].curl);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/proxy/environment", test_environment);
    g_test_add_func("/proxy/schemes", test_schemes);
    return g_test_run();
}
