/* What is asked of an API server: one HTTP request, in our words. */
#ifndef KUBE_HTTP_ASK_H
#define KUBE_HTTP_ASK_H

#include <stdbool.h>
#include <stdint.h>

struct http_ask {
    const char *path;   /* with its query, escaped, from '/' on */
    const char *accept; /* media types; NULL: JSON */
    int64_t timeout_ms; /* of the whole answer; 0: the login's, else HTTP_ANSWER_TIMEOUT_MS */
    bool endless;       /* a watch: no time limit; a dead connection is found by TCP keepalive */
    const char *method; /* NULL: GET */
    const char *body;   /* what is sent along, and of which type; NULL: nothing */
    const char *content_type;
    bool framed; /* an end that only the connection's end marks is KUBE_ERROR_CUT */
};

/* Makes a copy that owns its texts and says what NULL stands for; http_ask_clear() it. */
void http_ask_copy(struct http_ask *copy, const struct http_ask *ask);
void http_ask_clear(struct http_ask *copy);

#endif
