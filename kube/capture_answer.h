/* What a capture was answered, in words: the server's and the program's refusals, and bytes that
 * are no trace. */
#ifndef KUBE_CAPTURE_ANSWER_H
#define KUBE_CAPTURE_ANSWER_H

#include "kube/http.h"
#include "kube/pod.h"

struct capture_answer {
    unsigned port;
    const char *path;      /* what the program was asked for, with its query */
    const char *base;      /* of the server's address, up to that path */
    const struct pod *pod; /* NULL: nobody may see it */
};

/* An answer that is not 2xx. New, never NULL. */
GError *capture_answer_error(const struct capture_answer *asked, const struct http_refusal *answer);

/* So many bytes are enough to tell a trace by. */
#define CAPTURE_HEAD_BYTES 16

/* False: KUBE_ERROR_INCOMPLETE for an answer without bytes, KUBE_ERROR_SERVER that says what this
 * is instead. Fewer bytes than CAPTURE_HEAD_BYTES are all that came. */
bool capture_answer_is_trace(const uint8_t *bytes, size_t len, GError **error);

#endif
