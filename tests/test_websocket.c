/* Two ends of a WebSocket talk in memory; then one end hears what RFC 6455 forbids. */
#include <string.h>

#include <glib.h>

#include "kube/websocket.h"

/* What one end heard: messages as "t:hello" or "b:...", a piece count, the close. */
struct end {
    struct websocket *websocket;
    GByteArray *message;
    GPtrArray *messages; /* of GBytes, with the type's letter in front */
    bool inside;
    unsigned pongs, close_code, n_closed;
    char *close_reason;
    size_t close_reason_len;
    uint64_t bytes;
};

static void end_data(enum websocket_type type, bool first, bool last, const uint8_t *bytes,
                     size_t len, void *self)
{
    struct end *end = self;
    g_assert_true(first == !end->inside);
    end->inside = !last;
    end->bytes += len;
    if (first) {
        g_byte_array_set_size(end->message, 0);
        g_byte_array_append(end->message, (const guint8 *)(type == WEBSOCKET_TEXT ? "t" : "b"), 1);
    }
    g_byte_array_append(end->message, bytes, (guint)len);
    if (last)
        g_ptr_array_add(end->messages, g_bytes_new(end->message->data, end->message->len));
}

static void end_closed(unsigned code, const char *reason, size_t len, void *self)
{
    struct end *end = self;
    end->close_code = code;
    end->n_closed++;
    g_free(end->close_reason);
    end->close_reason_len = len;
    end->close_reason = g_strndup(reason, len);
}

static void end_pong(void *self)
{
    struct end *end = self;
    end->pongs++;
}

static const struct websocket_calls end_calls = {end_data, end_closed, end_pong};

static void end_init(struct end *end, enum websocket_role role)
{
    *end = (struct end){0};
    end->message = g_byte_array_new();
    end->messages = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    end->websocket = websocket_new(role, &end_calls, end);
}

static void end_clear(struct end *end)
{
    websocket_free(end->websocket);
    g_byte_array_unref(end->message);
    g_ptr_array_unref(end->messages);
    g_free(end->close_reason);
}

static void assert_message(const struct end *end, guint index, const char *wanted)
{
    g_assert_cmpuint(index, <, end->messages->len);
    gsize len = 0;
    const char *text = g_bytes_get_data(g_ptr_array_index(end->messages, index), &len);
    g_assert_cmpmem(text, len, wanted, strlen(wanted));
}

/* Carries what `from` has to say over to `to`, in pieces of `step` bytes from exact heap blocks, so
 * that a sanitizer sees every byte read too much. Returns the number of bytes. */
static size_t carry(struct end *from, struct end *to, size_t step)
{
    size_t carried = 0;
    for (;;) {
        size_t len = 0;
        const uint8_t *bytes = websocket_pending(from->websocket, &len);
        if (len == 0)
            return carried;
        size_t n = MIN(len, step);
        g_autofree uint8_t *piece = g_memdup2(bytes, n);
        g_autoptr(GError) error = NULL;
        g_assert_true(websocket_feed(to->websocket, piece, n, &error));
        g_assert_no_error(error);
        websocket_wrote(from->websocket, n);
        carried += n;
    }
}

static void feed_hex(struct end *end, const char *hex, bool good)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (const char *p = hex; *p != '\0'; p++) {
        if (*p == ' ')
            continue;
        guint8 byte = (guint8)(g_ascii_xdigit_value(p[0]) << 4 | g_ascii_xdigit_value(p[1]));
        g_byte_array_append(bytes, &byte, 1);
        p++;
    }
    g_autofree uint8_t *exact = g_memdup2(bytes->data, bytes->len);
    g_autoptr(GError) error = NULL;
    g_assert_true(websocket_feed(end->websocket, exact, bytes->len, &error) == good);
    if (good)
        g_assert_no_error(error);
    else
        g_assert_error(error, KUBE_ERROR, KUBE_ERROR_SERVER);
}

