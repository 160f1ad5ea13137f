/* What a server may answer, each with the lines that the user sees: they are in
 * tests/golden/answers.txt. All are asked at the same time, because silence takes its time. */
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include <glib/gstdio.h>
#include <netinet/in.h>

#include "kube/exec.h"
#include "kube/items.h"
#include "kube/list.h"
#include "tests/fake.h"
#include "tests/golden.h"
#include "tests/harness.h"
#include "tui/cli.h"

enum question { GET_PODS, GET_JSON, PULL };

struct answer {
    const char *name;
    enum question question;
    const char *says;   /* to each request */
    const char *server; /* in place of the fake one; with names of struct stage in it */
    const char *more;   /* of the cluster in the kubeconfig */
    unsigned busy;      /* so often it is too busy before */
    bool exits;         /* `says` is the status that an exec ends with */
};

#define NO(status, body) "HTTP/1.1 " status "\r\nConnection: close\r\n\r\n" body
#define STATUS(message) "{\"kind\":\"Status\",\"message\":\"" message "\"}"
#define OK(body) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" body
#define BUSY                                                                \
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nConnection: close" \
    "\r\n\r\n" STATUS("The server has received too many requests")
#define WEB_PAGE "<html><head><title>nginx</title></head></html>\n"
#define TABLE                                                                                \
    "{\"kind\":\"Table\",\"columnDefinitions\":[{\"name\":\"Name\"}],\"rows\":[{\"cells\":[" \
    "\"web\"]}]}"

