#include "kube/identity.h"

#include <string.h>

#include "kube/credential.h"
#include "kube/plugin_run.h"
#include "kube/proxy.h"
#include "kube/secret.h"

struct identity {
    const struct login *login;
    const struct lender *lender; /* NULL: nobody can be asked */
    void *lender_data;
    void (*log)(const char *line, void *data);
    void *log_data;

    bool mute;        /* the way there is open to all: no secrets are sent */
    char *file_token; /* what the token file last held; NULL: nothing yet */
    struct plugin_answer answer;
    bool answered;
    unsigned serial;

    struct plugin_run *run; /* NULL: it does not run */
    int64_t run_us;
    GQueue waits; /* of struct identity_wait */
    bool freed;
};

struct identity_wait {
    struct identity *identity;
    void (*done)(const GError *error, void *data);
    void *data;
    bool due; /* the run that it waited for is over */
};

struct identity *identity_new(const struct login *login, void (*log)(const char *line, void *data),
                              void *data)
{
    struct identity *identity = g_rc_box_new0(struct identity);
    g_autoptr(GUri) uri = g_uri_parse(login->server, G_URI_FLAGS_NONE, NULL);

    identity->login = login;
    identity->log = log;
    identity->log_data = data;
    /* As kubectl, but what stays on this machine nobody overhears. */
    identity->mute = uri != NULL && strcmp(g_uri_get_scheme(uri), "http") == 0 &&
                     g_uri_get_host(uri) != NULL && !proxy_is_local(g_uri_get_host(uri));
    g_queue_init(&identity->waits);
    return identity;
}

void identity_free(struct identity *identity)
{
    if (identity == NULL)
        return;
    g_assert(identity->waits.length == 0);
    plugin_run_cancel(identity->run);
    plugin_answer_clear(&identity->answer);
    g_clear_pointer(&identity->file_token, secret_free);
    identity->freed = true;
    g_rc_box_release(identity);
}

void identity_set_lender(struct identity *identity, const struct lender *lender, void *data)
{
    identity->lender = lender;
    identity->lender_data = data;
}

static bool has_expired(const struct identity *identity)
{
    return identity->answer.expires_s != 0 &&
           g_get_real_time() / G_USEC_PER_SEC >= identity->answer.expires_s;
}

bool identity_is_ready(const struct identity *identity)
{
    return identity->login->plugin == NULL || identity->mute ||
           (identity->run == NULL && identity->answered && !has_expired(identity));
}

static void log_answer(const struct identity *identity, const GError *error)
{
    const struct plugin *plugin = identity->login->plugin;
    g_autofree char *line = NULL;
    int64_t took_ms = (g_get_monotonic_time() - identity->run_us) / 1000;

    if (identity->log == NULL)
        return;
    line =
        error != NULL
            ? g_strdup_printf("%s, %" G_GINT64_FORMAT " ms", error->message, took_ms)
            : g_strdup_printf(
                  "the login plugin \"%s\" of user \"%s\" answered with%s%s, %" G_GINT64_FORMAT
                  " ms",
                  plugin->command, plugin->user, identity->answer.token != NULL ? " a token" : "",
                  identity->answer.cert != NULL ? " a certificate" : "", took_ms);
    identity->log(line, identity->log_data);
}

static struct identity_wait *next_due(struct identity *identity)
{
    for (GList *link = identity->waits.head; link != NULL; link = link->next) {
        struct identity_wait *wait = (struct identity_wait *)link->data;

        if (wait->due) {
            g_queue_delete_link(&identity->waits, link);
            return wait;
        }
    }
    return NULL;
}

/* Who begins to wait in one of these calls waits for the next run; a call may end all, too. */
static void tell_all(struct identity *identity, const GError *error)
{
    struct identity_wait *wait;

    for (GList *link = identity->waits.head; link != NULL; link = link->next)
        ((struct identity_wait *)link->data)->due = true;
    g_rc_box_acquire(identity);
    while (!identity->freed && (wait = next_due(identity)) != NULL) {
        struct identity_wait call = *wait;

        g_free(wait);
        call.done(error, call.data);
    }
    g_rc_box_release(identity);
}

static void plugin_done(struct plugin_answer *answer, const GError *error, void *data)
{
    struct identity *identity = (struct identity *)data;

    identity->run = NULL;
    plugin_answer_clear(&identity->answer);
    identity->answered = error == NULL;
    if (error == NULL) {
        identity->answer = *answer;
        *answer = (struct plugin_answer){0};
        identity->serial++;
    }
    log_answer(identity, error);
    tell_all(identity, error);
}

struct identity_wait *identity_wait(struct identity *identity,
                                    void (*done)(const GError *error, void *data), void *data)
{
    struct identity_wait *wait = g_new0(struct identity_wait, 1);

    wait->identity = identity;
    wait->done = done;
    wait->data = data;
    g_queue_push_tail(&identity->waits, wait);
    if (identity->run == NULL) {
        identity->run_us = g_get_monotonic_time();
        identity->run = plugin_run_start(identity->login->plugin, identity->lender,
                                         identity->lender_data, plugin_done, identity);
    }
    return wait;
}