static char *pending_hex(struct end *end)
{
    size_t len = 0;
    const uint8_t *bytes = websocket_pending(end->websocket, &len);
    GString *hex = g_string_new(NULL);
    for (size_t i = 0; i < len; i++)
        g_string_append_printf(hex, "%02x", bytes[i]);
    websocket_wrote(end->websocket, len);
    return g_string_free(hex, FALSE);
}

static void test_handshake(void)
{
    /* The example of RFC 6455, section 1.3. */
    g_autofree char *accept = websocket_accept("dGhlIHNhbXBsZSBub25jZQ==");
    g_assert_cmpstr(accept, ==, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    g_autofree char *key = websocket_key();
    g_autofree char *other = websocket_key();
    g_assert_cmpuint(strlen(key), ==, 24);
    g_assert_cmpstr(key, !=, other);
    gsize len = 0;
    g_autofree guchar *raw = g_base64_decode(key, &len);
    g_assert_cmpuint(len, ==, 16);
}

/* The frames of RFC 6455, section 5.7. */
static void test_examples(void)
{
    struct end client, server;
    end_init(&client, WEBSOCKET_CLIENT);
    end_init(&server, WEBSOCKET_SERVER);
    feed_hex(&client, "81 05 48 65 6c 6c 6f", true);
    assert_message(&client, 0, "tHello");
    feed_hex(&client, "01 03 48 65 6c 80 02 6c 6f", true);
    assert_message(&client, 1, "tHello");
    feed_hex(&server, "81 85 37 fa 21 3d 7f 9f 4d 51 58", true);
    assert_message(&server, 0, "tHello");
    feed_hex(&client, "89 05 48 65 6c 6c 6f", true);
    g_autofree char *pong = pending_hex(&client);
    g_assert_true(g_str_has_prefix(pong, "8a85"));
    feed_hex(&server, "8a 85 37 fa 21 3d 7f 9f 4d 51 58", true);
    g_assert_cmpuint(server.pongs, ==, 1);
    /* A ping between two fragments is answered and does not disturb the message. */
    feed_hex(&client, "02 01 61 89 00 80 01 62", true);
    assert_message(&client, 2, "bab");
    g_autofree char *empty_pong = pending_hex(&client);
    g_assert_true(g_str_has_prefix(empty_pong, "8a80"));
    /* What kubectl's servers begin with: an empty message. */
    feed_hex(&client, "82 00", true);
    assert_message(&client, 3, "b");
    end_clear(&client);
    end_clear(&server);
}

static void test_talk(gconstpointer data)
{
    size_t step = GPOINTER_TO_SIZE(data);
    struct end client, server;
    end_init(&client, WEBSOCKET_CLIENT);
    end_init(&server, WEBSOCKET_SERVER);

    static const size_t sizes[] = {0, 1, 125, 126, 4095, 4096, 4097, 32769, 65535, 65536, 70001};
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree uint8_t *bytes = g_malloc(sizes[i] + 1);
        for (size_t k = 0; k < sizes[i]; k++)
            bytes[k] = (uint8_t)(k * 7 + i);
        websocket_send(client.websocket, WEBSOCKET_BINARY, bytes, sizes[i]);
        websocket_send(server.websocket, WEBSOCKET_BINARY, bytes, sizes[i]);
        carry(&client, &server, step);
        carry(&server, &client, step);
        struct end *both[] = {&client, &server};
        for (int e = 0; e < 2; e++) {
            g_assert_cmpuint(both[e]->messages->len, ==, i + 1);
            gsize len = 0;
            const uint8_t *got = g_bytes_get_data(g_ptr_array_index(both[e]->messages, i), &len);
            g_assert_cmpmem(got + 1, len - 1, bytes, sizes[i]);
        }
    }
    websocket_send(client.websocket, WEBSOCKET_TEXT, (const uint8_t *)"gr\303\274\303\237", 6);
    websocket_ping(client.websocket);
    carry(&client, &server, step);
    carry(&server, &client, step);
    g_assert_cmpuint(client.pongs, ==, 1);
    assert_message(&server, G_N_ELEMENTS(sizes), "tgr\303\274\303\237");

    websocket_close(server.websocket, 1000, "done");
    carry(&server, &client, step);
    g_assert_cmpuint(client.close_code, ==, 1000);
    g_assert_cmpmem(client.close_reason, client.close_reason_len, "done", 4);
    websocket_send(server.websocket, WEBSOCKET_BINARY, (const uint8_t *)"late", 4);
    carry(&client, &server, step);
    g_assert_cmpuint(server.close_code, ==, 1000);
    g_assert_cmpuint(server.n_closed, ==, 1);
    g_assert_cmpuint(carry(&server, &client, step), ==, 0);
    end_clear(&client);
    end_clear(&server);
}

