#include "tests/proxy.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

#define CHUNK_BYTES 65536
#define QUEUE_BYTES                                                                          \
    262144             /* read ahead of what is handed on, in each direction of a connection \
                        */
#define PIECE_US 10000 /* a throttled link takes pieces of so much time ... */
#define RESET_POLL_US 1000
#define CREDIT_US 20000 /* ... and makes up for so much of having been late */

enum { CLIENT, SERVER };
const char *const kind_names[] = {"mark", "rst", "fin", "stall", "cut"};

struct chunk {
    int64_t due_us;
    size_t len, sent;
    uint8_t bytes[];
};

struct flow {
    GQueue chunks;
    size_t queued_bytes;
    bool ended;  /* nothing comes any more ... */
    bool broken; /* ... for the connection was reset */
    bool closed; /* and that was handed on */
};

/* A client's connection and the one to the server that belongs to it. */
struct pair {
    GSource source; /* first: it is a GSource */
    struct proxy *proxy;
    int fd[2];
    gpointer tag[2]; /* of the fds in the main loop */
    struct flow flow[N_WAYS];
    unsigned number;
    bool reset; /* to be ended by RST as soon as the client's side has what went down */
    int64_t stalled_until_us;
};

static void flow_clear(struct flow *flow)
{
    g_queue_clear_full(&flow->chunks, g_free);
    flow->queued_bytes = 0;
}

/* By RST what was not sent yet is thrown away. */
static void end_socket(int fd, bool rst)
{
    const struct linger none = {.l_onoff = 1, .l_linger = 0};

    if (rst)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(fd);
}

static void pair_end(struct pair *pair, bool rst)
{
    for (int side = 0; side < 2; side++) {
        end_socket(pair->fd[side], rst);
        flow_clear(&pair->flow[side]);
    }
    g_ptr_array_remove_fast(pair->proxy->pairs, pair);
    g_source_destroy(&pair->source);
}

/* What the clients' fate is by a hurdle. False: the pair is gone. */
static bool pair_meet(struct pair *pair, enum kind kind)
{
    struct proxy *proxy = pair->proxy;

    if (kind == CUT)
        kind = g_rand_boolean(proxy->random) ? RST : FIN;
    printf("%s %" PRIu64 " connection %u\n", kind_names[kind], proxy->bytes[DOWN], pair->number);
    if (kind == STALL) {
        proxy->stalls++;
        pair->stalled_until_us =
            proxy->hold_us > 0 ? g_get_monotonic_time() + proxy->hold_us : G_MAXINT64;
    } else if (kind == RST) {
        proxy->cuts++;
        pair->reset = true;
    } else if (kind == FIN) {
        proxy->cuts++;
        pair_end(pair, false);
        return false;
    }
    return true;
}

static size_t queue_limit(const struct proxy *proxy)
{
    /* A link that is slow to arrive holds what is on its way. */
    uint64_t way = proxy->rate_bits / 8 * (uint64_t)proxy->delay_us / G_USEC_PER_SEC;

    if (proxy->rate_bits == 0)
        return proxy->delay_us > 0 ? 64 * QUEUE_BYTES : QUEUE_BYTES;
    return (size_t)way + QUEUE_BYTES / 4;
}

/* Takes in what the sender has. */
static void flow_receive(struct pair *pair, enum way way, bool all)
{
    struct flow *flow = &pair->flow[way];

    while (!flow->ended && (all || flow->queued_bytes < queue_limit(pair->proxy))) {
        struct chunk *chunk = g_malloc(sizeof *chunk + CHUNK_BYTES);
        ssize_t n = recv(pair->fd[way], chunk->bytes, CHUNK_BYTES, MSG_DONTWAIT);

        if (n <= 0) {
            g_free(chunk);
            flow->broken = n < 0 && errno != EAGAIN;
            flow->ended = n == 0 || flow->broken;
            return;
        }
        chunk->due_us = g_get_monotonic_time() + pair->proxy->delay_us;
        chunk->len = (size_t)n;
        chunk->sent = 0;
        flow->queued_bytes += chunk->len;
        g_queue_push_tail(&flow->chunks, chunk);
    }
}

/* Nobody hears it any more. */
static void flow_drop(struct flow *flow)
{
    flow_clear(flow);
    flow->ended = flow->closed = true;
}

static struct chunk *flow_first(const struct flow *flow)
{
    return flow->chunks.head != NULL ? flow->chunks.head->data : NULL;
}

/* When the first of what waits may go; G_MAXINT64: nothing waits. */
static int64_t flow_due(const struct pair *pair, enum way way)
{
    const struct chunk *chunk = flow_first(&pair->flow[way]);
    const struct proxy *proxy = pair->proxy;

    if (chunk == NULL)
        return G_MAXINT64;
    return proxy->rate_bits > 0 ? MAX(chunk->due_us, proxy->free_us[way]) : chunk->due_us;
}

