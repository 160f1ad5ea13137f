/* Kubeconfigs: what is good becomes a login, what is broken says where. */
#include <string.h>

#include <glib/gstdio.h>

#include "kube/config.h"
#include "kube/credential.h"
#include "kube/plugin.h"
#include "kube/service_account.h"

#define PEM "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n"

static const char good[] =
    "current-context: work\n"
    "clusters:\n"
    "- name: one\n"
    "  cluster: {server: 'https://one:6443/', certificate-authority: ca.pem,\n"
    "    tls-server-name: inner, proxy-url: 'http://proxy:3128'}\n"
    "- name: two\n"
    "  cluster: {server: two:8443, insecure-skip-tls-verify: true}\n"
    "users:\n"
    "- name: ann\n"
    "  user: {token: abc, tokenFile: token, as: boss, as-groups: [g1, g2]}\n"
    "- name: bob\n"
    "  user: {username: bob, password: pw}\n"
    "contexts:\n"
    "- name: work\n"
    "  context: {cluster: one, user: ann, namespace: shop}\n"
    "- name: home\n"
    "  context: {cluster: two, user: bob}\n";

struct folder {
    char *path;
};

static void set_up(struct folder *folder, gconstpointer data)
{
    g_autofree char *pem = NULL;

    (void)data;
    folder->path = g_dir_make_tmp("tracetui-config-XXXXXX", NULL);
    g_assert_nonnull(folder->path);
    pem = g_build_filename(folder->path, "ca.pem", NULL);
    g_assert_true(g_file_set_contents(pem, PEM, -1, NULL));
}

static void tear_down(struct folder *folder, gconstpointer data)
{
    g_autoptr(GDir) dir = g_dir_open(folder->path, 0, NULL);
    const char *name;

    (void)data;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *file = g_build_filename(folder->path, name, NULL);

        g_unlink(file);
    }
    g_assert_cmpint(g_rmdir(folder->path), ==, 0);
    g_free(folder->path);
    g_unsetenv("KUBECONFIG");
}

static char *put(const struct folder *folder, const char *name, const char *text)
{
    char *file = g_build_filename(folder->path, name, NULL);

    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    return file;
}

static struct login *login_of(const struct config_flags *flags, const char *context)
{
    GError *error = NULL;
    struct config *config = config_load(flags, &error);
    struct login *login;

    g_assert_no_error(error);
    login = config_login(config, context, &error);
    g_assert_no_error(error);
    config_free(config);
    return login;
}

static void test_good(struct folder *folder, gconstpointer data)
{
    g_autofree char *file = put(folder, "config", good);
    g_autofree char *token = g_build_filename(folder->path, "token", NULL);
    struct config_flags flags = {.kubeconfig = file};
    struct login *login = login_of(&flags, NULL);

    (void)data;
    g_assert_cmpstr(login->context, ==, "work");
    g_assert_cmpstr(login->server, ==, "https://one:6443");
    g_assert_cmpstr(login->namespace, ==, "shop");
    g_assert_cmpstr(login->tls_server_name, ==, "inner");
    g_assert_cmpstr(login->proxy_url, ==, "http://proxy:3128");
    g_assert_cmpstr(login->token_file, ==, token);
    g_assert_cmpstr(login->as, ==, "boss");
    g_assert_cmpstr(login->as_groups[1], ==, "g2");
    g_assert_cmpuint(g_bytes_get_size(login->ca), ==, strlen(PEM));
    login_free(login);

    login = login_of(&flags, "home");
    g_assert_cmpstr(login->server, ==, "https://two:8443");
    g_assert_cmpstr(login->namespace, ==, "default");
    g_assert_true(login->insecure_skip_tls_verify);
    g_assert_cmpstr(login->username, ==, "bob");
    g_assert_cmpstr(login->password, ==, "pw");
    login_free(login);
}

static void test_contexts(struct folder *folder, gconstpointer data)
{
    g_autofree char *file = put(folder, "config", good);
    struct config_flags flags = {.kubeconfig = file};
    struct config *config = config_load(&flags, NULL);

    (void)data;
    g_assert_cmpuint(config_n_contexts(config), ==, 2);
    g_assert_cmpstr(config_context_at(config, 0)->name, ==, "work");
    g_assert_cmpstr(config_context_at(config, 0)->namespace, ==, "shop");
    g_assert_true(config_context_at(config, 0)->current);
    g_assert_cmpstr(config_context_at(config, 1)->server, ==, "two:8443");
    g_assert_cmpstr(config_context_at(config, 1)->namespace, ==, "");
    g_assert_false(config_context_at(config, 1)->current);
    config_free(config);
}