/* A message cut short by one byte is never said to be whole, and goes on when the byte comes. */
static void test_cut_short(void)
{
    struct end server;
    end_init(&server, WEBSOCKET_SERVER);
    websocket_send(server.websocket, WEBSOCKET_BINARY, (const uint8_t *)"\001abc", 4);
    websocket_send(server.websocket, WEBSOCKET_BINARY, (const uint8_t *)"", 0);
    websocket_ping(server.websocket);
    websocket_close(server.websocket, 1001, "bye");
    size_t len = 0;
    const uint8_t *wire = websocket_pending(server.websocket, &len);
    for (size_t cut = 0; cut <= len; cut++) {
        struct end client;
        end_init(&client, WEBSOCKET_CLIENT);
        g_autofree uint8_t *head = g_memdup2(wire, cut);
        g_assert_true(websocket_feed(client.websocket, head, cut, NULL));
        g_assert_cmpuint(client.n_closed, ==, cut == len);
        g_autofree uint8_t *tail = g_memdup2(wire + cut, len - cut);
        g_assert_true(websocket_feed(client.websocket, tail, len - cut, NULL));
        g_assert_cmpuint(client.n_closed, ==, 1);
        g_assert_cmpuint(client.close_code, ==, 1001);
        /* What was sent before the close came before it. */
        g_assert_cmpuint(client.messages->len, ==, 2);
        assert_message(&client, 0, "b\001abc");
        assert_message(&client, 1, "b");
        end_clear(&client);
    }
    end_clear(&server);
}

static void test_close_codes(void)
{
    struct end client;
    end_init(&client, WEBSOCKET_CLIENT);
    feed_hex(&client, "88 00", true);
    g_assert_cmpuint(client.close_code, ==, 1005);
    g_assert_cmpstr(client.close_reason, ==, "");
    g_autofree char *answer = pending_hex(&client);
    g_assert_true(g_str_has_prefix(answer, "8880"));
    /* A real cluster sent two CLOSE frames in a row once. */
    feed_hex(&client, "88 02 03 e8", true);
    g_assert_cmpuint(client.n_closed, ==, 1);
    end_clear(&client);

    /* Half a code is none: wslay is lenient here, and nothing is lost by it. */
    end_init(&client, WEBSOCKET_CLIENT);
    feed_hex(&client, "88 01 03", true);
    g_assert_cmpuint(client.close_code, ==, 1005);
    end_clear(&client);

    /* A long reason is cut between characters, at 123 bytes at the most. */
    struct end server;
    end_init(&client, WEBSOCKET_CLIENT);
    end_init(&server, WEBSOCKET_SERVER);
    GString *reason = g_string_new("x");
    for (int i = 0; i < 100; i++)
        g_string_append(reason, "\342\202\254");
    websocket_close(server.websocket, 4000, reason->str);
    carry(&server, &client, SIZE_MAX);
    g_assert_cmpuint(client.close_code, ==, 4000);
    g_assert_cmpuint(client.close_reason_len, ==, 121);
    g_string_free(reason, TRUE);
    end_clear(&client);
    end_clear(&server);
}

