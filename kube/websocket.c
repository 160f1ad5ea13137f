#include "kube/websocket.h"

#include <string.h>
#include <unistd.h>

#include <wslay/wslay.h>

#define KEY_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, section 1.3 */

/* Random bytes come from the kernel in portions: one call for many masks. */
/* Pings of the other end that it may leave us to answer while it reads nothing. */
#define MAX_PONGS 4096

enum { KEY_BYTES = 16, RANDOM_BYTES = 256, CLOSE_REASON_MAX = 123 };

struct websocket {
    wslay_event_context_ptr wslay;
    struct websocket_calls calls;
    void *self;

    /* What is being fed, from `in` on; only inside websocket_feed(). */
    const uint8_t *in;
    size_t in_len;
    uint64_t fed_bytes;

    /* The frame that is coming in, and the message that it belongs to. */
    bool frame_is_control;
    bool frame_is_last;
    uint64_t frame_left_bytes;
    bool message_begins;
    enum websocket_type message_type;

    unsigned pongs;  /* queued, and not yet among: */
    GByteArray *out; /* frames ready for the wire */
    size_t out_done; /* so many of them are written */

    uint8_t random[RANDOM_BYTES];
    size_t random_left;
};

static void random_fill(uint8_t *bytes, size_t len)
{
    if (getentropy(bytes, len) == 0)
        return;
    /* Only a kernel without getrandom() comes here. Masks guard against confused proxies between
     * us and the server (RFC 6455, section 10.3), and any randomness serves better than none. */
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)g_random_int();
}

static ssize_t take_input(wslay_event_context_ptr wslay, uint8_t *buffer, size_t len, int flags,
                          void *user_data)
{
    struct websocket *websocket = user_data;
    (void)flags;
    size_t n = MIN(len, websocket->in_len);
    if (n == 0) {
        wslay_event_set_error(wslay, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    memcpy(buffer, websocket->in, n);
    websocket->in += n;
    websocket->in_len -= n;
    return (ssize_t)n;
}

static ssize_t put_output(wslay_event_context_ptr wslay, const uint8_t *bytes, size_t len,
                          int flags, void *user_data)
{
    struct websocket *websocket = user_data;
    (void)wslay;
    (void)flags;
    g_byte_array_append(websocket->out, bytes, (guint)len);
    return (ssize_t)len;
}

static int make_mask(wslay_event_context_ptr wslay, uint8_t *mask, size_t len, void *user_data)
{
    struct websocket *websocket = user_data;
    (void)wslay;
    g_assert(len <= RANDOM_BYTES);
    if (websocket->random_left < len) {
        random_fill(websocket->random, RANDOM_BYTES);
        websocket->random_left = RANDOM_BYTES;
    }
    websocket->random_left -= len;
    memcpy(mask, websocket->random + websocket->random_left, len);
    return 0;
}

static void frame_begins(wslay_event_context_ptr wslay,
                         const struct wslay_event_on_frame_recv_start_arg *frame, void *user_data)
{
    struct websocket *websocket = user_data;
    (void)wslay;
    websocket->frame_is_control = wslay_is_ctrl_frame(frame->opcode);
    if (websocket->frame_is_control)
        return;
    websocket->frame_is_last = frame->fin != 0;
    websocket->frame_left_bytes = frame->payload_length;
    if (frame->opcode != WSLAY_CONTINUATION_FRAME) {
        websocket->message_begins = true;
        websocket->message_type =
            frame->opcode == WSLAY_TEXT_FRAME ? WEBSOCKET_TEXT : WEBSOCKET_BINARY;
    }
}

static void frame_piece(wslay_event_context_ptr wslay,
                        const struct wslay_event_on_frame_recv_chunk_arg *piece, void *user_data)
{
    struct websocket *websocket = user_data;
    (void)wslay;
    if (websocket->frame_is_control)
        return;
    bool first = websocket->message_begins;
    websocket->message_begins = false;
    websocket->frame_left_bytes -= piece->data_length;
    websocket->calls.data(websocket->message_type, first,
                          websocket->frame_is_last && websocket->frame_left_bytes == 0, piece->data,
                          piece->data_length, websocket->self);
}

static void message_ends(wslay_event_context_ptr wslay,
                         const struct wslay_event_on_msg_recv_arg *message, void *user_data)
{
    struct websocket *websocket = user_data;
    (void)wslay;
    if (message->opcode == WSLAY_PING)
        websocket->pongs++;
    if (message->opcode == WSLAY_PONG && websocket->calls.pong != NULL)
        websocket->calls.pong(websocket->self);
    if (message->opcode != WSLAY_CONNECTION_CLOSE)
        return;
    if (message->msg_length < 2)
        websocket->calls.closed(WSLAY_CODE_NO_STATUS_RCVD, "", 0, websocket->self);
    else
        websocket->calls.closed(message->status_code, (const char *)message->msg + 2,
                                message->msg_length - 2, websocket->self);
}

static const struct wslay_event_callbacks wslay_calls = {
    .recv_callback = take_input,
    .send_callback = put_output,
    .genmask_callback = make_mask,
    .on_frame_recv_start_callback = frame_begins,
    .on_frame_recv_chunk_callback = frame_piece,
    .on_msg_recv_callback = message_ends,
};

struct websocket *websocket_new(enum websocket_role role, const struct websocket_calls *calls,
                                void *self)
{
    struct websocket *websocket = g_new0(struct websocket, 1);
    websocket->calls = *calls;
    websocket->self = self;
    websocket->out = g_byte_array_sized_new(4096);
    int failed = role == WEBSOCKET_CLIENT
                     ? wslay_event_context_client_init(&websocket->wslay, &wslay_calls, websocket)
                     : wslay_event_context_server_init(&websocket->wslay, &wslay_calls, websocket);
    if (failed)
        g_error("out of memory"); /* what GLib does too */
    wslay_event_config_set_no_buffering(websocket->wslay, 1);
    /* Nothing is held whole, so that a message may be as long as the protocol can say. */
    wslay_event_config_set_max_recv_msg_length(websocket->wslay, INT64_MAX);
    return websocket;
}

void websocket_free(struct websocket *websocket)
{
    if (websocket == NULL)
        return;
    wslay_event_context_free(websocket->wslay);
    g_byte_array_unref(websocket->out);
    g_free(websocket);
}

bool websocket_feed(struct websocket *websocket, const uint8_t *bytes, size_t len, GError **error)
{
    websocket->in = bytes;
    websocket->in_len = len;
    int failed = wslay_event_recv(websocket->wslay);
    websocket->fed_bytes += len - websocket->in_len;
    websocket->in = NULL;
    websocket->in_len = 0;
    if (websocket->pongs > MAX_PONGS) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                    "the other end sends pings and does not read the answers");
        return false;
    }
    /* wslay stops reading for two reasons only, and goes on not reading. */
    if (!failed && (wslay_event_get_read_enabled(websocket->wslay) ||
                    wslay_event_get_close_received(websocket->wslay)))
        return true;
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                "the other end broke the WebSocket protocol within the first %" G_GUINT64_FORMAT
                " bytes that it sent",
                websocket->fed_bytes);
    return false;
}