static void test_flags(struct folder *folder, gconstpointer data)
{
    static const char *const groups[] = {"x", NULL};
    g_autofree char *file = put(folder, "config", good);
    g_autofree char *ca = put(folder, "other.pem", PEM "\n");
    struct config_flags flags = {.kubeconfig = file,
                                 .context = "home",
                                 .cluster = "one",
                                 .user = "ann",
                                 .namespace = "ns",
                                 .token = "flag",
                                 .certificate_authority = ca,
                                 .as = "me",
                                 .as_uid = "7",
                                 .as_groups = groups,
                                 .server = "https://[::1]:1",
                                 .request_timeout_ms = 5};
    struct login *login = login_of(&flags, NULL);

    (void)data;
    g_assert_cmpstr(login->context, ==, "home");
    g_assert_cmpstr(login->server, ==, "https://[::1]:1");
    g_assert_null(login->tls_server_name); /* it belongs to the other server */
    g_assert_cmpstr(login->namespace, ==, "ns");
    g_assert_cmpstr(login->token, ==, "flag");
    g_assert_null(login->token_file);
    g_assert_cmpstr(login->as, ==, "me");
    g_assert_cmpstr(login->as_uid, ==, "7");
    g_assert_cmpstr(login->as_groups[0], ==, "x");
    g_assert_cmpuint(g_bytes_get_size(login->ca), ==, strlen(PEM) + 1);
    g_assert_cmpint(login->request_timeout_ms, ==, 5);
    login_free(login);
}

/* --server alone is enough. */
static void test_server_only(struct folder *folder, gconstpointer data)
{
    g_autofree char *file = put(folder, "config", "");
    struct config_flags flags = {.kubeconfig = file, .server = "localhost:8080"};
    struct login *login = login_of(&flags, NULL);

    (void)data;
    g_assert_cmpstr(login->server, ==, "http://localhost:8080");
    g_assert_cmpstr(login->context, ==, "");
    login_free(login);
}

/* The first of a name counts, whole; paths begin at the file that names them; what is missing in
 * the list is passed over. */
static void test_merge(struct folder *folder, gconstpointer data)
{
    g_autofree char *first = put(folder, "first",
                                 "users: [{name: ann, user: {token: first}}]\n"
                                 "contexts: [{name: c, context: {cluster: one, user: ann}},\n"
                                 "  {name: home, context: {cluster: one, user: ann}}]\n");
    g_autofree char *second = put(folder, "second", good);
    g_autofree char *list = g_strjoin(":", "/nowhere/config", "", first, second, NULL);
    struct config_flags flags = {0};
    struct login *login;
    struct config *config;

    (void)data;
    g_setenv("KUBECONFIG", list, TRUE);
    config = config_load(&flags, NULL);
    g_assert_cmpuint(config_n_contexts(config), ==, 3);
    g_assert_cmpstr(config_context_at(config, 1)->name, ==, "home");
    g_assert_cmpstr(config_context_at(config, 1)->cluster, ==, "one");
    config_free(config);
    login = login_of(&flags, NULL);
    g_assert_cmpstr(login->context, ==, "work");
    g_assert_cmpstr(login->token, ==, "first");
    g_assert_null(login->token_file);
    g_assert_nonnull(login->ca);
    login_free(login);
    login = login_of(&flags, "c");
    g_assert_cmpstr(login->server, ==, "https://one:6443");
    login_free(login);
}

