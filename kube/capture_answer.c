#include "kube/capture_answer.h"

#include <string.h>

#include "kube/json.h"
#include "kube/port.h"
#include "kube/status.h"

#define MAX_WORDS 200 /* of what a program says */

/* What the API server's proxy says when it did not come through to the program, and what the
 * program says; %u is the port. Sought in this order. */
static const struct meaning {
    bool of_server;
    const char *words;
    enum kube_error code;
    const char *text;
} meanings[] = {
    {true, "connection refused", KUBE_ERROR_NOT_FOUND, "nothing listens on port %u"},
    {true, "no route to host", KUBE_ERROR_CONNECT, "the pod's address leads nowhere"},
    {true, "i/o timeout", KUBE_ERROR_CONNECT,
     "port %u does not answer, which a network policy may be the cause of"},
    {true, "address not allowed", KUBE_ERROR_BAD_REQUEST, "the pod has no address yet"},
    {true, "does not look like a TLS handshake", KUBE_ERROR_BAD_REQUEST,
     "port %u speaks HTTP, not HTTPS"},
    {true, "gave HTTP response to HTTPS client", KUBE_ERROR_BAD_REQUEST,
     "port %u speaks HTTP, not HTTPS"},
    /* A TLS alert, read as HTTP. */
    {true, "malformed HTTP response \"\\x15\\x03", KUBE_ERROR_BAD_REQUEST,
     "port %u speaks HTTPS, not HTTP"},
    {true, "malformed HTTP", KUBE_ERROR_BAD_REQUEST, "what listens on port %u is no HTTP server"},
    {false, "HTTP request to an HTTPS server", KUBE_ERROR_BAD_REQUEST,
     "port %u speaks HTTPS, not HTTP"},
    {false, "Could not enable tracing", KUBE_ERROR_SERVER,
     "somebody else is tracing this program just now"},
    {false, "exceeds server's WriteTimeout", KUBE_ERROR_BAD_REQUEST,
     "the program's HTTP server ends every answer before so many seconds are over"},
};

static const struct meaning *find_meaning(bool of_server, const char *words)
{
    for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++)
        if (meanings[i].of_server == of_server && strstr(words, meanings[i].words) != NULL)
            return &meanings[i];
    return NULL;
}

/* " (container app: waiting, CrashLoopBackOff)", of what is known not to run; else "". */
static char *trouble_of(const struct pod *pod)
{
    for (guint i = 0; pod != NULL && i < pod->containers->len; i++) {
        const struct container *container = (const struct container *)pod->containers->pdata[i];

        if (container->kind == CONTAINER_MAIN && strcmp(container->state, "running") != 0 &&
            strcmp(container->state, "unknown") != 0)
            return g_strdup_printf(" (container %s: %s%s%s)", container->name, container->state,
                                   *container->reason != '\0' ? ", " : "", container->reason);
    }
    return g_strdup("");
}

static char *meaning_text(const struct meaning *meaning, unsigned port)
{
    g_autoptr(GString) text = g_string_new(meaning->text);
    g_autofree char *number = g_strdup_printf("%u", port);

    g_string_replace(text, "%u", number, 1);
    return g_strdup(text->str);
}

/* The server's own words are behind the meaning: who knows the cluster learns more from them. */
static GError *server_error(const struct capture_answer *asked, const struct http_refusal *answer,
                            const char *words)
{
    const struct meaning *meaning = find_meaning(true, words);
    g_autofree char *text = NULL, *trouble = NULL, *ports = NULL;

    if (meaning == NULL)
        return status_error(answer->status, answer->body, answer->len);
    text = meaning_text(meaning, asked->port);
    trouble = trouble_of(asked->pod);
    if (meaning == &meanings[0])
        ports = asked->pod != NULL ? port_list(asked->pod) : NULL;
    return g_error_new(KUBE_ERROR, meaning->code, "%s%s%s%s: %s", text, trouble,
                       ports != NULL ? "; the pod declares " : "", ports != NULL ? ports : "",
                       words);
}

