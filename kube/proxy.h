/* The proxy of the environment, by the rules of Go's programs, kubectl among them: https_proxy,
 * http_proxy and no_proxy, in capitals or not. */
#ifndef KUBE_PROXY_H
#define KUBE_PROXY_H

#include <stdbool.h>

#include <glib.h>

/* Whether a host is this machine: "localhost", 127.0.0.0/8, ::1. */
bool proxy_is_local(const char *host);

/* The address of the proxy that leads to a server ("https://HOST:PORT"), secret because it may
 * hold a password; NULL: the way is direct. */
char *proxy_of_environment(const char *server);

/* How libcurl is told of a proxy: socks5 leaves the names to the proxy, as in Go. NULL: it is none
 * of http, https and socks5. Secret. */
char *proxy_for_curl(const char *url);

#endif