static void test_service_account(struct folder *folder, gconstpointer data)
{
    g_autofree char *token = put(folder, "token", " abc\n"), *read = NULL;
    g_autofree char *ca = put(folder, "ca.crt", PEM);
    g_autofree char *namespace = put(folder, "namespace", "prod\n");
    struct login *login;
    GError *error = NULL;

    (void)data;
    g_unsetenv("KUBERNETES_SERVICE_HOST");
    g_assert_false(service_account_exists(folder->path));
    g_setenv("KUBERNETES_SERVICE_HOST", "fd00::1", TRUE);
    g_setenv("KUBERNETES_SERVICE_PORT", "443", TRUE);
    g_assert_true(service_account_exists(folder->path));
    login = service_account_login(folder->path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(login->server, ==, "https://[fd00::1]:443");
    g_assert_cmpstr(login->namespace, ==, "prod");
    g_assert_cmpstr(login->token_file, ==, token);
    read = credential_token(login->token_file, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(read, ==, "abc");
    login_free(login);
    g_setenv("POD_NAMESPACE", "other", TRUE);
    login = service_account_login(folder->path, &error);
    g_assert_cmpstr(login->namespace, ==, "other");
    g_unsetenv("POD_NAMESPACE");
    login_free(login);
    g_unlink(ca);
    g_assert_null(service_account_login(folder->path, &error));
    g_assert_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG);
    g_clear_error(&error);
    g_unsetenv("KUBERNETES_SERVICE_HOST");
}

#define V1 "client.authentication.k8s.io/v1"
#define ONE "clusters: [{name: c, cluster: {server: 'https://h'}}]\n"
#define CTX "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
#define USER(text) ONE CTX "users: [{name: u, user: {" text "}}]\n"
#define CLUSTER(text) \
    CTX "clusters: [{name: c, cluster: {" text "}}]\nusers: [{name: u, user: {token: SECRET}}]\n"

static const struct {
    const char *text, *message;
} broken[] = {
    {"a: [", "FILE: line 2: did not find expected node content"},
    {"- a\n", "FILE: this is no kubeconfig"},
    {"", "no cluster is known: FILE is not there or empty, and this is no pod"},
    {"clusters: {a: b}\n", "FILE: \"clusters\" is no list"},
    {"clusters: [x]\n", "FILE: clusters number 1 has no name"},
    {"users: [{name: a}, {user: {}}]\n", "FILE: users number 2 has no name"},
    {"users: [{name: a}, {name: a}]\n", "FILE: user \"a\" is there twice"},
    {"contexts: [{name: a, context: b}]\n", "FILE: context \"a\": its \"context\" is no mapping"},
    {ONE, "no context is chosen: name one with --context, there are 0 in FILE"},
    {ONE "current-context: nope\n", "there is no context \"nope\" in FILE"},
    {"current-context: x\ncontexts: [{name: x, context: {}}]\n", "context \"x\" names no cluster"},
    {"current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n",
     "there is no cluster \"c\" in FILE"},
    {ONE CTX, "there is no user \"u\" in FILE"},
    {CLUSTER(""), "cluster \"c\" has no server"},
    {CLUSTER("server: 'ftp://h'"),
     "\"ftp://h\" is no address of a server: https://HOST:PORT is wanted"},
    {CLUSTER("server: 'https://'"),
     "\"https:\" is no address of a server: https://HOST:PORT is wanted"},
    {CLUSTER("server: 'https://a:SECRET@h'"),
     "the server's address holds a login: that belongs to the user's entry"},
    {CLUSTER("server: h, insecure-skip-tls-verify: yes"),
     "cluster \"c\": insecure-skip-tls-verify is \"yes\", neither true nor false"},
    {CLUSTER("server: h, insecure-skip-tls-verify: true, certificate-authority: ca.pem"),
     "a certificate authority and insecure-skip-tls-verify exclude each other: take one out"},
    {CLUSTER("server: h, certificate-authority: nope.pem"),
     "cluster \"c\": certificate-authority: FOLDER/nope.pem: No such file or directory"},
    {CLUSTER("server: h, certificate-authority: ."),
     "cluster \"c\": certificate-authority: FOLDER/.: this is not a file"},
    {CLUSTER("server: h, certificate-authority-data: 'SECRET!'"),
     "cluster \"c\": certificate-authority-data: this is not base64"},
    {CLUSTER("server: h, certificate-authority-data: U0VDUkVU"),
     "cluster \"c\": certificate-authority: this is not PEM text"},
    {USER("client-certificate: ca.pem"), "user \"u\" has a client certificate without a key"},
    {USER("client-key: ca.pem"), "user \"u\" has a client key without a certificate"},
    {USER("token: \"SECRET\\r\\nX: y\""),
     "the token holds a line end or another control character"},
    {USER("token: t, as: x, as-groups: [\"a\\nb\"]"),
     "as-groups holds a line end or another control character"},
    {USER("exec: {command: aws, args: [SECRET]}"),
     "user \"u\": its plugin (exec) has no apiVersion"},
    {USER("exec: {command: aws, apiVersion: client.authentication.k8s.io/v1alpha1}"),
     "user \"u\": its plugin is to speak client.authentication.k8s.io/v1alpha1, which is gone: "
     "write the entry anew with the plugin's own tool, for v1 or v1beta1"},
    {USER("exec: {command: aws, apiVersion: v7}"),
     "user \"u\": its plugin is to speak \"v7\", which is not known here: only "
     "client.authentication.k8s.io/v1 and v1beta1 are"},
    {USER("exec: {apiVersion: " V1 ", interactiveMode: Never}"),
     "user \"u\": its plugin (exec) has no command"},
    {USER("exec: {command: aws, apiVersion: " V1 "}"),
     "user \"u\": its plugin (exec) has no interactiveMode"},
    {USER("exec: {command: aws, apiVersion: " V1 ", interactiveMode: Often}"),
     "user \"u\": its plugin has the interactiveMode \"Often\", which is none of Never, "
     "IfAvailable and Always"},
    {USER("exec: {command: a, apiVersion: " V1 ", interactiveMode: Never, env: [{value: SECRET}]}"),
     "user \"u\": env number 1 of its plugin (exec) has no name"},
    {USER("exec: [a]"), "user \"u\": its exec is no mapping"},
    {USER("exec: {command: a}, auth-provider: {name: oidc}"),
     "user \"u\" has both a plugin (exec) and an auth-provider"},
    {USER("auth-provider: {name: gcp, config: {access-token: SECRET}}"),
     "user \"u\" logs in with the auth-provider \"gcp\", which has given way to plugins; try: "
     "install gke-gcloud-auth-plugin, then run: gcloud container clusters get-credentials"},
    {USER("auth-provider: {name: azure}"),
     "user \"u\" logs in with the auth-provider \"azure\", which has given way to plugins; try: "
     "install kubelogin, then run: kubelogin convert-kubeconfig"},
    {USER("auth-provider: {name: oidc, config: {id-token: SECRET}}"),
     "user \"u\" logs in with the auth-provider \"oidc\", which has given way to plugins; try: "
     "set up the plugin kubelogin (kubectl oidc-login setup), or give a token with --token"},
    {USER("auth-provider: {name: other}"),
     "user \"u\" logs in with the auth-provider \"other\", which has given way to plugins; try: "
     "give a token with --token"},
    {USER("token: SECRET, username: a, password: SECRET"),
     "user \"u\" has both a token and a username: take one out"},
    {USER("token: SECRET, as-groups: [a]"),
     "as-uid, as-groups and as-user-extra need a user to act as (as, --as)"},
    {USER("token: SECRET, as: a, as-user-extra: {k: [\"a\\nb\"]}"),
     "as-user-extra holds a line end or another control character"},
    {CLUSTER("server: h, proxy-url: 'ftp://me:SECRET@h:1'"),
     "cluster \"c\": its proxy-url is none of http://, https:// and socks5://HOST:PORT"},
    {CLUSTER("server: h, proxy-url: 'me:SECRET@h:1'"),
     "cluster \"c\": its proxy-url is none of http://, https:// and socks5://HOST:PORT"},
};

static void test_broken(struct folder *folder, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autofree char *file = put(folder, "config", broken[i].text);
        struct config_flags flags = {.kubeconfig = file};
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) message = NULL;
        struct config *config = config_load(&flags, &error);
        struct login *login = config != NULL ? config_login(config, NULL, &error) : NULL;

        g_assert_null(login);
        g_assert_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG);
        /* One hint, its own or that of its kind. */
        g_assert_true((kube_error_hint(error) == NULL) ==
                      (strstr(error->message, "; try: ") != NULL));
        message = g_string_new(error->message);
        g_string_replace(message, file, "FILE", 0);
        g_string_replace(message, folder->path, "FOLDER", 0);
        g_assert_cmpstr(message->str, ==, broken[i].message);
        g_assert_null(strstr(message->str, "SECRET"));
        config_free(config);
    }
}

