/* Who we are to a server: when a login plugin runs for that, and what else changes it. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "kube/exec.h"
#include "kube/http.h"
#include "tests/harness.h"
#include "tests/plugin_room.h"

struct run {
    bool done;
    GError *error;
};

static void on_done(json_t *object, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    g_assert_true((object == NULL) == (error != NULL));
    run->done = true;
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

static void keep_log(const char *line, void *data)
{
    g_string_append_printf((GString *)data, "%s\n", line);
}

/* A client of the fake whose login is the plugin's. */
static struct client *client_of(struct room *room, const char *body)
{
    struct login *login = g_new0(struct login, 1);
    g_auto(GStrv) parts = g_strsplit(strstr(room->fake.kubeconfig, "http://"), "'", 2);
    struct client *client;

    login->context = g_strdup("c");
    login->server = g_strdup(parts[0]);
    login->plugin = room_plugin(room, body, PLUGIN_NEVER);
    client = client_new(login, keep_log, room->log, NULL);
    g_assert_nonnull(client);
    return client;
}

static void get(struct client *client, struct run *run)
{
    client_get(client, "/x", NULL, on_done, run);
}

static void get_well(struct client *client)
{
    struct run run = {0};

    get(client, &run);
    harness_wait(&run.done);
    g_assert_no_error(run.error);
}

static void assert_token(const struct room *room, guint request, const char *token)
{
    g_autofree char *line = g_strdup_printf("\r\nAuthorization: Bearer %s\r\n", token);

    g_assert_cmpuint(room->fake.requests->len, >, request);
    g_assert_nonnull(strstr((const char *)room->fake.requests->pdata[request], line));
}

#define COUNTED TOKEN("SECRET'$(wc -c < $FOLDER/runs | tr -d ' ')'")

/* Requests that come at once wait for one run; later ones need none. */
static void test_once(struct room *room, gconstpointer data)
{
    struct client *client = client_of(room, "sleep 0.2\n" COUNTED);
    struct run runs[3] = {0};

    (void)data;
    for (int i = 0; i < 4; i++)
        fake_say_json(&room->fake, "{}");
    for (int i = 0; i < 3; i++)
        get(client, &runs[i]);
    for (int i = 0; i < 3; i++) {
        harness_wait(&runs[i].done);
        g_assert_no_error(runs[i].error);
    }
    get_well(client);
    room_check_runs(room, 1);
    for (guint i = 0; i < 4; i++)
        assert_token(room, i, "SECRET1");
    g_assert_nonnull(strstr(room->log->str, "answered with a token"));
    client_free(client);
}

/* What has expired is not sent. */
static void test_expired(struct room *room, gconstpointer data)
{
    struct client *client =
        client_of(room, GOOD("\"token\":\"SECRET'$(wc -c < $FOLDER/runs | tr -d ' ')'\","
                             "\"expirationTimestamp\":\"'$(date -u +%FT%TZ)'\""));

    (void)data;
    for (guint i = 0; i < 2; i++) {
        fake_say_json(&room->fake, "{}");
        get_well(client);
    }
    assert_token(room, 0, "SECRET1");
    assert_token(room, 1, "SECRET2");
    client_free(client);
}

#define UNAUTHORIZED "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n"

/* Once more after a 401, not twice; and the next request begins with a new login. */
static void test_unauthorized(struct room *room, gconstpointer data)
{
    struct client *client = client_of(room, COUNTED);
    struct run run = {0};

    (void)data;
    fake_say(&room->fake, UNAUTHORIZED);
    fake_say_json(&room->fake, "{}");
    get_well(client);
    assert_token(room, 1, "SECRET2");
    fake_say(&room->fake, UNAUTHORIZED);
    fake_say(&room->fake, UNAUTHORIZED);
    get(client, &run);
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_UNAUTHORIZED);
    assert_token(room, 3, "SECRET3");
    fake_say_json(&room->fake, "{}");
    get_well(client);
    assert_token(room, 4, "SECRET4");
    g_assert_cmpuint(room->fake.requests->len, ==, 5);
    g_clear_error(&run.error);
    client_free(client);
}

static void on_output(enum exec_stream stream, const uint8_t *bytes, size_t len, void *data)
{
    (void)stream;
    (void)bytes;
    (void)len;
    (void)data;
}

static void on_exec_done(const struct exec_result *result, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    (void)result;
    run->done = true;
    run->error = g_error_copy(error);
}