static void flow_sent(struct pair *pair, enum way way, struct chunk *chunk, size_t len)
{
    struct proxy *proxy = pair->proxy;
    struct flow *flow = &pair->flow[way];

    chunk->sent += len;
    flow->queued_bytes -= len;
    if (chunk->sent == chunk->len)
        g_free(g_queue_pop_head(&flow->chunks));
    proxy->bytes[way] += len;
    if (proxy->rate_bits > 0)
        proxy->free_us[way] = MAX(proxy->free_us[way], g_get_monotonic_time() - CREDIT_US) +
                              (int64_t)((uint64_t)len * 8 * G_USEC_PER_SEC / proxy->rate_bits);
}

/* How much of the first chunk may go in one piece: not beyond the next hurdle. */
static size_t flow_piece(const struct proxy *proxy, enum way way, const struct chunk *chunk)
{
    uint64_t len = chunk->len - chunk->sent;

    if (proxy->rate_bits > 0)
        len = MIN(len, MAX(proxy->rate_bits / 8 * PIECE_US / G_USEC_PER_SEC, 1));
    if (way == DOWN && proxy->hurdles->len > 0)
        len = MIN(len, g_array_index(proxy->hurdles, struct hurdle, 0).at - proxy->bytes[DOWN]);
    return (size_t)len;
}

/* Meets the hurdles that the last byte reached. False: the pair is gone. */
static bool meet_hurdles(struct pair *pair)
{
    struct proxy *proxy = pair->proxy;
    bool alive = true;

    while (alive && proxy->hurdles->len > 0) {
        struct hurdle first = g_array_index(proxy->hurdles, struct hurdle, 0);

        if (first.at > proxy->bytes[DOWN])
            break;
        g_array_remove_index(proxy->hurdles, 0);
        alive = pair_meet(pair, first.kind);
    }
    return alive;
}

enum outcome { GOES_ON, BROKE, GONE };

/* Hands on what may go and the receiver takes. */
static enum outcome flow_send(struct pair *pair, enum way way)
{
    struct flow *flow = &pair->flow[way];
    struct chunk *chunk;

    while (pair->stalled_until_us == 0 && !pair->reset && (chunk = flow_first(flow)) != NULL &&
           flow_due(pair, way) <= g_get_monotonic_time()) {
        ssize_t n = send(pair->fd[!way], chunk->bytes + chunk->sent,
                         flow_piece(pair->proxy, way, chunk), MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EAGAIN)
            return GOES_ON;
        if (n < 0 && way == DOWN)
            return BROKE;
        if (n < 0) { /* what the server said before it left is on its way yet */
            flow_drop(flow);
            return GOES_ON;
        }
        flow_sent(pair, way, chunk, (size_t)n);
        if (way == DOWN && !meet_hurdles(pair))
            return GONE;
    }
    if (pair->stalled_until_us == 0 && !pair->reset && flow->ended && !flow->closed &&
        flow->chunks.length == 0) {
        flow->closed = true;
        pair->reset = flow->broken;
        if (!flow->broken)
            shutdown(pair->fd[!way], SHUT_WR);
    }
    return GOES_ON;
}

/* Says what is to be waited for. */
static void pair_arm(struct pair *pair)
{
    int64_t now_us = g_get_monotonic_time(), ready_us = G_MAXINT64;
    bool stalled = pair->stalled_until_us > 0;

    if (pair->reset) {
        for (int side = 0; side < 2; side++)
            if (pair->tag[side] != NULL)
                g_source_remove_unix_fd(&pair->source, g_steal_pointer(&pair->tag[side]));
        g_source_set_ready_time(&pair->source, 0);
        return;
    }
    if (stalled)
        ready_us = pair->stalled_until_us;
    for (int side = 0; side < 2; side++) {
        const struct flow *in = &pair->flow[side];
        int64_t due_us = stalled ? G_MAXINT64 : flow_due(pair, !side);
        GIOCondition wanted = 0;

        if (pair->tag[side] == NULL)
            continue;
        if (!in->ended && in->queued_bytes < queue_limit(pair->proxy))
            wanted |= G_IO_IN;
        if (due_us <= now_us)
            wanted |= G_IO_OUT;
        else
            ready_us = MIN(ready_us, due_us);
        g_source_modify_unix_fd(&pair->source, pair->tag[side], wanted);
    }
    g_source_set_ready_time(&pair->source, ready_us == G_MAXINT64 ? -1 : ready_us);
}

/* Takes in what one side has; a side that is wholly gone is heard to the end and not polled any
 * more, which would spin. False: the client is gone, or gave up in a stall. */
static bool pair_hear(struct pair *pair, int side)
{
    bool gone = pair->tag[side] == NULL ||
                (g_source_query_unix_fd(&pair->source, pair->tag[side]) & (G_IO_HUP | G_IO_ERR));
    bool stalled = pair->stalled_until_us > 0;

    flow_receive(pair, (enum way)side, gone);
    if (side == CLIENT && (pair->flow[UP].broken || (stalled && pair->flow[UP].ended)))
        return false;
    if (!gone || pair->tag[side] == NULL)
        return true;
    g_source_remove_unix_fd(&pair->source, g_steal_pointer(&pair->tag[side]));
    flow_drop(&pair->flow[!side]);
    return true;
}