struct hostile {
    const char *name, *hex;
    enum websocket_role role;
};

static const struct hostile hostile[] = {
    {"masked by the server", "82 81 01 02 03 04 60", WEBSOCKET_CLIENT},
    {"not masked by the client", "82 01 61", WEBSOCKET_SERVER},
    {"reserved bit", "c2 01 61", WEBSOCKET_CLIENT},
    {"unknown opcode", "83 01 61", WEBSOCKET_CLIENT},
    {"unknown control opcode", "8b 00", WEBSOCKET_CLIENT},
    {"continues nothing", "80 01 61", WEBSOCKET_CLIENT},
    {"new message inside a message", "02 01 61 82 01 62", WEBSOCKET_CLIENT},
    {"fragmented ping", "09 00", WEBSOCKET_CLIENT},
    {"long ping", "89 7e 00 7e", WEBSOCKET_CLIENT},
    {"length with the top bit", "82 7f 80 00 00 00 00 00 00 01", WEBSOCKET_CLIENT},
    {"length in too many bytes", "82 7e 00 01 61", WEBSOCKET_CLIENT},
    {"close code 1005", "88 02 03 ed", WEBSOCKET_CLIENT},
    {"close code 0", "88 02 00 00", WEBSOCKET_CLIENT},
    {"close reason not UTF-8", "88 04 03 e8 c3 28", WEBSOCKET_CLIENT},
    {"text not UTF-8", "81 02 c3 28", WEBSOCKET_CLIENT},
    {"text ends within a character", "81 01 c3", WEBSOCKET_CLIENT},
};

static void test_hostile(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_test_message("%s", hostile[i].name);
        struct end end;
        end_init(&end, hostile[i].role);
        feed_hex(&end, hostile[i].hex, false);
        g_assert_cmpuint(end.n_closed, ==, 0);
        g_autofree char *answer = pending_hex(&end);
        g_assert_true(g_str_has_prefix(answer, "88")); /* a CLOSE went out */
        /* It stays broken: what comes later is not read. */
        guint before = end.messages->len;
        feed_hex(&end, "82 01 61", false);
        g_assert_cmpuint(end.messages->len, ==, before);
        end_clear(&end);
    }
}

/* A frame that claims eight exabytes costs nothing but what really came. */
static void test_huge_claim(void)
{
    struct end client;
    end_init(&client, WEBSOCKET_CLIENT);
    feed_hex(&client, "82 7f 7f ff ff ff ff ff ff ff 61 62 63", true);
    g_assert_cmpuint(client.bytes, ==, 3);
    g_assert_true(client.inside);
    end_clear(&client);
}

static bool feed_pings(struct end *end, size_t n)
{
    g_autofree uint8_t *pings = g_new0(uint8_t, 2 * n);
    g_autoptr(GError) error = NULL;
    for (size_t i = 0; i < n; i++)
        pings[2 * i] = 0x89;
    bool good = websocket_feed(end->websocket, pings, 2 * n, &error);
    g_assert_true(good == (error == NULL));
    return good;
}

/* Whoever sends pings and never reads would have us keep an answer for each. */
static void test_ping_flood(void)
{
    struct end client;
    end_init(&client, WEBSOCKET_CLIENT);
    for (int i = 0; i < 3; i++) {
        g_assert_true(feed_pings(&client, 3000));
        g_autofree char *answers = pending_hex(&client);
        g_assert_cmpuint(strlen(answers), ==, 3000 * 12);
    }
    g_assert_true(feed_pings(&client, 3000));
    g_assert_false(feed_pings(&client, 3000));
    end_clear(&client);
}

static void discard_data(enum websocket_type type, bool first, bool last, const uint8_t *bytes,
                         size_t len, void *self)
{
    (void)type, (void)first, (void)last;
    uint64_t *sum = self;
    for (size_t i = 0; i < len; i++)
        *sum += bytes[i]; /* so that each byte handed out is touched */
}

