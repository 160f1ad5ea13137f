/* The proxy that stands between programs and servers in tests does what its words say: a client and
 * a server here, the program in between. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include <gio/gio.h>

#define PATIENCE_S 20
#define SENT_BYTES 3000000
#define SMALL_BYTES 100000

/* The server: a thread that sends SENT_BYTES to who comes, byte n being (n * 7) % 251, then echoes
 * what it hears until the other end closes. */
struct scene {
    GSocketListener *listener;
    GThread *thread;
    GCancellable *cancel;
    GSubprocess *hurdle;
    GDataInputStream *said;
    GOutputStream *told;
    uint16_t port; /* of the proxy */
    size_t sent_bytes;
    bool rude; /* the server leaves without having read what it was sent, which is an RST */
};

static uint8_t byte_at(size_t n)
{
    return (uint8_t)(n * 7 % 251);
}

static void serve(GSocketConnection *connection, size_t len, bool rude)
{
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    g_autofree uint8_t *bytes = g_malloc(len + 1);
    gssize n = 0;

    for (size_t i = 0; i < len; i++)
        bytes[i] = byte_at(i);
    if (!g_output_stream_write_all(out, bytes, len, NULL, NULL, NULL))
        return;
    if (rude) {
        g_usleep(200000);
        return;
    }
    while ((n = g_input_stream_read(in, bytes, len + 1, NULL, NULL)) > 0 &&
           g_output_stream_write_all(out, bytes, (gsize)n, NULL, NULL, NULL))
        continue;
}

static gpointer serve_all(gpointer data)
{
    struct scene *scene = data;

    for (;;) {
        g_autoptr(GSocketConnection) connection =
            g_socket_listener_accept(scene->listener, NULL, scene->cancel, NULL);

        if (connection == NULL)
            return NULL;
        serve(connection, scene->sent_bytes, scene->rude);
    }
}

static char *hear(const struct scene *scene)
{
    g_autoptr(GError) error = NULL;
    char *line = g_data_input_stream_read_line_utf8(scene->said, NULL, NULL, &error);

    g_assert_no_error(error);
    return line;
}

static void check_said(const struct scene *scene, const char *wanted)
{
    g_autofree char *line = hear(scene);

    g_assert_cmpstr(line, ==, wanted);
}

static void tell(const struct scene *scene, const char *line)
{
    g_autofree char *text = g_strconcat(line, "\n", NULL);

    g_assert_true(g_output_stream_write_all(scene->told, text, strlen(text), NULL, NULL, NULL));
}

/* Words are separated by blanks. */
static void scene_up(struct scene *scene, size_t sent_bytes, const char *words)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *program = g_test_build_filename(G_TEST_BUILT, "hurdle", NULL);
    g_autofree char *line = NULL, *command = NULL;
    g_auto(GStrv) argv = NULL;
    uint16_t port;

    *scene = (struct scene){.listener = g_socket_listener_new(), .cancel = g_cancellable_new()};
    scene->sent_bytes = sent_bytes;
    port = g_socket_listener_add_any_inet_port(scene->listener, NULL, &error);
    g_assert_no_error(error);
    scene->thread = g_thread_new("server", serve_all, scene);

    command = g_strdup_printf("%s 0 127.0.0.1:%u%s%s", program, port, *words ? " " : "", words);
    argv = g_strsplit(command, " ", -1);
    scene->hurdle =
        g_subprocess_newv((const char *const *)argv,
                          G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
    g_assert_no_error(error);
    scene->said = g_data_input_stream_new(g_subprocess_get_stdout_pipe(scene->hurdle));
    scene->told = g_subprocess_get_stdin_pipe(scene->hurdle);
    line = hear(scene);
    g_assert_true(g_str_has_prefix(line, "port "));
    scene->port = (uint16_t)g_ascii_strtoull(line + 5, NULL, 10);
}

static void server_stop(struct scene *scene)
{
    g_cancellable_cancel(scene->cancel);
    if (scene->thread != NULL)
        g_thread_join(g_steal_pointer(&scene->thread));
    g_socket_listener_close(scene->listener);
}

/* Ends the program by the end of its input. */
static void scene_down(struct scene *scene)
{
    g_autoptr(GError) error = NULL;

    g_output_stream_close(scene->told, NULL, NULL);
    g_subprocess_wait_check(scene->hurdle, NULL, &error);
    g_assert_no_error(error);
    server_stop(scene);
    g_object_unref(scene->said);
    g_object_unref(scene->hurdle);
    g_object_unref(scene->listener);
    g_object_unref(scene->cancel);
}