/* Fails only when a close was queued before, which the header allows for. */
static void queue_frame(struct websocket *websocket, uint8_t opcode, const uint8_t *bytes,
                        size_t len)
{
    struct wslay_event_msg message = {.opcode = opcode, .msg = bytes, .msg_length = len};
    wslay_event_queue_msg(websocket->wslay, &message);
}

void websocket_send(struct websocket *websocket, enum websocket_type type, const uint8_t *bytes,
                    size_t len)
{
    queue_frame(websocket, type == WEBSOCKET_TEXT ? WSLAY_TEXT_FRAME : WSLAY_BINARY_FRAME, bytes,
                len);
}

void websocket_ping(struct websocket *websocket)
{
    queue_frame(websocket, WSLAY_PING, NULL, 0);
}

void websocket_close(struct websocket *websocket, unsigned code, const char *reason)
{
    const char *text = reason != NULL ? reason : "";
    size_t len = MIN(strlen(text), CLOSE_REASON_MAX);
    const char *end = NULL;
    /* A cut must not leave half a character. */
    if (!g_utf8_validate(text, (gssize)len, &end))
        len = (size_t)(end - text);
    /* wslay sends control frames first and nothing after a close: what waits must go before it. */
    wslay_event_send(websocket->wslay);
    wslay_event_queue_close(websocket->wslay, (uint16_t)code, (const uint8_t *)text, len);
    wslay_event_send(websocket->wslay);
}

const uint8_t *websocket_pending(struct websocket *websocket, size_t *len)
{
    /* Frames are made only when the wire takes them, so that a pong or a close can go before the
     * data that waits. */
    if (websocket->out_done == websocket->out->len) {
        g_byte_array_set_size(websocket->out, 0);
        websocket->out_done = 0;
        websocket->pongs = 0;
        wslay_event_send(websocket->wslay);
    }
    *len = websocket->out->len - websocket->out_done;
    return websocket->out->data + websocket->out_done;
}

void websocket_wrote(struct websocket *websocket, size_t n)
{
    g_assert(n <= websocket->out->len - websocket->out_done);
    websocket->out_done += n;
}

char *websocket_key(void)
{
    uint8_t bytes[KEY_BYTES];
    random_fill(bytes, sizeof bytes);
    return g_base64_encode(bytes, sizeof bytes);
}

char *websocket_accept(const char *key)
{
    g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sha1, (const guchar *)key, -1);
    g_checksum_update(sha1, (const guchar *)KEY_GUID, -1);
    uint8_t digest[20];
    gsize len = sizeof digest;
    g_checksum_get_digest(sha1, digest, &len);
    return g_base64_encode(digest, len);
}