/* The first line of a program's answer, without what does not belong into a message. */
static char *first_words(const char *body, size_t len)
{
    g_autofree char *part = len > 0 ? g_strndup(body, MIN(len, MAX_WORDS)) : g_strdup("");
    g_autofree char *valid = g_utf8_make_valid(g_strstrip(part), -1);

    if (*valid == '<')
        return g_strdup("a web page");
    return g_strndup(valid, strcspn(valid, "\r\n"));
}

/* A path of the program's own as it is; of another place no query and no login, which may be
 * secret, as those are of sign-on pages. */
static char *destination(const struct capture_answer *asked, const char *location)
{
    const char *own = strstr(location, asked->base);
    g_autoptr(GUri) uri = g_uri_parse(location, G_URI_FLAGS_NONE, NULL);

    if (own != NULL && own < location + strcspn(location, "?#"))
        return g_strdup(own + strlen(asked->base));
    return uri != NULL ? g_uri_to_string_partial(uri, G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY |
                                                          G_URI_HIDE_FRAGMENT)
                       : g_strdup("another address");
}

static GError *program_error(const struct capture_answer *asked, const struct http_refusal *answer)
{
    g_autofree char *words = first_words(answer->body, answer->len);
    const struct meaning *meaning = find_meaning(false, words);

    if (meaning != NULL) {
        g_autofree char *text = meaning_text(meaning, asked->port);

        return g_error_new(KUBE_ERROR, meaning->code, "%s: %s", text, words);
    }
    if (answer->location != NULL) {
        g_autofree char *to = destination(asked, answer->location);

        return g_error_new(KUBE_ERROR, KUBE_ERROR_BAD_REQUEST,
                           "the program sends on from %s to %s (%u)", asked->path, to,
                           answer->status);
    }
    if (answer->status == 404)
        return g_error_new(KUBE_ERROR, KUBE_ERROR_NOT_FOUND, "the program serves nothing at %s%s%s",
                           asked->path, *words != '\0' ? ": " : "", words);
    return g_error_new(KUBE_ERROR, KUBE_ERROR_SERVER, "the program answered %u to %s%s%s",
                       answer->status, asked->path, *words != '\0' ? ": " : "", words);
}

/* What API servers, and what stands before them, say without a Status: a login that they do not
 * take, nothing at all, that they are busy or not ready. */
static bool is_of_the_way(const struct http_refusal *answer)
{
    static const unsigned statuses[] = {401, 429, 502, 503, 504};

    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
        if (answer->status == statuses[i])
            return true;
    return answer->status == 403 && answer->len == 0;
}

GError *capture_answer_error(const struct capture_answer *asked, const struct http_refusal *answer)
{
    json_auto_t *status = answer->len > 0 ? json_loadb(answer->body, answer->len, 0, NULL) : NULL;

    if (strcmp(json_text(status, "kind", NULL), "Status") == 0)
        return server_error(asked, answer, json_text(status, "message", NULL));
    if (is_of_the_way(answer))
        return status_error(answer->status, answer->body, answer->len);
    return program_error(asked, answer);
}

/* "go 1.26 trace" and zeros: the same for all Go releases. */
static bool is_trace(const uint8_t head[CAPTURE_HEAD_BYTES])
{
    static const char begin[] = "go 1.", end[] = " trace\0\0\0\0";
    size_t at = strlen(begin), digits = 0;

    while (digits < 3 && g_ascii_isdigit(head[at + digits]))
        digits++;
    return digits > 0 && memcmp(head, begin, at) == 0 &&
           memcmp(head + at + digits, end, CAPTURE_HEAD_BYTES - at - digits) == 0;
}

/* What bytes are that are no trace. */
static const char *kind_of(const uint8_t *bytes, size_t len)
{
    size_t at = 0;

    if (len >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
        return "something compressed by gzip, as profiles are";
    while (at < len && g_ascii_isspace(bytes[at]))
        at++;
    return at < len && bytes[at] == '<' ? "a web page" : "something else";
}

bool capture_answer_is_trace(const uint8_t *bytes, size_t len, GError **error)
{
    if (len >= CAPTURE_HEAD_BYTES && is_trace(bytes))
        return true;
    if (len == 0)
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_INCOMPLETE, "the program's answer is empty");
    else
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                    "the program's answer is no Go execution trace but %s", kind_of(bytes, len));
    return false;
}
