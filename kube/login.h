/* Where a server is and who we are to it: what a kubeconfig, flags or a pod's own files lead to. */
#ifndef KUBE_LOGIN_H
#define KUBE_LOGIN_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

struct plugin;

/* Everything that a connection needs, flags applied. Files are read when the login is made. */
struct login {
    char *context;   /* name of the context, "" when none (in-cluster, --server) */
    char *server;    /* https://host:port[/path], no slash at the end */
    char *namespace; /* "default" when nothing says otherwise */
    char *tls_server_name;
    bool insecure_skip_tls_verify;
    GBytes *ca;                       /* PEM, NULL: the system's */
    GBytes *client_cert, *client_key; /* PEM, NULL: none */
    char *token;                      /* NULL: none. Never shown. */
    char *token_file;                 /* re-read as it rotates, goes before `token`; NULL: none */
    char *username, *password;        /* basic auth; NULL: none */
    char *proxy_url;                  /* NULL: what the environment says */
    struct plugin *plugin;            /* the program that logs in for us; NULL: none */
    char *as, *as_uid;
    char **as_groups;
    char **as_extra; /* key, value, key, value, ...; NULL: none */
    int64_t request_timeout_ms;
};

/* Wipes the secrets, too. */
void login_free(struct login *login);

#endif
