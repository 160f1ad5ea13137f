/* A TCP proxy for tests: hands bytes on between its clients and one server, and puts hurdles in
 * their way.
 *
 *   hurdle PORT HOST:PORT [WORD=VALUE]...
 *
 * It listens on 127.0.0.1:PORT (0: a free one), says "port N" on standard output, and goes on until
 * its standard input ends or it is told to by SIGTERM. Each line of standard input is a WORD=VALUE
 * again. What it does is said in a line each, "rst 17283 connection 4"; the last line is the count.
 *
 *   rst=AT fin=AT    ends the connection that carries this byte, behind the byte
 *   cut=AT           either of the two, by the seed
 *   stall=AT         from this byte on, that connection hands nothing on but stays open
 *   mark=AT          only says so
 *                    AT: a byte, counted over all connections in the direction of the clients;
 *                    *N: N random bytes of the span; now: what is open (stall: or comes) now
 *   hold=MS          how long stalls last, 0: for ever
 *   seed=N span=BYTES    for the random bytes of the words behind it
 *   rate=BITS        lets so many through in a second and each direction, 0: all
 *   delay=MS         hands bytes on so much later, in each direction
 *   count=now        says "count up BYTES down BYTES connections N cuts N stalls N" */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>

#include "tests/proxy.h"

struct program {
    GMainLoop *loop;
    struct proxy proxy;
};

static void say_count(const struct proxy *proxy)
{
    printf("count up %" PRIu64 " down %" PRIu64 " connections %u cuts %u stalls %u\n",
           proxy->bytes[UP], proxy->bytes[DOWN], proxy->connections, proxy->cuts, proxy->stalls);
}

static bool set_number(struct proxy *proxy, const char *word, uint64_t value)
{
    if (strcmp(word, "seed") == 0)
        g_rand_set_seed(proxy->random, (guint32)value);
    else if (strcmp(word, "span") == 0)
        proxy->span_bytes = value;
    else if (strcmp(word, "hold") == 0)
        proxy->hold_us = (int64_t)value * 1000;
    else if (strcmp(word, "rate") == 0)
        proxy->rate_bits = value;
    else if (strcmp(word, "delay") == 0)
        proxy->delay_us = (int64_t)value * 1000;
    else
        return false;
    return true;
}

/* One WORD=VALUE. False: no such. */
static bool obey(struct proxy *proxy, const char *text)
{
    g_auto(GStrv) half = g_strsplit(text, "=", 2);
    bool now = g_strcmp0(half[0] != NULL ? half[1] : NULL, "now") == 0;
    bool many = !now && half[0] != NULL && half[1] != NULL && half[1][0] == '*';
    guint64 value = 0;

    if (half[0] == NULL || half[1] == NULL)
        return false;
    if (now && strcmp(half[0], "count") == 0) {
        say_count(proxy);
        return true;
    }
    if (!now && !g_ascii_string_to_unsigned(half[1] + many, 10, 0, G_MAXINT64, &value, NULL))
        return false;
    for (enum kind kind = MARK; kind <= CUT; kind++) {
        if (strcmp(half[0], kind_names[kind]) != 0)
            continue;
        if (now)
            proxy_meet_now(proxy, kind);
        else if (many)
            proxy_add_random(proxy, kind, value);
        else
            proxy_add(proxy, kind, value);
        return true;
    }
    return !now && !many && set_number(proxy, half[0], value);
}

static gboolean on_line(GIOChannel *channel, GIOCondition condition, gpointer data)
{
    struct program *program = data;
    g_autofree char *line = NULL;

    (void)condition;
    if (g_io_channel_read_line(channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
        g_main_loop_quit(program->loop);
        return G_SOURCE_REMOVE;
    }
    if (!obey(&program->proxy, g_strstrip(line)))
        fprintf(stderr, "hurdle: what is \"%s\"?\n", line);
    return G_SOURCE_CONTINUE;
}

static gboolean on_client(int fd, GIOCondition condition, gpointer data)
{
    (void)condition;
    proxy_accept(data, accept(fd, NULL, NULL));
    return G_SOURCE_CONTINUE;
}

static gboolean on_term(gpointer data)
{
    GMainLoop *loop = data;

    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

/* Listens on a port of the loopback device and says which. */
static int listen_at(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t len = sizeof address;
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        fprintf(stderr, "hurdle: port %u: %s\n", port, g_strerror(errno));
        return -1;
    }
    printf("port %u\n", ntohs(address.sin_port));
    return fd;
}

static bool parse_server(struct proxy *proxy, const char *text)
{
    g_auto(GStrv) half = g_strsplit(text, ":", 2);
    guint64 port = 0;

    proxy->server.sin_family = AF_INET;
    if (half[0] == NULL || half[1] == NULL ||
        inet_pton(AF_INET, half[0], &proxy->server.sin_addr) != 1 ||
        !g_ascii_string_to_unsigned(half[1], 10, 1, G_MAXUINT16, &port, NULL))
        return false;
    proxy->server.sin_port = htons((uint16_t)port);
    return true;
}

static bool parse(struct proxy *proxy, int argc, char **argv, uint16_t *port)
{
    guint64 value = 0;
    bool good = argc >= 3 &&
                g_ascii_string_to_unsigned(argv[1], 10, 0, G_MAXUINT16, &value, NULL) &&
                parse_server(proxy, argv[2]);

    for (int i = 3; i < argc && good; i++)
        good = obey(proxy, argv[i]);
    *port = (uint16_t)value;
    return good;
}

int main(int argc, char **argv)
{
    struct program program = {0};
    uint16_t port;
    int fd, status = 1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    proxy_init(&program.proxy);
    program.loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GIOChannel) input = g_io_channel_unix_new(STDIN_FILENO);
    if (!parse(&program.proxy, argc, argv, &port)) {
        fprintf(stderr, "usage: hurdle PORT ADDRESS:PORT [WORD=VALUE]...\n");
        status = 2;
    } else if ((fd = listen_at(port)) >= 0) {
        g_unix_fd_add(fd, G_IO_IN, on_client, &program.proxy);
        g_unix_signal_add(SIGTERM, on_term, program.loop);
        g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_line, &program);
        g_main_loop_run(program.loop);
        say_count(&program.proxy);
        close(fd);
        status = 0;
    }
    proxy_clear(&program.proxy);
    g_main_loop_unref(program.loop);
    return status;
}