static const struct answer answers[] = {
    {.name = "all is well", .says = OK(TABLE)},
    {.name = "400", .says = NO("400 Bad Request", STATUS("unable to parse requirement"))},
    {.name = "401", .says = NO("401 Unauthorized", STATUS("Unauthorized"))},
    {.name = "403, a right is missing",
     .says =
         NO("403 Forbidden", STATUS("pods is forbidden: User \\\"viewer\\\" cannot list resource "
                                    "\\\"pods\\\" in API group \\\"\\\" in the namespace "
                                    "\\\"shop\\\""))},
    {.name = "403, a right for the whole cluster is missing",
     .says = NO("403 Forbidden",
                STATUS("namespaces is forbidden: User \\\"viewer\\\" cannot list resource "
                       "\\\"namespaces\\\" in API group \\\"\\\" at the cluster scope"))},
    {.name = "403, no login was sent",
     .says =
         NO("403 Forbidden", STATUS("pods is forbidden: User \\\"system:anonymous\\\" cannot list "
                                    "resource \\\"pods\\\""))},
    {.name = "403, empty", .says = NO("403 Forbidden", "")},
    {.name = "404, no such path", .says = NO("404 Not Found", "404 page not found\n")},
    {.name = "404, a Status",
     .says = NO("404 Not Found", STATUS("the server could not find the requested resource"))},
    {.name = "407", .says = NO("407 Proxy Authentication Required", "")},
    {.name = "409", .says = NO("409 Conflict", STATUS("the object has been modified"))},
    {.name = "410 again and again",
     .says = NO("410 Gone", STATUS("The provided continue parameter is "
                                   "too old"))},
    {.name = "413", .says = NO("413 Content Too Large", "")},
    {.name = "414", .says = NO("414 URI Too Long", "")},
    {.name = "422", .says = NO("422 Unprocessable Entity", STATUS("the name is invalid"))},
    {.name = "429 twice, then well", .says = OK(TABLE), .busy = 2},
    {.name = "429 for ever", .says = BUSY},
    {.name = "500, a Status",
     .says = NO("500 Internal Server Error", STATUS("etcdserver: no leader"))},
    {.name = "500, empty", .says = NO("500 Internal Server Error", "")},
    {.name = "502, a load balancer's page", .says = NO("502 Bad Gateway", WEB_PAGE)},
    {.name = "503, a load balancer's page", .says = NO("503 Service Unavailable", WEB_PAGE)},
    {.name = "503, a Status",
     .says = NO("503 Service Unavailable", STATUS("apiserver is shutting down"))},
    {.name = "504, a load balancer's page", .says = NO("504 Gateway Timeout", WEB_PAGE)},
    {.name = "a redirect",
     .says =
         "HTTP/1.1 302 Found\r\nLocation: https://login.example.com/?next=SECRET\r\nConnection: "
         "close\r\n\r\n"},
    {.name = "a redirect to the same server",
     .says = "HTTP/1.1 301 Moved Permanently\r\nLocation: /login\r\nConnection: close\r\n\r\n"},
    {.name = "a captive portal", .says = OK(WEB_PAGE)},
    {.name = "nothing in it", .says = OK("")},
    {.name = "JSON that is no list", .says = OK("{}")},
    {.name = "a Status with 200", .says = OK(STATUS("x"))},
    {.name = "JSON that ends early", .says = OK("{\"kind\":\"Table\",\"rows\":[{\"cells\"")},
    {.name = "the connection ends early",
     .says = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{\"kind\":"},
    {.name = "the connection ends at once", .says = ""},
    {.name = "the connection is reset", .says = FAKE_RESET},
    {.name = "another protocol", .says = FAKE_AT_ONCE "SSH-2.0-OpenSSH_9.2p1\r\n"},
    {.name = "TLS to a server without",
     .says = FAKE_AT_ONCE NO("400 Bad Request", ""),
     .server = "https://127.0.0.1:PORT"},
    {.name = "no TLS to a server that wants it",
     .says = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"},
    {.name = "no TLS to a server that says so by TLS alone", .server = "http://127.0.0.1:GOOD"},
    {.name = "the certificate is nobody's whom we trust", .server = "https://127.0.0.1:GOOD"},
    {.name = "the certificate has another name",
     .server = "https://localhost:GOOD",
     .more = ", certificate-authority: 'FOLDER/good.pem'"},
    {.name = "the certificate has run out",
     .server = "https://127.0.0.1:EXPIRED",
     .more = ", certificate-authority: 'FOLDER/expired.pem'"},
    {.name = "all is well but for the page",
     .server = "https://127.0.0.1:GOOD",
     .more = ", certificate-authority: 'FOLDER/good.pem'"},
    {.name = "TLS is never answered", .says = FAKE_HOLD, .server = "https://127.0.0.1:PORT"},
    {.name = "nothing is ever answered", .says = FAKE_HOLD},
    {.name = "nobody listens", .server = "https://127.0.0.1:1"},
    {.name = "the name is not known", .server = "https://no-such-host.invalid"},
    {.name = "the name server is silent", .server = "https://stuck.invalid"},
    {.name = "packets get no answer", .server = "https://127.0.0.1:FULL"},
    {.name = "the proxy does not listen",
     .server = "https://10.255.255.1",
     .more = ", proxy-url: 'http://127.0.0.1:1'"},
    {.name = "the proxy says nothing",
     .says = FAKE_HOLD,
     .server = "https://10.255.255.1",
     .more = ", proxy-url: 'http://127.0.0.1:PORT'"},
    {.name = "whole objects: a list without its end",
     .question = GET_JSON,
     .says = OK("{\"items\":[{\"a\":1},")},
    {.name = "whole objects: no list", .question = GET_JSON, .says = OK("{\"kind\":\"Pod\"}")},

    {.name = "exec: 400, which container",
     .question = PULL,
     .says = NO("400 Bad Request", STATUS("a container name must be specified for pod web, choose "
                                          "one of: [app side]"))},
    {.name = "exec: 400, no such container",
     .question = PULL,
     .says = NO("400 Bad Request", STATUS("container nope is not valid for pod web"))},
    {.name = "exec: 400, on no node yet",
     .question = PULL,
     .says = NO("400 Bad Request", STATUS("pod web does not have a host assigned"))},
    {.name = "exec: 401", .question = PULL, .says = NO("401 Unauthorized", STATUS("Unauthorized"))},
    {.name = "exec: 403",
     .question = PULL,
     .says =
         NO("403 Forbidden", STATUS("pods \\\"web\\\" is forbidden: User \\\"viewer\\\" cannot "
                                    "create resource \\\"pods/exec\\\" in API group \\\"\\\" in "
                                    "the namespace \\\"shop\\\""))},
    {.name = "exec: 403, empty", .question = PULL, .says = NO("403 Forbidden", "")},
    {.name = "exec: 404",
     .question = PULL,
     .says = NO("404 Not Found", STATUS("pods \\\"web\\\" not found"))},
    {.name = "exec: 500, the container does not run",
     .question = PULL,
     .says = NO("500 Internal Server Error", "container not found (\"app\")")},
    {.name = "exec: 500, the node is away",
     .question = PULL,
     .says = NO("500 Internal Server Error", STATUS("error dialing backend: dial tcp: no route to "
                                                    "host"))},
    {.name = "exec: a proxy without WebSocket", .question = PULL, .says = OK("{}")},
    {.name = "exec: a web page", .question = PULL, .says = NO("502 Bad Gateway", WEB_PAGE)},
    {.name = "exec: exit status 1",
     .question = PULL,
     .says = "{\"metadata\":{},\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"message\":"
             "\"command terminated with non-zero exit code: exit status 1\",\"details\":{"
             "\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"1\"}]}}",
     .exits = true},
    {.name = "exec: killed",
     .question = PULL,
     .says = "{\"metadata\":{},\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"message\":"
             "\"command terminated with non-zero exit code: killed\",\"details\":{"
             "\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"137\"}]}}",
     .exits = true},
    {.name = "exec: no such program",
     .question = PULL,
     .says = "{\"metadata\":{},\"status\":\"Failure\",\"reason\":\"InternalError\",\"message\":"
             "\"error executing command in container: OCI runtime exec failed: exec failed: "
             "unable to start container process: exec: \\\"cat\\\": executable file not found "
             "in $PATH: unknown\"}",
     .exits = true},
    {.name = "exec: the runtime is away",
     .question = PULL,
     .says = "{\"metadata\":{},\"status\":\"Failure\",\"reason\":\"InternalError\",\"message\":"
             "\"ttrpc: closed: unknown\",\"code\":500}",
     .exits = true},
    {.name = "exec: the container does not run, said after the upgrade",
     .question = PULL,
     .says = "{\"metadata\":{},\"status\":\"Failure\",\"code\":500,\"message\":\"container not "
             "found (\\\"app\\\")\",\"metadata\":{},\"status\":\"Failure\"}",
     .exits = true},
    {.name = "exec: it ends without a word",
     .question = PULL,
     .says = FAKE_UPGRADE "\x88\x02\x03\xe8"},
    {.name = "exec: the connection ends", .question = PULL, .says = FAKE_UPGRADE},
};

struct trial {
    const struct answer *answer;
    struct fake fake;
    struct client *client;
    struct list *list;
    struct items *items;
    bool done;
    gint64 took_us;
    GError *error;
};

/* In place of the system's, also for libcurl: what a name server says must not depend on the
 * machine, and this one may be silent for longer than anybody waits. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

    if (g_strcmp0(node, "no-such-host.invalid") == 0)
        return EAI_NONAME;
    if (g_strcmp0(node, "stuck.invalid") == 0) {
        g_usleep(30 * G_USEC_PER_SEC);
        return EAI_AGAIN;
    }
    if (real == NULL)
        *(void **)(&real) = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(node, service, hints, result);
}

/* A port whose queue of connections is full: who asks for one more hears nothing. */
static unsigned full_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    g_assert_cmpint(bind(listener, (struct sockaddr *)&address, len), ==, 0);
    g_assert_cmpint(listen(listener, 0), ==, 0);
    g_assert_cmpint(getsockname(listener, (struct sockaddr *)&address, &len), ==, 0);
    for (int i = 0; i < 4; i++) {
        int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

        (void)connect(client, (struct sockaddr *)&address, len);
    }
    return ntohs(address.sin_port);
}

static void finish(struct trial *trial, const GError *error)
{
    if (trial->done)
        return;
    trial->done = true;
    trial->took_us += g_get_monotonic_time();
    trial->error = error != NULL ? g_error_copy(error) : NULL;
}

static void on_list(struct list *list, enum list_event event, const GError *error, bool will_retry,
                    void *data)
{
    (void)list;
    (void)will_retry;
    if (event == LIST_FAILED || event == LIST_SYNCED)
        finish((struct trial *)data, error);
}

static void on_item(json_t *item, void *data)
{
    (void)item;
    (void)data;
}

static void on_items(const GError *error, void *data)
{
    finish((struct trial *)data, error);
}

static void on_output(enum exec_stream stream, const uint8_t *bytes, size_t len, void *data)
{
    (void)stream;
    (void)bytes;
    (void)len;
    (void)data;
}

static void on_exec(const struct exec_result *result, const GError *error, void *data)
{
    (void)result;
    finish((struct trial *)data, error);
}

static void say_status(struct fake *fake, const char *status)
{
    g_autoptr(GString) frames = g_string_new(FAKE_UPGRADE);
    size_t len = strlen(status) + 1;

    g_string_append_c(frames, '\x82');
    if (len >= 126) {
        g_string_append_c(frames, 126);
        g_string_append_c(frames, (char)(len >> 8));
    }
    g_string_append_c(frames, (char)len);
    g_string_append_printf(frames, "\x03%s\x88\x02\x03\xe8", status);
    fake_say_bytes(fake, frames->str, frames->len);
}

static void say(struct fake *fake, const struct answer *answer)
{
    for (unsigned i = 0; i < answer->busy; i++)
        fake_say(fake, "%s", BUSY);
    for (int i = 0; i < 6 && answer->says != NULL; i++) {
        if (answer->exits)
            say_status(fake, answer->says);
        else
            fake_say(fake, "%s", answer->says);
    }
}

/* What the kubeconfigs may speak of: their names there, and what these are today. */
struct stage {
    char *folder;
    GSubprocess *good, *expired;
    char *words[5][2];
};

static void openssl(const struct stage *stage, const char *line)
{
    g_auto(GStrv) argv = g_strsplit(line, " ", 0);
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocess) run = NULL;

    g_subprocess_launcher_set_cwd(launcher, stage->folder);
    run = g_subprocess_launcher_spawnv(launcher, (const gchar *const *)argv, &error);
    g_assert_no_error(error);
    g_subprocess_wait_check(run, NULL, &error);
    g_assert_no_error(error);
}

