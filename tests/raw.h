/* The plainest client of the practice cluster: blocking sockets, so that a test of the server does
 * not lean on the client library. */
#ifndef TESTS_RAW_H
#define TESTS_RAW_H

#include <gio/gio.h>
#include <jansson.h>

#include "kube/demo.h"

/* A practice cluster, and what leads to it, out of its kubeconfig. */
struct raw {
    struct demo *demo;
    char *host; /* "127.0.0.1:4711" */
    char *door; /* the path of its server URL, without slashes */
    char *token;
};

/* For g_test_add(); the data is not used. */
void raw_set_up(struct raw *raw, gconstpointer data);
void raw_tear_down(struct raw *raw, gconstpointer data);

/* Sends a GET and leaves the connection to the caller; token NULL: none. Fails the test when
 * there is no connection. */
GSocketConnection *raw_open(const struct raw *raw, const char *token, const char *path,
                            const char *headers);

/* The HTTP status and body of a GET. */
int raw_get(const struct raw *raw, const char *token, const char *path, const char *accept,
            char **body);
/* The JSON of a GET whose status must be `code`; decref it. */
json_t *raw_get_json(const struct raw *raw, const char *path, const char *accept, int code);

/* A member of an object; borrowed, NULL when it is no string. */
const char *raw_string(const json_t *object, const char *key);

/* The head of an exec in pod web, for raw_open(): commands are to be appended. */
#define RAW_EXEC "/api/v1/namespaces/shop/pods/web/exec?container=app&stdout=1"
#define RAW_UPGRADE                                                              \
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"                            \
    "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n"

struct raw_exec {
    const char *pod, *container; /* in namespace shop; container NULL: not said */
    const char *const *argv;
    const char *protocols; /* NULL: both */
    const char *input;     /* sent as stdin, then half-closed; NULL: none */
    uint64_t close_after;  /* say CLOSE after so many bytes of stdout; 0: never */
    unsigned patience_ms;  /* with nothing coming for so long, give up; 0: 10 s */
    unsigned n_pings;      /* sent at once */
};

/* What came of an exec. */
struct raw_outcome {
    int http_code; /* 101, or else `body` is the refusal */
    char *body;
    char *protocol; /* that the server chose */
    GByteArray *out, *err;
    json_t *status;              /* NULL: none came */
    unsigned first_len, largest; /* of the messages */
    int first_channel;           /* -1: empty */
    unsigned close_code;         /* 0: none */
    unsigned n_pongs;
    bool inside;  /* it ended within a message */
    bool stalled; /* patience ran out */
};

void raw_exec(const struct raw *raw, const struct raw_exec *exec, struct raw_outcome *outcome);
void raw_outcome_clear(struct raw_outcome *outcome);

#endif
