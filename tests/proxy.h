/* Connections that are handed on from clients to one server, and what is put in their way; the
 * program around it is tests/hurdle.c. */
#ifndef TESTS_PROXY_H
#define TESTS_PROXY_H

#include <netinet/in.h>

#include <glib.h>
#include <stdbool.h>

/* Each way's flow goes from fd[way] to fd[!way]. */
enum way { UP, DOWN, N_WAYS };
enum kind { MARK, RST, FIN, STALL, CUT };
extern const char *const kind_names[];

/* A hurdle, when so many bytes went down. */
struct hurdle {
    uint64_t at;
    enum kind kind;
};

struct proxy {
    struct sockaddr_in server;
    GRand *random;
    uint64_t span_bytes;
    GArray *hurdles; /* struct hurdle, sorted; what is over is taken away */
    GPtrArray *pairs;
    uint64_t rate_bits;
    int64_t delay_us, hold_us;
    int64_t free_us[N_WAYS]; /* the throttled link takes the next piece then */
    int64_t stalled_until_us;
    uint64_t bytes[N_WAYS];
    unsigned connections, cuts, stalls;
};

void proxy_init(struct proxy *proxy);
/* Ends what is open. */
void proxy_clear(struct proxy *proxy);

/* Takes the client's connection over and gives it one to the server. Where no server answers it is
 * reset, for it was accepted already. Runs in the default main context. */
void proxy_accept(struct proxy *proxy, int client);

/* A hurdle at a byte; one that was passed already means the next. */
void proxy_add(struct proxy *proxy, enum kind kind, uint64_t at);
/* So many at random bytes of the span. */
void proxy_add_random(struct proxy *proxy, enum kind kind, uint64_t n);
/* For all that is open; a stall holds what comes until its end, too. */
void proxy_meet_now(struct proxy *proxy, enum kind kind);

#endif