/* A plugin does not matter where a token is given, or a certificate or a password. */
static void test_plugin_and_others(struct folder *folder, gconstpointer data)
{
    static const char *const others[] = {"token: t, ", "tokenFile: ca.pem, ",
                                         "client-certificate: ca.pem, client-key: ca.pem, ",
                                         "username: a, "};
    g_autofree char *file = put(folder, "config", USER("exec: {command: aws}"));
    struct config_flags flags = {.kubeconfig = file, .token = "t"};
    struct login *login = login_of(&flags, NULL);

    (void)data;
    g_assert_cmpstr(login->token, ==, "t");
    g_assert_null(login->plugin);
    login_free(login);
    flags.token = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *text = g_strdup_printf(USER("%sexec: {command: aws}"), others[i]);
        g_autofree char *again = put(folder, "config", text);

        login = login_of(&flags, NULL);
        g_assert_null(login->plugin);
        login_free(login);
    }
}

/* What a plugin is asked: the cluster with its flags applied, and its settings with their types. */
static void test_plugin(struct folder *folder, gconstpointer data)
{
    static const char text[] = CTX
        "clusters: [{name: c, cluster: {server: 'https://h/', certificate-authority: ca.pem,\n"
        "  tls-server-name: n, proxy-url: 'http://p:1',\n"
        "  extensions: [{name: other, extension: no}, {name: client.authentication.k8s.io/exec,\n"
        "    extension: {n: 1, t: yes, s: '1', f: 1.5, list: [a, off], none: ~, d: 1.2.3}}]}}]\n"
        "users: [{name: u, user: {exec: {command: bin/aws, apiVersion: " V1 "beta1,\n"
        "  args: [-a, ~, 'b c'], env: [{name: A, value: b=c}], provideClusterInfo: true,\n"
        "  installHint: get it}}}]\n";
    g_autofree char *file = put(folder, "config", text),
                    *ca = g_base64_encode((const guchar *)PEM, strlen(PEM));
    g_autofree char *command = g_build_filename(folder->path, "bin", "aws", NULL);
    g_autofree char *question = NULL, *wanted = NULL;
    struct config_flags flags = {.kubeconfig = file};
    struct login *login = login_of(&flags, NULL);

    (void)data;
    g_assert_cmpstr(login->plugin->command, ==, command);
    g_assert_cmpstr(login->plugin->args[0], ==, "-a");
    g_assert_cmpstr(login->plugin->args[1], ==, "");
    g_assert_cmpstr(login->plugin->args[2], ==, "b c");
    g_assert_cmpstr(login->plugin->env[0], ==, "A=b=c");
    g_assert_cmpstr(login->plugin->install_hint, ==, "get it");
    g_assert_cmpint(login->plugin->mode, ==, PLUGIN_IF_AVAILABLE);
    question = plugin_question(login->plugin, true);
    wanted = g_strdup_printf(
        "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
        "beta1\",\"spec\":{\"interactive\":true,"
        "\"cluster\":{\"server\":\"https://h\",\"tls-server-name\":\"n\","
        "\"certificate-authority-data\":\"%s\",\"proxy-url\":\"http://p:1\","
        "\"config\":{\"n\":1,\"t\":true,\"s\":\"1\",\"f\":1.5,\"list\":[\"a\",false],\"none\":null,"
        "\"d\":\"1.2.3\"}}}}",
        ca);
    g_assert_cmpstr(question, ==, wanted);
    login_free(login);
}

