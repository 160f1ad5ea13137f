#include "kube/capture.h"

#include <string.h>

#include "kube/capture_answer.h"
#include "kube/http.h"
#include "kube/loop_source.h"
#include "kube/part.h"
#include "kube/path.h"
#include "kube/pod.h"
#include "kube/port.h"
#include "kube/rate.h"

#define TICK_MS 50
#define SILENCE_MS 60000

struct capture {
    struct client *client;
    struct place *place;
    char *wanted_port, *path, *base,
        *file; /* base: of the proxy's address, once the port is known */
    bool https, overwrite;
    unsigned seconds, port;
    struct capture_calls calls;
    void *data;

    enum capture_stage stage;
    struct request *pod_request;
    struct pod *pod; /* NULL: not seen */
    struct http_request *http;
    struct part *part;
    uint8_t head[CAPTURE_HEAD_BYTES]; /* of the answer, before it is known to be a trace */
    uint64_t bytes;
    struct rate rate;
    int64_t asked_us, heard_us; /* when the program was asked, when the last bytes came */
    GSource *source;            /* begin(), then tick() */
};

static struct capture_progress progress_of(const struct capture *capture)
{
    int64_t now_us = g_get_monotonic_time();

    return (struct capture_progress){
        .stage = capture->stage,
        .port = capture->port,
        .seconds = capture->seconds,
        .elapsed_s = capture->asked_us > 0 ? (double)(now_us - capture->asked_us) / 1e6 : 0,
        .bytes = capture->bytes,
        .bytes_per_s = rate_per_s(&capture->rate, now_us, capture->bytes),
    };
}

static void capture_free(struct capture *capture)
{
    loop_source_clear(&capture->source);
    if (capture->pod_request != NULL)
        request_cancel(capture->pod_request);
    if (capture->http != NULL)
        http_cancel(capture->http);
    part_close(capture->part);
    pod_free(capture->pod);
    place_free(capture->place);
    g_free(capture->wanted_port);
    g_free(capture->path);
    g_free(capture->base);
    g_free(capture->file);
    g_free(capture);
}

/* Takes the error over. */
static void finish(struct capture *capture, GError *error)
{
    struct capture_progress final = progress_of(capture);
    struct capture_calls calls = capture->calls;
    void *data = capture->data;
    g_autoptr(GError) why = error;

    capture_free(capture);
    calls.done(&final, why, data);
}

void capture_cancel(struct capture *capture)
{
    capture_free(capture);
}

/* With the place in front. */
static void finish_there(struct capture *capture, GError *error)
{
    g_autofree char *place = place_text(capture->place);

    g_prefix_error(&error, "%s: ", place);
    finish(capture, error);
}

static void part_done(const GError *error, void *data)
{
    struct capture *capture = (struct capture *)data;

    if (error == NULL)
        capture->stage = CAPTURE_DONE;
    finish(capture, error != NULL ? g_error_copy(error) : NULL);
}

/* --- the answer --- */

/* Collects the answer's first bytes; false: the capture has ended with them. */
static bool take_head(struct capture *capture, const char **bytes, size_t *len)
{
    size_t n = MIN(*len, CAPTURE_HEAD_BYTES - (size_t)capture->bytes);
    GError *error = NULL;

    memcpy(capture->head + capture->bytes, *bytes, n);
    capture->bytes += n;
    *bytes += n;
    *len -= n;
    if (capture->bytes < CAPTURE_HEAD_BYTES)
        return true;
    if (capture_answer_is_trace(capture->head, CAPTURE_HEAD_BYTES, &error) &&
        part_write(capture->part, capture->head, CAPTURE_HEAD_BYTES, &error))
        return true;
    if (g_error_matches(error, KUBE_ERROR, KUBE_ERROR_FILE))
        finish(capture, error);
    else
        finish_there(capture, error);
    return false;
}

static void answer_piece(const char *bytes, size_t len, void *data)
{
    struct capture *capture = (struct capture *)data;
    GError *error = NULL;

    capture->heard_us = g_get_monotonic_time();
    if (capture->bytes < CAPTURE_HEAD_BYTES && !take_head(capture, &bytes, &len))
        return;
    if (!part_write(capture->part, (const uint8_t *)bytes, len, &error)) {
        finish(capture, error);
        return;
    }
    capture->bytes += len;
}

