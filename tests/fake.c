#include "tests/fake.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <sys/socket.h>

#include "kube/websocket.h"

/* One connection: reads a head, answers, ends. */
struct talk {
    struct fake *fake;
    GSocketConnection *connection;
    GString *head;
    char buffer[4096];
};

static void talk_free(struct talk *talk)
{
    g_object_unref(talk->connection);
    g_string_free(talk->head, TRUE);
    g_free(talk);
}

static void say_upgrade(struct talk *talk, GOutputStream *out)
{
    const char *field = "Sec-WebSocket-Key: ", *at = strstr(talk->head->str, field);
    g_auto(GStrv) lines = g_strsplit(at != NULL ? at + strlen(field) : "", "\r\n", 2);
    g_autofree char *accept = websocket_accept(lines[0]);

    g_output_stream_printf(out, NULL, NULL, NULL,
                           "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                           "Upgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n"
                           "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n",
                           accept);
}

static void reset_at_close(struct talk *talk)
{
    const struct linger none = {.l_onoff = 1};

    setsockopt(g_socket_get_fd(g_socket_connection_get_socket(talk->connection)), SOL_SOCKET,
               SO_LINGER, &none, sizeof none);
}

static char first_byte(const GBytes *bytes)
{
    gsize len = 0;
    const char *text =
        bytes != NULL ? (const char *)g_bytes_get_data((GBytes *)(uintptr_t)bytes, &len) : "";

    return len > 0 ? *text : '\0';
}

static void answer(struct talk *talk)
{
    g_autoptr(GBytes) bytes = (GBytes *)g_queue_pop_head(&talk->fake->answers);
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(talk->connection));
    gsize len = 0;
    const char *text = bytes != NULL ? (const char *)g_bytes_get_data(bytes, &len) : "";
    char mark = first_byte(bytes);
    bool hold = mark == *FAKE_HOLD;

    g_ptr_array_add(talk->fake->requests, g_strdup(talk->head->str));
    if (mark == *FAKE_UPGRADE)
        say_upgrade(talk, out);
    if (mark == *FAKE_RESET)
        reset_at_close(talk);
    /* A client that has heard enough may go away: that is for the test to judge. */
    if (mark > '\0' && mark <= *FAKE_RESET)
        text++, len--;
    g_output_stream_write_all(out, text, len, NULL, NULL, NULL);
    if (hold)
        g_ptr_array_add(talk->fake->held, g_object_ref(talk->connection));
    else
        g_io_stream_close(G_IO_STREAM(talk->connection), NULL, NULL);
    talk_free(talk);
}

static void read_some(GObject *source, GAsyncResult *result, gpointer data)
{
    struct talk *talk = (struct talk *)data;
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(talk->connection));

    if (result != NULL) {
        gssize n = g_input_stream_read_finish(G_INPUT_STREAM(source), result, NULL);

        if (n <= 0) {
            talk_free(talk);
            return;
        }
        g_string_append_len(talk->head, talk->buffer, n);
    }
    if (strstr(talk->head->str, "\r\n\r\n") != NULL ||
        (talk->head->len > 0 &&
         first_byte((GBytes *)g_queue_peek_head(&talk->fake->answers)) == *FAKE_AT_ONCE))
        answer(talk);
    else
        g_input_stream_read_async(in, talk->buffer, sizeof talk->buffer, G_PRIORITY_DEFAULT, NULL,
                                  read_some, talk);
}

static gboolean on_incoming(GSocketService *service, GSocketConnection *connection, GObject *source,
                            gpointer data)
{
    struct talk *talk = g_new0(struct talk, 1);

    (void)service;
    (void)source;
    talk->fake = (struct fake *)data;
    talk->connection = g_object_ref(connection);
    talk->head = g_string_new(NULL);
    read_some(NULL, NULL, talk);
    return TRUE;
}

static void unref_bytes(void *data)
{
    g_bytes_unref((GBytes *)data);
}

void fake_up(struct fake *fake)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new(loopback, 0);
    g_autoptr(GSocketAddress) bound = NULL;

    fake->service = g_socket_service_new();
    g_socket_listener_add_address(G_SOCKET_LISTENER(fake->service), address, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
    g_assert_no_error(error);
    g_signal_connect(fake->service, "incoming", G_CALLBACK(on_incoming), fake);
    g_queue_init(&fake->answers);
    fake->requests = g_ptr_array_new_with_free_func(g_free);
    fake->held = g_ptr_array_new_with_free_func(g_object_unref);
    fake->kubeconfig = g_strdup_printf(
        "current-context: x\nclusters: [{name: x, cluster: {server: 'http://127.0.0.1:%d'}}]\n"
        "users: [{name: x, user: {token: SECRET}}]\ncontexts: [{name: x, context: {cluster: x, "
        "user: x}}]\n",
        g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound)));
}

void fake_down(struct fake *fake)
{
    g_socket_service_stop(fake->service);
    g_socket_listener_close(G_SOCKET_LISTENER(fake->service));
    g_object_unref(fake->service);
    g_queue_clear_full(&fake->answers, unref_bytes);
    g_ptr_array_unref(fake->requests);
    g_ptr_array_unref(fake->held);
    g_free(fake->kubeconfig);
}

void fake_say_bytes(struct fake *fake, const void *bytes, size_t len)
{
    g_queue_push_tail(&fake->answers, g_bytes_new(bytes, len));
}

void fake_say(struct fake *fake, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    fake_say_bytes(fake, text, strlen(text));
}

void fake_say_json(struct fake *fake, const char *json)
{
    fake_say(fake,
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
             "Connection: close\r\n\r\n%s",
             strlen(json), json);
}