/* The same of an exec: a body with its length, and one that ends with the connection. */
static void test_exec(struct room *room, gconstpointer data)
{
    static const struct exec_calls calls = {.output = on_output, .done = on_exec_done};
    static const char *const argv[] = {"cat", NULL};
    static const char *const answers[] = {
        UNAUTHORIZED, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"};
    const struct place place = {"ns", "pod", NULL};
    struct client *client = client_of(room, COUNTED);

    (void)data;
    for (guint i = 0; i < 2; i++) {
        struct run run = {0};

        fake_say(&room->fake, "%s", answers[i]);
        fake_say(&room->fake, "HTTP/1.1 403 Forbidden\r\n\r\n");
        exec_start(client, &place, argv, &calls, &run);
        harness_wait(&run.done);
        g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_FORBIDDEN);
        g_clear_error(&run.error);
        g_assert_cmpuint(room->fake.requests->len, ==, 2 * i + 2);
    }
    assert_token(room, 0, "SECRET1");
    assert_token(room, 1, "SECRET2");
    assert_token(room, 2, "SECRET2");
    assert_token(room, 3, "SECRET3");
    client_free(client);
}

/* All who wait are told; who asks again has it run again. */
static void test_failure(struct room *room, gconstpointer data)
{
    struct client *client = client_of(room, "echo no >&2; exit 1");
    struct run runs[2] = {0};

    (void)data;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 2; i++)
            get(client, &runs[i]);
        for (int i = 0; i < 2; i++) {
            harness_wait(&runs[i].done);
            g_assert_error(runs[i].error, KUBE_ERROR, KUBE_ERROR_PLUGIN);
            g_assert_true(g_str_has_suffix(runs[i].error->message, "exit status 1: no"));
            g_clear_error(&runs[i].error);
            runs[i].done = false;
        }
    }
    room_check_runs(room, 2);
    g_assert_cmpuint(room->fake.requests->len, ==, 0);
    client_free(client);
}

static bool is_alive(const char *pid)
{
    g_autofree char *file = g_strdup_printf("/proc/%s/stat", pid), *text = NULL;

    if (!g_file_test("/proc/self/stat", G_FILE_TEST_EXISTS))
        return kill((pid_t)atoi(pid), 0) == 0;
    return g_file_get_contents(file, &text, NULL, NULL) && strstr(text, ") Z ") == NULL;
}

static gboolean look(gpointer data)
{
    (void)data;
    return G_SOURCE_CONTINUE;
}

/* Nobody waits any more, or the client goes: it ends, and what it started, even what does not
 * care for a SIGTERM. */
static void test_cancel(struct room *room, gconstpointer data)
{
    guint timer = g_timeout_add(10, look, NULL);

    (void)data;
    for (int i = 0; i < 2; i++) {
        struct client *client =
            client_of(room, "trap '' TERM; sleep 60 & echo $! $$ > $FOLDER/new; "
                            "mv $FOLDER/new $FOLDER/pids; wait; sleep 60");
        g_autofree char *old = g_build_filename(room->folder, "pids", NULL);
        struct run run = {0};
        struct request *one = client_get(client, "/x", NULL, on_done, &run);
        struct request *two = client_get(client, "/y", NULL, on_done, &run);
        g_autofree char *text = NULL;
        g_auto(GStrv) pids = NULL;

        g_unlink(old);
        for (text = room_read(room, "pids"); *text == '\0'; text = room_read(room, "pids")) {
            g_free(text);
            g_main_context_iteration(NULL, TRUE);
        }
        pids = g_strsplit(text, " ", 0);
        g_assert_true(is_alive(pids[0]) && is_alive(pids[1]));
        request_cancel(one);
        g_assert_true(is_alive(pids[1]));
        if (i == 0)
            request_cancel(two);
        else
            client_free(client);
        for (int tries = 0; tries < 200 && (is_alive(pids[0]) || is_alive(pids[1])); tries++)
            g_usleep(10000);
        g_assert_false(is_alive(pids[0]) || is_alive(pids[1]));
        if (i == 0)
            client_free(client);
        g_assert_false(run.done);
    }
    g_source_remove(timer);
}

struct quitter {
    struct client *client;
    bool done;
};

static void on_done_free(json_t *object, const GError *error, void *data)
{
    struct quitter *quitter = (struct quitter *)data;

    (void)object;
    g_assert_error(error, KUBE_ERROR, KUBE_ERROR_PLUGIN);
    g_assert_false(quitter->done);
    quitter->done = true;
    client_free(quitter->client);
}