/* A server that speaks TLS with this certificate; its port. */
static GSubprocess *tls_server(const struct stage *stage, const char *certificate, char **port)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDataInputStream) lines = NULL;
    g_autofree char *line = NULL;
    GSubprocess *server;

    g_subprocess_launcher_set_cwd(launcher, stage->folder);
    server = g_subprocess_launcher_spawn(launcher, &error, "openssl", "s_server", "-accept",
                                         "127.0.0.1:0", "-www", "-key", "key.pem", "-cert",
                                         certificate, NULL);
    g_assert_no_error(error);
    lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(server));
    do {
        g_free(line);
        line = g_data_input_stream_read_line(lines, NULL, NULL, &error);
        g_assert_nonnull(line);
    } while (!g_str_has_prefix(line, "ACCEPT "));
    *port = g_strdup(strrchr(line, ':') + 1);
    return server;
}

static void stage_up(struct stage *stage)
{
    g_autofree char *names = NULL;
    g_autoptr(GError) error = NULL;

    stage->folder = g_dir_make_tmp("tracetui-answers-XXXXXX", &error);
    g_assert_no_error(error);
    names = g_build_filename(stage->folder, "names", NULL);
    g_file_set_contents(names, "subjectAltName=IP:127.0.0.1\n", -1, &error);
    g_assert_no_error(error);
    openssl(stage, "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x "
                   "-keyout key.pem -out request.pem");
    openssl(stage, "openssl x509 -req -in request.pem -signkey key.pem -days 2 -extfile names -out "
                   "good.pem");
    openssl(stage, "openssl x509 -req -in request.pem -signkey key.pem -days -1 -extfile names "
                   "-out expired.pem");
    stage->words[0][0] = g_strdup("FOLDER");
    stage->words[0][1] = g_strdup(stage->folder);
    stage->words[1][0] = g_strdup("FULL");
    stage->words[1][1] = g_strdup_printf("%u", full_port());
    stage->words[2][0] = g_strdup("GOOD");
    stage->good = tls_server(stage, "good.pem", &stage->words[2][1]);
    stage->words[3][0] = g_strdup("EXPIRED");
    stage->expired = tls_server(stage, "expired.pem", &stage->words[3][1]);
    stage->words[4][0] = g_strdup("PORT"); /* differs */
}

