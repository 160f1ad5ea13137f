/* A server that says what a test tells it to, whatever it is asked. On the main context. */
#ifndef TESTS_FAKE_H
#define TESTS_FAKE_H

#include <gio/gio.h>

struct fake {
    GSocketService *service;
    GQueue answers;      /* of GBytes: one for each request, then the connection is closed */
    GPtrArray *requests; /* the heads that came, as strings */
    GPtrArray *held;     /* connections that stay open */
    char *kubeconfig;    /* leads here, with the token "SECRET" */
};

void fake_up(struct fake *fake);
void fake_down(struct fake *fake);

/* What the next request is answered: all bytes, head and body. With FAKE_HOLD in front of them the
 * connection stays open afterwards. */
void fake_say(struct fake *fake, const char *format, ...) G_GNUC_PRINTF(2, 3);
void fake_say_bytes(struct fake *fake, const void *bytes, size_t len);
#define FAKE_HOLD "\001"
/* ... the answer does not wait for a whole head. */
#define FAKE_AT_ONCE "\002"
/* ... the head of a WebSocket's answer comes before them; they are its frames. */
#define FAKE_UPGRADE "\003"
/* ... the connection is reset, whatever follows. */
#define FAKE_RESET "\004"

/* A whole 200 answer around a JSON body. */
void fake_say_json(struct fake *fake, const char *json);

#endif