/* The first who is told ends all. */
static void test_free_in_done(struct room *room, gconstpointer data)
{
    struct quitter quitter = {.client = client_of(room, "exit 1")};

    (void)data;
    client_get(quitter.client, "/x", NULL, on_done_free, &quitter);
    client_get(quitter.client, "/y", NULL, on_done_free, &quitter);
    harness_wait(&quitter.done);
    for (int i = 0; i < 20; i++)
        g_main_context_iteration(NULL, FALSE);
}

/* --- other things that change who we are --- */

/* A token in a file is read anew each time, kept while the file cannot be read, and tried once
 * more when it has changed meanwhile. */
static void test_token_file(struct room *room, gconstpointer data)
{
    struct client *client = client_of(room, "exit 1");
    struct login *login = (struct login *)(uintptr_t)client_login(client);
    struct run run = {0};

    (void)data;
    plugin_free(g_steal_pointer(&login->plugin));
    login->token_file = g_build_filename(room->folder, "token", NULL);
    login->token = g_strdup("SECRET0");
    for (int i = 0; i < 3; i++)
        fake_say_json(&room->fake, "{}");
    get_well(client);
    assert_token(room, 0, "SECRET0");
    g_file_set_contents(login->token_file, " SECRET1\n", -1, NULL);
    get_well(client);
    assert_token(room, 1, "SECRET1");
    g_unlink(login->token_file);
    get_well(client);
    assert_token(room, 2, "SECRET1");
    fake_say(&room->fake, UNAUTHORIZED);
    get(client, &run);
    harness_wait(&run.done);
    g_assert_error(run.error, KUBE_ERROR, KUBE_ERROR_UNAUTHORIZED);
    g_assert_cmpuint(room->fake.requests->len, ==, 4);
    g_clear_error(&run.error);

    /* It rotates while the request is on its way. */
    run.done = false;
    fake_say(&room->fake, UNAUTHORIZED);
    fake_say_json(&room->fake, "{}");
    get(client, &run);
    while (room->fake.requests->len < 5)
        g_main_context_iteration(NULL, TRUE);
    g_file_set_contents(login->token_file, "SECRET2", -1, NULL);
    harness_wait(&run.done);
    g_assert_no_error(run.error);
    assert_token(room, 5, "SECRET2");
    client_free(client);
}

/* Nothing secret goes in the clear to another machine, as in kubectl; and no plugin runs for it. */
static void test_mute(struct room *room, gconstpointer data)
{
    struct login login = {.server = (char *)(uintptr_t) "http://example.org",
                          .token = (char *)(uintptr_t) "SECRET",
                          .as = (char *)(uintptr_t) "me"};
    struct identity *identity = identity_new(&login, NULL, NULL);
    g_autoptr(GPtrArray) headers = identity_headers_new(identity, NULL);

    (void)data;
    g_assert_cmpuint(headers->len, ==, 3);
    g_assert_cmpstr((const char *)headers->pdata[0], ==, "Host: example.org");
    g_assert_cmpstr((const char *)headers->pdata[2], ==, "Impersonate-User: me");
    login.plugin = room_plugin(room, "exit 1", PLUGIN_NEVER);
    g_assert_true(identity_is_ready(identity));
    identity_free(identity);
    plugin_free(login.plugin);
}

/* No API server takes it any more, but a proxy before one may. */
static void test_basic(struct room *room, gconstpointer data)
{
    struct client *client = client_of(room, "exit 1");
    struct login *login = (struct login *)(uintptr_t)client_login(client);

    (void)data;
    plugin_free(g_steal_pointer(&login->plugin));
    login->username = g_strdup("ann");
    login->password = g_strdup("SECRET:word");
    fake_say_json(&room->fake, "{}");
    get_well(client);
    g_assert_nonnull(strstr((const char *)room->fake.requests->pdata[0],
                            "\r\nAuthorization: Basic YW5uOlNFQ1JFVDp3b3Jk\r\n"));
    client_free(client);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*fn)(struct room *room, gconstpointer data);
    } tests[] = {
        {"/identity/once", test_once},
        {"/identity/expired", test_expired},
        {"/identity/unauthorized", test_unauthorized},
        {"/identity/exec", test_exec},
        {"/identity/failure", test_failure},
        {"/identity/cancel", test_cancel},
        {"/identity/free-in-done", test_free_in_done},
        {"/identity/token-file", test_token_file},
        {"/identity/mute", test_mute},
        {"/identity/basic", test_basic},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct room, NULL, room_up, tests[i].fn, room_down);
    return g_test_run();
}