static void stage_down(struct stage *stage)
{
    static const char *const files[] = {"names", "key.pem", "request.pem", "good.pem",
                                        "expired.pem"};

    g_subprocess_force_exit(stage->good);
    g_subprocess_force_exit(stage->expired);
    g_object_unref(stage->good);
    g_object_unref(stage->expired);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *file = g_build_filename(stage->folder, files[i], NULL);

        g_unlink(file);
    }
    g_assert_cmpint(g_rmdir(stage->folder), ==, 0);
    g_free(stage->folder);
    for (size_t i = 0; i < G_N_ELEMENTS(stage->words); i++) {
        g_free(stage->words[i][0]);
        g_free(stage->words[i][1]);
    }
}

static char *kubeconfig(const struct trial *trial, struct stage *stage)
{
    const char *server = trial->answer->server, *more = trial->answer->more;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GRegex) in_url = g_regex_new("http://127.0.0.1:([0-9]+)", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    g_regex_match(in_url, trial->fake.kubeconfig, 0, &match);
    g_free(stage->words[4][1]);
    stage->words[4][1] = g_match_info_fetch(match, 1);
    g_string_printf(text,
                    "current-context: x\nclusters: [{name: x, cluster: {server: '%s'%s}}]\n"
                    "users: [{name: x, user: {token: SECRET}}]\ncontexts: [{name: x, context: "
                    "{cluster: x, user: x}}]\n",
                    server != NULL ? server : "http://127.0.0.1:PORT", more != NULL ? more : "");
    for (size_t i = 0; i < G_N_ELEMENTS(stage->words); i++)
        g_string_replace(text, stage->words[i][0], stage->words[i][1], 0);
    return g_strdup(text->str);
}