static GSocket *try_dial(const struct scene *scene, GError **failure)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketAddress) address =
        g_inet_socket_address_new_from_string("127.0.0.1", scene->port);
    GSocket *socket =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

    g_assert_no_error(error);
    g_socket_set_timeout(socket, PATIENCE_S);
    g_socket_connect(socket, address, NULL, failure);
    return socket;
}

static GSocket *dial(const struct scene *scene)
{
    g_autoptr(GError) error = NULL;
    GSocket *socket = try_dial(scene, &error);

    g_assert_no_error(error);
    return socket;
}

/* Reads byte `from` and on until so many have come or there is an end; a G_IO_ERROR code says how,
 * 0 when it was an orderly one. */
static size_t take_from(size_t from, GSocket *socket, size_t max, int *ended)
{
    g_autofree uint8_t *bytes = g_malloc(65536);
    size_t len = 0;

    while (len < max) {
        g_autoptr(GError) error = NULL;
        gssize n =
            g_socket_receive(socket, (char *)bytes, MIN(max - len, (size_t)65536), NULL, &error);

        if (n <= 0) {
            *ended = n == 0 ? 0 : error->code;
            return len;
        }
        for (gssize i = 0; i < n; i++)
            g_assert_cmpuint(bytes[i], ==, byte_at(from + len + (size_t)i));
        len += (size_t)n;
    }
    *ended = -1;
    return len;
}

static size_t take(GSocket *socket, size_t max, int *ended)
{
    return take_from(0, socket, max, ended);
}

/* Both ways, and the end of each. */
static void test_through(void)
{
    struct scene scene;
    int ended;

    scene_up(&scene, SENT_BYTES, "");
    g_autoptr(GSocket) socket = dial(&scene);
    g_assert_cmpuint(take(socket, SENT_BYTES, &ended), ==, SENT_BYTES);
    uint8_t word[4] = {byte_at(0), byte_at(1), byte_at(2), byte_at(3)};
    g_assert_cmpint(g_socket_send(socket, (const char *)word, 4, NULL, NULL), ==, 4);
    g_assert_true(g_socket_shutdown(socket, FALSE, TRUE, NULL));
    g_assert_cmpuint(take(socket, SENT_BYTES, &ended), ==, 4);
    g_assert_cmpint(ended, ==, 0);
    tell(&scene, "count=now");
    check_said(&scene, "count up 4 down 3000004 connections 1 cuts 0 stalls 0");
    scene_down(&scene);
}

struct cut {
    const char *words;
    size_t len;
    int ended;
    const char *said;
};

static const struct cut cuts[] = {
    {"rst=1", 1, G_IO_ERROR_CONNECTION_CLOSED, "rst 1 connection 1"},
    {"rst=1234567", 1234567, G_IO_ERROR_CONNECTION_CLOSED, "rst 1234567 connection 1"},
    {"fin=1", 1, 0, "fin 1 connection 1"},
    {"fin=1234567", 1234567, 0, "fin 1234567 connection 1"},
};

static void test_cut(gconstpointer data)
{
    const struct cut *cut = data;
    struct scene scene;
    int ended;

    scene_up(&scene, SENT_BYTES, cut->words);
    g_autoptr(GSocket) socket = dial(&scene);
    g_assert_cmpuint(take(socket, SENT_BYTES, &ended), ==, cut->len);
    g_assert_cmpint(ended, ==, cut->ended);
    check_said(&scene, cut->said);
    /* The next one is not bothered. */
    g_autoptr(GSocket) next = dial(&scene);
    g_assert_cmpuint(take(next, SENT_BYTES, &ended), ==, SENT_BYTES);
    scene_down(&scene);
}

/* What is said while the whole is fetched again and again, until nothing cuts any more. */
static char *fetch_cut(const char *words)
{
    struct scene scene;
    g_autoptr(GString) said = g_string_new(NULL);
    int ended = 0;

    scene_up(&scene, SENT_BYTES, words);
    while (ended != -1) {
        g_autoptr(GSocket) socket = dial(&scene);
        if (take(socket, SENT_BYTES, &ended) < SENT_BYTES) {
            g_autofree char *line = hear(&scene);
            g_string_append_printf(said, "%s\n", line);
        }
    }
    scene_down(&scene);
    return g_strdup(said->str);
}