/* An RST overtakes what the kernel still holds of the bytes before it. */
static gboolean pair_reset(struct pair *pair)
{
    int unsent = 0;

#ifdef SIOCOUTQ
    (void)ioctl(pair->fd[CLIENT], SIOCOUTQ, &unsent);
#endif
    if (unsent == 0) {
        pair_end(pair, true);
        return G_SOURCE_REMOVE;
    }
    g_source_set_ready_time(&pair->source, g_get_monotonic_time() + RESET_POLL_US);
    return G_SOURCE_CONTINUE;
}

static gboolean pair_dispatch(GSource *source, GSourceFunc fn, gpointer data)
{
    struct pair *pair = (struct pair *)source;
    bool whole = true;

    (void)fn;
    (void)data;
    if (pair->reset)
        return pair_reset(pair);
    if (pair->stalled_until_us > 0 && pair->stalled_until_us <= g_get_monotonic_time())
        pair->stalled_until_us = 0;
    for (int side = 0; side < 2 && whole; side++)
        whole = pair_hear(pair, side);
    for (int way = 0; way < N_WAYS && whole; way++) {
        enum outcome outcome = flow_send(pair, (enum way)way);

        if (outcome == GONE)
            return G_SOURCE_REMOVE;
        whole = outcome == GOES_ON;
    }
    if (!whole || (!pair->reset && pair->flow[UP].closed && pair->flow[DOWN].closed)) {
        pair_end(pair, !whole);
        return G_SOURCE_REMOVE;
    }
    pair_arm(pair);
    return G_SOURCE_CONTINUE;
}

static void pair_start(struct proxy *proxy, int client, int server)
{
    static GSourceFuncs funcs = {.dispatch = pair_dispatch};
    struct pair *pair = (struct pair *)g_source_new(&funcs, sizeof *pair);
    const int on = 1;

    pair->proxy = proxy;
    pair->fd[CLIENT] = client;
    pair->fd[SERVER] = server;
    pair->number = ++proxy->connections;
    if (proxy->stalled_until_us > g_get_monotonic_time())
        pair->stalled_until_us = proxy->stalled_until_us;
    for (int side = 0; side < 2; side++) {
        g_queue_init(&pair->flow[side].chunks);
        setsockopt(pair->fd[side], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pair->tag[side] = g_source_add_unix_fd(&pair->source, pair->fd[side], 0);
    }
    g_ptr_array_add(proxy->pairs, pair);
    pair_arm(pair);
    g_source_attach(&pair->source, NULL);
    g_source_unref(&pair->source);
}

void proxy_accept(struct proxy *proxy, int client)
{
    int server = socket(AF_INET, SOCK_STREAM, 0);

    if (client < 0 || server < 0)
        g_error("%s", g_strerror(errno));
    if (connect(server, (const struct sockaddr *)&proxy->server, sizeof proxy->server) == 0) {
        pair_start(proxy, client, server);
    } else {
        end_socket(client, true);
        end_socket(server, true);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct hurdle *x = a, *y = b;

    return x->at < y->at ? -1 : x->at > y->at;
}

void proxy_add(struct proxy *proxy, enum kind kind, uint64_t at)
{
    struct hurdle hurdle = {at, kind};

    /* A place that was passed is the next byte. */
    hurdle.at = MAX(at, proxy->bytes[DOWN] + 1);
    g_array_append_val(proxy->hurdles, hurdle);
    g_array_sort(proxy->hurdles, by_place);
}

void proxy_meet_now(struct proxy *proxy, enum kind kind)
{
    if (kind == STALL)
        proxy->stalled_until_us =
            proxy->hold_us > 0 ? g_get_monotonic_time() + proxy->hold_us : G_MAXINT64;
    for (guint i = proxy->pairs->len; i-- > 0;) {
        struct pair *pair = g_ptr_array_index(proxy->pairs, i);

        if (pair_meet(pair, kind))
            pair_arm(pair);
    }
}

void proxy_add_random(struct proxy *proxy, enum kind kind, uint64_t n)
{
    for (; n > 0; n--)
        proxy_add(proxy, kind,
                  (uint64_t)(g_rand_double(proxy->random) * (double)proxy->span_bytes));
}

void proxy_init(struct proxy *proxy)
{
    *proxy = (struct proxy){.random = g_rand_new_with_seed(0)};
    proxy->hurdles = g_array_new(FALSE, FALSE, sizeof(struct hurdle));
    proxy->pairs = g_ptr_array_new();
}

void proxy_clear(struct proxy *proxy)
{
    while (proxy->pairs->len > 0)
        pair_end(g_ptr_array_index(proxy->pairs, 0), true);
    g_array_unref(proxy->hurdles);
    g_ptr_array_unref(proxy->pairs);
    g_rand_free(proxy->random);
}