/* The extras of the user that is acted as: of the file, and of flags instead. */
static void test_extra(struct folder *folder, gconstpointer data)
{
    static const char *const extra[] = {"k=v=w", "k=2", "nothing", NULL};
    g_autofree char *file =
        put(folder, "config", USER("token: t, as: a, as-user-extra: {a/b: [x, y], c: [z]}"));
    struct config_flags flags = {.kubeconfig = file};
    struct login *login = login_of(&flags, NULL);
    g_autofree char *ours = g_strjoinv(" ", login->as_extra), *theirs = NULL;

    (void)data;
    g_assert_cmpstr(ours, ==, "a/b x a/b y c z");
    login_free(login);
    flags.as_extra = extra;
    login = login_of(&flags, NULL);
    theirs = g_strjoinv(" ", login->as_extra);
    g_assert_cmpstr(theirs, ==, "k v=w k 2");
    login_free(login);
}

static void test_missing(struct folder *folder, gconstpointer data)
{
    struct config_flags flags = {.kubeconfig = "/nowhere/config"};
    g_autoptr(GError) error = NULL, none = NULL;

    (void)folder;
    (void)data;
    g_assert_null(config_load(&flags, &error));
    g_assert_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG);
    g_assert_cmpstr(error->message, ==, "/nowhere/config: No such file or directory");
    g_setenv("KUBECONFIG", "/nowhere/a:/nowhere/b", TRUE);
    flags.kubeconfig = NULL;
    g_assert_null(config_load(&flags, &none));
    g_assert_cmpstr(none->message, ==,
                    "no cluster is known: /nowhere/a:/nowhere/b is not there or empty, and this is "
                    "no pod");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*fn)(struct folder *folder, gconstpointer data);
    } tests[] = {
        {"/config/good", test_good},       {"/config/contexts", test_contexts},
        {"/config/flags", test_flags},     {"/config/server-only", test_server_only},
        {"/config/merge", test_merge},     {"/config/service-account", test_service_account},
        {"/config/broken", test_broken},   {"/config/plugin-and-others", test_plugin_and_others},
        {"/config/plugin", test_plugin},   {"/config/extra", test_extra},
        {"/config/missing", test_missing},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct folder, NULL, set_up, tests[i].fn, tear_down);
    return g_test_run();
}