static void test_seed(void)
{
    g_autofree char *a = fetch_cut("seed=7 span=3000000 cut=*9");
    g_autofree char *b = fetch_cut("seed=7 span=3000000 cut=*9");
    g_autofree char *c = fetch_cut("seed=8 span=3000000 cut=*9");
    unsigned lines = 0;

    g_assert_cmpstr(a, ==, b);
    g_assert_cmpstr(a, !=, c);
    g_assert_nonnull(strstr(a, "rst"));
    g_assert_nonnull(strstr(a, "fin"));
    for (const char *at = a; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    g_assert_cmpuint(lines, ==, 9);
}

static double seconds_since(gint64 began_us)
{
    return (double)(g_get_monotonic_time() - began_us) / 1e6;
}

static void test_stall(void)
{
    struct scene scene;
    int ended;

    scene_up(&scene, SENT_BYTES, "hold=400 stall=1000000 mark=2000000");
    g_autoptr(GSocket) socket = dial(&scene);
    g_assert_cmpuint(take(socket, 1000000, &ended), ==, 1000000);
    check_said(&scene, "stall 1000000 connection 1");
    gint64 began_us = g_get_monotonic_time();
    g_assert_false(g_socket_condition_timed_wait(socket, G_IO_IN, 200000, NULL, NULL));
    g_assert_cmpuint(g_socket_get_available_bytes(socket), ==, 0);
    /* The rest comes after all, and only then. */
    g_assert_true(
        g_socket_condition_timed_wait(socket, G_IO_IN, PATIENCE_S * G_USEC_PER_SEC, NULL, NULL));
    g_assert_cmpfloat(seconds_since(began_us), >, 0.3);
    check_said(&scene, "mark 2000000 connection 1");

    g_assert_cmpuint(take_from(1000000, socket, 2000000, &ended), ==, 2000000);

    /* For ever, and for who comes, too; until the client gives up. */
    tell(&scene, "hold=0");
    tell(&scene, "stall=now");
    check_said(&scene, "stall 3000000 connection 1");
    g_autoptr(GSocket) next = dial(&scene);
    g_assert_false(g_socket_condition_timed_wait(next, G_IO_IN, 200000, NULL, NULL));
    g_socket_close(next, NULL);
    scene_down(&scene);
}

static void test_slow(void)
{
    struct scene scene;
    int ended;

    /* 100 kB at 4 Mbit/s are 200 ms. */
    scene_up(&scene, SMALL_BYTES, "rate=4000000 delay=100");
    g_autoptr(GSocket) socket = dial(&scene);
    gint64 began_us = g_get_monotonic_time();
    g_assert_cmpuint(take(socket, SMALL_BYTES, &ended), ==, SMALL_BYTES);
    g_assert_cmpfloat(seconds_since(began_us), >, 0.27);

    tell(&scene, "rate=0");
    const uint8_t word[1] = {byte_at(0)};
    began_us = g_get_monotonic_time();
    g_assert_cmpint(g_socket_send(socket, (const char *)word, 1, NULL, NULL), ==, 1);
    g_assert_cmpuint(take(socket, 1, &ended), ==, 1);
    g_assert_cmpfloat(seconds_since(began_us), >, 0.2);
    g_assert_cmpfloat(seconds_since(began_us), <, PATIENCE_S);
    scene_down(&scene);
}

/* A server's RST comes behind its bytes on a slow link, too. */
static void test_rude(void)
{
    struct scene scene;
    int ended;

    scene_up(&scene, SMALL_BYTES, "rate=1600000");
    scene.rude = true;
    g_autoptr(GSocket) socket = dial(&scene);
    g_assert_cmpint(g_socket_send(socket, "?", 1, NULL, NULL), ==, 1);
    g_assert_cmpuint(take(socket, SENT_BYTES, &ended), ==, SMALL_BYTES);
    g_assert_cmpint(ended, ==, G_IO_ERROR_CONNECTION_CLOSED);
    scene_down(&scene);
}

/* Where no server listens. */
static void test_nobody(void)
{
    struct scene scene;
    int ended;

    scene_up(&scene, SMALL_BYTES, "");
    server_stop(&scene);
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) socket = try_dial(&scene, &error);
    /* Where the reset is quick, connecting is all that fails. */
    if (error == NULL)
        g_assert_cmpuint(take(socket, 1, &ended), ==, 0);
    else
        ended = error->code;
    g_assert_cmpint(ended, ==, G_IO_ERROR_CONNECTION_CLOSED);
    scene_down(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hurdle/through", test_through);
    for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
        g_autofree char *name = g_strdup_printf("/hurdle/cut/%s", cuts[i].words);
        g_test_add_data_func(name, &cuts[i], test_cut);
    }
    g_test_add_func("/hurdle/seed", test_seed);
    g_test_add_func("/hurdle/stall", test_stall);
    g_test_add_func("/hurdle/slow", test_slow);
    g_test_add_func("/hurdle/rude", test_rude);
    g_test_add_func("/hurdle/nobody", test_nobody);
    return g_test_run();
}