static GError *answer_refused(const struct http_refusal *refusal, void *data)
{
    const struct capture *capture = (const struct capture *)data;
    const struct capture_answer asked = {
        .port = capture->port, .path = capture->path, .base = capture->base, .pod = capture->pod};

    return capture_answer_error(&asked, refusal);
}

static void answer_done(const char *body, size_t len, const GError *error, void *data)
{
    struct capture *capture = (struct capture *)data;
    GError *why = error != NULL ? g_error_copy(error) : NULL;

    (void)body;
    (void)len;
    capture->http = NULL;
    if (why == NULL && (capture->bytes >= CAPTURE_HEAD_BYTES ||
                        capture_answer_is_trace(capture->head, (size_t)capture->bytes, &why))) {
        capture->stage = CAPTURE_FINISHING;
        part_finish(capture->part, part_done, capture);
        return;
    }
    finish_there(capture, why);
}

static void ask_program(struct capture *capture)
{
    static const struct http_calls calls = {
        .piece = answer_piece, .refused = answer_refused, .done = answer_done};
    g_autoptr(GString) path = g_string_new(NULL);
    g_autofree char *port = g_strdup_printf("%u", capture->port);
    struct http_ask ask = {.accept = "*/*", .endless = true, .framed = true};

    path_append(path,
                capture->https ? "/api/v1/namespaces/%/pods/https:%:%/proxy"
                               : "/api/v1/namespaces/%/pods/%:%/proxy",
                capture->place->namespace, capture->place->pod, port);
    capture->base = g_strdup(path->str);
    path_append_typed(path, capture->path);
    ask.path = path->str;
    capture->stage = CAPTURE_TRACING;
    capture->asked_us = capture->heard_us = g_get_monotonic_time();
    rate_add(&capture->rate, capture->asked_us, 0);
    capture->http = http_send(client_http(capture->client), &ask, &calls, capture);
}

/* --- the pod --- */

/* Why this pod cannot be asked; NULL: it can. */
static GError *pod_error(const struct pod *pod, const char *container)
{
    if (container != NULL && pod_container(pod, container) == NULL)
        return g_error_new(KUBE_ERROR, KUBE_ERROR_NOT_FOUND, "the pod has no such container");
    /* Its address may be another pod's by now. */
    if (strcmp(pod->phase, "Succeeded") == 0 || strcmp(pod->phase, "Failed") == 0)
        return g_error_new(KUBE_ERROR, KUBE_ERROR_NOT_FOUND, "the pod has ended (%s)", pod->phase);
    return NULL;
}

static void got_pod(json_t *object, const GError *error, void *data)
{
    struct capture *capture = (struct capture *)data;
    GError *why = NULL;

    capture->pod_request = NULL;
    if (object != NULL)
        capture->pod = pod_parse(object, &why);
    /* Who may not see pods may be allowed to ask them all the same. */
    else if (!g_error_matches(error, KUBE_ERROR, KUBE_ERROR_FORBIDDEN))
        why = g_error_copy(error);
    if (capture->pod != NULL)
        why = pod_error(capture->pod, capture->place->container);
    if (why == NULL)
        capture->port =
            port_choose(capture->pod, capture->place->container, capture->wanted_port, &why);
    if (why == NULL)
        ask_program(capture);
    else
        finish_there(capture, why);
}

/* --- the run of it --- */

