#include "kube/status.h"

#include <string.h>

#include "kube/json.h"

/* No server needs more to say what is wrong; the rest would only fill the screen. */
#define MAX_WORDS 1024

struct answer {
    unsigned http_status;
    enum kube_error code;
    const char *name;
};

static const struct answer answers[] = {
    {400, KUBE_ERROR_BAD_REQUEST, "Bad Request"},
    {401, KUBE_ERROR_UNAUTHORIZED, "Unauthorized"},
    {403, KUBE_ERROR_FORBIDDEN, "Forbidden"},
    {404, KUBE_ERROR_NOT_FOUND, "Not Found"},
    {407, KUBE_ERROR_CONNECT, "Proxy Authentication Required"},
    {409, KUBE_ERROR_SERVER, "Conflict"},
    {410, KUBE_ERROR_GONE, "Gone"},
    {413, KUBE_ERROR_BAD_REQUEST, "Content Too Large"},
    {414, KUBE_ERROR_BAD_REQUEST, "URI Too Long"},
    {422, KUBE_ERROR_BAD_REQUEST, "Unprocessable Entity"},
    {429, KUBE_ERROR_SERVER, "Too Many Requests"},
    {500, KUBE_ERROR_SERVER, "Internal Server Error"},
    {502, KUBE_ERROR_SERVER, "Bad Gateway"},
    {503, KUBE_ERROR_SERVER, "Service Unavailable"},
    {504, KUBE_ERROR_SERVER, "Gateway Timeout"},
};

/* Words of a server that need an explanation in front. */
static const struct {
    const char *words;
    enum kube_error code;
    const char *meaning;
} meanings[] = {
    {"container not found (\"", KUBE_ERROR_NOT_FOUND,
     "the container is not running (it crashed, waits, has finished or not yet begun): "},
    {"User \"system:anonymous\"", KUBE_ERROR_FORBIDDEN,
     "no login was sent, or none that the server takes: "},
    {"error dialing backend", KUBE_ERROR_SERVER, "the pod's node cannot be reached: "},
    {"does not have a host assigned", KUBE_ERROR_BAD_REQUEST, "the pod has not been started yet: "},
};

static const struct answer *find_answer(unsigned http_status)
{
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++)
        if (answers[i].http_status == http_status)
            return &answers[i];
    return NULL;
}

static GError *make_error(unsigned http_status, const char *words)
{
    const struct answer *answer = find_answer(http_status);
    enum kube_error code = answer != NULL ? answer->code : KUBE_ERROR_SERVER;
    const char *name = answer != NULL ? answer->name : "no status that is expected here";

    for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++)
        if (strstr(words, meanings[i].words) != NULL)
            return g_error_new(KUBE_ERROR, meanings[i].code, "%s%s", meanings[i].meaning, words);
    if (http_status == 401)
        return g_error_new(KUBE_ERROR, code, "the server does not accept this login (401 %s)",
                           name);
    if (http_status == 403 && *words == '\0')
        return g_error_new(KUBE_ERROR, code,
                           "refused without a word (403 %s): by an old server or by a proxy", name);
    if (http_status < 300)
        return g_error_new(KUBE_ERROR, KUBE_ERROR_SERVER,
                           "no WebSocket was opened (%u): something on the way does not let them "
                           "through",
                           http_status);
    if (http_status < 400)
        return g_error_new(KUBE_ERROR, KUBE_ERROR_SERVER,
                           "it sends us on to another address (%u), but the login is only for "
                           "this server",
                           http_status);
    if (http_status == 407)
        return g_error_new(KUBE_ERROR, code, "the proxy wants a login of its own (407)");
    if (http_status == 429)
        return g_error_new(KUBE_ERROR, code, "the server is too busy for this (429 %s)%s%s", name,
                           *words != '\0' ? ": " : "", words);
    if (*words == '\0')
        return g_error_new(KUBE_ERROR, code, "the server answered %u, %s", http_status, name);
    if (http_status < 500)
        return g_error_new_literal(KUBE_ERROR, code, words);
    return g_error_new(KUBE_ERROR, code, "the server answered %u, %s: %s", http_status, name,
                       words);
}

/* At most MAX_WORDS of it, cut between characters, without space at the ends. */
static char *trim_words(const char *text, size_t len)
{
    g_autofree char *part = len > 0 ? g_strndup(text, MIN(len, MAX_WORDS)) : g_strdup("");
    char *words = g_utf8_make_valid(part, -1);

    return g_strstrip(words);
}

GError *status_object_error(const json_t *status)
{
    const char *message = json_text(status, "message", NULL);
    json_int_t code = json_integer_value(json_object_get(status, "code"));
    g_autofree char *words = NULL;

    if (*message == '\0')
        message = json_text(status, "reason", NULL);
    words = trim_words(message, strlen(message));
    return make_error(code > 0 && code < 1000 ? (unsigned)code : 500, words);
}

GError *status_error(unsigned http_status, const char *body, size_t len)
{
    json_auto_t *status = len > 0 ? json_loadb(body, len, 0, NULL) : NULL;
    const char *message = json_text(status, "message", NULL);
    g_autofree char *words = NULL;

    if (strcmp(json_text(status, "kind", NULL), "Status") == 0 && *message != '\0')
        words = trim_words(message, strlen(message));
    else if (len > 0 && g_ascii_strncasecmp(body, "<", 1) == 0)
        words = g_strdup("a web page, so this is no API server but something before it");
    else
        words = trim_words(body, len);
    return make_error(http_status, words);
}

int status_exit_code(const json_t *status)
{
    const json_t *causes = json_object_get(json_object_get(status, "details"), "causes");
    const json_t *cause;
    size_t index;

    if (strcmp(json_text(status, "status", NULL), "Success") == 0)
        return 0;
    json_array_foreach(causes, index, cause)
    {
        const char *message = json_text(cause, "message", NULL);
        guint64 code;

        if (strcmp(json_text(cause, "reason", NULL), "ExitCode") == 0 &&
            g_ascii_string_to_unsigned(message, 10, 1, 255, &code, NULL))
            return (int)code;
    }
    return -1;
}