static void discard_closed(unsigned code, const char *reason, size_t len, void *self)
{
    uint64_t *sum = self;
    *sum += code + len + (len > 0 ? (unsigned char)reason[len - 1] : 0);
}

/* Noise, mostly shaped like frames so that it gets past the first byte. */
static void test_noise(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(6455);
    const struct websocket_calls calls = {discard_data, discard_closed, NULL};
    for (int round = 0; round < 20000; round++) {
        uint64_t sum = 0;
        enum websocket_role role = (round & 1) ? WEBSOCKET_CLIENT : WEBSOCKET_SERVER;
        struct websocket *websocket = websocket_new(role, &calls, &sum);
        for (int piece = 0; piece < 8; piece++) {
            uint8_t bytes[64];
            size_t len = (size_t)g_rand_int_range(rand, 0, sizeof bytes);
            for (size_t i = 0; i < len; i++)
                bytes[i] = (uint8_t)g_rand_int_range(rand, 0, 256);
            if (len > 2 && g_rand_boolean(rand)) {
                static const uint8_t opcodes[] = {0x81, 0x82, 0x01, 0x02, 0x80,
                                                  0x00, 0x88, 0x89, 0x8a};
                bytes[0] = opcodes[g_rand_int_range(rand, 0, G_N_ELEMENTS(opcodes))];
                bytes[1] = (uint8_t)(g_rand_int_range(rand, 0, 128) | (role ? 0x80 : 0));
            }
            g_autofree uint8_t *exact = g_memdup2(bytes, len);
            websocket_feed(websocket, exact, len, NULL);
            size_t pending = 0;
            websocket_pending(websocket, &pending);
            websocket_wrote(websocket, pending / 2);
        }
        websocket_free(websocket);
    }
}

static void count_data(enum websocket_type type, bool first, bool last, const uint8_t *bytes,
                       size_t len, void *self)
{
    (void)type, (void)first, (void)last, (void)bytes;
    uint64_t *sum = self;
    *sum += len;
}

static void test_speed(void)
{
    uint64_t sum = 0;
    const struct websocket_calls calls = {count_data, discard_closed, NULL};
    struct websocket *server = websocket_new(WEBSOCKET_SERVER, &calls, &sum);
    struct websocket *client = websocket_new(WEBSOCKET_CLIENT, &calls, &sum);
    static uint8_t bytes[32769];
    const int rounds = 20000;
    g_test_timer_start();
    for (int i = 0; i < rounds; i++) {
        size_t len = 0;
        websocket_send(server, WEBSOCKET_BINARY, bytes, sizeof bytes);
        const uint8_t *wire = websocket_pending(server, &len);
        g_assert_true(websocket_feed(client, wire, len, NULL));
        websocket_wrote(server, len);
    }
    double s = g_test_timer_elapsed();
    double rate = rounds * (double)sizeof bytes / 1e6 / s;
    g_test_maximized_result(rate, "both ends: %.0f MB/s", rate);
    websocket_free(server);
    websocket_free(client);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/websocket/handshake", test_handshake);
    g_test_add_func("/websocket/examples", test_examples);
    g_test_add_data_func("/websocket/talk/whole", GSIZE_TO_POINTER(SIZE_MAX), test_talk);
    g_test_add_data_func("/websocket/talk/bytes", GSIZE_TO_POINTER(1), test_talk);
    g_test_add_data_func("/websocket/talk/odd", GSIZE_TO_POINTER(4093), test_talk);
    g_test_add_func("/websocket/cut-short", test_cut_short);
    g_test_add_func("/websocket/close-codes", test_close_codes);
    g_test_add_func("/websocket/hostile", test_hostile);
    g_test_add_func("/websocket/huge-claim", test_huge_claim);
    g_test_add_func("/websocket/ping-flood", test_ping_flood);
    g_test_add_func("/websocket/noise", test_noise);
    if (g_test_perf()) /* a figure to read, not a test */
        g_test_add_func("/websocket/speed", test_speed);
    return g_test_run();
}
