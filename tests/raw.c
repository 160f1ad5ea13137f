#include "tests/raw.h"

#include <string.h>

#include "kube/websocket.h"

#define PATIENCE_MS 10000

static char *value_of(const char *kubeconfig, const char *key)
{
    const char *begin = strstr(kubeconfig, key);
    g_assert_nonnull(begin);
    begin += strlen(key);
    return g_strndup(begin, strcspn(begin, "/\n"));
}

void raw_set_up(struct raw *raw, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    raw->demo = demo_start(&error);
    g_assert_no_error(error);
    const char *kubeconfig = demo_kubeconfig(raw->demo);
    raw->host = value_of(kubeconfig, "server: http://");
    raw->token = value_of(kubeconfig, "token: ");
    g_autofree char *before = g_strconcat(raw->host, "/", NULL);
    raw->door = value_of(kubeconfig, before);
}

void raw_tear_down(struct raw *raw, gconstpointer data)
{
    (void)data;
    g_free(raw->host);
    g_free(raw->door);
    g_free(raw->token);
    demo_stop(raw->demo);
}

const char *raw_string(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

GSocketConnection *raw_open(const struct raw *raw, const char *token, const char *path,
                            const char *headers)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_socket_client_set_enable_proxy(client, FALSE);
    GSocketConnection *connection =
        g_socket_client_connect_to_host(client, raw->host, 80, NULL, &error);
    g_assert_no_error(error);
    g_socket_set_timeout(g_socket_connection_get_socket(connection), PATIENCE_MS / 1000);
    g_autofree char *authorization =
        token != NULL ? g_strdup_printf("Authorization: Bearer %s\r\n", token) : g_strdup("");
    g_autofree char *text = g_strdup_printf("GET %s HTTP/1.1\r\nHost: %s\r\n%s%s\r\n", path,
                                            raw->host, authorization, headers);
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    g_output_stream_write_all(out, text, strlen(text), NULL, NULL, &error);
    g_assert_no_error(error);
    return connection;
}

static GString *read_to_end(GSocketConnection *connection)
{
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    GString *all = g_string_new(NULL);
    char buffer[65536];
    gssize n;
    while ((n = g_input_stream_read(in, buffer, sizeof buffer, NULL, NULL)) > 0)
        g_string_append_len(all, buffer, n);
    return all;
}

static char *join_chunks(const char *chunked)
{
    GString *text = g_string_new(NULL);
    for (;;) {
        char *end = NULL;
        gsize n = (gsize)g_ascii_strtoull(chunked, &end, 16);
        if (n == 0)
            break;
        g_assert_true(g_str_has_prefix(end, "\r\n"));
        g_string_append_len(text, end + 2, (gssize)n);
        chunked = end + 2 + n + 2;
    }
    return g_string_free(text, FALSE);
}

int raw_get(const struct raw *raw, const char *token, const char *path, const char *accept,
            char **body)
{
    g_autofree char *headers = g_strdup_printf("Connection: close\r\nAccept: %s\r\n", accept);
    g_autoptr(GSocketConnection) connection = raw_open(raw, token, path, headers);
    GString *all = read_to_end(connection);
    g_assert_true(g_str_has_prefix(all->str, "HTTP/1.1 "));
    int code = (int)g_ascii_strtoll(all->str + strlen("HTTP/1.1 "), NULL, 10);
    char *end = strstr(all->str, "\r\n\r\n");
    g_assert_nonnull(end);
    *end = '\0';
    *body = strstr(all->str, "Transfer-Encoding: chunked") != NULL ? join_chunks(end + 4)
                                                                   : g_strdup(end + 4);
    g_string_free(all, TRUE);
    return code;
}

json_t *raw_get_json(const struct raw *raw, const char *path, const char *accept, int code)
{
    g_autofree char *body = NULL;
    g_assert_cmpint(raw_get(raw, raw->token, path, accept, &body), ==, code);
    json_t *json = json_loads(body, 0, NULL);
    g_assert_nonnull(json);
    return json;
}

/* What is under way. */
struct exec_state {
    struct raw_outcome *outcome;
    GByteArray *message;
    unsigned n_messages;
};

static void take_message(struct exec_state *state)
{
    struct raw_outcome *outcome = state->outcome;
    const GByteArray *message = state->message;
    if (state->n_messages++ == 0) {
        outcome->first_len = message->len;
        outcome->first_channel = message->len > 0 ? message->data[0] : -1;
    }
    outcome->largest = MAX(outcome->largest, message->len);
    if (message->len > 0 && message->data[0] == 3) {
        outcome->status = json_loadb((const char *)message->data + 1, message->len - 1, 0, NULL);
        g_assert_nonnull(outcome->status);
    }
}

static void take_data(enum websocket_type type, bool first, bool last, const uint8_t *bytes,
                      size_t len, void *self)
{
    struct exec_state *state = self;
    g_assert_true(type == WEBSOCKET_BINARY);
    if (first)
        g_byte_array_set_size(state->message, 0);
    guint had = state->message->len;
    g_byte_array_append(state->message, bytes, (guint)len);
    state->outcome->inside = !last;
    /* Pieces of output count as they come, even when their message never ends. */
    if (state->message->len > 0 && (state->message->data[0] == 1 || state->message->data[0] == 2)) {
        guint skip = MAX(had, 1);
        g_byte_array_append(state->message->data[0] == 1 ? state->outcome->out
                                                         : state->outcome->err,
                            state->message->data + skip, state->message->len - skip);
    }
    if (last)
        take_message(state);
}

static void take_close(unsigned code, const char *reason, size_t len, void *self)
{
    struct exec_state *state = self;
    (void)reason;
    (void)len;
    state->outcome->close_code = code;
}