void identity_leave(struct identity_wait *wait)
{
    struct identity *identity;

    if (wait == NULL)
        return;
    identity = wait->identity;
    g_queue_remove(&identity->waits, wait);
    g_free(wait);
    if (identity->waits.length == 0 && identity->run != NULL)
        plugin_run_cancel(g_steal_pointer(&identity->run));
}

/* The token of the file as it is now; while it cannot be read, as it was. NULL: there never was
 * one, and error says why. */
static const char *read_file_token(struct identity *identity, GError **error)
{
    const struct login *login = identity->login;
    g_autoptr(GError) why = NULL;
    char *token = credential_token(login->token_file, &why);

    if (token == NULL && identity->file_token == NULL && login->token == NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    if (token != NULL && g_strcmp0(token, identity->file_token) != 0) {
        secret_free(identity->file_token);
        identity->file_token = g_steal_pointer(&token);
        identity->serial++;
    }
    secret_free(token);
    return identity->file_token != NULL ? identity->file_token : login->token;
}

unsigned identity_serial(const struct identity *identity)
{
    return identity->serial;
}

bool identity_refused(struct identity *identity, unsigned serial)
{
    if (identity->mute)
        return false;
    if (identity->login->token_file != NULL)
        read_file_token(identity, NULL);
    else if (identity->login->plugin != NULL && serial == identity->serial)
        identity->answered = false;
    return identity->login->plugin != NULL || serial != identity->serial;
}

static void add_header(GPtrArray *headers, const char *name, const char *value)
{
    if (value != NULL)
        g_ptr_array_add(headers, g_strconcat(name, ": ", value, NULL));
}

static void add_basic(GPtrArray *headers, const struct login *login)
{
    const char *password = login->password != NULL ? login->password : "";
    char *plain = g_strconcat(login->username, ":", password, NULL);
    char *coded = g_base64_encode((const guchar *)plain, strlen(plain));

    g_ptr_array_add(headers, g_strconcat("Authorization: Basic ", coded, NULL));
    secret_free(plain);
    secret_free(coded);
}

static bool add_authorization(GPtrArray *headers, struct identity *identity, GError **error)
{
    const struct login *login = identity->login;
    const char *token = login->token;

    if (identity->mute)
        return true;
    if (login->token_file != NULL) {
        token = read_file_token(identity, error);
        if (token == NULL)
            return false;
    } else if (identity->answer.token != NULL) {
        token = identity->answer.token;
    }
    if (token != NULL)
        g_ptr_array_add(headers, g_strconcat("Authorization: Bearer ", token, NULL));
    else if (login->username != NULL)
        add_basic(headers, login);
    return true;
}

/* The key of an extra becomes part of a header's name: what cannot stand there is escaped. */
static void add_extra(GPtrArray *headers, const char *key, const char *value)
{
    GString *line = g_string_new("Impersonate-Extra-");

    for (; *key != '\0'; key++) {
        if (g_ascii_isalnum(*key) || strchr("!#$&'*+-.^_`|~", *key) != NULL)
            g_string_append_c(line, *key);
        else
            g_string_append_printf(line, "%%%02X", (unsigned char)*key);
    }
    g_string_append_printf(line, ": %s", value);
    g_ptr_array_add(headers, g_string_free(line, FALSE));
}

static void add_impersonation(GPtrArray *headers, const struct login *login)
{
    add_header(headers, "Impersonate-User", login->as);
    add_header(headers, "Impersonate-Uid", login->as_uid);
    for (char *const *group = login->as_groups; group != NULL && *group != NULL; group++)
        add_header(headers, "Impersonate-Group", *group);
    for (char *const *pair = login->as_extra; pair != NULL && *pair != NULL; pair += 2)
        add_extra(headers, pair[0], pair[1]);
}

GPtrArray *identity_headers_new(struct identity *identity, GError **error)
{
    const struct login *login = identity->login;
    g_autoptr(GPtrArray) headers = g_ptr_array_new_with_free_func(secret_free);
    g_autoptr(GUri) uri = g_uri_parse(login->server, G_URI_FLAGS_NONE, NULL);
    const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;

    if (host == NULL) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "\"%s\" is no address of a server",
                    login->server);
        return NULL;
    }
    g_ptr_array_add(
        headers, g_uri_get_port(uri) > 0
                     ? g_strdup_printf(strchr(host, ':') != NULL ? "Host: [%s]:%d" : "Host: %s:%d",
                                       host, g_uri_get_port(uri))
                     : g_strdup_printf("Host: %s", host));
    g_ptr_array_add(headers, g_strdup("User-Agent: tracetui"));
    if (!add_authorization(headers, identity, error))
        return NULL;
    add_impersonation(headers, login);
    return g_steal_pointer(&headers);
}

GBytes *identity_cert(const struct identity *identity)
{
    return identity->answer.cert != NULL ? identity->answer.cert : identity->login->client_cert;
}

GBytes *identity_key(const struct identity *identity)
{
    return identity->answer.cert != NULL ? identity->answer.key : identity->login->client_key;
}