static gboolean tick(gpointer data)
{
    struct capture *capture = (struct capture *)data;
    int64_t now_us = g_get_monotonic_time();
    int64_t asked_ms = client_login(capture->client)->request_timeout_ms;
    int64_t limit_ms = asked_ms > 0 ? asked_ms : SILENCE_MS;
    int64_t due_us = MAX(capture->heard_us, capture->asked_us + capture->seconds * 1000000LL);
    struct capture_progress progress;

    if (capture->stage == CAPTURE_TRACING && now_us - due_us > limit_ms * 1000) {
        finish_there(capture,
                     g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                                 "port %u: no byte came for %.3g seconds%s", capture->port,
                                 (double)limit_ms / 1000,
                                 capture->seconds > 0 ? " after the tracing was over" : ""));
        return G_SOURCE_CONTINUE;
    }
    rate_add(&capture->rate, now_us, capture->bytes);
    progress = progress_of(capture);
    if (capture->calls.progress != NULL)
        capture->calls.progress(&progress, capture->data);
    return G_SOURCE_CONTINUE;
}

/* What goes up leaves the pod where something on the way tidies addresses. */
static bool check_path(const char *path, GError **error)
{
    g_autofree char *only = g_strndup(path, strcspn(path, "?"));
    g_autofree char *plain = g_uri_unescape_string(only, NULL);
    g_auto(GStrv) parts = g_strsplit(plain != NULL ? plain : only, "/", -1);

    if (*path != '/')
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_USAGE,
                    "the path \"%s\" does not begin with a slash", path);
    else if (g_strv_contains((const char *const *)parts, ".."))
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_USAGE,
                    "the path \"%s\" goes up by \"..\", which may lead out of the pod", path);
    else
        return true;
    return false;
}

/* A pull that was cut off is not lost to a capture of the same name. */
static bool begin_part(struct capture *capture, GError **error)
{
    capture->part = part_open(capture->file, capture->overwrite, error);
    if (capture->part == NULL)
        return false;
    if (part_note(capture->part) == NULL || part_found_bytes(capture->part) == 0)
        return part_begin(capture->part, 0, NULL, error);
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_FILE,
                "%s.part is what came of a pull that was cut off; try: finish that pull, remove "
                "%s.part, or capture to another name",
                capture->file, capture->file);
    return false;
}

static gboolean begin(gpointer data)
{
    struct capture *capture = (struct capture *)data;
    g_autoptr(GString) pod = g_string_new(NULL);
    GError *error = NULL;

    loop_source_set(&capture->source, g_timeout_source_new(TICK_MS), tick, capture);
    if (!check_path(capture->path, &error) || !begin_part(capture, &error)) {
        finish(capture, error);
        return G_SOURCE_CONTINUE;
    }
    path_append(pod, "/api/v1/namespaces/%/pods/%", capture->place->namespace, capture->place->pod);
    capture->pod_request = client_get(capture->client, pod->str, NULL, got_pod, capture);
    return G_SOURCE_CONTINUE;
}

bool capture_takes_seconds(const char *path)
{
    return g_str_has_suffix(path, "/pprof/trace");
}

/* How long a program traces that was told so in a path of its own; 0: it does not say. */
static unsigned seconds_of(const char *path)
{
    const char *query = strchr(path, '?');
    g_autoptr(GHashTable) values =
        query != NULL ? g_uri_parse_params(query + 1, -1, "&", G_URI_PARAMS_NONE, NULL) : NULL;
    const char *text = values != NULL ? (const char *)g_hash_table_lookup(values, "seconds") : NULL;

    return text != NULL
               ? (unsigned)MIN(g_ascii_strtoull(text, NULL, 10), (guint64)CAPTURE_MAX_SECONDS)
               : 0;
}

struct capture *capture_start(struct client *client, const struct capture_request *request,
                              const struct capture_calls *calls, void *data)
{
    const char *path = request->path != NULL ? request->path : CAPTURE_PATH;
    struct capture *capture = g_new0(struct capture, 1);

    capture->client = client;
    capture->place = place_copy(&request->place);
    capture->wanted_port = g_strdup(request->port);
    capture->https = request->https;
    capture->path = capture_takes_seconds(path)
                        ? g_strdup_printf("%s?seconds=%u", path, request->seconds)
                        : g_strdup(path);
    capture->seconds = seconds_of(capture->path);
    capture->file = g_strdup(request->file);
    capture->overwrite = request->overwrite;
    capture->calls = *calls;
    capture->data = data;
    loop_source_set(&capture->source, g_idle_source_new(), begin, capture);
    return capture;
}