static void take_pong(void *self)
{
    struct exec_state *state = self;
    state->outcome->n_pongs++;
}

static char *exec_path(const struct raw_exec *exec)
{
    GString *path = g_string_new("/api/v1/namespaces/shop/pods/");
    g_string_append_printf(path, "%s/exec?stdout=true&stderr=true%s", exec->pod,
                           exec->input != NULL ? "&stdin=true" : "");
    if (exec->container != NULL)
        g_string_append_printf(path, "&container=%s", exec->container);
    for (const char *const *word = exec->argv; *word != NULL; word++) {
        g_autofree char *escaped = g_uri_escape_string(*word, NULL, FALSE);
        g_string_append_printf(path, "&command=%s", escaped);
    }
    return g_string_free(path, FALSE);
}

/* Reads the head of the answer. */
static char *read_head(GSocket *socket)
{
    GString *head = g_string_new(NULL);
    while (strstr(head->str, "\r\n\r\n") == NULL) {
        char byte;
        g_assert_cmpint(g_socket_receive(socket, &byte, 1, NULL, NULL), ==, 1);
        g_string_append_c(head, byte);
    }
    return g_string_free(head, FALSE);
}

/* Writes what the wire takes at once. False: something is left. */
static bool flush(GSocket *socket, struct websocket *websocket)
{
    for (;;) {
        size_t len = 0;
        const uint8_t *bytes = websocket_pending(websocket, &len);
        if (len == 0)
            return true;
        g_autoptr(GError) error = NULL;
        gssize n =
            g_socket_send_with_blocking(socket, (const char *)bytes, len, FALSE, NULL, &error);
        if (n < 0) /* when the server is gone, reading will tell */
            return !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
        websocket_wrote(websocket, (size_t)n);
    }
}

static void begin(const struct raw_exec *exec, struct websocket *websocket)
{
    for (unsigned i = 0; i < exec->n_pings; i++)
        websocket_ping(websocket);
    if (exec->input == NULL)
        return;
    g_autofree char *message = g_strdup_printf("0%s", exec->input);
    message[0] = 0;
    websocket_send(websocket, WEBSOCKET_BINARY, (const uint8_t *)message, 1 + strlen(exec->input));
    websocket_send(websocket, WEBSOCKET_BINARY, (const uint8_t *)"\377\000", 2);
}

static void talk(const struct raw_exec *exec, GSocket *socket, struct raw_outcome *outcome)
{
    static const struct websocket_calls calls = {take_data, take_close, take_pong};
    struct exec_state state = {.outcome = outcome, .message = g_byte_array_new()};
    struct websocket *websocket = websocket_new(WEBSOCKET_CLIENT, &calls, &state);
    gint64 patience_us = (exec->patience_ms > 0 ? exec->patience_ms : PATIENCE_MS) * 1000LL;
    bool closed = false;
    begin(exec, websocket);
    for (;;) {
        char buffer[65536];
        GIOCondition wanted = flush(socket, websocket) ? G_IO_IN : G_IO_IN | G_IO_OUT;
        if (!g_socket_condition_timed_wait(socket, wanted, patience_us, NULL, NULL)) {
            outcome->stalled = true;
            break;
        }
        g_autoptr(GError) error = NULL;
        gssize n =
            g_socket_receive_with_blocking(socket, buffer, sizeof buffer, FALSE, NULL, &error);
        if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            continue;
        if (n <= 0)
            break;
        websocket_feed(websocket, (const uint8_t *)buffer, (size_t)n, &error);
        g_assert_no_error(error);
        if (exec->close_after > 0 && outcome->out->len >= exec->close_after && !closed) {
            websocket_close(websocket, 1000, NULL);
            closed = true;
        }
    }
    websocket_free(websocket);
    g_byte_array_unref(state.message);
}

void raw_exec(const struct raw *raw, const struct raw_exec *exec, struct raw_outcome *outcome)
{
    *outcome = (struct raw_outcome){.out = g_byte_array_new(), .err = g_byte_array_new()};
    g_autofree char *key = websocket_key();
    g_autofree char *accept = websocket_accept(key);
    g_autofree char *headers = g_strdup_printf(
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Protocol: %s\r\n",
        key, exec->protocols != NULL ? exec->protocols : "v5.channel.k8s.io, v4.channel.k8s.io");
    g_autofree char *path = exec_path(exec);
    g_autoptr(GSocketConnection) connection = raw_open(raw, raw->token, path, headers);
    GSocket *socket = g_socket_connection_get_socket(connection);
    g_autofree char *head = read_head(socket);
    outcome->http_code = (int)g_ascii_strtoll(head + strlen("HTTP/1.1 "), NULL, 10);
    if (outcome->http_code != 101) {
        const char *length = strstr(head, "Content-Length: ");
        g_assert_nonnull(length);
        gsize len = (gsize)g_ascii_strtoull(length + strlen("Content-Length: "), NULL, 10);
        outcome->body = g_malloc0(len + 1);
        GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
        g_assert_true(g_input_stream_read_all(in, outcome->body, len, NULL, NULL, NULL));
        return;
    }
    g_assert_nonnull(strstr(head, accept));
    const char *protocol = strstr(head, "Sec-WebSocket-Protocol: ");
    g_assert_nonnull(protocol);
    protocol += strlen("Sec-WebSocket-Protocol: ");
    outcome->protocol = g_strndup(protocol, strcspn(protocol, "\r"));
    talk(exec, socket, outcome);
}

void raw_outcome_clear(struct raw_outcome *outcome)
{
    g_free(outcome->body);
    g_free(outcome->protocol);
    g_byte_array_unref(outcome->out);
    g_byte_array_unref(outcome->err);
    json_decref(outcome->status);
}