static void begin(struct trial *trial, struct stage *stage)
{
    static const struct items_calls items_calls = {on_item, on_items};
    static const struct exec_calls exec_calls = {.output = on_output, .done = on_exec};
    static const struct place place = {"shop", "web", NULL};
    const char *const argv[] = {"cat", "/tmp/trace", NULL};
    const struct list_query query = {.kind = LIST_PODS, .namespace = "shop"};
    g_autofree char *config = NULL;

    fake_up(&trial->fake);
    say(&trial->fake, trial->answer);
    config = kubeconfig(trial, stage);
    trial->client = harness_client(config, 0);
    trial->took_us = -g_get_monotonic_time();
    if (trial->answer->question == GET_PODS)
        trial->list = list_start(trial->client, &query, on_list, trial);
    else if (trial->answer->question == GET_JSON)
        trial->items = items_start(trial->client, "/api/v1/pods", NULL, &items_calls, trial);
    else
        exec_start(trial->client, &place, argv, &exec_calls, trial);
}

static GString *page; /* what is compared in the end */

static void keep_line(const char *text)
{
    g_string_append_printf(page, "  %s", text);
}

/* As the commands do it, without what differs from run to run. */
static void show(struct trial *trial)
{
    static const char *const words[] = {[GET_PODS] = "get pods", [GET_JSON] = "get pods", "pull"};
    g_autoptr(GString) message = NULL;
    g_autoptr(GError) clean = NULL;

    g_string_append_printf(page, "%s\n", trial->answer->name);
    if (trial->error == NULL) {
        g_string_append_printf(page, "  (the list, after %u requests)\n",
                               trial->fake.requests->len);
        return;
    }
    g_assert_true(trial->error->domain == KUBE_ERROR);
    message = g_string_new(trial->error->message);
    g_string_replace(message, client_login(trial->client)->server, "SERVER", 0);
    clean = g_error_new_literal(KUBE_ERROR, trial->error->code, message->str);
    g_assert_cmpint(cli_fail(words[trial->answer->question], clean), ==, CLI_FAILED);
}

static void end(struct trial *trial)
{
    list_free(trial->list);
    items_free(trial->items);
    client_free(trial->client);
    fake_down(&trial->fake);
    g_clear_error(&trial->error);
}

static void test_answers(void)
{
    struct trial trials[G_N_ELEMENTS(answers)] = {0};
    struct stage stage = {0};
    GPrintFunc printer;
    gint64 began_us;

    stage_up(&stage);
    began_us = g_get_monotonic_time();
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        trials[i].answer = &answers[i];
        begin(&trials[i], &stage);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++)
        harness_wait(&trials[i].done);
    page = g_string_new(NULL);
    printer = g_set_printerr_handler(keep_line);
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        /* Six seconds are promised; so much more a busy machine may take. */
        if (trials[i].took_us > 8 * G_USEC_PER_SEC)
            g_test_fail_printf("%s: told only after %.1f s", answers[i].name,
                               (double)trials[i].took_us / G_USEC_PER_SEC);
        show(&trials[i]);
        /* The login goes nowhere but to the server. */
        if (strstr(answers[i].name, "redirect") != NULL)
            g_assert_cmpuint(trials[i].fake.requests->len, ==, 1);
        end(&trials[i]);
    }
    g_set_printerr_handler(printer);
    stage_down(&stage);
    g_assert_null(strstr(page->str, "SECRET"));
    golden_check_text(page->str, "answers");
    g_string_free(page, TRUE);
    /* Nor did letting go of one of them wait for anything. */
    g_assert_cmpint(g_get_monotonic_time() - began_us, <, 12 * G_USEC_PER_SEC);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/answers/all", test_answers);
    return g_test_run();
}
